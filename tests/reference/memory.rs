//! The first steps of the networks of the lesson on long memory.

use std::rc::Rc;

use burn::tensor::{Device, Tensor};
use safetensors::SafeTensors;
use unroll::lessons::memory::{CELLS, Exercises, LESSON, MemoryConfig, Networks};
use unroll::nn::{Builder, Parameters, read};
use unroll::train::{Objective, Rule, TrainingState};

use super::fixture::numbers;
use super::lessons::{Case, Cases, form};

/// Made by `tests/fixtures/memory_step.py`.
static FIXTURE: &[u8] = include_bytes!("../fixtures/memory_step.safetensors");

const CASES: &Cases = &[
    ("adding", &[("task", "adding"), ("seq_length", "6")]),
    ("recall", &[("task", "recall"), ("seq_length", "3")]),
    ("parity", &[("task", "parity"), ("seq_length", "6")]),
];

/// Loss, gradients and steps of the lesson on long memory: three networks that race, of which each gradient is clipped by itself.
pub async fn memory_equals_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    for &(name, pairs) in CASES {
        let form = form(LESSON.settings, &[pairs, &[("parameters", "300")]].concat());
        let config = MemoryConfig::from_form(&form);
        let mut builder = Builder::new(config.seed);
        let networks = Networks::new(&config, &mut builder, device);
        let specs = Rc::clone(builder.build(device).specs());
        let [x, truth] = ["x", "truth"].map(|part| numbers(&fixture, &format!("{name}/{part}")));
        let race = Race { networks, exercises: Exercises { rows: 4, x, truth } };
        let case = Case { name, fixture: &fixture, specs, device, loss: &|parameters| race.loss(parameters) };
        case.first_step(tolerance).await;
        let mut state = TrainingState::new(&race, case.parameters());
        for _ in 0..10 {
            state.step(&race);
        }
        let [values] = read([state.parameters.flat().clone()]).await.unwrap();
        case.compare("adam_10", &values, tolerance);
    }
}

/// The networks on exercises that stay the same.
struct Race {
    networks: Networks,
    exercises: Exercises,
}

impl Objective for Race {
    fn rule(&self) -> Rule {
        Rule::Adam
    }

    fn learning_rate(&self, _step: usize) -> f64 {
        0.01
    }

    fn max_norm(&self) -> Option<f64> {
        Some(0.1)
    }

    fn clipped_apart(&self) -> Vec<usize> {
        self.networks.parameters()
    }

    fn loss(&self, parameters: &Parameters) -> Tensor<1> {
        let losses = (0..CELLS.len()).map(|network| self.networks.loss(network, parameters, &self.exercises));
        losses.reduce(|sum, loss| sum + loss).unwrap()
    }
}
