//! The first steps of the models of the lesson on learned embeddings.

use std::rc::Rc;

use burn::tensor::Device;
use safetensors::SafeTensors;
use unroll::lessons::embedding::{Dataset, EmbeddingConfig, LESSON, Model, sentences};
use unroll::nn::{Builder, Parameters, cross_entropy};
use unroll::train::Rule;

use super::lessons::{Case, Cases, form};

/// Made by `tests/fixtures/embedding_step.py`.
static FIXTURE: &[u8] = include_bytes!("../fixtures/embedding_step.safetensors");

const CASES: &Cases = &[("lstm", &[]), ("literal", &[("batch_first", "off")]), ("gru", &[("cell", "gru")])];

/// Loss, gradients and steps of the lesson on learned embeddings: the book's model, its listing as printed, and a GRU.
pub async fn embedding_equals_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    for &(name, pairs) in CASES {
        let config = EmbeddingConfig::from_form(&form(LESSON.settings, pairs));
        let data = Dataset::new(&sentences(&LESSON.preset()), &config);
        let mut builder = Builder::new(config.seed);
        let model = Model::new(&config, &data, &mut builder, device);
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
