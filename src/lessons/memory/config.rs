//! The settings of the lesson and the config they validate to.

use super::Task;
use crate::lesson::{Lesson, Metric, Preset, Training, Unit, Use};
use crate::lessons::optimizer::{
    CLIP_NORM, LEARNING_RATES, MOMENTUM, OPTIMIZER, Optimizer, SCHEDULE, SEED, Schedule, training,
};
use crate::nn::{Cell, Cost, RecurrentConfig, StepCost};
use crate::settings::{Choice, Form, Group, Integer, Real, declare, table};

static TASK: Choice<Task> = declare(Group::Data, "task").choice(
    "adding",
    &table([
        (Task::Adding.word(), Task::Adding),
        (Task::Recall.word(), Task::Recall),
        (Task::Parity.word(), Task::Parity),
    ]),
);
static SEQ_LENGTH: Integer = declare(Group::Data, "seq_length").integer(100, 2..=400);
static PARAMETERS: Integer = declare(Group::Model, "parameters").integer(3500, 200..=50_000);
static FORGET_BIAS: Real =
    declare(Group::Model, "forget_bias").real(1.0, -5.0..=10.0, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
static LEARNING_RATE: Real = training("learning_rate").live().real(0.03, 1e-6..=10.0, &LEARNING_RATES);
static BATCH_SIZE: Integer = training("batch_size").integer(32, 1..=128);
static STEPS: Integer = training("steps").live().integer(1500, 1..=100_000);
static EXAMINE_EVERY: Integer = training("examine_every").integer(20, 1..=10_000);

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "memory",
    version: 1,
    settings: &[
        &TASK.setting,
        &SEQ_LENGTH.setting,
        &PARAMETERS.setting,
        &FORGET_BIAS.setting,
        &OPTIMIZER.setting,
        &LEARNING_RATE.setting,
        &MOMENTUM.setting,
        &SCHEDULE.setting,
        &CLIP_NORM.setting,
        &BATCH_SIZE.setting,
        &STEPS.setting,
        &EXAMINE_EVERY.setting,
        &SEED.setting,
    ],
    presets: &[
        Preset { id: "adding", pairs: &[] },
        Preset { id: "short", pairs: &[("seq_length", "10"), ("learning_rate", "0.005")] },
        Preset {
            id: "recall",
            pairs: &[("task", "recall"), ("seq_length", "20"), ("learning_rate", "0.01"), ("steps", "2000")],
        },
        Preset {
            id: "parity",
            pairs: &[("task", "parity"), ("seq_length", "30"), ("learning_rate", "0.01")],
        },
    ],
    recorded: &["adding"],
    opens_on: &[],
    takes: None,
    long_text: None,
    training: Some(Training {
        compare: &OPTIMIZER.setting,
        unit: Unit::Step,
        steps: &STEPS.setting,
        length: |form, _| MemoryConfig::from_form(form).steps,
        cost: |form, _, _| MemoryConfig::from_form(form).cost(),
        metrics: &[
            Metric { key: "rnn", percent: false },
            Metric { key: "gru", percent: false },
            Metric { key: "lstm", percent: false },
        ],
        uses: &[(Use::Delayed, &[("task", "recall")])],
    }),
};

/// A run of the lesson, validated.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryConfig {
    /// What is to be remembered.
    pub task: Task,
    /// For how long, in steps.
    pub length: usize,
    /// Parameters that each network may have.
    pub parameters: usize,
    /// Added to the bias of the LSTM's forget gate (Gers, Schmidhuber and Cummins, 2000).
    pub forget_bias: f64,
    /// The optimiser.
    pub optimizer: Optimizer,
    /// Its learning rate at the first step.
    pub learning_rate: f64,
    /// Whether it falls.
    pub schedule: Schedule,
    /// The norm that each network's gradient is scaled down to where it is longer.
    pub clip_norm: Option<f64>,
    /// Sequences in a step.
    pub batch_size: usize,
    /// Steps.
    pub steps: usize,
    /// Steps between two examinations.
    pub examine_every: usize,
    /// Seed of weights and sequences.
    pub seed: u64,
}

impl MemoryConfig {
    /// What `form` means.
    pub fn from_form(form: &Form) -> Self {
        MemoryConfig {
            task: TASK.read(form),
            length: SEQ_LENGTH.read(form),
            parameters: PARAMETERS.read(form),
            forget_bias: FORGET_BIAS.read(form),
            optimizer: Optimizer::from_form(form),
            learning_rate: LEARNING_RATE.read(form),
            schedule: SCHEDULE.read(form),
            clip_norm: CLIP_NORM.unless_zero(form),
            batch_size: BATCH_SIZE.read(form),
            steps: STEPS.read(form),
            examine_every: EXAMINE_EVERY.read(form),
            seed: SEED.seed(form),
        }
    }

    /// The learning rate of the step after `step` steps.
    pub fn learning_rate_at(&self, step: usize) -> f64 {
        self.learning_rate * self.schedule.factor(step, self.steps)
    }

    /// The parameters of a network of so many gates and hidden units, its linear layer included:
    /// gates · n_h (n_x + n_h + 2) + n_y (n_h + 1).
    pub fn count(&self, gates: usize, hidden_size: usize) -> usize {
        let (input, output) = (self.task.input_size(), self.task.output_size());
        gates * hidden_size * (input + hidden_size + 2) + output * (hidden_size + 1)
    }

    /// The most hidden units of a network of so many gates that the parameters allow, at least one.
    pub fn hidden_size(&self, gates: usize) -> usize {
        (1..).take_while(|&hidden| self.count(gates, hidden) <= self.parameters).last().unwrap_or(1)
    }

    /// A recurrent module of the race.
    pub fn recurrent(&self, cell: Cell, hidden_size: usize) -> RecurrentConfig {
        let module = RecurrentConfig::new(cell, self.task.input_size(), hidden_size);
        RecurrentConfig { batch_first: false, ..module }
    }

    /// What a step of all networks costs; each is a shard of its own.
    pub fn cost(&self) -> StepCost {
        let (steps, answers) = (self.task.steps(self.length), self.task.answers(self.length).len());
        let networks = [Cell::RnnTanh, Cell::Gru, Cell::Lstm].into_iter().zip(self.hidden_sizes());
        networks.fold(StepCost::default(), |all, (cell, hidden)| StepCost {
            parameters: all.parameters + self.count(cell.gates(), hidden),
            rows: self.batch_size,
            row: (all.row)
                .and(self.recurrent(cell, hidden).cost(steps))
                .and(Cost::linear(hidden, self.task.output_size()).times(answers)),
        })
    }

    /// The hidden units of [`CELLS`](super::CELLS).
    pub fn hidden_sizes(&self) -> [usize; 3] {
        [1, 3, 4].map(|gates| self.hidden_size(gates))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_as_many_parameters_as_they_may() {
        let config = MemoryConfig::from_form(&LESSON.preset());
        assert_eq!(config.hidden_sizes(), [56, 32, 27]);
        for (gates, hidden) in [1, 3, 4].into_iter().zip(config.hidden_sizes()) {
            assert!(config.count(gates, hidden) <= 3500 && config.count(gates, hidden + 1) > 3500);
        }
        assert_eq!(config.count(3, 32), 3489);
        assert_eq!(MemoryConfig { parameters: 1, ..config }.hidden_sizes(), [1, 1, 1]);
    }
}
