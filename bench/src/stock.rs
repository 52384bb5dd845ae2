//! The workloads with Burn's own modules, losses and Adam.

use burn::module::Module;
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig, Lstm, LstmConfig, LstmState};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::measure::{Predict, Train};
use crate::workload::{Head, Series, Shape, Text, Workload, numbers, tokens};

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
            let numbers = |shape: &[usize]| TensorData::new(numbers(shape.iter().product()), shape.to_vec());
            let x: Tensor<3> = Tensor::from_data(numbers(&[batch, steps, features]), &device);
            let y: Tensor<2> = Tensor::from_data(numbers(&[batch, features]), &device);
            let loss = move |model: &SeriesModel| {
                let (_, state) = model.lstm.forward(x.clone(), None);
                MseLoss::new().forward(model.linear.forward(state.hidden), y.clone(), Reduction::Mean)
            };
            Box::new(Stock::new(model, loss, learning_rate))
        }
        Shape::Text(text) => {
            let Text { batch, steps, vocabulary, head, .. } = text;
            let model = TextModel::new(text, &device);
            let x: Tensor<2, Int> = Tensor::from_data(
                TensorData::new(tokens(batch * steps, vocabulary, 0), [batch, steps]),
                &device,
            );
            let targets = if head == Head::Each { batch * steps } else { batch };
            let y: Tensor<1, Int> =
                Tensor::from_data(TensorData::new(tokens(targets, vocabulary, 1), [targets]), &device);
            let criterion = CrossEntropyLossConfig::new().init(&device);
            let loss = move |model: &TextModel| {
                let (logits, _) = model.logits(x.clone(), None);
                criterion.forward(logits, y.clone())
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
}

impl<M: Module, L: Fn(&M) -> Tensor<1>> Stock<M, L> {
    fn new(model: M, loss: L, learning_rate: f64) -> Self {
        let optimizer = AdamConfig::new().with_epsilon(1e-8).init();
        Stock { model: Some(model), loss, optimizer, learning_rate }
    }
}

impl<M: Module, L: Fn(&M) -> Tensor<1>> Train for Stock<M, L> {
    fn step(&mut self) -> Tensor<1> {
        let model = self.model.take().expect("the optimiser gave the model back");
        let loss = (self.loss)(&model);
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
