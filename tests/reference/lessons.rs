//! How the first steps of a lesson's models are compared with PyTorch's.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use unroll::nn::kernels::clip_by_norm;
use unroll::nn::{Parameters, Spec, read};
use unroll::settings::Form;
use unroll::train::{Optimizer, Rule};

use super::fixture::{assert_close, numbers};

/// A fixture's models and the settings that build them.
pub type Cases<'c> = [(&'static str, &'c [(&'static str, &'static str)])];

/// One model of a fixture, on a device.
pub struct Case<'c> {
    pub name: &'static str,
    pub fixture: &'c SafeTensors<'c>,
    pub specs: Rc<[Spec]>,
    pub device: &'c Device,
    pub loss: &'c dyn Fn(&Parameters) -> Tensor<1>,
}

/// The form that these pairs give.
pub fn form(settings: &[&'static unroll::settings::Setting], pairs: &[(&str, &str)]) -> Form {
    let (form, notes) = Form::read(settings, pairs.iter().copied());
    assert_eq!(notes, []);
    form
}

impl Case<'_> {
    pub async fn first_step(&self, tolerance: f64) {
        let (loss, gradient) = self.gradient(&self.parameters());
        let [loss, gradient] = read([loss, gradient]).await.unwrap();
        let expected = numbers(self.fixture, &format!("{}/loss", self.name));
        assert_close(&format!("{} loss", self.name), &loss, &expected, tolerance);
        self.compare("gradient", &gradient, tolerance);
    }

    pub async fn steps(&self, rule: Rule, learning_rate: f64, steps: usize, kind: &str, tolerance: f64) {
        self.clipped_steps(rule, learning_rate, steps, None, kind, tolerance).await;
    }

    pub async fn clipped_steps(
        &self,
        rule: Rule,
        learning_rate: f64,
        steps: usize,
        max_norm: Option<f64>,
        kind: &str,
        tolerance: f64,
    ) {
        let mut parameters = self.parameters();
        let mut optimizer = Optimizer::new(rule, parameters.count(), self.device);
        for _ in 0..steps {
            let (_, gradient) = self.gradient(&parameters);
            let gradient = match max_norm {
                Some(max_norm) => clip_by_norm(gradient, max_norm).0,
                None => gradient,
            };
            let flat = optimizer.update(parameters.flat().clone(), gradient, learning_rate);
            parameters = Parameters::new(Rc::clone(&self.specs), flat);
        }
        let [values] = read([parameters.flat().clone()]).await.unwrap();
        self.compare(kind, &values, tolerance);
    }

    fn gradient(&self, parameters: &Parameters) -> (Tensor<1>, Tensor<1>) {
        let tracked = parameters.tracked();
        let loss = (self.loss)(&tracked);
        let gradient = tracked.gradient(&loss);
        (loss, gradient)
    }

    /// The fixture's initial parameters, which must have exactly the model's names and shapes.
    pub fn parameters(&self) -> Parameters {
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

    pub fn compare(&self, kind: &str, flat: &[f32], tolerance: f64) {
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
