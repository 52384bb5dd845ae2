//! The engine without a browser.
//!
//! `unroll run LESSON [key=value…] [--data FILE]` trains and prints the events as JSON lines; `unroll record LESSON
//! [key=value…]` prints a whole run as the page keeps it. The keys are those of the page's links. `unroll tokenize`
//! prints the tokens of each line that it reads.

mod tokenize;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use lexopt::{Arg, Parser};
use pollster::block_on;
use serde_json::Value;
use unroll::Error;
use unroll::data::{Data, Sentences, Series};
use unroll::lessons::{self, Lesson, Takes};
use unroll::protocol::{Command, Engine, Event, Job, Origin, Recording};
use unroll::settings::{Form, Note};
use unroll::train::team::Team;
use unroll::train::threads::{Builder, Threads};
use unroll::train::{Next, Session};

const USAGE: &str = "usage: unroll run LESSON [key=value...] [--data FILE]
       unroll record LESSON [key=value...] [--data FILE]
       unroll tokenize [--mode precise|full|search|char] [--no-hmm] [--user-dict FILE] < LINES";
/// Pictures that a recording keeps.
const PICTURES: usize = 40;

/// Why nothing could be computed: a message, and the exit code.
struct Refusal(String, u8);

/// What was asked for can't be done as it was asked.
fn wrong(message: &dyn std::fmt::Display) -> Refusal {
    Refusal(message.to_string(), 2)
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Refusal(message, code)) => {
            eprintln!("unroll: {message}");
            ExitCode::from(code)
        }
    }
}

fn run() -> Result<(), Refusal> {
    let mut parser = Parser::from_env();
    let verb = match parser.next().map_err(|error| wrong(&error))? {
        Some(Arg::Value(verb)) => verb.to_string_lossy().into_owned(),
        Some(Arg::Short('h') | Arg::Long("help")) => return Err(Refusal(USAGE.into(), 0)),
        _ => return Err(wrong(&USAGE)),
    };
    match &*verb {
        "run" => compute(job(&mut parser)?, train),
        "record" => compute(job(&mut parser)?, record),
        "tokenize" => tokenize::tokenize(&mut parser),
        other => Err(wrong(&format!("there is no command \"{other}\"\n{USAGE}"))),
    }
}

/// Gives a job to the engine.
fn compute(job: Job, how: impl FnOnce(&mut Session, Job) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let start = Instant::now();
    let clock = move || start.elapsed().as_secs_f64();
    let device = burn::tensor::Device::flex();
    let mut session = Session::new(Engine::Cpu, device, clock).with_team(Box::new(threads));
    how(&mut session, job)
}

/// Threads that share a run's steps, at most one for every other core.
fn threads(job: &Job, members: usize) -> Option<Box<dyn Team>> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let members = members.min(cores - 1);
    let job = job.clone();
    let build: Builder = Arc::new(move |device| lessons::engine::objective(&job, device));
    (members > 0).then(|| Box::new(Threads::start(members, &build)) as Box<dyn Team>)
}

/// Reads what is to be trained.
fn job(parser: &mut Parser) -> Result<Job, Refusal> {
    let mut words = Vec::new();
    let mut file: Option<PathBuf> = None;
    while let Some(argument) = parser.next().map_err(|error| wrong(&error))? {
        match argument {
            Arg::Value(word) => words.push(word.to_string_lossy().into_owned()),
            Arg::Long("data") => file = Some(parser.value().map_err(|error| wrong(&error))?.into()),
            Arg::Short('h') | Arg::Long("help") => return Err(Refusal(USAGE.into(), 0)),
            other => return Err(wrong(&other.unexpected())),
        }
    }
    let [lesson, pairs @ ..] = &words[..] else { return Err(wrong(&USAGE)) };
    let lesson = Lesson::find(lesson).map_err(|error| wrong(&error))?;
    let mut split = Vec::new();
    for pair in pairs {
        split.push(pair.split_once('=').ok_or_else(|| wrong(&format!("\"{pair}\" is not key=value")))?);
    }
    let (form, notes) = Form::read(&lesson.all_settings(), split);
    if let Some(note) = notes.first() {
        return Err(wrong(&match note {
            Note::UnknownKey { key } => format!("{}: there is no setting \"{key}\"", lesson.id),
            Note::Unreadable { key, text } => format!("{key}: \"{text}\" is no value of this setting"),
            Note::Clamped { key, text, used } => {
                format!("{key}: {text} is out of bounds; the nearest value is {used}")
            }
        }));
    }
    let data = file.map(|path| data(lesson, &path)).transpose()?;
    Ok(Job { lesson: lesson.id.into(), form, data })
}

/// Reads the user's own data, of the kind that the lesson takes.
fn data(lesson: &Lesson, path: &std::path::Path) -> Result<Data, Refusal> {
    let about = |error: &dyn std::fmt::Display| wrong(&format!("{}: {error}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| about(&error))?;
    match lesson.takes {
        Takes::Series => Series::parse(&bytes).map(Data::Series),
        Takes::Sentences => String::from_utf8(bytes)
            .map_err(|_| Error::NotText)
            .and_then(|text| Sentences::parse(&text))
            .map(Data::Sentences),
        Takes::Text => return Err(wrong(&format!("nothing is trained in {}", lesson.id))),
    }
    .map_err(|error| about(&error))
}

/// Trains to the end, printing each event on a line.
fn train(session: &mut Session, job: Job) -> Result<(), Refusal> {
    let mut print = |event: &Event| -> Result<(), Refusal> {
        let line = match event {
            Event::Snapshot { .. } => return Ok(()),
            Event::Failed { error, .. } => {
                line(event)?;
                let code = if matches!(error, Error::Diverged { .. }) { 1 } else { 2 };
                return Err(Refusal(error.to_string(), code));
            }
            event => event,
        };
        self::line(line)
    };
    for command in [Command::Open { run: 1, job, origin: Origin::Seed }, Command::Start { run: 1 }] {
        block_on(session.handle(command)).iter().try_for_each(&mut print)?;
    }
    loop {
        let (events, next) = block_on(session.advance());
        events.iter().try_for_each(&mut print)?;
        match next {
            Next::Idle => return Ok(()),
            Next::Now => {}
            // Slow motion: there is nothing else to do.
            Next::After(seconds) => std::thread::sleep(std::time::Duration::from_secs_f64(seconds)),
        }
    }
}

/// Prints an event as one object: its name under `event`, then its fields; final figures stand among them.
fn line(event: &Event) -> Result<(), Refusal> {
    let failed = |error: &dyn std::fmt::Display| Refusal(error.to_string(), 1);
    let value = serde_json::to_value(event).map_err(|error| failed(&error))?;
    let named = value.as_object().and_then(|variant| variant.iter().next());
    let Some((name, Value::Object(fields))) = named else { return Ok(()) };
    let mut fields = fields.clone();
    fields.insert("event".into(), name.clone().into());
    if let Some(Value::Object(metrics)) = fields.remove("metrics") {
        fields.extend(metrics);
    }
    writeln!(std::io::stdout(), "{}", Value::Object(fields)).map_err(|error| failed(&error))
}

/// Prints the run as a [`Recording`], with pictures at steps spread evenly on a logarithmic scale.
fn record(session: &mut Session, job: Job) -> Result<(), Refusal> {
    let mut recording = Recording {
        job: job.clone(),
        layers: Vec::new(),
        losses: Vec::new(),
        pictures: Vec::new(),
        metrics: Default::default(),
    };
    let mut kept = BTreeSet::new();
    let mut done = false;
    let mut command = Command::Open { run: 1, job, origin: Origin::Seed };
    while !done {
        for event in block_on(session.handle(command)) {
            match event {
                Event::Opened { layers, progress, .. } => {
                    recording.layers = layers;
                    kept = steps_kept(progress.steps);
                }
                Event::Progress { losses, .. } => recording.losses.extend(losses.into_iter().map(short)),
                Event::Picture { picture, .. } => {
                    if kept.contains(&picture.step()) {
                        recording.pictures.push(picture.short());
                    }
                }
                Event::Finished { metrics, .. } => {
                    recording.metrics = metrics;
                    done = true;
                }
                Event::Failed { error, .. } => return Err(Refusal(error.to_string(), 1)),
                Event::Ready { .. }
                | Event::Paused { .. }
                | Event::Snapshot { .. }
                | Event::Packed { .. }
                | Event::Measured { .. } => {}
            }
        }
        command = Command::Step { run: 1 };
    }
    let text = serde_json::to_string(&recording).map_err(|error| Refusal(error.to_string(), 1))?;
    writeln!(std::io::stdout(), "{text}").map_err(|error| Refusal(error.to_string(), 1))
}

/// Steps 0 to `steps`, at most [`PICTURES`] of them, dense at the beginning where most happens.
fn steps_kept(steps: usize) -> BTreeSet<usize> {
    let last = steps as f64;
    let at = |index: usize| ((last + 1.0).powf(index as f64 / (PICTURES - 1) as f64) - 1.0).round() as usize;
    (0..PICTURES).map(at).collect()
}

/// Four significant digits: a loss curve shows no more.
fn short(loss: f32) -> f32 {
    format!("{loss:.3e}").parse().unwrap_or(loss)
}
