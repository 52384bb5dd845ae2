//! What was made before today's code: links and loss curves, which open and go on as they did. The model file is in `novel`.
//!
//! `tests/fixtures/*_earlier.*` come from commit 3544862, in which messages, settings and the places of lessons were others. They
//! were made by what stands here: the same jobs, with `Pack` and `Export` at their ends. They are not to be made again with
//! today's code, or they would prove nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::protocol::{Job, Origin};
use unroll::share::Link;
use unroll::text::{Segmenter, long_text};
use unroll::train::Next;

use crate::bench::Bench;

#[derive(Deserialize)]
struct Earlier {
    /// The losses of the first steps of the lesson's preset.
    curve: Vec<f32>,
    links: Vec<MadeLink>,
}

#[derive(Deserialize)]
struct MadeLink {
    /// The page's address from `#` on.
    fragment: String,
    /// The scores of the weights in it, as their receiver computed them.
    metrics: BTreeMap<String, f64>,
}

/// What there is of each lesson that is as old.
fn earlier() -> impl Iterator<Item = (&'static Lesson, Earlier)> {
    LESSONS.into_iter().filter_map(|lesson| {
        let path = format!("tests/fixtures/{}_earlier.json", lesson.id);
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()?;
        Some((lesson, serde_json::from_str(&text).expect(lesson.id)))
    })
}

fn preset(lesson: &Lesson) -> Job {
    let form = lesson.preset();
    let corpus = lesson.long_text.as_ref().map(|long| {
        let path = format!("static/texts/{}.txt", (long.shipped)(&form));
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        let options = (long.options)(&form);
        let dictionary = Segmenter::with_default_dictionary();
        let cleaned = long_text::cleaned(&text, &options);
        Arc::new(long_text::corpus(&cleaned, &options, Some(&dictionary)).unwrap().0)
    });
    Job { lesson: lesson.id.into(), form, data: None, corpus }
}

/// Equal to the last bit on the machine that made them; other machines add in another order.
#[test]
fn presets_learn_as_they_did() {
    let mut count = 0;
    for (lesson, Earlier { curve, .. }) in earlier() {
        let mut bench = Bench::open(preset(lesson), Origin::Seed);
        curve.iter().for_each(|_| bench.step());
        let losses: Vec<f32> = bench.losses().into_iter().map(f32::from_bits).collect();
        let equal = losses.iter().zip(&curve).filter(|(a, b)| a.to_bits() == b.to_bits()).count();
        println!("{}: {equal} of {} losses are equal to the last bit", lesson.id, curve.len());
        assert_eq!(losses.len(), curve.len(), "{}", lesson.id);
        for (step, (loss, expected)) in losses.iter().zip(&curve).enumerate() {
            assert!((loss - expected).abs() < 1e-3 * expected, "{} {step}: {loss}, {expected}", lesson.id);
        }
        count += 1;
    }
    assert!(count >= 4, "the curves of {count} lessons are there");
}

#[test]
fn links_open_with_the_weights_that_they_carry() {
    let links: Vec<MadeLink> = earlier().flat_map(|(_, earlier)| earlier.links).collect();
    assert_eq!(links.len(), 5);
    for MadeLink { fragment, metrics } in links {
        let (link, notes) = Link::parse(&fragment, "", &LESSONS);
        assert_eq!(notes, [], "{fragment}");
        // Written as links are today it says the same.
        assert_eq!(Link::parse(&link.to_fragment(), "", &LESSONS), (link.clone(), vec![]));
        let payload = link.weights.expect("weights");
        let job = Job { lesson: link.lesson.id.into(), form: link.form, data: link.data, corpus: None };
        let mut bench = Bench::open(job, Origin::Weights { payload });
        // Its scores come of an examination.
        while bench.advance() != Next::Idle {}
        assert_eq!(bench.errors(), [], "{fragment}");
        let opened = bench.metrics();
        assert!(opened.keys().eq(metrics.keys()), "{opened:?} {metrics:?}");
        for (name, expected) in &metrics {
            let score = opened[name];
            assert!(
                (score - expected).abs() <= 1e-4 * expected.abs(),
                "{fragment}: {name} {score}, {expected}"
            );
        }
    }
}
