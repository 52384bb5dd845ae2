//! A last layer whose weight is the table of vectors that the words are read by.

use burn::tensor::Tensor;

use super::kernels::{self, LinearShape};
use super::{Block, Builder, Embedding, Layer, Parameters};

/// y = x Eᵀ + b with the table E of an embedding (Press and Wolf, 2017): `bias [num_embeddings]` is all that it adds.
#[derive(Debug)]
pub struct Tied {
    bias: Block,
    name: String,
}

impl Tied {
    /// Adds the bias to `builder`, uniform as that of a linear layer.
    pub fn new(builder: &mut Builder, name: &str, embedding: &Embedding) -> Self {
        let name = format!("{name}.bias");
        let [num_embeddings, embedding_dim] = embedding.shape();
        let bound = 1.0 / (embedding_dim as f32).sqrt();
        let bias = builder.uniform(vec![(name.clone(), vec![num_embeddings])], bound);
        Tied { bias, name }
    }

    /// `[rows, embedding_dim]` to `[rows, num_embeddings]`.
    pub fn forward(&self, parameters: &Parameters, embedding: &Embedding, x: Tensor<2>) -> Tensor<2> {
        let [out_features, in_features] = embedding.shape();
        let shape = LinearShape { in_features, out_features, bias: false };
        let scores = kernels::linear(x, parameters.block(embedding.block()), shape);
        scores + parameters.block(self.bias).reshape([1, out_features])
    }

    /// The layer as the parameter table shows it.
    pub fn layer(&self, embedding: &Embedding) -> Layer {
        let [out_features, in_features] = embedding.shape();
        Layer {
            name: format!("Linear({in_features}, {out_features}, tied)"),
            parameters: vec![(self.name.clone(), vec![out_features])],
        }
    }
}
