//! The first steps of the models of the lesson on writing.

use std::rc::Rc;

use burn::tensor::Device;
use safetensors::SafeTensors;
use unroll::lessons::novel::{LESSON, Model, NovelConfig, Prediction};
use unroll::nn::{Builder, HiddenState, Parameters, cross_entropy};
use unroll::train::Rule;

use super::lessons::{Case, Cases, form};

/// Made by `tests/fixtures/novel_step.py`.
static FIXTURE: &[u8] = include_bytes!("../fixtures/novel_step.safetensors");

const CASES: &Cases = &[
    ("book", &[("kind", "many_to_one"), ("linear_size", "10")]),
    ("every", &[("num_layers", "2")]),
    ("gru", &[("cell", "gru")]),
    ("tied", &[("tied", "on")]),
];

/// Loss, gradients and steps of the lesson on writing: the book's model, and those that predict what follows every token.
pub async fn novel_equals_pytorch(device: &Device, tolerance: f64) {
    // Step after step, as the models read them.
    const WINDOWS: [usize; 15] = [4, 9, 2, 5, 10, 4, 6, 11, 6, 7, 4, 1, 8, 4, 1];
    const FOLLOWERS: [usize; 15] = [5, 10, 4, 6, 11, 6, 7, 4, 3, 8, 4, 5, 9, 6, 7];
    const FOLLOWS: [usize; 3] = [9, 5, 3];
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    for &(name, pairs) in CASES {
        let sizes = [("embedding_dim", "6"), ("hidden_size", "8"), ("seq_length", "5"), ("dropout", "0")];
        let form = form(LESSON.settings, &[&sizes, pairs].concat());
        let config = NovelConfig::from_form(&form);
        let mut builder = Builder::new(config.seed);
        let model = Model::new(&config, 12, &mut builder, device);
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
