//! The linear layer y = W x + b.

use burn::tensor::Tensor;

use super::{Builder, Handle, Parameters};
use crate::protocol::Layer;

/// PyTorch's `Linear`: `weight [out_features, in_features]`, `bias [out_features]`.
#[derive(Debug)]
pub struct Linear {
    in_features: usize,
    out_features: usize,
    weight: Handle,
    bias: Handle,
    names: [String; 2],
}

impl Linear {
    /// Adds the layer's parameters to `builder`, uniform in ±1/√in_features as PyTorch has them.
    pub fn new(builder: &mut Builder, name: &str, in_features: usize, out_features: usize) -> Self {
        let bound = 1.0 / (in_features as f32).sqrt();
        let names = [format!("{name}.weight"), format!("{name}.bias")];
        Linear {
            in_features,
            out_features,
            weight: builder.uniform(names[0].clone(), vec![out_features, in_features], bound),
            bias: builder.uniform(names[1].clone(), vec![out_features], bound),
            names,
        }
    }

    /// `[rows, in_features]` to `[rows, out_features]`.
    pub fn forward(&self, parameters: &Parameters, x: Tensor<2>) -> Tensor<2> {
        x.matmul(parameters.get(self.weight).transpose()) + parameters.get(self.bias)
    }

    /// The layer as the parameter table shows it.
    pub fn layer(&self) -> Layer {
        let [weight, bias] = self.names.clone();
        Layer {
            name: format!("Linear({}, {})", self.in_features, self.out_features),
            parameters: vec![
                (weight, vec![self.out_features, self.in_features]),
                (bias, vec![self.out_features]),
            ],
        }
    }

    /// Multiplications and additions of one row, forward.
    pub fn flops_per_row(&self) -> f64 {
        2.0 * self.in_features as f64 * self.out_features as f64
    }
}
