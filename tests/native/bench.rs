//! A session on the CPU engine, and what it has said: commands in, events out.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;

use burn::tensor::Device;
use pollster::block_on;
use unroll::Error;
use unroll::data::{Corpus, Lexicon};
use unroll::lesson::Lesson;
use unroll::lessons::{ENGINE_LESSONS, airline};
use unroll::protocol::{Command, Engine, Event, Job, Origin, Picture};
use unroll::settings::Form;
use unroll::train::{Next, Session, drive};

/// Seconds by which most tests let the clock move.
pub const TICK: f64 = 1e-4;

/// A session whose clock moves by a tick each time it is read.
pub struct Bench {
    pub session: Session,
    now: Rc<Cell<f64>>,
    pub events: Vec<Event>,
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

    /// With run 1 open.
    pub fn open(job: Job, origin: Origin) -> Self {
        let mut bench = Bench::new(TICK);
        bench.send(Command::Open { run: 1, job, origin });
        bench
    }

    /// With a run of the airline lesson.
    pub fn airline(tick: f64, pairs: &[(&str, &str)], origin: Origin) -> Self {
        let mut bench = Bench::new(tick);
        bench.send(Command::Open { run: 1, job: job(&airline::LESSON, pairs), origin });
        bench
    }

    /// What a command is answered at once.
    pub fn send(&mut self, command: Command) -> &[Event] {
        let from = self.events.len();
        self.events.extend(block_on(self.session.handle(command)));
        &self.events[from..]
    }

    /// What a command leads to, until nothing is left to do.
    pub fn drive(&mut self, command: Command) -> &[Event] {
        let from = self.events.len();
        let Bench { session, now, events } = self;
        let wait = |seconds| now.set(now.get() + seconds);
        let hear = |event| {
            events.push(event);
            Ok::<(), Infallible>(())
        };
        let Ok(()) = block_on(drive(session, command, wait, hear));
        &self.events[from..]
    }

    pub fn advance(&mut self) -> Next {
        let (events, next) = block_on(self.session.advance());
        self.events.extend(events);
        next
    }

    /// Trains to the end.
    pub fn train(&mut self) {
        self.drive(Command::Start { run: 1 });
    }

    pub fn step(&mut self) {
        self.send(Command::Step { run: 1 });
    }

    /// Losses and norms of all steps, as bits.
    pub fn measures(&self) -> [Vec<u32>; 2] {
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        let mut all = [Vec::new(), Vec::new()];
        for event in &self.events {
            if let Event::Opened { losses, norms, .. } | Event::Progress { losses, norms, .. } = event {
                all[0].extend(bits(losses));
                all[1].extend(bits(norms));
            }
        }
        all
    }

    pub fn losses(&self) -> Vec<u32> {
        let [losses, _] = self.measures();
        losses
    }

    /// What the last such event holds.
    pub fn last<T>(&self, of: impl Fn(&Event) -> Option<T>) -> T {
        self.events.iter().rev().find_map(of).expect("such an event")
    }

    pub fn snapshot(&self) -> Vec<u8> {
        self.last(|event| match event {
            Event::Snapshot { bytes, .. } => Some(bytes.clone()),
            _ => None,
        })
    }

    pub fn exported(&mut self) -> Vec<u8> {
        self.send(Command::Export { run: 1 });
        self.last(|event| match event {
            Event::Exported { bytes, .. } => Some(bytes.clone()),
            _ => None,
        })
    }

    pub fn pictures(&self) -> Vec<Picture> {
        let pictures = self.events.iter().filter_map(|event| match event {
            Event::Picture { picture, .. } => Some(picture.clone()),
            _ => None,
        });
        pictures.collect()
    }

    pub fn last_picture(&self) -> Picture {
        self.pictures().pop().expect("a picture")
    }

    /// The last figures of the airline lesson.
    pub fn forecast(&self) -> airline::Forecast {
        self.last_picture().figures().unwrap()
    }

    pub fn metrics(&self) -> BTreeMap<String, f64> {
        self.last(|event| match event {
            Event::Finished { metrics, .. } => Some(metrics.clone()),
            _ => None,
        })
    }

    pub fn errors(&self) -> Vec<Error> {
        let errors = self.events.iter().filter_map(|event| match event {
            Event::Failed { error, .. } => Some(error.clone()),
            _ => None,
        });
        errors.collect()
    }
}

/// A lesson's preset, changed by these pairs.
pub fn form(lesson: &Lesson, pairs: &[(&str, &str)]) -> Form {
    let (form, notes) = Form::read(&lesson.all_settings(), pairs.iter().copied());
    assert_eq!(notes, [], "{pairs:?}");
    form
}

pub fn job(lesson: &Lesson, pairs: &[(&str, &str)]) -> Job {
    Job { lesson: lesson.id.into(), form: form(lesson, pairs), data: None, corpus: None }
}

/// A long text of sentences of nine words.
pub fn text() -> Corpus {
    let marks = ["<unk>", "<pad>", "<s>", "<e>"].map(str::to_owned);
    let tokens = marks.into_iter().chain((0..20).map(|number| number.to_string())).collect();
    let lexicon = Lexicon { tokens, is_marked: true, is_spaced: false };
    let word = |index: usize| if index % 10 == 9 { 3 } else { 4 + index * index % 19 };
    Corpus::new(lexicon, (0..240_000).map(word)).unwrap()
}
