//! The settings of the lesson and the config they validate to.

use super::Task;
use crate::lesson::{Lesson, Metric, Preset, Training, Unit};
use crate::lessons::optimizer::{
    CLIP_NORM, LEARNING_RATES, MOMENTUM, OPTIMIZER, Optimizer, SCHEDULE, SEED, cosine, training,
};
use crate::settings::{Form, Group, Kind, Setting};

static TASK: Setting = Setting {
    group: Group::Data,
    ..training("task", "adding", Kind::Choice(&["adding", "recall", "parity"]))
};
static SEQ_LENGTH: Setting =
    Setting { group: Group::Data, ..training("seq_length", "100", Kind::Integer { min: 2, max: 400 }) };
static PARAMETERS: Setting = Setting {
    group: Group::Model,
    ..training("parameters", "3500", Kind::Integer { min: 200, max: 50_000 })
};
static FORGET_BIAS: Setting = Setting {
    group: Group::Model,
    ..training(
        "forget_bias",
        "1",
        Kind::Real { min: -5.0, max: 10.0, ladder: &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0] },
    )
};
static LEARNING_RATE: Setting = Setting {
    live: true,
    ..training("learning_rate", "0.03", Kind::Real { min: 1e-6, max: 10.0, ladder: &LEARNING_RATES })
};
static BATCH_SIZE: Setting = training("batch_size", "32", Kind::Integer { min: 1, max: 128 });
static STEPS: Setting = training("steps", "1500", Kind::Integer { min: 1, max: 100_000 });
static EXAMINE_EVERY: Setting = training("examine_every", "20", Kind::Integer { min: 1, max: 10_000 });

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "memory",
    version: 1,
    settings: &[
        &TASK,
        &SEQ_LENGTH,
        &PARAMETERS,
        &FORGET_BIAS,
        &OPTIMIZER,
        &LEARNING_RATE,
        &MOMENTUM,
        &SCHEDULE,
        &CLIP_NORM,
        &BATCH_SIZE,
        &STEPS,
        &EXAMINE_EVERY,
        &SEED,
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
    training: Some(Training {
        compare: &OPTIMIZER,
        unit: Unit::Step,
        length: |form, _| MemoryConfig::from_form(form).steps,
        metrics: &[
            Metric { key: "rnn", percent: false },
            Metric { key: "gru", percent: false },
            Metric { key: "lstm", percent: false },
        ],
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
    /// Does it fall along half a cosine?
    pub cosine: bool,
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
        let count = |setting| usize::try_from(form.integer(setting)).unwrap_or(0);
        MemoryConfig {
            task: match form.choice(&TASK) {
                "recall" => Task::Recall,
                "parity" => Task::Parity,
                _ => Task::Adding,
            },
            length: count(&SEQ_LENGTH).max(2),
            parameters: count(&PARAMETERS),
            forget_bias: form.real(&FORGET_BIAS),
            optimizer: Optimizer::from_form(form),
            learning_rate: form.real(&LEARNING_RATE),
            cosine: form.choice(&SCHEDULE) == "cosine",
            clip_norm: Some(form.real(&CLIP_NORM)).filter(|norm| *norm > 0.0),
            batch_size: count(&BATCH_SIZE).max(1),
            steps: count(&STEPS),
            examine_every: count(&EXAMINE_EVERY).max(1),
            seed: form.integer(&SEED).unsigned_abs(),
        }
    }

    /// The learning rate of the step after `step` steps.
    pub fn learning_rate_at(&self, step: usize) -> f64 {
        self.learning_rate * if self.cosine { cosine(step, self.steps) } else { 1.0 }
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
