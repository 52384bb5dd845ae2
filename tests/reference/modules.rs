//! The recurrent modules, the losses and the updates, one by one.

use std::rc::Rc;

use burn::tensor::{Device, Int, Tensor, TensorData};
use safetensors::SafeTensors;
use unroll::nn::kernels::{Scan, clip_by_norm, recurrent};
use unroll::nn::{
    Builder, Cell, Embedding, HiddenState, Parameters, Pass, Recurrent, RecurrentConfig, cross_entropy,
    read_all, reference,
};
use unroll::train::{Optimizer, Rule};

use super::fixture::{assert_close, numbers, tensor};

/// Made by `tests/fixtures/recurrent.py`.
static FIXTURE: &[u8] = include_bytes!("../fixtures/recurrent.safetensors");

/// The generator's sizes.
const INPUT: usize = 2;
const HIDDEN: usize = 3;
const BATCH: usize = 3;
const STEPS: usize = 4;
const LENGTHS: [usize; 3] = [2, 4, 1];

/// What computes one scan: the kernels or the reference.
type Scanning = fn(Tensor<2>, Tensor<1>, Tensor<3>, Scan) -> Tensor<3>;
const SCANNINGS: [(&str, Scanning); 2] = [("kernels", recurrent), ("reference", reference::recurrent)];

/// Every cell, 1 and 3 layers, both numbers of directions, with and without biases, full and ragged: outputs, final
/// states and all gradients are PyTorch's.
pub async fn modules_equal_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    let cells =
        [("rnn_tanh", Cell::RnnTanh), ("rnn_relu", Cell::RnnRelu), ("lstm", Cell::Lstm), ("gru", Cell::Gru)];
    for (name, cell) in cells {
        for num_layers in [1, 3] {
            for bidirectional in [false, true] {
                for bias in [true, false] {
                    for ragged in [false, true] {
                        let kind = if bias { "bias" } else { "plain" };
                        let lengths = if ragged { "ragged" } else { "full" };
                        let directions = if bidirectional { 2 } else { 1 };
                        let case = format!("{name}/{num_layers}/{directions}/{kind}/{lengths}");
                        let config = RecurrentConfig {
                            num_layers,
                            bias,
                            bidirectional,
                            ..RecurrentConfig::new(cell, INPUT, HIDDEN)
                        };
                        let case = Case { name: case, fixture: &fixture, config, ragged, device };
                        case.check(tolerance).await;
                    }
                }
            }
        }
    }
}

/// The textbook's variants, which PyTorch computes from single operations.
pub async fn variants_equal_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    for (name, cell) in
        [("lstm_concatenated", Cell::LstmConcatenated), ("gru_reset_before", Cell::GruResetBefore)]
    {
        let config = RecurrentConfig::new(cell, INPUT, HIDDEN);
        Case { name: name.into(), fixture: &fixture, config, ragged: false, device }.check(tolerance).await;
    }
}

/// One module on one batch.
struct Case<'f> {
    name: String,
    fixture: &'f SafeTensors<'f>,
    config: RecurrentConfig,
    ragged: bool,
    device: &'f Device,
}

impl Case<'_> {
    async fn check(&self, tolerance: f64) {
        for (which, scanning) in SCANNINGS {
            let mut builder = Builder::new(0);
            let module = Recurrent::new(&mut builder, "module", self.config);
            let specs = Rc::clone(builder.build(self.device).specs());
            let names: Vec<&str> = specs.iter().map(|spec| &spec.name["module.".len()..]).collect();
            let flat: Vec<f32> =
                names.iter().flat_map(|name| self.numbers(&format!("value/{name}"))).collect();
            let flat = Tensor::from_data(TensorData::new(flat.clone(), [flat.len()]), self.device);
            let parameters = Parameters::new(Rc::clone(&specs), flat).tracked();

            let states = [self.config.num_layers * self.config.num_directions(), BATCH, HIDDEN];
            let leaf = |name: &str, shape| self.tensor(name, shape).autodiff().require_grad();
            let input = leaf("value/input", [BATCH, STEPS, INPUT]);
            let hidden = leaf("value/h_0", states);
            let has_c = self.config.cell.states() == 2;
            let kept = has_c.then(|| leaf("value/c_0", states));
            let initial = HiddenState { hidden: Some(hidden.clone()), cell: kept.clone() };
            let pass = Pass { initial, lengths: self.ragged.then_some(&LENGTHS[..]), dropout: None };
            let output = module.forward_by(scanning, &parameters, input.clone(), pass);

            let columns = self.config.num_directions() * HIDDEN;
            let state = output.state();
            let mut results = vec![("output", output.output())];
            results.extend(state.hidden.map(|hidden| ("h_n", hidden)));
            results.extend(state.cell.map(|cell| ("c_n", cell)));
            assert_eq!(results[0].1.dims(), [BATCH, STEPS, columns]);
            let mut loss = Tensor::zeros([1], &self.device.clone().autodiff());
            for (name, result) in &results {
                let weight = self.tensor(&format!("weight/{name}"), result.dims());
                loss = loss + (result.clone() * weight).sum();
            }
            let mut gradients = loss.backward();
            let mut found: Vec<(String, Tensor<1>)> = Vec::new();
            for (name, result) in results {
                found.push((name.into(), result.inner().flatten(0, 2)));
            }
            for (name, leaf) in [("input", Some(input)), ("h_0", Some(hidden)), ("c_0", kept)] {
                let gradient = leaf.and_then(|leaf| leaf.grad(&gradients));
                found.extend(gradient.map(|gradient| (format!("gradient/{name}"), gradient.flatten(0, 2))));
            }
            let flat = parameters.gather(&mut gradients);
            let mut start = 0;
            for (spec, name) in specs.iter().zip(names) {
                let piece = flat.clone().narrow(0, start, spec.count());
                found.push((format!("gradient/{name}"), piece));
                start += spec.count();
            }
            let (names, tensors): (Vec<String>, Vec<Tensor<1>>) = found.into_iter().unzip();
            assert_eq!(names.len(), if has_c { 6 } else { 4 } + specs.len());
            for (name, values) in names.iter().zip(read_all(tensors).await.unwrap()) {
                let what = format!("{} {name} by the {which}", self.name);
                assert_close(&what, &values, &self.numbers(name), tolerance);
            }
        }
    }

    fn numbers(&self, name: &str) -> Vec<f32> {
        numbers(self.fixture, &format!("{}/{name}", self.name))
    }

    fn tensor<const D: usize>(&self, name: &str, shape: [usize; D]) -> Tensor<D> {
        tensor(self.fixture, &format!("{}/{name}", self.name), shape, self.device)
    }
}

/// Cross-entropy, an embedding whose words repeat, Adam over ten steps, and clipping above and below the norm.
pub async fn losses_and_updates_equal_pytorch(device: &Device, tolerance: f64) {
    let fixture = &SafeTensors::deserialize(FIXTURE).unwrap();
    let integers = |name: &str| {
        let values: Vec<i32> = numbers(fixture, name).iter().map(|&value| value as i32).collect();
        let count = values.len();
        Tensor::<1, Int>::from_data(TensorData::new(values, [count]), device)
    };
    let mut checks: Vec<(&str, Tensor<1>)> = Vec::new();

    let logits = tensor::<2>(fixture, "cross_entropy/logits", [5, 7], device).autodiff().require_grad();
    let loss = cross_entropy(logits.clone(), integers("cross_entropy/targets"), None);
    let gradients = loss.backward();
    checks.push(("cross_entropy/loss", loss.inner()));
    checks.push(("cross_entropy/gradient", logits.grad(&gradients).unwrap().flatten(0, 1)));

    let mut builder = Builder::new(0);
    let embedding = Embedding::new(&mut builder, "table", 6, INPUT);
    let specs = Rc::clone(builder.build(device).specs());
    let parameters =
        Parameters::new(specs, tensor(fixture, "embedding/table", [6 * INPUT], device)).tracked();
    let vectors = embedding.forward(&parameters, integers("embedding/tokens"));
    let weight = tensor::<2>(fixture, "embedding/weight", [5, INPUT], device);
    checks.push(("embedding/gradient", parameters.gradient(&(vectors.clone() * weight).sum())));
    checks.push(("embedding/vectors", vectors.inner().flatten(0, 1)));

    let gradient = tensor::<1>(fixture, "adam/gradient", [9], device);
    let mut parameter = tensor::<1>(fixture, "adam/start", [9], device);
    let mut optimizer = Optimizer::new(Rule::Adam, 9, device);
    for step in 1..=10 {
        let scaled = gradient.clone().mul_scalar(1.0 + 0.3 * f64::from(step));
        parameter = optimizer.update(parameter, scaled, 0.01);
        if step == 1 {
            checks.push(("adam/1", parameter.clone()));
        }
    }
    checks.push(("adam/10", parameter));
    for (names, max_norm) in
        [(["clip/short/gradient", "clip/short/norm"], 100.0), (["clip/long/gradient", "clip/long/norm"], 0.5)]
    {
        let (clipped, norm) = clip_by_norm(gradient.clone(), max_norm);
        checks.extend(names.into_iter().zip([clipped, norm]));
    }
    let (names, tensors): (Vec<&str>, Vec<Tensor<1>>) = checks.into_iter().unzip();
    for (name, values) in names.iter().zip(read_all(tensors).await.unwrap()) {
        assert_close(name, &values, &numbers(fixture, name), tolerance);
    }
}
