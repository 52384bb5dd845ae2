//! The first steps of the models of the airline lesson.

use std::rc::Rc;

use burn::tensor::{Device, Tensor};
use safetensors::SafeTensors;
use unroll::lessons::airline::{AirlineConfig, LESSON, Model};
use unroll::nn::{Builder, Parameters};
use unroll::train::Rule;

use super::fixture::tensor;
use super::lessons::{Case, Cases, form};

/// Made by `tests/fixtures/airline_step.py`.
static FIXTURE: &[u8] = include_bytes!("../fixtures/airline_step.safetensors");

const CASES: &Cases = &[
    ("lstm", &[]),
    ("lstm2", &[("num_layers", "2"), ("hidden_size", "6")]),
    ("gru", &[("cell", "gru")]),
    ("gru2", &[("cell", "gru"), ("num_layers", "2"), ("hidden_size", "6")]),
    ("rnn", &[("cell", "rnn"), ("hidden_size", "16")]),
];

/// Every model of the airline lesson: loss, every gradient, parameters after 1 and 10 steps, each within `tolerance` of
/// PyTorch's.
pub async fn airline_equals_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    for &(name, pairs) in CASES {
        let config = AirlineConfig::from_form(&form(LESSON.settings, pairs));
        let mut builder = Builder::new(config.seed);
        let mut model = Model::new(&config, &mut builder, device);
        if let Model::Scratch { a_0, .. } = &mut model {
            *a_0 = tensor(&fixture, "a_0", [1, 16], device);
        }
        let x = tensor(&fixture, "x", [8, 4, 12], device);
        let y: Tensor<2> = tensor(&fixture, "y", [8, 12], device);
        let loss =
            |parameters: &Parameters| (model.predict(parameters, x.clone()) - y.clone()).square().mean();
        let specs = Rc::clone(builder.build(device).specs());
        let case = Case { name, fixture: &fixture, specs, device, loss: &loss };
        case.first_step(tolerance).await;
        case.steps(Rule::Adam, 0.01, 1, "adam_1", tolerance).await;
        case.steps(Rule::Adam, 0.01, 10, "adam_10", tolerance).await;
        case.steps(Rule::Sgd { momentum: 0.9 }, 0.05, 10, "sgd_10", tolerance).await;
    }
}
