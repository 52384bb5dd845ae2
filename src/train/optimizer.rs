//! Optimisers, equal to PyTorch's `Adam` and `SGD`.
//!
//! They are ours because Burn's keep part of their state private (the momentum's velocity), so that a run could not
//! be saved and continued exactly; and because they can work on all parameters at once, which matters where every
//! operation is a launch.

use burn::tensor::{Device, Tensor};

use crate::nn::kernels::{self, AdamRates};

/// How parameters follow gradients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// PyTorch's `Adam`: β = (0.9, 0.999), ε = 1e-8.
    Adam,
    /// PyTorch's `SGD` with this momentum.
    Sgd {
        /// Share of the last update that goes into the next one.
        momentum: f64,
    },
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl Rule {
    /// All that [`Rule::slot_names`] may hold.
    pub(super) const ALL_SLOT_NAMES: [&str; 3] = ["exp_avg", "exp_avg_sq", "momentum_buffer"];

    /// PyTorch's names of what the optimiser remembers of each parameter.
    pub fn slot_names(self) -> &'static [&'static str] {
        match self {
            Rule::Adam => &["exp_avg", "exp_avg_sq"],
            Rule::Sgd { .. } => &["momentum_buffer"],
        }
    }
}

/// A rule and what it remembers between steps, laid out as the parameters' flat vector. Cloning shares the numbers.
#[derive(Debug, Clone)]
pub struct Optimizer {
    rule: Rule,
    step: u32,
    slots: Vec<Tensor<1>>,
}

impl Optimizer {
    /// An optimiser that has seen nothing yet, for `count` parameters.
    pub fn new(rule: Rule, count: usize, device: &Device) -> Self {
        let slots = rule.slot_names().iter().map(|_| Tensor::zeros([count], device)).collect();
        Optimizer { rule, step: 0, slots }
    }

    /// An optimiser in the middle of its work: after `step` steps, remembering `slots` in the order of
    /// [`Rule::slot_names`].
    pub fn resume(rule: Rule, step: u32, slots: Vec<Tensor<1>>) -> Self {
        Optimizer { rule, step, slots }
    }

    /// Steps done.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// What it remembers, in the order of [`Rule::slot_names`].
    pub fn slots(&self) -> &[Tensor<1>] {
        &self.slots
    }

    /// The rule.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// The parameters after one step down `gradient`.
    pub fn update(&mut self, parameters: Tensor<1>, gradient: Tensor<1>, learning_rate: f64) -> Tensor<1> {
        self.step += 1;
        match (self.rule, &mut self.slots[..]) {
            (Rule::Adam, [m, v]) => {
                let t = f64::from(self.step);
                let rates = AdamRates {
                    beta_1: BETA_1 as f32,
                    beta_2: BETA_2 as f32,
                    epsilon: EPSILON as f32,
                    step_size: (learning_rate / (1.0 - BETA_1.powf(t))) as f32,
                    root: (1.0 - BETA_2.powf(t)).sqrt() as f32,
                };
                let state = [parameters, m.clone(), v.clone()];
                let [parameters, mean, square] = kernels::adam(state, gradient, rates);
                (*m, *v) = (mean, square);
                parameters
            }
            (Rule::Sgd { momentum }, [buffer]) => {
                // b ← μ b + g,  θ ← θ − η b
                *buffer = buffer.clone().mul_scalar(momentum) + gradient;
                parameters - buffer.clone().mul_scalar(learning_rate)
            }
            (Rule::Adam | Rule::Sgd { .. }, _) => parameters,
        }
    }
}
