//! What holds of every lesson in which something is trained.

use std::sync::Arc;

use unroll::codec;
use unroll::data::kinds::SENTENCES;
use unroll::lesson::Lesson;
use unroll::lessons::{ENGINE_LESSONS, LESSONS, airline};
use unroll::nn::Layer;
use unroll::protocol::{Command, Event, Job, Origin, Recording};
use unroll::settings::{Condition, Form, Kind};

use crate::bench::{Bench, TICK, job, text};

#[test]
fn every_choice_of_every_setting_starts_a_run() {
    for lesson in LESSONS.into_iter().filter(|lesson| lesson.is_trained()) {
        let settings = lesson.all_settings();
        for setting in &settings {
            let values: Vec<String> = match setting.kind {
                Kind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
                Kind::Integer { min, max } => vec![min.to_string(), max.to_string()],
                Kind::Real { min, max, .. } => vec![min.to_string(), max.to_string()],
                Kind::Text { .. } => vec![String::new(), "some words".into()],
            };
            for value in values {
                let mut pairs: Vec<(&str, &str)> = Vec::new();
                // Years are too few for the longest windows.
                if lesson == &airline::LESSON && setting.key != "granularity" {
                    pairs.push(("granularity", "month"));
                }
                if let Some(Condition { setting, words }) = setting.only_when {
                    pairs.push((setting.key, words[0]));
                }
                pairs.push((setting.key, &value));
                step(lesson, &pairs);
            }
        }
        for preset in lesson.presets {
            step(lesson, preset.pairs);
        }
    }
}

#[test]
fn the_gates_of_every_model_can_be_watched() {
    for lesson in LESSONS.into_iter().filter(|lesson| lesson.is_trained()) {
        let corpus = lesson.needs_corpus().then(|| Arc::new(text()));
        let mut bench = Bench::new(TICK);
        let job = Job { corpus, ..job(lesson, &[]) };
        bench.send(Command::Open { run: 1, job, origin: Origin::Seed });
        let events = bench.send(Command::Watch { run: 1, passage: vec![5, 6, 7, usize::MAX] });
        let [Event::Watched { run: 1, watched }] = events else { panic!("{}: {events:?}", lesson.id) };
        let steps = watched.columns.len();
        assert!(steps > 1, "{}", lesson.id);
        if lesson.needs_corpus() {
            // What is no token is passed over.
            assert_eq!(watched.columns, ["1", "2", "3"]);
        }
        if lesson == &airline::LESSON {
            assert_eq!((steps, watched.columns[0].starts_with("1949")), (12, true));
        }
        for layer in &watched.layers {
            assert_eq!(layer.bytes.len(), 4 * steps * layer.vectors.len() * layer.hidden_size);
            let at = |name: &str| layer.vectors.iter().position(|vector| vector == name);
            let (Some(o), Some(c), Some(h)) = (at("o"), at("c"), at("h")) else { continue };
            for step in 0..steps {
                let value = |vector| layer.value(vector, layer.hidden_size - 1, step);
                assert!((value(o) * value(c).tanh() - value(h)).abs() < 1e-6, "{}", lesson.id);
            }
        }
    }
}

#[test]
fn parameters_are_counted_as_pytorch_counts_them() {
    let count = |pairs: &[(&str, &str)]| {
        let bench = Bench::airline(TICK, pairs, Origin::Seed);
        let Some(Event::Opened { layers, .. }) = bench.events.first() else { panic!("not opened") };
        layers.iter().map(|layer| (layer.name.clone(), layer.count())).collect::<Vec<_>>()
    };
    let expected = |layers: &[(&str, usize)]| {
        layers.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<Vec<_>>()
    };
    assert_eq!(count(&[]), expected(&[("LSTM(12, 10)", 960), ("Linear(10, 12)", 132)]));
    assert_eq!(count(&[("cell", "gru")]), expected(&[("GRU(12, 10)", 720), ("Linear(10, 12)", 132)]));
    assert_eq!(
        count(&[("num_layers", "3")]),
        expected(&[("LSTM(12, 10, num_layers=3)", 2720), ("Linear(10, 12)", 132)])
    );
    let scratch = [("cell", "rnn"), ("hidden_size", "128")];
    assert_eq!(
        count(&scratch),
        expected(&[("Linear(12, 128)", 1664), ("Linear(128, 128)", 16512), ("Linear(128, 12)", 1548)])
    );
}

/// The page opens on these before any engine is there; what it can't read it would leave out.
#[test]
fn every_recorded_run_is_there_and_can_be_read() {
    for lesson in LESSONS.into_iter().filter(|lesson| lesson.is_trained()) {
        for preset in lesson.recorded {
            let path = format!("static/recorded/{}.bin", lesson.recording(preset));
            let recording: Recording = codec::decode(&std::fs::read(&path).expect(&path)).expect(&path);
            let (known, training) = ENGINE_LESSONS.training(&recording.job).unwrap();
            assert!(known == lesson && !recording.pictures.is_empty(), "{path}");
            assert_eq!(lesson.recorded_preset(&recording.job.form).map(|preset| preset.id), Some(*preset));
            for picture in &recording.pictures {
                // What is short already stays as it is.
                assert_eq!(
                    (training.short)(picture).as_ref(),
                    Some(picture),
                    "{path}, step {}",
                    picture.step
                );
            }
        }
    }
}

/// Takes one step.
fn step(lesson: &Lesson, pairs: &[(&str, &str)]) {
    let corpus = lesson.needs_corpus().then(|| Arc::new(text()));
    let mut bench = Bench::open(Job { corpus, ..job(lesson, pairs) }, Origin::Seed);
    bench.step();
    assert_eq!(bench.errors(), [], "{pairs:?}");
    let Some(Event::Opened { layers, .. }) = bench.events.first() else { panic!("{pairs:?}: not opened") };
    // What is estimated before there is a model. Words may repeat, so that a table of them is estimated too large.
    let learnt: usize = layers.iter().map(Layer::count).sum();
    let form = Form::read(&lesson.all_settings(), pairs.iter().copied()).0;
    let cost = lesson.training.as_ref().unwrap().cost;
    let estimated = cost(&form, None, text().lexicon.tokens.len()).parameters;
    let repeats = lesson.takes.is_some_and(|kind| kind.id == SENTENCES.id);
    assert!(estimated == learnt || repeats && estimated > learnt, "{pairs:?}: {learnt}, not {estimated}");
    assert_eq!(bench.losses().len(), 1, "{pairs:?}");
}
