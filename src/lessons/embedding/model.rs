//! The classifier: words to vectors, a recurrent module over them, its outputs summed over time, a linear layer.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{Dataset, EmbeddingConfig};
use crate::nn::{Builder, Cell, Embedding, Gates, Layer, Linear, Parameters, Pass, Recurrent};

/// y = W Σ_t h_t + b over the words of a sentence.
#[derive(Debug)]
pub struct Model {
    /// `embedding`: a vector for each word.
    embedding: Embedding,
    /// `lstm` or `gru`.
    recurrent: Recurrent,
    /// `linear`: from the sum to the classes.
    linear: Linear,
    /// Words in a sentence.
    length: usize,
    device: Device,
}

impl Model {
    /// Builds the model for `data` as `config` describes it, and adds its parameters to `builder`.
    pub fn new(config: &EmbeddingConfig, data: &Dataset, builder: &mut Builder, device: &Device) -> Self {
        let (size, hidden) = (config.embedding_dim, config.hidden_size);
        Model {
            embedding: Embedding::new(builder, "embedding", data.vocabulary.len(), size),
            recurrent: Recurrent::new(builder, &config.cell.name().to_lowercase(), config.recurrent()),
            linear: Linear::new(builder, "linear", hidden, data.classes.len()),
            length: data.length(),
            device: device.clone().inner(),
        }
    }

    /// Logits `[batch_size, classes]` of these rows of the table.
    pub fn logits(&self, parameters: &Parameters, rows: &[&[usize]]) -> Tensor<2> {
        let words = self.words(rows.iter().flat_map(|row| row.iter().copied()));
        let vectors = self.embedding.forward(parameters, words);
        let [count, size] = vectors.dims();
        // Sentences first. A module that is not told so reads this as one time step for each sentence.
        let vectors = vectors.reshape([count / self.length.max(1), self.length, size]);
        let output = self.recurrent.forward(parameters, vectors, Pass::default()).output();
        let [sentences, _, hidden] = output.dims();
        self.linear.forward(parameters, output.sum_dim(1).reshape([sentences, hidden]))
    }

    /// What happened inside while one sentence was read; without gradients.
    pub fn gates(&self, parameters: &Parameters, row: &[usize]) -> (Cell, Vec<Gates>) {
        let vectors = self.embedding.forward(parameters, self.words(row.iter().copied()));
        let [steps, size] = vectors.dims();
        // One sentence alone is the same whichever comes first; a module that takes steps for sentences is shown words in
        // the order in which it should have read them.
        let first = if self.recurrent.is_batch_first() { [1, steps, size] } else { [steps, 1, size] };
        let gates = self.recurrent.gates(parameters, vectors.reshape(first), Pass::default());
        (self.recurrent.cell(), gates)
    }

    /// The vectors of the first `count` words, one after the other.
    pub fn vectors(&self, parameters: &Parameters, count: usize) -> Tensor<1> {
        self.embedding.forward(parameters, self.words(0..count)).flatten(0, 1)
    }

    /// Numbers on the device: of words, or of classes.
    pub fn words(&self, numbers: impl Iterator<Item = usize>) -> Tensor<1, Int> {
        let numbers: Vec<i32> = numbers.map(|number| number as i32).collect();
        let count = numbers.len();
        Tensor::from_data(TensorData::new(numbers, [count]), &self.device)
    }

    /// The model, layer by layer.
    pub fn layers(&self) -> Vec<Layer> {
        vec![self.embedding.layer(), self.recurrent.layer(), self.linear.layer()]
    }
}
