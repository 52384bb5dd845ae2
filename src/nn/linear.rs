//! The linear layer y = x Wᵀ + b.

use burn::tensor::Tensor;

use super::kernels::{self, LinearShape};
use super::{Block, Builder, Layer, Parameters};

/// PyTorch's `Linear`: `weight [out_features, in_features]`, `bias [out_features]`.
#[derive(Debug)]
pub struct Linear {
    shape: LinearShape,
    block: Block,
    names: [String; 2],
}

impl Linear {
    /// Adds the layer's parameters to `builder`, uniform in ±1/√in_features as PyTorch has them.
    pub fn new(builder: &mut Builder, name: &str, in_features: usize, out_features: usize) -> Self {
        let bound = 1.0 / (in_features as f32).sqrt();
        let names = [format!("{name}.weight"), format!("{name}.bias")];
        let shapes = [vec![out_features, in_features], vec![out_features]];
        let block = builder.uniform(names.iter().cloned().zip(shapes).collect(), bound);
        Linear { shape: LinearShape { in_features, out_features, bias: true }, block, names }
    }

    /// `[rows, in_features]` to `[rows, out_features]`.
    pub fn forward(&self, parameters: &Parameters, x: Tensor<2>) -> Tensor<2> {
        kernels::linear(x, parameters.block(self.block), self.shape)
    }

    /// The layer as the parameter table shows it.
    pub fn layer(&self) -> Layer {
        let LinearShape { in_features, out_features, .. } = self.shape;
        let [weight, bias] = self.names.clone();
        Layer {
            name: format!("Linear({in_features}, {out_features})"),
            parameters: vec![(weight, vec![out_features, in_features]), (bias, vec![out_features])],
        }
    }
}
