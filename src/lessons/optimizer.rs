//! The settings that every lesson trained by gradients shares: the optimiser and its learning rate.

use crate::settings::{Form, Group, Kind, Setting};

/// Learning rates that the control steps through (1e-5 to 10, about half a decade apart).
pub static LEARNING_RATES: [f64; 13] =
    [1e-5, 3e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// `adam` or `sgd`.
pub(super) static OPTIMIZER: Setting = training("optimizer", "adam", Kind::Choice(&["adam", "sgd"]));
/// May change while a run trains.
pub(super) static LEARNING_RATE: Setting = Setting {
    live: true,
    ..training("learning_rate", "0.01", Kind::Real { min: 1e-6, max: 10.0, ladder: &LEARNING_RATES })
};
/// Matters to SGD.
pub(super) static MOMENTUM: Setting = Setting {
    only_when: Some(("optimizer", &["sgd"])),
    ..training(
        "momentum",
        "0.9",
        Kind::Real { min: 0.0, max: 0.999, ladder: &[0.0, 0.5, 0.8, 0.9, 0.95, 0.99] },
    )
};
/// Draws initial weights and whatever else is random.
pub(super) static SEED: Setting = training("seed", "1", Kind::Integer { min: 0, max: u32::MAX as i64 });

/// Does the learning rate stay, or fall?
pub(super) static SCHEDULE: Setting = training("schedule", "cosine", Kind::Choice(&["constant", "cosine"]));
/// The norm that gradients are scaled down to; 0 for never.
pub(super) static CLIP_NORM: Setting = training(
    "clip_norm",
    "1",
    Kind::Real { min: 0.0, max: 1000.0, ladder: &[0.0, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0] },
);

/// What is left of a learning rate after `step` of `steps` steps where it falls along half a cosine to 0 at the last
/// one (Loshchilov and Hutter, 2017).
pub(super) fn cosine(step: usize, steps: usize) -> f64 {
    let done = (step as f64 / steps.max(1) as f64).min(1.0);
    (1.0 + (std::f64::consts::PI * done).cos()) / 2.0
}

/// A setting of training.
pub(super) const fn training(key: &'static str, preset: &'static str, kind: Kind) -> Setting {
    Setting { key, kind, preset, live: false, only_when: None, group: Group::Training }
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
        match form.choice(&OPTIMIZER) {
            "sgd" => Optimizer::Sgd { momentum: form.real(&MOMENTUM) },
            _ => Optimizer::Adam,
        }
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
