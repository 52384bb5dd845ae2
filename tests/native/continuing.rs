//! More steps: a run that is given more of them goes on where it stands, and one that is given fewer ends there.

use std::collections::BTreeMap;
use std::sync::Arc;

use safetensors::tensor::SafeTensors;
use unroll::data::Corpus;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::protocol::{Command, Event, Job, Origin};

use crate::bench::{Bench, form, text};

/// Small models, for the settings that a lesson has.
const SMALL: [(&str, &str); 9] = [
    ("hidden_size", "8"),
    ("embedding_dim", "8"),
    ("parameters", "300"),
    ("seq_length", "10"),
    ("batch_size", "4"),
    ("examine_every", "4"),
    ("dropout", "0.2"),
    // A plan for the rate of learning follows from all steps together.
    ("schedule", "constant"),
    ("optimizer", "adam"),
];

/// The key of the setting that says how long a lesson trains.
fn key(lesson: &Lesson) -> &'static str {
    lesson.training.as_ref().unwrap().steps.key
}

fn job(lesson: &'static Lesson, steps: usize, more: &[(&'static str, &'static str)]) -> Job {
    let steps = steps.to_string();
    let has = |(key, _): &(&str, &str)| lesson.settings.iter().any(|setting| setting.key == *key);
    let mut pairs: Vec<(&str, &str)> = SMALL.iter().chain(more).copied().filter(has).collect();
    pairs.push((key(lesson), &steps));
    let short = || Corpus::new(text().lexicon, text().numbers()[..2000].iter().map(|n| usize::from(*n)));
    let corpus = lesson.needs_corpus().then(|| Arc::new(short().unwrap()));
    Job { lesson: lesson.id.into(), form: form(lesson, &pairs), data: None, corpus }
}

fn set(lesson: &Lesson, steps: usize) -> Command {
    Command::Set { run: 1, key: key(lesson).into(), value: steps.to_string() }
}

fn finished(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::Finished { .. })).count()
}

/// The weights as they are saved, each tensor by its name.
fn weights(bench: &mut Bench) -> BTreeMap<String, Vec<u8>> {
    let bytes = bench.exported();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    file.iter().map(|(name, view)| (name.to_owned(), view.data().to_vec())).collect()
}

fn trained() -> impl Iterator<Item = &'static Lesson> {
    LESSONS.into_iter().filter(|lesson| lesson.is_trained())
}

#[test]
fn more_steps_end_where_all_at_once_would() {
    let judged = [("holdout_percent", "20"), ("patience", "50"), ("holdout", "2")];
    for lesson in trained() {
        for more in [&[][..], &judged] {
            let mut whole = Bench::open(job(lesson, 11, more), Origin::Seed);
            whole.train();
            let mut parts = Bench::open(job(lesson, 4, more), Origin::Seed);
            parts.train();
            let first = parts.losses().len();
            assert_eq!(finished(&parts.events), 1, "{}", lesson.id);
            parts.send(set(lesson, 11));
            assert_eq!(finished(&parts.events), 1, "{}: there is more to do", lesson.id);
            parts.train();
            assert_eq!(parts.measures(), whole.measures(), "{}", lesson.id);
            assert!(first < parts.losses().len());
            assert_eq!(parts.last_picture(), whole.last_picture(), "{}", lesson.id);
            let kept = |bench: &Bench| {
                let mut metrics = bench.metrics();
                metrics.remove("steps_per_s");
                metrics
            };
            assert_eq!(kept(&parts), kept(&whole), "{}", lesson.id);
            let expected = weights(&mut whole);
            assert!(weights(&mut parts) == expected, "{}", lesson.id);

            // And after a reload, with the new number of steps.
            let mut early = Bench::open(job(lesson, 4, more), Origin::Seed);
            early.train();
            let bytes = early.snapshot();
            let mut later = Bench::open(job(lesson, 11, more), Origin::Snapshot { bytes });
            later.train();
            assert_eq!(later.measures(), whole.measures(), "{}", lesson.id);
            assert!(weights(&mut later) == expected, "{}", lesson.id);
        }
    }
}

#[test]
fn fewer_steps_than_are_done_end_a_run_where_it_stands() {
    for lesson in trained() {
        let mut bench = Bench::open(job(lesson, 1000, &[]), Origin::Seed);
        bench.send(Command::Start { run: 1 });
        while bench.losses().is_empty() {
            bench.advance();
        }
        assert_eq!(finished(&bench.events), 0, "{}", lesson.id);
        bench.drive(set(lesson, 1));
        assert_eq!(finished(&bench.events), 1, "{}", lesson.id);
        let ended = bench.losses().len();
        assert_eq!(bench.last_picture().step, ended, "{}: it is examined where it ended", lesson.id);
        let (step, steps) = bench.last(|event| match event {
            Event::Progress { progress, .. } => Some((progress.step, progress.steps)),
            _ => None,
        });
        assert_eq!((step, steps), (ended, ended), "{}", lesson.id);
        // Nothing more is done.
        bench.advance();
        assert_eq!((bench.losses().len(), finished(&bench.events)), (ended, 1));
        assert_eq!(bench.errors(), []);
    }
}

#[test]
fn a_run_that_waits_takes_more_and_fewer_steps() {
    for lesson in trained() {
        let mut bench = Bench::open(job(lesson, 1000, &[]), Origin::Seed);
        (0..3).for_each(|_| bench.step());
        bench.drive(set(lesson, 1));
        let at_once = finished(&bench.events);
        bench.drive(set(lesson, 40));
        bench.step();
        assert_eq!((at_once, bench.losses().len()), (1, 4), "{}", lesson.id);
        bench.train();
        assert_eq!(finished(&bench.events), 2, "{}", lesson.id);
    }
}
