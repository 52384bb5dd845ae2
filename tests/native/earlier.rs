//! What was made before today's code: links, a model file and loss curves, which open and go on as they did.
//!
//! `tests/fixtures/earlier.json` and `earlier.safetensors` come from commit 3544862, of which the messages, the settings and the
//! lessons' places were other ones. They were made by what stands here: the same jobs, with `Pack` and `Export` at their ends.
//! What they say is not to be made again with today's code, or it would prove nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use burn::tensor::Device;
use pollster::block_on;
use serde::Deserialize;
use unroll::data::Corpus;
use unroll::lesson::Lesson;
use unroll::lessons::novel::corpus_options;
use unroll::lessons::{ENGINE_LESSONS, LESSONS, airline, embedding, memory, novel};
use unroll::protocol::{Command, Engine, Event, Job, Origin, Sampling, Strategy, Writing};
use unroll::settings::Form;
use unroll::share::{Link, ModelFile};
use unroll::text::{Segmenter, long_text};
use unroll::train::{Next, Session};

#[derive(Deserialize)]
struct Earlier {
    /// The losses of the first steps of each lesson's preset.
    curves: BTreeMap<String, Vec<f32>>,
    links: Vec<MadeLink>,
    /// What the model file wrote after the tokens 5 and 6, the most probable token each time.
    written: Vec<usize>,
}

#[derive(Deserialize)]
struct MadeLink {
    /// The page's address from `#` on.
    fragment: String,
    /// The scores of the weights in it, as their receiver computed them.
    metrics: BTreeMap<String, f64>,
}

fn earlier() -> Earlier {
    serde_json::from_str(include_str!("../fixtures/earlier.json")).unwrap()
}

struct Run {
    session: Session,
    events: Vec<Event>,
}

impl Run {
    fn open(job: Job, origin: Origin) -> Self {
        let now = std::cell::Cell::new(0.0);
        let clock = move || {
            now.set(now.get() + 1e-4);
            now.get()
        };
        let session = Session::new(Engine::Cpu, Device::flex(), clock, ENGINE_LESSONS);
        let mut run = Run { session, events: Vec::new() };
        run.send(Command::Open { run: 1, job, origin });
        run
    }

    fn send(&mut self, command: Command) {
        self.events.extend(block_on(self.session.handle(command)));
        loop {
            let (events, next) = block_on(self.session.advance());
            self.events.extend(events);
            if next == Next::Idle {
                return;
            }
        }
    }

    fn losses(&self) -> Vec<f32> {
        let losses = self.events.iter().flat_map(|event| match event {
            Event::Opened { losses, .. } | Event::Progress { losses, .. } => &losses[..],
            _ => &[],
        });
        losses.copied().collect()
    }
}

fn preset(lesson: &Lesson, text: Option<&str>) -> Job {
    let form = lesson.preset();
    let corpus = text.map(|text| {
        let options = corpus_options(&form);
        let dictionary = Segmenter::with_default_dictionary();
        let cleaned = long_text::cleaned(text, &options);
        Arc::new(long_text::corpus(&cleaned, &options, Some(&dictionary)).unwrap().0)
    });
    Job { lesson: lesson.id.into(), form, data: None, corpus }
}

/// Equal to the last bit on the machine that made them; other machines add in another order.
#[test]
fn presets_learn_as_they_did() {
    let curves = earlier().curves;
    let wuxia = include_str!("../../static/texts/wuxia.txt");
    let lessons = [
        (&airline::LESSON, None),
        (&memory::LESSON, None),
        (&embedding::LESSON, None),
        (&novel::LESSON, Some(wuxia)),
    ];
    for (lesson, text) in lessons {
        let expected = &curves[lesson.id];
        let mut run = Run::open(preset(lesson, text), Origin::Seed);
        for _ in 0..expected.len() {
            run.send(Command::Step { run: 1 });
        }
        let losses = run.losses();
        let equal = losses.iter().zip(expected).filter(|(a, b)| a.to_bits() == b.to_bits()).count();
        println!("{}: {equal} of {} losses are equal to the last bit", lesson.id, expected.len());
        assert_eq!(losses.len(), expected.len(), "{}", lesson.id);
        for (step, (loss, expected)) in losses.iter().zip(expected).enumerate() {
            assert!((loss - expected).abs() < 1e-3 * expected, "{} {step}: {loss}, {expected}", lesson.id);
        }
    }
}

#[test]
fn links_open_with_the_weights_that_they_carry() {
    for MadeLink { fragment, metrics } in earlier().links {
        let (link, notes) = Link::parse(&fragment, "", &LESSONS);
        assert_eq!(notes, [], "{fragment}");
        // Written as it was: the address of an open page does not change by itself.
        assert_eq!(link.to_fragment(), fragment);
        let payload = link.weights.expect("weights");
        let job = Job { lesson: link.lesson.id.into(), form: link.form, data: link.data, corpus: None };
        let run = Run::open(job, Origin::Weights { payload });
        let opened = run.events.iter().find_map(|event| match event {
            Event::Finished { metrics, .. } => Some(metrics),
            _ => None,
        });
        let opened = opened.expect("scores");
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

#[test]
fn a_model_file_writes_what_it_wrote() {
    let bytes = include_bytes!("../fixtures/earlier.safetensors").to_vec();
    let file = ModelFile::read(&bytes, &LESSONS).unwrap();
    assert_eq!((file.lesson, file.step), (&novel::LESSON, 120));
    let (form, _) =
        Form::read(&novel::LESSON.all_settings(), [("hidden_size", "16"), ("embedding_dim", "12")]);
    let same = |key: &str| {
        let setting = novel::LESSON.all_settings().into_iter().find(|setting| setting.key == key).unwrap();
        file.form.get(setting) == form.get(setting)
    };
    assert!(same("hidden_size") && same("embedding_dim"));
    let corpus = Corpus::new(file.lexicon.unwrap(), []).unwrap();
    let job =
        Job { lesson: file.lesson.id.into(), form: file.form, data: None, corpus: Some(Arc::new(corpus)) };
    let mut run = Run::open(job, Origin::Model { bytes });
    let writing = Writing {
        prompt: vec![5, 6],
        length: 40,
        strategy: Strategy::Draw(Sampling { temperature: 0.0, ..Sampling::default() }),
        continuations: 1,
        seed: 3,
        stops_at_end: false,
    };
    run.send(Command::Write { run: 1, request: 7, writing });
    let mut tokens = Vec::new();
    for event in &run.events {
        match event {
            Event::Written { written, .. } => {
                tokens.extend(written.tokens[0].iter().map(|choice| choice.token))
            }
            Event::Failed { error, .. } => panic!("{error}"),
            _ => {}
        }
    }
    assert_eq!(tokens, earlier().written);
}
