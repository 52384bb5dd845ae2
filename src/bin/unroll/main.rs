//! The engine without a browser.
//!
//! `unroll run LESSON [key=value…] [--data FILE]` trains and prints the events as JSON lines; `unroll record LESSON
//! [key=value…]` prints a whole run as the page keeps it. The keys are those of the page's links. `unroll tokenize`
//! prints the tokens of each line that it reads. `--model FILE` keeps the trained model of a recorded run.

mod job;
mod record;
mod table;
mod tokenize;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use job::Asked;
use lexopt::{Arg, Parser};
use pollster::block_on;
use serde_json::Value;
use unroll::Error;
use unroll::lessons::ENGINE_LESSONS;
use unroll::protocol::{Command, Engine, Event, Job, Origin};
use unroll::train::team::Team;
use unroll::train::threads::{Builder, Threads};
use unroll::train::{Session, drive};

const USAGE: &str =
    "usage: unroll run LESSON [key=value...] [--data FILE [--encoding NAME] [--read WHAT=HOW]...]
       unroll record LESSON [key=value...] [--data FILE [--encoding NAME] [--read WHAT=HOW]...] [--model FILE]
       unroll tokenize [--mode precise|full|search|char] [--no-hmm] [--user-dict FILE] < LINES";

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
        "run" => compute(job::read(&mut parser)?.job, train),
        "record" => {
            let Asked { job, model } = job::read(&mut parser)?;
            compute(job, |session, job| record::record(session, job, model.as_deref()))
        }
        "tokenize" => tokenize::tokenize(&mut parser),
        other => Err(wrong(&format!("there is no command \"{other}\"\n{USAGE}"))),
    }
}

/// Gives a job to the engine.
fn compute(job: Job, how: impl FnOnce(&mut Session, Job) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let start = Instant::now();
    let clock = move || start.elapsed().as_secs_f64();
    let device = burn::tensor::Device::flex();
    let mut session = Session::new(Engine::Cpu, device, clock, ENGINE_LESSONS).with_team(Box::new(threads));
    how(&mut session, job)
}

/// Threads that share a run's steps, at most one for every other core.
fn threads(job: &Job, members: usize) -> Option<Box<dyn Team>> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let members = members.min(cores - 1);
    let job = job.clone();
    let build: Builder = Arc::new(move |device| ENGINE_LESSONS.objective(&job, device));
    (members > 0).then(|| Box::new(Threads::start(members, &build)) as Box<dyn Team>)
}

/// Trains to the end, printing each event on a line.
fn train(session: &mut Session, job: Job) -> Result<(), Refusal> {
    let print = |event: Event| match &event {
        Event::Snapshot { .. } => Ok(()),
        Event::Failed { error, .. } => {
            line(&event)?;
            let code = if matches!(error, Error::Diverged { .. }) { 1 } else { 2 };
            Err(Refusal(error.to_string(), code))
        }
        event => line(event),
    };
    for command in [Command::Open { run: 1, job, origin: Origin::Seed }, Command::Start { run: 1 }] {
        block_on(drive(session, command, sleep, print))?;
    }
    Ok(())
}

/// Slow motion: there is nothing else to do.
fn sleep(seconds: f64) {
    std::thread::sleep(Duration::from_secs_f64(seconds));
}

/// Prints an event as one object: its name under `event`, then its fields; final figures stand among them.
fn line(event: &Event) -> Result<(), Refusal> {
    let failed = |error: &dyn std::fmt::Display| Refusal(error.to_string(), 1);
    let mut value = serde_json::to_value(event).map_err(|error| failed(&error))?;
    // What the figures are drawn from is for the page alone.
    if let Some(Value::Object(picture)) = value.pointer_mut("/picture/picture") {
        picture.remove("body");
    }
    let named = value.as_object().and_then(|variant| variant.iter().next());
    let Some((name, Value::Object(fields))) = named else { return Ok(()) };
    let mut fields = fields.clone();
    fields.insert("event".into(), name.clone().into());
    if let Some(Value::Object(metrics)) = fields.remove("metrics") {
        fields.extend(metrics);
    }
    writeln!(std::io::stdout(), "{}", Value::Object(fields)).map_err(|error| failed(&error))
}
