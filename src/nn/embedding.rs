//! The embedding: a table of one vector for each word.

use burn::tensor::{Int, Tensor};

use super::{Block, Builder, Parameters};
use crate::protocol::Layer;

/// PyTorch's `Embedding`: `weight [num_embeddings, embedding_dim]`.
#[derive(Debug)]
pub struct Embedding {
    num_embeddings: usize,
    embedding_dim: usize,
    block: Block,
    name: String,
}

impl Embedding {
    /// Adds the table to `builder`, normally distributed with mean 0 and variance 1 as PyTorch has it.
    pub fn new(builder: &mut Builder, name: &str, num_embeddings: usize, embedding_dim: usize) -> Self {
        let name = format!("{name}.weight");
        let block = builder.normal(name.clone(), vec![num_embeddings, embedding_dim]);
        Embedding { num_embeddings, embedding_dim, block, name }
    }

    /// Indices `[n]`, each less than `num_embeddings`, to vectors `[n, embedding_dim]`.
    pub fn forward(&self, parameters: &Parameters, indices: Tensor<1, Int>) -> Tensor<2> {
        let table = parameters.block(self.block).reshape([self.num_embeddings, self.embedding_dim]);
        table.select(0, indices)
    }

    /// The layer as the parameter table shows it.
    pub fn layer(&self) -> Layer {
        let shape = vec![self.num_embeddings, self.embedding_dim];
        Layer {
            name: format!("Embedding({}, {})", self.num_embeddings, self.embedding_dim),
            parameters: vec![(self.name.clone(), shape)],
        }
    }
}
