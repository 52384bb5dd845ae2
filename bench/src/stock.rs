//! The workloads with Burn's own modules, losses and Adam.

use burn::module::Module;
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig, Lstm, LstmConfig, LstmState};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::measure::{Predict, Train};
use crate::workload::{BATCHES, Head, Series, Shape, Text, Workload, series_batch, text_batch};

/// A workload ready for training.
pub fn training(workload: Workload, device: &Device) -> Box<dyn Train> {
    let learning_rate = workload.learning_rate();
    let device = device.clone().autodiff();
    match workload.shape() {
        Shape::Series(series) => {
            let Series { batch, steps, features, hidden } = series;
            let model = SeriesModel {
                lstm: LstmConfig::new(features, hidden, true).init(&device),
                linear: LinearConfig::new(hidden, features).init(&device),
            };
            let batches = Vec::from_iter((0..BATCHES).map(|index| {
                let (x, y) = series_batch(series, index);
                let x: Tensor<3> = Tensor::from_data(TensorData::new(x, [batch, steps, features]), &device);
                let y: Tensor<2> = Tensor::from_data(TensorData::new(y, [batch, features]), &device);
                (x, y)
            }));
            let loss = move |model: &SeriesModel, batch: usize| {
                let (x, y) = batches[batch].clone();
                let (_, state) = model.lstm.forward(x, None);
                MseLoss::new().forward(model.linear.forward(state.hidden), y, Reduction::Mean)
            };
            Box::new(Stock::new(model, loss, learning_rate))
        }
        Shape::Text(text) => {
            let model = TextModel::new(text, &device);
            let batches = Vec::from_iter((0..BATCHES).map(|index| {
                let (x, y) = text_batch(text, index);
                let (x, y) = (TensorData::new(x, [text.batch, text.steps]), TensorData::from(&y[..]));
                (Tensor::<2, Int>::from_data(x, &device), Tensor::<1, Int>::from_data(y, &device))
            }));
            let criterion = CrossEntropyLossConfig::new().init(&device);
            let loss = move |model: &TextModel, batch: usize| {
                let (x, y) = batches[batch].clone();
                let (logits, _) = model.logits(x, None);
                criterion.forward(logits, y)
            };
            Box::new(Stock::new(model, loss, learning_rate))
        }
    }
}

struct Stock<M, L> {
    /// `None` only while the optimiser has it.
    model: Option<M>,
    loss: L,
    optimizer: ModuleOptimizer,
    learning_rate: f64,
    step: usize,
}

impl<M: Module, L: Fn(&M, usize) -> Tensor<1>> Stock<M, L> {
    fn new(model: M, loss: L, learning_rate: f64) -> Self {
        let optimizer = AdamConfig::new().with_epsilon(1e-8).init();
        Stock { model: Some(model), loss, optimizer, learning_rate, step: 0 }
    }
}

impl<M: Module, L: Fn(&M, usize) -> Tensor<1>> Train for Stock<M, L> {
    fn step(&mut self) -> Tensor<1> {
        let model = self.model.take().expect("the optimiser gave the model back");
        let loss = (self.loss)(&model, self.step % BATCHES);
        self.step += 1;
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        self.model = Some(self.optimizer.step(self.learning_rate, model, gradients));
        loss.inner()
    }
}

#[derive(Module, Debug)]
struct SeriesModel {
    lstm: Lstm,
    linear: Linear,
}

#[derive(Module, Debug)]
struct TextModel {
    embedding: Embedding,
    lstm: Lstm,
    hidden: Option<Linear>,
    out: Linear,
}

impl TextModel {
    fn new(text: Text, device: &Device) -> Self {
        let Text { vocabulary, embedding, hidden, head, .. } = text;
        let (units, between) = match head {
            Head::Sum { units } => (units, Some(LinearConfig::new(hidden, units).init(device))),
            Head::Each => (hidden, None),
        };
        TextModel {
            embedding: EmbeddingConfig::new(vocabulary, embedding).init(device),
            lstm: LstmConfig::new(embedding, hidden, true).init(device),
            hidden: between,
            out: LinearConfig::new(units, vocabulary).init(device),
        }
    }

    /// Tokens `[batch, steps]` to logits `[predictions, vocabulary]` and the state after them.
    fn logits(&self, tokens: Tensor<2, Int>, state: Option<LstmState<2>>) -> (Tensor<2>, LstmState<2>) {
        let (output, state) = self.lstm.forward(self.embedding.forward(tokens), state);
        let [batch, steps, hidden] = output.dims();
        let rows = match &self.hidden {
            Some(linear) => relu(linear.forward(output.sum_dim(1).reshape([batch, hidden]))),
            None => output.reshape([batch * steps, hidden]),
        };
        (self.out.forward(rows), state)
    }
}

/// A model that continues a text.
pub struct StockSampling {
    text: Text,
    model: TextModel,
    state: Option<LstmState<2>>,
    device: Device,
}

impl StockSampling {
    /// With initial parameters.
    pub fn new(text: Text, device: &Device) -> Self {
        StockSampling { text, model: TextModel::new(text, device), state: None, device: device.clone() }
    }
}

impl Predict for StockSampling {
    fn next(&mut self, read: &[i32]) -> Tensor<1> {
        let tokens = Tensor::from_data(TensorData::new(read.to_vec(), [1, read.len()]), &self.device);
        let (logits, state) = self.model.logits(tokens, self.state.take());
        self.state = (self.text.head == Head::Each).then_some(state);
        logits.reshape([self.text.vocabulary])
    }
}
