//! A session from the outside: commands in, events out, on the CPU engine.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use burn::tensor::Device;
use pollster::block_on;
use unroll::data::{Corpus, Lexicon};
use unroll::lesson::Lesson;
use unroll::lessons::{ENGINE_LESSONS, LESSONS, airline};
use unroll::protocol::Picture;
use unroll::protocol::Precision;
use unroll::protocol::{Command, Engine, Event, Job, Origin, Recording};
use unroll::settings::{Condition, Form, Kind};
use unroll::train::{Next, Session};
use unroll::{Error, codec};

/// A session whose clock moves by `tick` seconds each time it is read.
pub struct Bench {
    session: Session,
    now: Rc<Cell<f64>>,
    events: Vec<Event>,
}

impl Bench {
    pub fn new(tick: f64) -> Self {
        let now = Rc::new(Cell::new(0.0));
        let clock = {
            let now = Rc::clone(&now);
            move || {
                now.set(now.get() + tick);
                now.get()
            }
        };
        Bench {
            session: Session::new(Engine::Cpu, Device::flex(), clock, ENGINE_LESSONS),
            now,
            events: Vec::new(),
        }
    }

    /// The airline lesson.
    fn open(tick: f64, pairs: &[(&str, &str)], origin: Origin) -> Self {
        Bench::of(&airline::LESSON, tick, pairs, origin)
    }

    pub fn of(lesson: &Lesson, tick: f64, pairs: &[(&str, &str)], origin: Origin) -> Self {
        let mut bench = Bench::new(tick);
        bench.send(Command::Open { run: 1, job: job(lesson, pairs), origin });
        bench
    }

    pub fn send(&mut self, command: Command) -> &[Event] {
        let from = self.events.len();
        self.events.extend(block_on(self.session.handle(command)));
        &self.events[from..]
    }

    fn advance(&mut self) -> Next {
        let (events, next) = block_on(self.session.advance());
        self.events.extend(events);
        next
    }

    /// Trains until there is nothing left to do.
    pub fn finish(&mut self) {
        self.send(Command::Start { run: 1 });
        loop {
            match self.advance() {
                Next::Idle => break,
                Next::Now => {}
                Next::After(seconds) => self.now.set(self.now.get() + seconds),
            }
        }
    }

    fn step(&mut self) {
        self.send(Command::Step { run: 1 });
    }

    /// All losses reported, as bits.
    pub fn losses(&self) -> Vec<u32> {
        let losses = self.events.iter().flat_map(|event| match event {
            Event::Opened { losses, .. } | Event::Progress { losses, .. } => &losses[..],
            _ => &[],
        });
        losses.map(|loss| loss.to_bits()).collect()
    }

    fn snapshot(&self) -> Vec<u8> {
        let last = self.events.iter().rev().find_map(|event| match event {
            Event::Snapshot { bytes, .. } => Some(bytes.clone()),
            _ => None,
        });
        last.unwrap()
    }

    pub fn last_picture(&self) -> Picture {
        let last = self.events.iter().rev().find_map(|event| match event {
            Event::Picture { picture, .. } => Some(picture.clone()),
            _ => None,
        });
        last.unwrap()
    }

    fn picture(&self) -> airline::Forecast {
        self.last_picture().figures().unwrap()
    }

    pub fn metrics(&self) -> BTreeMap<String, f64> {
        let last = self.events.iter().rev().find_map(|event| match event {
            Event::Finished { metrics, .. } => Some(metrics.clone()),
            _ => None,
        });
        last.unwrap()
    }

    pub fn errors(&self) -> Vec<Error> {
        let errors = self.events.iter().filter_map(|event| match event {
            Event::Failed { error, .. } => Some(error.clone()),
            _ => None,
        });
        errors.collect()
    }
}

/// A lesson with these settings, on its own data.
pub fn job(lesson: &Lesson, pairs: &[(&str, &str)]) -> Job {
    let (form, notes) = Form::read(&lesson.all_settings(), pairs.iter().copied());
    assert_eq!(notes, []);
    Job { lesson: lesson.id.into(), form, data: None, corpus: None }
}

#[test]
fn the_same_seed_gives_the_same_losses_however_time_passes() {
    let losses = |tick: f64, pairs: &[(&str, &str)]| {
        let mut bench = Bench::open(tick, pairs, Origin::Seed);
        bench.finish();
        bench.losses()
    };
    let plain = losses(1e-4, &[("epochs", "60")]);
    assert_eq!(plain.len(), 60);
    assert_eq!(losses(0.02, &[("epochs", "60")]), plain, "longer slices");
    assert_eq!(losses(1e-4, &[("epochs", "60"), ("speed", "20")]), plain, "slow motion");
    assert_ne!(losses(1e-4, &[("epochs", "60"), ("seed", "2")]), plain, "another seed");
    let mut stepped = Bench::open(1e-4, &[("epochs", "60")], Origin::Seed);
    (0..60).for_each(|_| stepped.step());
    assert_eq!(stepped.losses(), plain, "single steps");
    assert_eq!(stepped.metrics()["loss"].to_bits(), {
        let mut bench = Bench::open(1e-4, &[("epochs", "60")], Origin::Seed);
        bench.finish();
        bench.metrics()["loss"].to_bits()
    });
}

#[test]
fn a_restored_snapshot_goes_on_as_if_it_had_never_stopped() {
    for pairs in [
        &[("epochs", "40")][..],
        &[("epochs", "40"), ("optimizer", "sgd"), ("cell", "gru"), ("learning_rate", "0.1")],
        &[("epochs", "40"), ("cell", "rnn"), ("learning_rate", "0.001")],
    ] {
        check_that_a_snapshot_goes_on(&airline::LESSON, pairs, 40);
    }
}

/// A run of so many steps that is kept in between and brought back ends as one that was never kept.
pub fn check_that_a_snapshot_goes_on(lesson: &Lesson, pairs: &[(&str, &str)], steps: usize) {
    let open = |origin| Bench::of(lesson, 1e-4, pairs, origin);
    let mut whole = open(Origin::Seed);
    whole.finish();
    assert_eq!(whole.losses().len(), steps);
    let mut first = open(Origin::Seed);
    (0..steps / 2).for_each(|_| first.step());
    let mut second = open(Origin::Snapshot { bytes: first.snapshot() });
    assert_eq!(second.losses(), first.losses());
    assert_eq!(second.last_picture(), first.last_picture());
    second.finish();
    assert_eq!(second.losses(), whole.losses());
    assert_eq!(second.last_picture(), whole.last_picture());
}

#[test]
fn what_is_no_snapshot_of_this_model_is_refused() {
    let mut bench = Bench::open(1e-4, &[("epochs", "40")], Origin::Seed);
    bench.step();
    let bytes = bench.snapshot();
    let errors = |pairs: &[(&str, &str)], bytes: Vec<u8>| {
        Bench::open(1e-4, pairs, Origin::Snapshot { bytes }).errors()
    };
    assert_eq!(
        errors(&[("hidden_size", "11")], bytes.clone()),
        [Error::WeightsMismatch { found: 1092, expected: 1244 }]
    );
    assert!(matches!(errors(&[("optimizer", "sgd")], bytes.clone())[..], [Error::SnapshotDamaged { .. }]));
    for length in [0, 7, 100, bytes.len() - 1] {
        assert!(matches!(errors(&[], bytes[..length].to_vec())[..], [Error::SnapshotDamaged { .. }]));
    }
}

#[test]
fn pause_and_step_do_what_they_say() {
    let mut bench = Bench::open(1e-3, &[], Origin::Seed);
    let events = bench.send(Command::Step { run: 1 });
    assert!(matches!(
        events,
        [Event::Progress { progress, losses, .. }, Event::Picture { .. }, Event::Paused { .. }, Event::Snapshot { step: 1, .. }]
            if progress.step == 1 && losses.len() == 1
    ));
    bench.send(Command::Start { run: 1 });
    assert_eq!(bench.advance(), Next::Now);
    let paused = bench.send(Command::Pause { run: 1 });
    assert!(paused.iter().any(|event| matches!(event, Event::Paused { run: 1 })));
    let trained = bench.losses().len();
    assert_eq!(bench.advance(), Next::Idle);
    assert_eq!(bench.losses().len(), trained);
    assert_eq!(bench.last_picture().step, trained);
    assert!(bench.send(Command::Step { run: 9 }).is_empty(), "a command about a run that is gone");
    bench.send(Command::Stop { run: 1 });
    assert!(bench.send(Command::Step { run: 1 }).is_empty());
}

#[test]
fn live_settings_act_at_once() {
    let mut fast = Bench::open(1e-4, &[], Origin::Seed);
    let mut slow = Bench::open(1e-4, &[], Origin::Seed);
    let set = |key: &str, value: &str| Command::Set { run: 1, key: key.into(), value: value.into() };
    slow.send(set("learning_rate", "0.0001"));
    slow.send(set("hidden_size", "3"));
    (0..3).for_each(|_| {
        fast.step();
        slow.step();
    });
    assert_eq!(fast.losses()[0], slow.losses()[0], "measured before the first update");
    assert_ne!(fast.losses()[1], slow.losses()[1]);
    assert_eq!(fast.picture().forecast.len(), 12);
    let events = fast.send(set("horizon", "5"));
    assert!(matches!(events, [Event::Picture { .. }]));
    assert_eq!(fast.picture().forecast.len(), 60);
    fast.send(set("horizon", "0"));
    assert!(fast.picture().forecast.is_empty());
}

#[test]
fn slow_motion_waits_between_steps() {
    let mut bench = Bench::open(1e-4, &[("speed", "4")], Origin::Seed);
    bench.send(Command::Start { run: 1 });
    assert_eq!(bench.advance(), Next::Now);
    let Next::After(seconds) = bench.advance() else { panic!("the second step came at once") };
    assert!((0.2..=0.25).contains(&seconds), "{seconds}");
    assert_eq!(bench.losses().len(), 1);
}

#[test]
fn divergence_stops_at_the_last_good_state_whatever_the_slices() {
    let pairs = [("cell", "rnn"), ("hidden_size", "128"), ("optimizer", "sgd"), ("learning_rate", "10")];
    let outcome = |tick: f64| {
        let mut bench = Bench::open(tick, &pairs, Origin::Seed);
        bench.finish();
        let bytes = bench.snapshot();
        let errors = bench.errors();
        let again = Bench::open(tick, &pairs, Origin::Snapshot { bytes });
        assert_eq!(again.errors(), []);
        assert!(again.picture().train_scores.rmse.is_finite());
        (errors, again.last_picture().step)
    };
    let (errors, step) = outcome(1e-4);
    assert!(
        matches!(errors[..], [Error::Diverged { step: bad, learning_rate: 10.0 }] if bad == step + 2),
        "{errors:?}, kept {step}"
    );
    assert_eq!(outcome(0.02), (errors, step));
}

#[test]
fn weights_from_a_link_show_the_same_forecast_without_training() {
    let mut bench = Bench::open(1e-4, &[("epochs", "200"), ("horizon", "2")], Origin::Seed);
    bench.finish();
    for precision in [Precision::Half, Precision::Byte] {
        bench.send(Command::Pack { run: 1, precision });
        let Some(Event::Packed { payload, deviation, .. }) = bench.events.last().cloned() else {
            panic!("no answer to pack")
        };
        let receiver = Bench::open(1e-4, &[("epochs", "200"), ("horizon", "2")], Origin::Weights { payload });
        let (sent, received) = (bench.picture(), receiver.picture());
        assert_eq!(receiver.last_picture().step, 200);
        let pairs =
            sent.fitted.iter().chain(&sent.forecast).zip(received.fitted.iter().chain(&received.forecast));
        let largest = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert_eq!(largest, deviation);
        assert!(deviation > 0.0 && deviation < if precision == Precision::Half { 1.0 } else { 20.0 });
        assert_eq!(receiver.metrics()["rmse"], received.train_scores.rmse);
    }
    let payload = "not a payload".to_owned();
    assert_eq!(Bench::open(1e-4, &[], Origin::Weights { payload }).errors().len(), 1);
}

#[test]
fn a_finished_run_can_be_trained_further() {
    let mut bench = Bench::open(1e-4, &[("epochs", "10")], Origin::Seed);
    bench.finish();
    bench.step();
    assert_eq!(bench.last_picture().step, 11);
    bench.finish();
    assert_eq!(bench.last_picture().step, 21);
    assert_eq!(bench.losses().len(), 21);
}

#[test]
fn measuring_answers_and_leaves_the_run_alone() {
    let mut bench = Bench::open(1e-3, &[], Origin::Seed);
    bench.step();
    bench.send(Command::Measure { run: 7, job: job(&airline::LESSON, &[("cell", "gru")]), millis: 100 });
    while bench.advance() == Next::Now {}
    assert!(matches!(
        bench.events.last(),
        Some(Event::Measured { run: 7, engine: Engine::Cpu, steps_per_s }) if *steps_per_s > 0.0
    ));
    bench.step();
    assert_eq!(bench.last_picture().step, 2);
}

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
                steps(lesson, &pairs);
            }
        }
        for preset in lesson.presets {
            steps(lesson, preset.pairs);
        }
    }
}

/// The numbers of a long text come by themselves, before or after the command that names them.
#[test]
fn a_run_on_a_long_text_waits_for_its_numbers() {
    let lesson = LESSONS.into_iter().find(|lesson| lesson.needs_corpus()).unwrap();
    let named = |number| Job { corpus: Some(Arc::new(text().kept(number))), ..job(lesson, &[]) };
    let open = |run, number| Command::Open { run, job: named(number), origin: Origin::Seed };
    let mut bench = Bench::new(1e-4);
    assert_eq!(bench.send(open(1, 3)), []);
    let events = block_on(bench.session.receive(3, text()));
    assert!(matches!(events[..], [Event::Opened { run: 1, .. }, ..]), "{events:?}");
    // It is here now, and what a command names that waits is not another one's.
    assert!(matches!(bench.send(open(2, 3)), [Event::Opened { run: 2, .. }, ..]));
    assert_eq!(bench.send(open(3, 4)), []);
    assert_eq!(block_on(bench.session.receive(5, text())), []);
    assert!(matches!(block_on(bench.session.receive(4, text()))[..], [Event::Opened { run: 3, .. }, ..]));
    // A run that is stopped waits for nothing.
    assert_eq!(bench.send(open(4, 6)), []);
    bench.send(Command::Stop { run: 4 });
    assert_eq!(block_on(bench.session.receive(6, text())), []);
}

#[test]
fn the_gates_of_every_model_can_be_watched() {
    for lesson in LESSONS.into_iter().filter(|lesson| lesson.is_trained()) {
        let corpus = lesson.needs_corpus().then(|| Arc::new(text()));
        let mut bench = Bench::new(1e-4);
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

/// A long text of sentences of nine words.
fn text() -> Corpus {
    let marks = ["<unk>", "<pad>", "<s>", "<e>"].map(str::to_owned);
    let tokens = marks.into_iter().chain((0..20).map(|number| number.to_string())).collect();
    let lexicon = Lexicon { tokens, is_marked: true, is_spaced: false };
    let word = |index: usize| if index % 10 == 9 { 3 } else { 4 + index * index % 19 };
    Corpus::new(lexicon, (0..240_000).map(word)).unwrap()
}

fn steps(lesson: &Lesson, pairs: &[(&str, &str)]) {
    let (form, notes) = Form::read(&lesson.all_settings(), pairs.iter().copied());
    assert_eq!(notes, [], "{pairs:?}");
    let corpus = lesson.needs_corpus().then(|| Arc::new(text()));
    let job = Job { lesson: lesson.id.into(), form, data: None, corpus };
    let mut bench = Bench::new(1e-4);
    bench.send(Command::Open { run: 1, job, origin: Origin::Seed });
    bench.step();
    assert_eq!(bench.errors(), [], "{pairs:?}");
    assert_eq!(bench.losses().len(), 1, "{pairs:?}");
}

#[test]
fn each_model_can_learn_the_training_years_by_heart() {
    for pairs in [
        &[("epochs", "3000"), ("hidden_size", "32")][..],
        &[("epochs", "3000"), ("hidden_size", "32"), ("cell", "gru")],
        &[("epochs", "2000"), ("hidden_size", "64"), ("cell", "rnn"), ("learning_rate", "0.001")],
    ] {
        let mut bench = Bench::open(1e-4, pairs, Origin::Seed);
        bench.finish();
        assert!(bench.metrics()["loss"] < 1e-4, "{pairs:?}: {:?}", bench.metrics());
    }
}

#[test]
fn parameters_are_counted_as_pytorch_counts_them() {
    let count = |pairs: &[(&str, &str)]| {
        let bench = Bench::open(1e-4, pairs, Origin::Seed);
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
