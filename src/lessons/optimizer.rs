//! The settings that every lesson trained by gradients shares: the optimiser and its learning rate.

use crate::settings::{Choice, Form, Group, Integer, Outline, Real, declare, table};

/// Learning rates that the control steps through (1e-5 to 10, about half a decade apart).
pub static LEARNING_RATES: [f64; 13] =
    [1e-5, 3e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// How parameters follow gradients.
pub(super) static OPTIMIZER: Choice<fn(&Form) -> Optimizer> = training("optimizer").choice(
    "adam",
    &table([("adam", |_| Optimizer::Adam), ("sgd", |form| Optimizer::Sgd { momentum: MOMENTUM.read(form) })]),
);
/// May change while a run trains.
pub(super) static LEARNING_RATE: Real =
    training("learning_rate").live().real(0.01, 1e-6..=10.0, &LEARNING_RATES);
/// Matters to SGD.
pub(super) static MOMENTUM: Real = training("momentum").only_when(OPTIMIZER.is(&["sgd"])).real(
    0.9,
    0.0..=0.999,
    &[0.0, 0.5, 0.8, 0.9, 0.95, 0.99],
);
/// Draws initial weights and whatever else is random.
pub(super) static SEED: Integer = training("seed").integer(1, 0..=u32::MAX);

/// Does the learning rate stay, or fall?
pub(super) static SCHEDULE: Choice<Schedule> = training("schedule")
    .choice("cosine", &table([("constant", Schedule::Constant), ("cosine", Schedule::Cosine)]));
/// The norm that gradients are scaled down to; 0 for never.
pub(super) static CLIP_NORM: Real =
    training("clip_norm").real(1.0, 0.0..=1000.0, &[0.0, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0]);

/// A setting of training.
pub(super) const fn training(key: &'static str) -> Outline {
    declare(Group::Training, key)
}

/// What becomes of the learning rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// It stays.
    Constant,
    /// It falls along half a cosine to 0 at the last step (Loshchilov and Hutter, 2017).
    Cosine,
}

impl Schedule {
    /// What is left of the learning rate after `step` of `steps` steps, as a factor.
    pub(super) fn factor(self, step: usize, steps: usize) -> f64 {
        match self {
            Schedule::Constant => 1.0,
            Schedule::Cosine => {
                let done = (step as f64 / steps.max(1) as f64).min(1.0);
                (1.0 + (std::f64::consts::PI * done).cos()) / 2.0
            }
        }
    }
}

/// The optimiser, with PyTorch's defaults for what is not a setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimizer {
    /// Adam: β = (0.9, 0.999), ε = 1e-8.
    Adam,
    /// Stochastic gradient descent.
    Sgd {
        /// PyTorch's `momentum`.
        momentum: f64,
    },
}

impl Optimizer {
    /// What `form` chooses.
    pub(super) fn from_form(form: &Form) -> Self {
        OPTIMIZER.read(form)(form)
    }

    /// How parameters follow gradients under it.
    #[cfg(feature = "engine")]
    pub fn rule(self) -> crate::train::Rule {
        match self {
            Optimizer::Adam => crate::train::Rule::Adam,
            Optimizer::Sgd { momentum } => crate::train::Rule::Sgd { momentum },
        }
    }
}
