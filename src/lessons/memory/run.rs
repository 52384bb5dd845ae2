//! The lesson in training: three networks side by side, each on its own.

use std::rc::Rc;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{CELLS, Exercises, MemoryConfig, Recall, Task};
use crate::Error;
use crate::nn::{
    Builder, Cell, Layer, Linear, Parameters, Pass, Recurrent, StepCost, cross_entropy, mean_squared_error,
    read,
};
use crate::protocol::{Job, Picture};
use crate::settings::Form;
use crate::train::{Examination, Examined, Objective, Rule, Trainee, Watch};

/// The lesson, built from a job.
struct Memory {
    config: MemoryConfig,
    networks: Rc<Networks>,
    judged: Rc<Exercises>,
}

/// The networks that race, and what they race on: what stays the same whatever setting changes while the run goes on.
pub struct Networks {
    task: Task,
    length: usize,
    /// In the order of [`CELLS`]. Each one's parameters lie together.
    all: [Network; CELLS.len()],
    device: Device,
}

/// A recurrent module and a linear layer on its hidden states.
struct Network {
    recurrent: Recurrent,
    linear: Linear,
    cell: Cell,
    parameters: usize,
}

/// Builds the task, and the parameters as the seed gives them.
///
/// # Errors
/// None: every setting gives something that can be trained.
pub fn build(job: &Job, device: &Device) -> Result<(Box<dyn Trainee>, Parameters), Error> {
    let config = MemoryConfig::from_form(&job.form);
    let mut builder = Builder::new(config.seed);
    let networks = Rc::new(Networks::new(&config, &mut builder, &device.clone().inner()));
    let judged = Rc::new(Exercises::judged(&config));
    let parameters = builder.build(&networks.device);
    Ok((Box::new(Memory { config, networks, judged }), parameters))
}

impl Networks {
    /// The networks with as many parameters as the settings allow, in the builder's vector.
    pub fn new(config: &MemoryConfig, builder: &mut Builder, device: &Device) -> Self {
        let sizes = config.hidden_sizes();
        let output = config.task.output_size();
        let all = [(Cell::RnnTanh, 0), (Cell::Gru, 1), (Cell::Lstm, 2)].map(|(cell, index)| {
            let (name, hidden) = (CELLS[index], sizes[index]);
            let recurrent = Recurrent::new(builder, name, config.recurrent(cell, hidden));
            let linear = Linear::new(builder, &format!("{name}_linear"), hidden, output);
            if cell == Cell::Lstm {
                let forget = &mut builder.values(&format!("{name}.bias_ih_l0"))[hidden..2 * hidden];
                forget.iter_mut().for_each(|bias| *bias += config.forget_bias as f32);
            }
            Network { recurrent, linear, cell, parameters: config.count(cell.gates(), hidden) }
        });
        Networks { task: config.task, length: config.length, all, device: device.clone() }
    }

    /// How many parameters each network has, in the order of [`CELLS`].
    pub fn parameters(&self) -> Vec<usize> {
        self.all.iter().map(|network| network.parameters).collect()
    }

    /// What one network loses on these exercises: the mean squared error, or cross-entropy.
    pub fn loss(&self, network: usize, parameters: &Parameters, exercises: &Exercises) -> Tensor<1> {
        self.loss_of(self.answers(network, parameters, exercises), exercises)
    }

    /// What one network answers, `[answers × rows, output_size]`.
    fn answers(&self, network: usize, parameters: &Parameters, exercises: &Exercises) -> Tensor<2> {
        let Network { recurrent, linear, .. } = &self.all[network];
        let (steps, rows) = (self.task.steps(self.length), exercises.rows);
        let x = TensorData::new(exercises.x.clone(), [steps, rows, self.task.input_size()]);
        let hidden = recurrent.forward(parameters, Tensor::<3>::from_data(x, &self.device), Pass::default());
        let due = self.task.answers(self.length);
        let hidden = match due.len() {
            1 => hidden.last(),
            _ => hidden.steps().narrow(0, due.start * rows, due.len() * rows),
        };
        linear.forward(parameters, hidden)
    }

    /// The loss of one network's answers.
    fn loss_of(&self, answers: Tensor<2>, exercises: &Exercises) -> Tensor<1> {
        let count = exercises.truth.len();
        if self.task.is_number() {
            let truth = TensorData::new(exercises.truth.clone(), [count, 1]);
            return mean_squared_error(answers, Tensor::from_data(truth, &self.device));
        }
        let classes: Vec<i32> = exercises.truth.iter().map(|class| *class as i32).collect();
        cross_entropy(
            answers,
            Tensor::<1, Int>::from_data(TensorData::new(classes, [count]), &self.device),
            None,
        )
    }

    /// The answer that each row of outputs stands for: the number, or the most probable class.
    fn read_answers(&self, outputs: &[f32]) -> Vec<f32> {
        let answer = |row: &[f32]| match row {
            [number] => *number,
            _ => (0..row.len())
                .max_by(|a, b| row[*a].total_cmp(&row[*b]))
                .map_or(f32::NAN, |class| class as f32),
        };
        outputs.chunks(self.task.output_size()).map(answer).collect()
    }
}

impl Objective for Memory {
    fn rule(&self) -> Rule {
        self.config.optimizer.rule()
    }

    fn learning_rate(&self, step: usize) -> f64 {
        self.config.learning_rate_at(step)
    }

    fn max_norm(&self) -> Option<f64> {
        self.config.clip_norm
    }

    fn clipped_apart(&self) -> Vec<usize> {
        self.networks.parameters()
    }

    fn loss(&self, parameters: &Parameters) -> Tensor<1> {
        let first = self.shard_loss(parameters, 0, 0);
        (1..self.shards()).fold(first, |sum, shard| sum + self.shard_loss(parameters, 0, shard))
    }

    fn shards(&self) -> usize {
        CELLS.len()
    }

    /// A shard is a network: none has anything to do with another, so the sum of their losses trains each as if it were
    /// alone.
    fn shard_loss(&self, parameters: &Parameters, step: usize, shard: usize) -> Tensor<1> {
        let batch = Exercises::batch(&self.config, step);
        self.networks.loss(shard, parameters, &batch)
    }
}

impl Trainee for Memory {
    fn layers(&self) -> Vec<Layer> {
        self.networks
            .all
            .iter()
            .flat_map(|network| [network.recurrent.layer(), network.linear.layer()])
            .collect()
    }

    fn cost(&self) -> StepCost {
        self.config.cost()
    }

    fn steps(&self) -> usize {
        self.config.steps
    }

    fn examined_every(&self) -> Option<usize> {
        Some(self.config.examine_every)
    }

    fn examine(&self, parameters: &Parameters, step: usize) -> Option<Box<dyn Examination>> {
        Some(Box::new(Judgement {
            networks: Rc::clone(&self.networks),
            judged: Rc::clone(&self.judged),
            parameters: parameters.clone(),
            step,
            recall: Recall::default(),
        }))
    }

    fn watch(&self, parameters: &Parameters, _passage: &[usize]) -> Option<Watch> {
        // The first sequence by which they are judged.
        let size = self.networks.task.input_size();
        let sequence = self.judged.sequence(0, size);
        let x = TensorData::new(sequence.concat(), [sequence.len(), 1, size]);
        let x = Tensor::<3>::from_data(x, &self.networks.device);
        let modules =
            self.networks.all.iter().map(|network| {
                (network.cell, network.recurrent.gates(parameters, x.clone(), Pass::default()))
            });
        Some(Watch {
            columns: sequence.iter().map(|step| self.networks.task.shown(step)).collect(),
            modules: modules.collect(),
        })
    }

    fn apply(&mut self, form: &Form) {
        let MemoryConfig { learning_rate, steps, .. } = MemoryConfig::from_form(form);
        (self.config.learning_rate, self.config.steps) = (learning_rate, steps);
    }
}

/// An examination on its way: one network after the other.
struct Judgement {
    networks: Rc<Networks>,
    judged: Rc<Exercises>,
    parameters: Parameters,
    step: usize,
    recall: Recall,
}

impl Judgement {
    async fn go_on(&mut self) -> Result<Option<Picture>, Error> {
        let Judgement { networks, judged, parameters, step, recall } = self;
        let judged = judged.as_ref();
        let answers = networks.answers(recall.losses.len(), parameters, judged);
        let loss = networks.loss_of(answers.clone(), judged);
        let [loss, outputs] = read([loss, answers.flatten(0, 1)]).await?;
        let answers = networks.read_answers(&outputs);
        let right = answers.iter().zip(&judged.truth);
        let right = right.filter(|(answer, truth)| networks.task.is_right(**answer, **truth)).count();
        recall.losses.push(loss[0].into());
        recall.accuracies.push(100.0 * right as f64 / answers.len().max(1) as f64);
        let of_row = |row: usize| answers.iter().skip(row).step_by(judged.rows).copied();
        recall.answers.push((0..judged.shown()).flat_map(of_row).collect());
        Ok((recall.losses.len() == CELLS.len()).then(|| Picture::new(*step, recall)))
    }
}

impl Examination for Judgement {
    fn advance(&mut self) -> Examined<'_> {
        Box::pin(self.go_on())
    }
}
