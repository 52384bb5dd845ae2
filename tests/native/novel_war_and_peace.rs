//! The character model of "ML by Example" (chapter 12) on the book it is made for, beside PyTorch's.

use std::sync::Arc;

use burn::tensor::Device;
use pollster::block_on;
use serde_json::Value;
use unroll::lessons::ENGINE_LESSONS;
use unroll::lessons::novel::{LESSON, corpus_options};
use unroll::protocol::{Command, Engine, Event, Job, Origin};
use unroll::settings::Form;
use unroll::text::{Decoded, long_text};
use unroll::train::{Next, Session};

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
    let start = std::time::Instant::now();
    let mut session =
        Session::new(Engine::Cpu, Device::flex(), move || start.elapsed().as_secs_f64(), ENGINE_LESSONS);
    let mut losses = Vec::new();
    let mut hear = |events: Vec<Event>| {
        for event in events {
            match event {
                Event::Progress { losses: more, .. } => losses.extend(more),
                Event::Failed { error, .. } => panic!("{error}"),
                _ => {}
            }
        }
    };
    for command in [Command::Open { run: 1, job, origin: Origin::Seed }, Command::Start { run: 1 }] {
        hear(block_on(session.handle(command)));
    }
    loop {
        let (events, next) = block_on(session.advance());
        hear(events);
        if next == Next::Idle {
            break;
        }
    }
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
