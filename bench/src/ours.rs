//! The workloads with Unroll's layers.

use std::rc::Rc;

use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};
use unroll::Error;
use unroll::nn::{
    self, Builder, Cell, Embedding, Linear, Parameters, Pass, Recurrent, RecurrentConfig, cross_entropy,
    mean_squared_error,
};
use unroll::train::team::{Team, part_of, shards_of};
use unroll::train::{Objective, Rule, TrainingState};

use crate::measure::Predict;
use crate::workload::{BATCHES, Head, Series, Shape, Text, Workload, series_batch, text_batch};

/// The loss of a model on one of the batches, or a shard's share of it.
type Loss = Box<dyn Fn(&Parameters, usize) -> Tensor<1>>;

/// A workload in training, alone or with a team.
pub struct Ours {
    objective: Minimised,
    state: TrainingState,
    team: Option<Box<dyn Team>>,
}

impl Ours {
    /// Untrained.
    pub fn new(workload: Workload, device: &Device) -> Self {
        let (objective, parameters) = Minimised::new(workload, device);
        let state = TrainingState::new(&objective, parameters);
        Ours { objective, state, team: None }
    }

    /// This model with others who compute shards.
    pub fn with_team(self, team: Box<dyn Team>) -> Self {
        Ours { team: Some(team), ..self }
    }

    /// Workers that take part by now.
    pub fn workers(&self) -> usize {
        1 + self.team.as_ref().map_or(0, |team| team.members())
    }

    /// One step; the loss before its update, still on the device.
    pub async fn step(&mut self) -> Result<Tensor<1>, Error> {
        match &mut self.team {
            Some(team) => {
                let measure = self.state.step_with(&self.objective, &mut **team).await.map_err(lost)?;
                Ok(measure.loss)
            }
            None => Ok(self.state.step(&self.objective).loss),
        }
    }
}

fn lost(reason: String) -> Error {
    Error::EngineLost { reason }
}

/// What a member of a team computes for a job, whose lesson is a workload's name.
///
/// # Errors
/// If there is no such workload.
#[cfg(any(feature = "cpu", target_arch = "wasm32"))]
pub fn objective(
    job: &unroll::protocol::Job,
    device: &Device,
) -> Result<(Box<dyn Objective>, Parameters), Error> {
    let workload = serde_json::from_value(job.lesson.clone().into())
        .map_err(|_| Error::UnknownLesson { name: job.lesson.clone() })?;
    let (objective, parameters) = Minimised::new(workload, device);
    Ok((Box::new(objective), parameters))
}

/// The loss of a workload, shard by shard.
struct Minimised {
    shards: Vec<Loss>,
    learning_rate: f64,
}

impl Minimised {
    fn new(workload: Workload, device: &Device) -> (Self, Parameters) {
        let mut builder = Builder::new(1);
        let shards = match workload.shape() {
            Shape::Series(series) => vec![series_loss(series, &mut builder, device)],
            Shape::Text(text) => {
                let count = shards_of(workload.cost());
                text_losses(text, count, &mut builder, device)
            }
        };
        (Minimised { shards, learning_rate: workload.learning_rate() }, builder.build(device))
    }
}

impl Objective for Minimised {
    fn rule(&self) -> Rule {
        Rule::Adam
    }

    fn learning_rate(&self, _step: usize) -> f64 {
        self.learning_rate
    }

    fn loss(&self, parameters: &Parameters) -> Tensor<1> {
        let shards = self.shards.iter().map(|loss| loss(parameters, 0));
        shards.reduce(|sum, loss| sum + loss).expect("there is a shard")
    }

    fn shards(&self) -> usize {
        self.shards.len()
    }

    fn shard_loss(&self, parameters: &Parameters, step: usize, shard: usize) -> Tensor<1> {
        (self.shards[shard])(parameters, step % BATCHES)
    }
}

fn series_loss(series: Series, builder: &mut Builder, device: &Device) -> Loss {
    let Series { batch, steps, features, hidden } = series;
    // Sequence first, here as below: nothing has to be turned around.
    let config = RecurrentConfig { batch_first: false, ..RecurrentConfig::new(Cell::Lstm, features, hidden) };
    let lstm = Recurrent::new(builder, "lstm", config);
    let linear = Linear::new(builder, "linear", hidden, features);
    let batches = Vec::from_iter((0..BATCHES).map(|index| {
        let (x, y) = series_batch(series, index);
        let x: Tensor<3> = Tensor::from_data(TensorData::new(x, [steps, batch, features]), device);
        let y: Tensor<2> = Tensor::from_data(TensorData::new(y, [batch, features]), device);
        (x, y)
    }));
    Box::new(move |parameters, batch| {
        let (x, y) = batches[batch].clone();
        let output = lstm.forward(parameters, x, Pass::default());
        mean_squared_error(linear.forward(parameters, output.last()), y)
    })
}

/// The loss of each of `count` shards of the batches, weighted by its share.
fn text_losses(text: Text, count: usize, builder: &mut Builder, device: &Device) -> Vec<Loss> {
    let model = Rc::new(TextModel::new(text, builder));
    let shard = |shard| -> Loss {
        let part = part_of(text.batch, shard, count);
        // Step after step, so a shard's sequences are a piece of every step.
        let piece = |tokens: Vec<i32>| {
            let steps = tokens.chunks_exact(text.batch);
            steps.flat_map(|step| &step[part.clone()]).copied().collect::<Vec<_>>()
        };
        let batches = Vec::from_iter((0..BATCHES).map(|index| {
            let (x, y) = text_batch(text, index);
            (words(&piece(x)), indices(piece(y), device))
        }));
        let (model, rows) = (Rc::clone(&model), part.len());
        let share = rows as f64 / text.batch as f64;
        Box::new(move |parameters, batch| {
            let (x, y) = &batches[batch];
            let (logits, _) = model.logits(parameters, x, rows, nn::HiddenState::default());
            let loss = cross_entropy(logits, y.clone(), None);
            if share < 1.0 { loss.mul_scalar(share) } else { loss }
        })
    };
    (0..count).map(shard).collect()
}

struct TextModel {
    text: Text,
    embedding: Embedding,
    lstm: Recurrent,
    hidden: Option<Linear>,
    out: Linear,
}

impl TextModel {
    fn new(text: Text, builder: &mut Builder) -> Self {
        let Text { vocabulary, embedding, hidden, .. } = text;
        let config =
            RecurrentConfig { batch_first: false, ..RecurrentConfig::new(Cell::Lstm, embedding, hidden) };
        let embedding = Embedding::new(builder, "embedding", vocabulary, embedding);
        let lstm = Recurrent::new(builder, "lstm", config);
        let (units, hidden) = match text.head {
            Head::Sum { units } => (units, Some(Linear::new(builder, "hidden", hidden, units))),
            Head::Each => (hidden, None),
        };
        TextModel { text, embedding, lstm, hidden, out: Linear::new(builder, "out", units, vocabulary) }
    }

    /// Tokens `[steps × batch]`, step after step, to logits `[predictions, vocabulary]` and the state after them.
    fn logits(
        &self,
        parameters: &Parameters,
        tokens: &[usize],
        batch: usize,
        initial: nn::HiddenState,
    ) -> (Tensor<2>, nn::HiddenState) {
        let input = self.embedding.input(parameters, tokens, batch);
        let output = self.lstm.forward(parameters, input, Pass { initial, ..Pass::default() });
        let rows = match &self.hidden {
            Some(hidden) => {
                let sum = output.output().sum_dim(0).reshape([batch, self.text.hidden]);
                relu(hidden.forward(parameters, sum))
            }
            None => output.steps(),
        };
        (self.out.forward(parameters, rows), output.state())
    }
}

/// A model that continues a text.
pub struct OursSampling {
    model: TextModel,
    parameters: Parameters,
    state: nn::HiddenState,
}

impl OursSampling {
    /// With the initial parameters.
    pub fn new(text: Text, device: &Device) -> Self {
        let mut builder = Builder::new(1);
        let model = TextModel::new(text, &mut builder);
        OursSampling { model, parameters: builder.build(device), state: nn::HiddenState::default() }
    }
}

impl Predict for OursSampling {
    fn next(&mut self, read: &[i32]) -> Tensor<1> {
        let initial = std::mem::take(&mut self.state);
        let (logits, state) = self.model.logits(&self.parameters, &words(read), 1, initial);
        if self.model.text.head == Head::Each {
            self.state = state;
        }
        logits.reshape([self.model.text.vocabulary])
    }
}

fn words(tokens: &[i32]) -> Vec<usize> {
    tokens.iter().map(|&token| token as usize).collect()
}

fn indices(tokens: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let count = tokens.len();
    Tensor::from_data(TensorData::new(tokens, [count]), device)
}
