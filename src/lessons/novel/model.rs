//! The network: an embedding, a recurrent module, and one of two ends.

use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::config::{NovelConfig, Prediction};
use crate::Stream;
use crate::nn::{
    Builder, Cell, Embedding, Gates, HiddenState, Input, Layer, Linear, Parameters, Pass, Recurrent, Tied,
};

/// The layers.
#[derive(Debug)]
pub struct Model {
    embedding: Embedding,
    recurrent: Recurrent,
    head: Head,
    dropout: f64,
    hidden_size: usize,
    device: Device,
}

/// What follows the recurrent module.
#[derive(Debug)]
enum Head {
    /// Every state to the tokens.
    Every(Linear),
    /// Each token's state to a layer whose weight is the table of vectors.
    Tied(Tied),
    /// The sum of all states to a layer with ReLU, and that to the tokens.
    Sum { linear1: Linear, linear2: Linear },
}

impl Model {
    /// Adds its parameters to `builder`, by the names of PyTorch's modules `embedding`, `lstm` (`gru`, `rnn`), and
    /// `linear` or `linear1` and `linear2`.
    pub fn new(config: &NovelConfig, vocabulary: usize, builder: &mut Builder, device: &Device) -> Self {
        let (size, hidden) = (config.embedding_dim, config.hidden_size);
        let embedding = if config.tied {
            // As large as the weights of a last layer: rows of length 1 as PyTorch draws them would shout.
            Embedding::uniform(builder, "embedding", vocabulary, size, 1.0 / (hidden as f32).sqrt())
        } else {
            Embedding::new(builder, "embedding", vocabulary, size)
        };
        let recurrent = Recurrent::new(builder, &config.cell.name().to_lowercase(), config.recurrent());
        let head = match config.prediction {
            Prediction::Last { linear_size } => Head::Sum {
                linear1: Linear::new(builder, "linear1", hidden, linear_size),
                linear2: Linear::new(builder, "linear2", linear_size, vocabulary),
            },
            Prediction::EveryNext if config.tied => Head::Tied(Tied::new(builder, "linear", &embedding)),
            Prediction::EveryNext => Head::Every(Linear::new(builder, "linear", hidden, vocabulary)),
        };
        let device = device.clone().inner();
        Model { embedding, recurrent, head, dropout: config.dropout, hidden_size: hidden, device }
    }

    /// Tokens of `rows` windows, the first of each, then the second of each …, to logits and the state after them: of
    /// every token's follower `[tokens, vocabulary]`, or of each window's `[rows, vocabulary]`. `dropout` is given in
    /// training.
    pub fn logits(
        &self,
        parameters: &Parameters,
        tokens: &[usize],
        rows: usize,
        initial: HiddenState,
        mut dropout: Option<Stream>,
    ) -> (Tensor<2>, HiddenState) {
        let mut input = self.embedding.input(parameters, tokens, rows);
        if let (Some(stream), Input::Words { vectors, .. }) = (&mut dropout, &mut input)
            && self.dropout > 0.0
        {
            // One mask for a word wherever it stands in the batch (Gal and Ghahramani, 2016).
            *vectors = vectors.clone() * stream.dropout(self.dropout, vectors.dims(), &self.device);
        }
        let pass = Pass { initial, lengths: None, dropout: dropout.as_mut() };
        let output = self.recurrent.forward(parameters, input, pass);
        let state = output.state();
        let mut reads = match &self.head {
            Head::Sum { .. } => output.output().sum_dim(0).reshape([rows, self.hidden_size]),
            Head::Every(_) | Head::Tied(_) => output.steps(),
        };
        if let Some(stream) = dropout.as_mut().filter(|_| self.dropout > 0.0) {
            reads = reads.clone() * stream.dropout(self.dropout, reads.dims(), &self.device);
        }
        let logits = match &self.head {
            Head::Every(linear) => linear.forward(parameters, reads),
            Head::Tied(tied) => tied.forward(parameters, &self.embedding, reads),
            Head::Sum { linear1, linear2 } => {
                linear2.forward(parameters, relu(linear1.forward(parameters, reads)))
            }
        };
        (logits, state)
    }

    /// The top layer's hidden state after each token of a passage, `[tokens, hidden_size]`.
    pub fn states(&self, parameters: &Parameters, passage: &[usize]) -> Tensor<2> {
        let input = self.embedding.input(parameters, passage, 1);
        self.recurrent.forward(parameters, input, Pass::default()).steps()
    }

    /// What happened inside while a passage was read; without gradients.
    pub fn gates(&self, parameters: &Parameters, passage: &[usize]) -> (Cell, Vec<Gates>) {
        let input = self.embedding.input(parameters, passage, 1);
        (self.recurrent.cell(), self.recurrent.gates(parameters, input, Pass::default()))
    }

    /// Numbers of tokens on the device.
    pub fn numbers(&self, numbers: &[usize]) -> Tensor<1, Int> {
        let numbers: Vec<i32> = numbers.iter().map(|&number| number as i32).collect();
        let count = numbers.len();
        Tensor::from_data(TensorData::new(numbers, [count]), &self.device)
    }

    /// The model, layer by layer.
    pub fn layers(&self) -> Vec<Layer> {
        let mut layers = vec![self.embedding.layer(), self.recurrent.layer()];
        match &self.head {
            Head::Every(linear) => layers.push(linear.layer()),
            Head::Tied(tied) => layers.push(tied.layer(&self.embedding)),
            Head::Sum { linear1, linear2 } => layers.extend([linear1.layer(), linear2.layer()]),
        }
        layers
    }
}
