//! The embedding: a table of one vector for each word.

use burn::tensor::{Int, Tensor, TensorData};

use super::{Block, Builder, Input, Layer, Parameters};

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

    /// Adds the table to `builder`, uniform in ±`bound`.
    pub fn uniform(
        builder: &mut Builder,
        name: &str,
        num_embeddings: usize,
        embedding_dim: usize,
        bound: f32,
    ) -> Self {
        let name = format!("{name}.weight");
        let block = builder.uniform(vec![(name.clone(), vec![num_embeddings, embedding_dim])], bound);
        Embedding { num_embeddings, embedding_dim, block, name }
    }

    /// `[num_embeddings, embedding_dim]`
    pub(super) fn shape(&self) -> [usize; 2] {
        [self.num_embeddings, self.embedding_dim]
    }

    /// Where the table lies.
    pub(super) fn block(&self) -> Block {
        self.block
    }

    /// Indices `[n]`, each less than `num_embeddings`, to vectors `[n, embedding_dim]`.
    pub fn forward(&self, parameters: &Parameters, indices: Tensor<1, Int>) -> Tensor<2> {
        let table = parameters.block(self.block).reshape([self.num_embeddings, self.embedding_dim]);
        table.select(0, indices)
    }

    /// What a recurrent module reads of the words `tokens`, step after step for `batch_size` sequences side by side:
    /// the same as from [`forward`](Self::forward)'s vectors, but a word that occurs often costs no more than one
    /// that occurs once.
    pub fn input(&self, parameters: &Parameters, tokens: &[usize], batch_size: usize) -> Input {
        let mut distinct: Vec<usize> = tokens.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let places = tokens.iter().map(|token| distinct.partition_point(|known| known < token)).collect();
        let indices: Vec<i32> = distinct.iter().map(|&token| token as i32).collect();
        let indices = TensorData::new(indices, [distinct.len()]);
        let indices = Tensor::from_data(indices, &parameters.flat().device().inner());
        Input::Words { vectors: self.forward(parameters, indices), places, batch_size }
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

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::nn::{Cell, Pass, Recurrent, RecurrentConfig, cross_entropy};

    /// Words that share their projection train as words that do not.
    #[test]
    fn words_are_read_as_their_vectors_are() {
        let device = Device::flex();
        let tokens = [2, 0, 2, 2, 5, 0, 2, 3];
        let as_integers = |tokens: &[usize]| {
            let tokens: Vec<i32> = tokens.iter().map(|&token| token as i32).collect();
            Tensor::<1, Int>::from_data(TensorData::new(tokens, [8]), &device)
        };
        for cell in Cell::ALL {
            let mut builder = Builder::new(1);
            let embedding = Embedding::new(&mut builder, "words", 6, 3);
            let config = RecurrentConfig {
                num_layers: 2,
                bidirectional: true,
                batch_first: false,
                ..RecurrentConfig::new(cell, 3, 4)
            };
            let module = Recurrent::new(&mut builder, "rnn", config);
            let parameters = builder.build(&device).tracked();
            let vectors = embedding.forward(&parameters, as_integers(&tokens)).reshape([4, 2, 3]);
            let results = [Input::from(vectors), embedding.input(&parameters, &tokens, 2)].map(|input| {
                let output = module.forward(&parameters, input, Pass::default());
                let loss = cross_entropy(output.steps(), as_integers(&[0, 1, 2, 3, 4, 5, 6, 7]), None);
                let gradient = parameters.gradient(&loss);
                [loss.inner(), gradient].map(|values| values.into_data().try_into_vec::<f32>().unwrap())
            });
            let [plain, words] = results.map(|results| results.concat());
            let off = plain.iter().zip(&words).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(off < 1e-5 && plain.iter().any(|value| value.abs() > 1e-3), "{cell:?}: {off}");
        }
    }
}
