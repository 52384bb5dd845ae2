//! A session: commands in, events out. It holds at most one run and trains it in slices; whoever drives it (the
//! worker, the command line, a test) hands in the commands between slices.

use burn::tensor::Device;
use serde_bytes::ByteBuf;

use super::corpora::Corpora;
use super::run::OpenRun;
use super::team::Team;
use super::{EngineLessons, Trainer, TrainingState, model_file};
use crate::Error;
use crate::data::Corpus;
use crate::protocol::{Command, Engine, Event, Job, Origin, RunId};
use crate::settings::SPEED;

/// Seconds between the snapshots of a run that trains.
const SNAPSHOT_EVERY: f64 = 5.0;
/// Seconds that writing takes between two slices of training.
const WRITING: f64 = 0.012;
/// Steps before a measurement counts: the first ones pay for memory and, on a GPU, for compiling.
const WARM_UP: usize = 2;

/// What to do after [`Session::advance`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next {
    /// Nothing is to be done before the next command.
    Idle,
    /// Advance again, after looking for commands.
    Now,
    /// Advance again after so many seconds, or after the next command.
    After(f64),
}

/// Finds up to so many workers for a job; `None` if there are none to be had.
pub type Recruit = Box<dyn Fn(&Job, usize) -> Option<Box<dyn Team>>>;

/// An engine's side of the protocol.
pub struct Session {
    engine: Engine,
    device: Device,
    clock: Box<dyn Fn() -> f64>,
    lessons: EngineLessons,
    run: Option<OpenRun>,
    training: bool,
    /// Is it to stop after the step that it is in?
    single: bool,
    /// When slow motion's next step may be taken.
    due: f64,
    /// When the last snapshot was sent.
    saved: f64,
    measurement: Option<Measurement>,
    recruit: Option<Recruit>,
    corpora: Corpora,
}

/// A throw-away copy of a run in training, to see how fast it goes.
struct Measurement {
    run: RunId,
    trainer: Trainer,
    end: Option<f64>,
    seconds: f64,
}

impl Session {
    /// A session without a run, for these lessons. `clock` tells the time in seconds from any beginning.
    pub fn new(
        engine: Engine,
        device: Device,
        clock: impl Fn() -> f64 + 'static,
        lessons: EngineLessons,
    ) -> Self {
        let clock = Box::new(clock);
        Session {
            engine,
            device,
            clock,
            lessons,
            run: None,
            training: false,
            single: false,
            due: 0.0,
            saved: 0.0,
            measurement: None,
            recruit: None,
            corpora: Corpora::default(),
        }
    }

    /// This session with helpers for steps that are large enough to be shared.
    pub fn with_team(self, recruit: Recruit) -> Self {
        Session { recruit: Some(recruit), ..self }
    }

    /// Carries out one command. Commands about a run that is no longer there are ignored. One that names a corpus is carried
    /// out when that has come.
    pub async fn handle(&mut self, command: Command) -> Vec<Event> {
        match self.corpora.complete(command) {
            Some(command) => self.carry_out(command).await,
            None => Vec::new(),
        }
    }

    /// Takes a corpus in the place of the one before, and carries out the command that has waited for it.
    pub async fn receive(&mut self, number: u32, corpus: Corpus) -> Vec<Event> {
        match self.corpora.receive(number, corpus).and_then(|command| self.corpora.complete(command)) {
            Some(command) => self.carry_out(command).await,
            None => Vec::new(),
        }
    }

    async fn carry_out(&mut self, command: Command) -> Vec<Event> {
        let mut events = Vec::new();
        let about = about(&command);
        if let Err(error) = self.obey(command, &mut events).await {
            self.training = false;
            events.push(Event::Failed { run: about, error });
        }
        events
    }

    async fn obey(&mut self, command: Command, events: &mut Vec<Event>) -> Result<(), Error> {
        match command {
            Command::Open { run, job, origin } => {
                self.training = false;
                self.run = None;
                let mut run = OpenRun::open(run, job, &origin, &self.device, self.lessons)?;
                events.push(run.opened());
                run.report_picture(&*self.clock, events).await?;
                // A model from a file is there to write: nothing has come to its end.
                if run.is_finished() && !matches!(origin, Origin::Model { .. }) {
                    events.push(run.finished().await?);
                }
                self.run = Some(run);
            }
            Command::Start { run } => {
                if let Some(run) = current(&mut self.run, run) {
                    run.go_on();
                    (self.training, self.single) = (true, false);
                    (self.due, self.saved) = ((self.clock)(), (self.clock)());
                }
            }
            Command::Pause { run } => {
                if let Some(run) = current(&mut self.run, run) {
                    self.training = false;
                    run.report_all(&*self.clock, events).await?;
                    events.push(Event::Paused { run: run.id });
                    events.push(run.snapshot().await?);
                }
            }
            Command::Step { run } => {
                if current(&mut self.run, run).is_some() {
                    self.training = false;
                    self.step(events).await?;
                }
            }
            Command::Set { run, key, value } => {
                if let Some(run) = current(&mut self.run, run) {
                    let (target, was_finished) = (run.target(), run.is_finished());
                    if run.set(&key, &value) {
                        run.report_picture(&*self.clock, events).await?;
                    }
                    if run.target() != target {
                        run.report_standing(&*self.clock, events);
                        // What is to be examined first comes to its end when it has been.
                        if run.is_finished() && !was_finished {
                            self.finish(events).await?;
                        }
                    }
                }
                if key == SPEED.setting.key {
                    // A new speed counts from now, not from a step that was due under the old one.
                    self.due = (self.clock)();
                }
            }
            Command::Stop { run } => {
                if current(&mut self.run, run).is_some() {
                    self.training = false;
                    self.run = None;
                }
            }
            Command::Snapshot { run } => {
                if let Some(run) = current(&mut self.run, run) {
                    events.push(run.snapshot().await?);
                }
            }
            Command::Pack { run, precision } => {
                if let Some(run) = current(&mut self.run, run) {
                    events.push(run.pack(precision).await?);
                }
            }
            Command::Write { run, request, writing } => {
                if let Some(run) = current(&mut self.run, run) {
                    run.write(request, writing);
                }
            }
            Command::Silence { run } => {
                if let Some(run) = current(&mut self.run, run) {
                    run.fall_silent();
                }
            }
            Command::Inspect { run, passage, word } => {
                if let Some(run) = current(&mut self.run, run) {
                    events.extend(run.inspect(passage, &word).await?);
                }
            }
            Command::Watch { run, passage } => {
                if let Some(run) = current(&mut self.run, run) {
                    events.extend(run.watch(passage).await?);
                }
            }
            Command::Ask { request, lesson, question } => {
                let outcome = self.answer(&lesson, &question).await.map(ByteBuf::from);
                events.push(Event::Answered { request, outcome });
            }
            Command::Export { run } => {
                if let Some(run) = current(&mut self.run, run) {
                    events.push(run.export().await?);
                }
            }
            Command::CheckModel { request, job, bytes } => {
                let outcome = model_file::check(&bytes, &job, &self.device, self.lessons);
                events.push(Event::ModelChecked { request, outcome });
            }
            Command::Measure { run, job, millis } => {
                self.measurement = Some(Measurement::new(run, &job, millis, &self.device, self.lessons)?);
            }
        }
        Ok(())
    }

    /// The answer to a question of a lesson's own.
    async fn answer(&self, lesson: &str, question: &[u8]) -> Result<Vec<u8>, Error> {
        let unknown = || Error::UnknownLesson { name: lesson.to_owned() };
        let answer = self.lessons.find(lesson)?.answer.ok_or_else(unknown)?;
        answer(question, &self.device).await
    }

    /// Exactly one step.
    async fn step(&mut self, events: &mut Vec<Event>) -> Result<(), Error> {
        let Some(run) = &mut self.run else { return Ok(()) };
        // What is still to be seen of the step before belongs to it.
        while run.is_examined() {
            run.examine(events).await?;
        }
        run.go_back_to_work();
        let was_finished = run.is_finished();
        run.find_team(self.recruit.as_ref());
        let trained = run.train(1, &*self.clock).await;
        // A long step goes on slice by slice.
        self.single = trained.is_ok() && run.trainer.is_amid();
        self.training = self.single;
        if !self.single {
            self.stepped(was_finished || trained.is_err(), events).await?;
        }
        trained
    }

    /// The end of a single step.
    async fn stepped(&mut self, was_finished: bool, events: &mut Vec<Event>) -> Result<(), Error> {
        self.training = false;
        let Some(run) = &mut self.run else { return Ok(()) };
        run.report_all(&*self.clock, events).await?;
        events.push(Event::Paused { run: run.id });
        events.push(run.snapshot().await?);
        if run.is_finished() && !was_finished {
            events.push(run.finished().await?);
        }
        Ok(())
    }

    /// Trains for one slice, if there is something to train.
    pub async fn advance(&mut self) -> (Vec<Event>, Next) {
        let mut events = Vec::new();
        let next = if self.measurement.is_some() {
            self.measure(&mut events).await;
            Next::Now
        } else {
            match self.go_on(&mut events).await {
                Ok(next) => next,
                Err(error) => {
                    self.fail(error, &mut events).await;
                    Next::Idle
                }
            }
        };
        (events, next)
    }

    /// Writes, makes figures and trains, a little of each.
    async fn go_on(&mut self, events: &mut Vec<Event>) -> Result<Next, Error> {
        let Some(run) = &mut self.run else { return Ok(Next::Idle) };
        if run.is_writing() {
            run.write_on(WRITING, &*self.clock, events).await?;
        }
        if run.is_examined() {
            run.examine(events).await?;
            if !run.is_examined() && run.is_finished() {
                self.finish(events).await?;
            }
            return Ok(Next::Now);
        }
        let is_writing = run.is_writing();
        let next = if self.training { self.train(events).await? } else { Next::Idle };
        Ok(if is_writing { Next::Now } else { next })
    }

    /// The end of a run.
    async fn finish(&mut self, events: &mut Vec<Event>) -> Result<(), Error> {
        let Some(run) = &mut self.run else { return Ok(()) };
        self.training = false;
        run.report_all(&*self.clock, events).await?;
        events.push(run.snapshot().await?);
        events.push(run.finished().await?);
        Ok(())
    }

    async fn train(&mut self, events: &mut Vec<Event>) -> Result<Next, Error> {
        let Some(run) = &mut self.run else { return Ok(Next::Idle) };
        let clock = &*self.clock;
        if self.single {
            run.train(1, clock).await?;
            if !run.trainer.is_amid() {
                self.stepped(false, events).await?;
            }
            return Ok(Next::Now);
        }
        let most = match run.speed() {
            None => run.remaining(),
            Some(speed) => {
                let now = clock();
                if now < self.due {
                    return Ok(Next::After(self.due - now));
                }
                self.due = (self.due + 1.0 / speed).max(now);
                1
            }
        };
        run.find_team(self.recruit.as_ref());
        run.train(most, clock).await?;
        if run.is_finished() {
            self.finish(events).await?;
            return Ok(Next::Idle);
        }
        run.report(clock, events).await?;
        if clock() - self.saved >= SNAPSHOT_EVERY {
            self.saved = clock();
            events.push(run.snapshot().await?);
        }
        Ok(Next::Now)
    }

    /// Stops the run: what it last was, then why it stopped. A device that is lost can only say the latter.
    async fn fail(&mut self, error: Error, events: &mut Vec<Event>) {
        self.training = false;
        let Some(run) = &mut self.run else { return };
        if run.report_all(&*self.clock, events).await.is_ok() {
            // Why it stopped is said below; that a snapshot failed too says nothing more.
            events.extend(run.snapshot().await.ok());
        }
        events.push(Event::Failed { run: Some(run.id), error });
    }

    async fn measure(&mut self, events: &mut Vec<Event>) {
        let Some(mut measurement) = self.measurement.take() else { return };
        let clock = &*self.clock;
        let stopped = measurement.slice(clock).await;
        let run = measurement.run;
        match stopped {
            // A model that diverges is as fast as one that does not.
            Err(error @ Error::EngineLost { .. }) => events.push(Event::Failed { run: Some(run), error }),
            Ok(false) => self.measurement = Some(measurement),
            Ok(true) | Err(_) => {
                let steps_per_s = measurement.trainer.steps_per_s();
                events.push(Event::Measured { run, engine: self.engine, steps_per_s });
            }
        }
    }
}

impl Measurement {
    fn new(
        run: RunId,
        job: &Job,
        millis: u32,
        device: &Device,
        lessons: EngineLessons,
    ) -> Result<Self, Error> {
        let (task, parameters) = lessons.build(job, device)?;
        let state = TrainingState::new(&*task, parameters);
        let seconds = f64::from(millis) / 1000.0;
        Ok(Measurement { run, trainer: Trainer::new(task, state), end: None, seconds })
    }

    /// Trains on. Returns whether the time is over.
    async fn slice(&mut self, clock: &dyn Fn() -> f64) -> Result<bool, Error> {
        let end = match self.end {
            Some(end) => end,
            None => {
                for _ in 0..WARM_UP {
                    self.trainer.slice(1, clock).await.map_err(|stop| stop.error)?;
                }
                self.trainer.reset_rate();
                *self.end.insert(clock() + self.seconds)
            }
        };
        self.trainer.slice(usize::MAX, clock).await.map_err(|stop| stop.error)?;
        Ok(clock() >= end)
    }
}

/// The run, if it is the one that is meant.
fn current(run: &mut Option<OpenRun>, id: RunId) -> Option<&mut OpenRun> {
    run.as_mut().filter(|run| run.id == id)
}

/// The run that a command is about.
fn about(command: &Command) -> Option<RunId> {
    match *command {
        Command::Open { run, .. }
        | Command::Start { run }
        | Command::Pause { run }
        | Command::Step { run }
        | Command::Set { run, .. }
        | Command::Stop { run }
        | Command::Snapshot { run }
        | Command::Pack { run, .. }
        | Command::Write { run, .. }
        | Command::Silence { run }
        | Command::Inspect { run, .. }
        | Command::Watch { run, .. }
        | Command::Export { run }
        | Command::Measure { run, .. } => Some(run),
        Command::Ask { .. } | Command::CheckModel { .. } => None,
    }
}
