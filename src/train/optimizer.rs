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
        // Taken out, so that what nobody else holds is changed where it lies.
        let mut slots = std::mem::take(&mut self.slots).into_iter();
        let (parameters, slots) = match (self.rule, slots.next(), slots.next()) {
            (Rule::Adam, Some(mean), Some(square)) => {
                let t = f64::from(self.step);
                let rates = AdamRates {
                    beta_1: BETA_1 as f32,
                    beta_2: BETA_2 as f32,
                    epsilon: EPSILON as f32,
                    step_size: (learning_rate / (1.0 - BETA_1.powf(t))) as f32,
                    root: (1.0 - BETA_2.powf(t)).sqrt() as f32,
                };
                let [parameters, mean, square] = kernels::adam([parameters, mean, square], gradient, rates);
                (parameters, vec![mean, square])
            }
            (Rule::Sgd { momentum }, Some(buffer), None) => {
                // b ← μ b + g,  θ ← θ − η b
                let buffer = buffer.mul_scalar(momentum) + gradient;
                (parameters - buffer.clone().mul_scalar(learning_rate), vec![buffer])
            }
            (Rule::Adam | Rule::Sgd { .. }, first, second) => {
                (parameters, first.into_iter().chain(second).collect())
            }
        };
        self.slots = slots;
        parameters
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;

    /// What a snapshot holds may be read as pieces of one vector.
    #[test]
    fn adam_updates_views_where_they_lie() {
        let device = Device::flex();
        let whole = Tensor::<1>::from_floats([9.0, 9.0, 1.0, 2.0, 0.1, 0.2, 0.3, 0.4], &device);
        let [parameters, mean, square] = [2, 4, 6].map(|start| whole.clone().narrow(0, start, 2));
        let apart = |tensor: &Tensor<1>| Tensor::from_data(tensor.to_data(), &device);
        let gradient = Tensor::<1>::from_floats([0.5, -0.5], &device);
        let after = [false, true].map(|viewed| {
            let [parameters, mean, square] = [&parameters, &mean, &square]
                .map(|tensor| if viewed { tensor.clone() } else { apart(tensor) });
            let mut optimizer = Optimizer::resume(Rule::Adam, 3, vec![mean, square]);
            let parameters = optimizer.update(parameters, gradient.clone(), 0.1);
            let all = [&parameters, &optimizer.slots()[0], &optimizer.slots()[1]];
            all.map(|tensor| tensor.to_data().try_into_vec::<f32>().unwrap())
        });
        assert_eq!(after[0], after[1]);
        let mean = [0.9 * 0.1 + 0.1 * 0.5, 0.9 * 0.2 - 0.1 * 0.5];
        assert!(after[0][1].iter().zip(mean).all(|(a, b)| (a - b).abs() < 1e-6), "{after:?}");
        assert_eq!(whole.to_data().try_into_vec::<f32>().unwrap()[..3], [9.0, 9.0, 1.0]);
    }
}
