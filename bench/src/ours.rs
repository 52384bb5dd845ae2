//! The workloads with Unroll's layers.

use std::rc::Rc;

use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};
use unroll::nn::{
    Builder, Cell, Embedding, Linear, Parameters, Recurrent, RecurrentConfig, Run, State, cross_entropy,
    mean_squared_error,
};
use unroll::train::{Optimizer, Rule};

use crate::measure::{Predict, Train};
use crate::workload::{Head, Series, Shape, Text, Workload, numbers, tokens};

/// A workload in training.
pub struct Ours {
    loss: Box<dyn Fn(&Parameters) -> Tensor<1>>,
    parameters: Parameters,
    optimizer: Optimizer,
    learning_rate: f64,
}

impl Ours {
    /// Untrained.
    pub fn new(workload: Workload, device: &Device) -> Self {
        let mut builder = Builder::new(1);
        let loss = match workload.shape() {
            Shape::Series(series) => series_loss(series, &mut builder, device),
            Shape::Text(text) => text_loss(text, &mut builder, device),
        };
        let parameters = builder.build(device);
        let optimizer = Optimizer::new(Rule::Adam, parameters.count(), device);
        Ours { loss, parameters, optimizer, learning_rate: workload.learning_rate() }
    }
}

impl Train for Ours {
    fn step(&mut self) -> Tensor<1> {
        let tracked = self.parameters.tracked();
        let loss = (self.loss)(&tracked);
        let gradient = tracked.gradient(&loss);
        let flat = self.optimizer.update(self.parameters.flat().clone(), gradient, self.learning_rate);
        self.parameters = Parameters::new(Rc::clone(self.parameters.specs()), flat);
        loss.inner()
    }
}

fn series_loss(
    series: Series,
    builder: &mut Builder,
    device: &Device,
) -> Box<dyn Fn(&Parameters) -> Tensor<1>> {
    let Series { batch, steps, features, hidden } = series;
    let lstm = Recurrent::new(builder, "lstm", RecurrentConfig::new(Cell::Lstm, features, hidden));
    let linear = Linear::new(builder, "linear", hidden, features);
    let x: Tensor<3> = values(numbers(batch * steps * features), [batch, steps, features], device);
    let y: Tensor<2> = values(numbers(batch * features), [batch, features], device);
    Box::new(move |parameters| {
        let output = lstm.forward(parameters, x.clone(), Run::default());
        mean_squared_error(linear.forward(parameters, output.last()), y.clone())
    })
}

fn text_loss(text: Text, builder: &mut Builder, device: &Device) -> Box<dyn Fn(&Parameters) -> Tensor<1>> {
    let Text { batch, steps, vocabulary, head, .. } = text;
    let model = TextModel::new(text, builder);
    let x = words(&tokens(batch * steps, vocabulary, 0));
    let targets = if head == Head::Each { batch * steps } else { batch };
    let y = indices(tokens(targets, vocabulary, 1), device);
    Box::new(move |parameters| {
        let (logits, _) = model.logits(parameters, &x, batch, State::default());
        cross_entropy(logits, y.clone())
    })
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
        // Sequence first: the tokens come step after step, so nothing has to be turned around.
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
        initial: State,
    ) -> (Tensor<2>, State) {
        let input = self.embedding.input(parameters, tokens, batch);
        let output = self.lstm.forward(parameters, input, Run { initial, ..Run::default() });
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
    state: State,
}

impl OursSampling {
    /// With the initial parameters.
    pub fn new(text: Text, device: &Device) -> Self {
        let mut builder = Builder::new(1);
        let model = TextModel::new(text, &mut builder);
        OursSampling { model, parameters: builder.build(device), state: State::default() }
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

fn values<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn words(tokens: &[i32]) -> Vec<usize> {
    tokens.iter().map(|&token| token as usize).collect()
}

fn indices(tokens: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let count = tokens.len();
    Tensor::from_data(TensorData::new(tokens, [count]), device)
}
