//! The first steps of the lessons' models.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use unroll::lessons::airline::{self, AirlineConfig};
use unroll::lessons::embedding::{self, EmbeddingConfig};
use unroll::lessons::memory::{self, Exercises, MemoryConfig, Networks};
use unroll::lessons::novel::{self, NovelConfig, Prediction};
use unroll::nn::kernels::clip_by_norm;
use unroll::nn::{Builder, HiddenState, Parameters, Spec, cross_entropy, read};
use unroll::settings::Form;
use unroll::train::{self, Objective, Optimizer, Rule};

use super::fixture::{assert_close, numbers, tensor};

/// Made by `tests/fixtures/airline_step.py`.
static AIRLINE: &[u8] = include_bytes!("../fixtures/airline_step.safetensors");
/// Made by `tests/fixtures/embedding_step.py`.
static EMBEDDING: &[u8] = include_bytes!("../fixtures/embedding_step.safetensors");

/// Made by `tests/fixtures/novel_step.py`.
static NOVEL: &[u8] = include_bytes!("../fixtures/novel_step.safetensors");

/// Made by `tests/fixtures/memory_step.py`.
static MEMORY: &[u8] = include_bytes!("../fixtures/memory_step.safetensors");

/// A fixture's models and the settings that build them.
type Cases<'c> = [(&'static str, &'c [(&'static str, &'static str)])];

const AIRLINE_CASES: &Cases = &[
    ("lstm", &[]),
    ("lstm2", &[("num_layers", "2"), ("hidden_size", "6")]),
    ("gru", &[("cell", "gru")]),
    ("gru2", &[("cell", "gru"), ("num_layers", "2"), ("hidden_size", "6")]),
    ("rnn", &[("cell", "rnn"), ("hidden_size", "16")]),
];

const EMBEDDING_CASES: &Cases =
    &[("lstm", &[]), ("literal", &[("batch_first", "off")]), ("gru", &[("cell", "gru")])];

const NOVEL_CASES: &Cases = &[
    ("book", &[("kind", "many_to_one"), ("linear_size", "10")]),
    ("every", &[("num_layers", "2")]),
    ("gru", &[("cell", "gru")]),
    ("tied", &[("tied", "on")]),
];

const MEMORY_CASES: &Cases = &[
    ("adding", &[("task", "adding"), ("seq_length", "6")]),
    ("recall", &[("task", "recall"), ("seq_length", "3")]),
    ("parity", &[("task", "parity"), ("seq_length", "6")]),
];

/// One model of a fixture, on a device.
struct Case<'c> {
    name: &'static str,
    fixture: &'c SafeTensors<'c>,
    specs: Rc<[Spec]>,
    device: &'c Device,
    loss: &'c dyn Fn(&Parameters) -> Tensor<1>,
}

/// Every model of the airline lesson: loss, every gradient, parameters after 1 and 10 steps, each within `tolerance` of
/// PyTorch's.
pub async fn airline_equals_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(AIRLINE).unwrap();
    for &(name, pairs) in AIRLINE_CASES {
        let config = AirlineConfig::from_form(&form(airline::LESSON.settings, pairs));
        let mut builder = Builder::new(config.seed);
        let mut model = airline::Model::new(&config, &mut builder, device);
        if let airline::Model::Scratch { a_0, .. } = &mut model {
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

/// Loss, gradients and steps of the lesson on learned embeddings: the book's model, its listing as printed, and a GRU.
pub async fn embedding_equals_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(EMBEDDING).unwrap();
    for &(name, pairs) in EMBEDDING_CASES {
        let config = EmbeddingConfig::from_form(&form(embedding::LESSON.settings, pairs));
        let data = embedding::Dataset::new(&embedding::sentences(), &config);
        let mut builder = Builder::new(config.seed);
        let model = embedding::Model::new(&config, &data, &mut builder, device);
        let rows: Vec<&[usize]> = data.table.iter().map(Vec::as_slice).collect();
        let labels = model.words(data.labels.iter().copied());
        let loss =
            |parameters: &Parameters| cross_entropy(model.logits(parameters, &rows), labels.clone(), None);
        let specs = Rc::clone(builder.build(device).specs());
        let case = Case { name, fixture: &fixture, specs, device, loss: &loss };
        case.first_step(tolerance).await;
        case.steps(Rule::Adam, 0.01, 10, "adam_10", tolerance).await;
    }
}

/// Loss, gradients and steps of the lesson on writing: the book's model, and those that predict what follows every token.
pub async fn novel_equals_pytorch(device: &Device, tolerance: f64) {
    // Step after step, as the models read them.
    const WINDOWS: [usize; 15] = [4, 9, 2, 5, 10, 4, 6, 11, 6, 7, 4, 1, 8, 4, 1];
    const FOLLOWERS: [usize; 15] = [5, 10, 4, 6, 11, 6, 7, 4, 3, 8, 4, 5, 9, 6, 7];
    const FOLLOWS: [usize; 3] = [9, 5, 3];
    let fixture = SafeTensors::deserialize(NOVEL).unwrap();
    for &(name, pairs) in NOVEL_CASES {
        let sizes = [("embedding_dim", "6"), ("hidden_size", "8"), ("seq_length", "5"), ("dropout", "0")];
        let form = form(novel::LESSON.settings, &[&sizes, pairs].concat());
        let config = NovelConfig::from_form(&form);
        let mut builder = Builder::new(config.seed);
        let model = novel::Model::new(&config, 12, &mut builder, device);
        let targets = match config.prediction {
            Prediction::EveryNext => model.numbers(&FOLLOWERS),
            Prediction::Last { .. } => model.numbers(&FOLLOWS),
        };
        let loss = |parameters: &Parameters| {
            let (logits, _) = model.logits(parameters, &WINDOWS, 3, HiddenState::default(), None);
            cross_entropy(logits, targets.clone(), None)
        };
        let specs = Rc::clone(builder.build(device).specs());
        let case = Case { name, fixture: &fixture, specs, device, loss: &loss };
        case.first_step(tolerance).await;
        case.clipped_steps(Rule::Adam, 0.01, 10, Some(0.5), "adam_10", tolerance).await;
    }
}

/// Loss, gradients and steps of the lesson on long memory: three networks that race, of which each gradient is clipped by itself.
pub async fn memory_equals_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(MEMORY).unwrap();
    for &(name, pairs) in MEMORY_CASES {
        let form = form(memory::LESSON.settings, &[pairs, &[("parameters", "300")]].concat());
        let config = MemoryConfig::from_form(&form);
        let mut builder = Builder::new(config.seed);
        let networks = Networks::new(&config, &mut builder, device);
        let specs = Rc::clone(builder.build(device).specs());
        let [x, truth] = ["x", "truth"].map(|part| numbers(&fixture, &format!("{name}/{part}")));
        let race = Race { networks, exercises: Exercises { rows: 4, x, truth } };
        let case = Case { name, fixture: &fixture, specs, device, loss: &|parameters| race.loss(parameters) };
        case.first_step(tolerance).await;
        let mut state = train::State::new(&race, case.parameters());
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
        let losses =
            (0..memory::CELLS.len()).map(|network| self.networks.loss(network, parameters, &self.exercises));
        losses.reduce(|sum, loss| sum + loss).unwrap()
    }
}

fn form(settings: &[&'static unroll::settings::Setting], pairs: &[(&str, &str)]) -> Form {
    let (form, notes) = Form::read(settings, pairs.iter().copied());
    assert_eq!(notes, []);
    form
}

impl Case<'_> {
    async fn first_step(&self, tolerance: f64) {
        let (loss, gradient) = self.gradient(&self.parameters());
        let [loss, gradient] = read([loss, gradient]).await.unwrap();
        let expected = numbers(self.fixture, &format!("{}/loss", self.name));
        assert_close(&format!("{} loss", self.name), &loss, &expected, tolerance);
        self.compare("gradient", &gradient, tolerance);
    }

    async fn steps(&self, rule: Rule, learning_rate: f64, steps: usize, kind: &str, tolerance: f64) {
        self.clipped_steps(rule, learning_rate, steps, None, kind, tolerance).await;
    }

    async fn clipped_steps(
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
