//! The first steps of the airline models.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use unroll::lessons::airline::{AirlineConfig, LESSON, Model};
use unroll::nn::{Builder, Parameters, Spec};
use unroll::settings::Form;
use unroll::train::{Optimizer, Rule, read};

use super::fixture::{assert_close, numbers, tensor};

/// Made by `tests/fixtures/airline_step.py`.
static FIXTURE: &[u8] = include_bytes!("../fixtures/airline_step.safetensors");

/// The fixture's models and the settings that build them.
const CASES: [(&str, &[(&str, &str)]); 5] = [
    ("lstm", &[]),
    ("lstm2", &[("num_layers", "2"), ("hidden_size", "6")]),
    ("gru", &[("cell", "gru")]),
    ("gru2", &[("cell", "gru"), ("num_layers", "2"), ("hidden_size", "6")]),
    ("rnn", &[("cell", "rnn"), ("hidden_size", "16")]),
];

/// One model of the fixture, on a device.
struct Case<'f> {
    name: &'static str,
    fixture: &'f SafeTensors<'f>,
    model: Model,
    specs: Rc<[Spec]>,
    device: &'f Device,
    x: Tensor<3>,
    y: Tensor<2>,
}

/// Every model: loss, every gradient, parameters after 1 and 10 steps, each within `tolerance` of PyTorch's.
pub async fn equals_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    for (name, pairs) in CASES {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        let config = AirlineConfig::from_form(&form);
        let mut builder = Builder::new(config.seed);
        let mut model = Model::new(&config, &mut builder, device);
        if let Model::Scratch { a_0, .. } = &mut model {
            *a_0 = tensor(&fixture, "a_0", [1, 16], device);
        }
        let specs = Rc::clone(builder.build(device).specs());
        let x = tensor(&fixture, "x", [8, 4, 12], device);
        let y = tensor(&fixture, "y", [8, 12], device);
        let case = Case { name, fixture: &fixture, model, specs, device, x, y };
        case.first_step(tolerance).await;
        case.steps(Rule::Adam, 0.01, 1, "adam_1", tolerance).await;
        case.steps(Rule::Adam, 0.01, 10, "adam_10", tolerance).await;
        case.steps(Rule::Sgd { momentum: 0.9 }, 0.05, 10, "sgd_10", tolerance).await;
    }
}

impl Case<'_> {
    async fn first_step(&self, tolerance: f64) {
        let (loss, gradient) = self.gradient(&self.parameters());
        let values = read([loss, gradient]).await.unwrap();
        let expected = numbers(self.fixture, &format!("{}/loss", self.name));
        assert_close(&format!("{} loss", self.name), &values[0], &expected, tolerance);
        self.compare("gradient", &values[1], tolerance);
    }

    async fn steps(&self, rule: Rule, learning_rate: f64, steps: usize, kind: &str, tolerance: f64) {
        let mut parameters = self.parameters();
        let mut optimizer = Optimizer::new(rule, parameters.count(), self.device);
        for _ in 0..steps {
            let (_, gradient) = self.gradient(&parameters);
            let flat = optimizer.update(parameters.flat().clone(), gradient, learning_rate);
            parameters = Parameters::new(Rc::clone(&self.specs), flat);
        }
        let values = read([parameters.flat().clone()]).await.unwrap();
        self.compare(kind, &values[0], tolerance);
    }

    fn gradient(&self, parameters: &Parameters) -> (Tensor<1>, Tensor<1>) {
        let tracked = parameters.tracked();
        let predicted = self.model.predict(&tracked, self.x.clone());
        let loss = (predicted - self.y.clone()).square().mean();
        let gradient = tracked.gradient(&loss);
        (loss, gradient)
    }

    /// The fixture's initial parameters, which must have exactly the model's names and shapes.
    fn parameters(&self) -> Parameters {
        let prefix = format!("{}/initial/", self.name);
        let names = self.fixture.names();
        assert_eq!(names.iter().filter(|name| name.starts_with(&prefix)).count(), self.specs.len());
        let mut flat = Vec::new();
        for spec in self.specs.iter() {
            let name = format!("{prefix}{}", spec.name);
            assert_eq!(self.fixture.tensor(&name).unwrap().shape(), spec.shape, "{name}");
            flat.extend(numbers(self.fixture, &name));
        }
        let count = flat.len();
        Parameters::new(
            Rc::clone(&self.specs),
            Tensor::from_data(TensorData::new(flat, [count]), self.device),
        )
    }

    fn compare(&self, kind: &str, flat: &[f32], tolerance: f64) {
        let mut rest = flat;
        for spec in self.specs.iter() {
            let (values, after) = rest.split_at(spec.count());
            let name = format!("{}/{kind}/{}", self.name, spec.name);
            assert_close(&name, values, &numbers(self.fixture, &name), tolerance);
            rest = after;
        }
        assert!(rest.is_empty());
    }
}
