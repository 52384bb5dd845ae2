//! The character model of "ML by Example" (chapter 12) on the book it is made for, beside PyTorch's.

use std::sync::Arc;

use serde_json::Value;
use unroll::lessons::novel::{LESSON, corpus_options};
use unroll::protocol::{Job, Origin};
use unroll::settings::Form;
use unroll::text::{Decoded, long_text};

use crate::bench::Bench;
use crate::shared_data;

/// Made by `tests/fixtures/war_and_peace.py`.
static FIGURES: &str = include_str!("../fixtures/war_and_peace.json");

/// Both draw windows and weights from seeds of their own: what they share is how fast the loss falls.
#[test]
fn it_is_learnt_as_fast_as_by_pytorch() {
    let Some(book) = shared_data::read("warpeace/warpeace_input.txt.gz") else { return };
    let figures: Value = serde_json::from_str(FIGURES).unwrap();
    let chapter = LESSON.presets.iter().find(|preset| preset.id == "chapter").unwrap();
    let own = [("spaces", "keep"), ("holdout_percent", "0"), ("steps", "200"), ("examine_every", "200")];
    let pairs = chapter.pairs.iter().copied().filter(|(key, _)| *key != "steps").chain(own);
    let (form, notes) = Form::read(&LESSON.all_settings(), pairs);
    assert_eq!(notes, []);
    let options = corpus_options(&form);
    let text = Decoded::read(&book, None).unwrap().text;
    let (corpus, _) = long_text::corpus(&long_text::cleaned(&text, &options), &options, None).unwrap();
    assert_eq!(corpus.lexicon.tokens.len() as u64, figures["tokens"].as_u64().unwrap());

    let job = Job { lesson: LESSON.id.into(), form, data: None, corpus: Some(Arc::new(corpus)) };
    let mut bench = Bench::open(job, Origin::Seed);
    bench.train();
    assert_eq!(bench.errors(), []);
    let losses: Vec<f32> = bench.losses().into_iter().map(f32::from_bits).collect();
    assert_eq!(losses.len(), 200);
    for point in figures["points"].as_array().unwrap() {
        let [first, last] = ["first", "last"].map(|key| point[key].as_u64().unwrap() as usize);
        let expected = point["loss"].as_f64().unwrap();
        let found = losses[first - 1..last].iter().map(|loss| f64::from(*loss)).sum::<f64>()
            / (last - first + 1) as f64;
        println!("steps {first} to {last}: {found:.3}, PyTorch {expected:.3}");
        assert!((found - expected).abs() < 0.06, "steps {first} to {last}: {found} and {expected}");
    }
}
