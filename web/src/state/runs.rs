//! What the reader's hand does to the runs: play, step, reset, delete; how one begins and goes on.

use std::sync::Arc;

use crate::messages::{Command, Origin};
use unroll::Error;
use unroll::data::Corpus;
use unroll::protocol::RunId;
use unroll::settings::Value;

use super::{Effect, Phase, RECORDED, Run, Session, Snapshot, Source, State};

/// Runs that the notebook keeps; beyond it the oldest that nobody holds on to is dropped.
const MAX_RUNS: usize = 40;

/// What follows as soon as a run has been built.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Then {
    /// Nothing: it waits for the reader.
    Wait,
    /// It trains.
    Play,
    /// It trains one step.
    Step,
    /// Its weights are packed for a link.
    Pack(unroll::protocol::Precision),
    /// It is saved as a file.
    Export,
    /// Where it stands is kept, though nothing has been trained.
    Keep,
}

/// A run on its way into an engine.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opening {
    /// Where it begins.
    pub origin: Origin,
    /// What follows.
    pub then: Then,
    /// Does it also write, as asked?
    pub writes: bool,
    /// The tokens alone of a model that is to be trained on a text: what it writes with, if that can't be.
    pub without_text: Option<Arc<Corpus>>,
}

impl Opening {
    /// Does it begin with a model file?
    pub(super) fn is_model(&self) -> bool {
        matches!(self.origin, Origin::Model { .. })
    }
}

impl State {
    pub(super) fn play_pause(&mut self) -> Vec<Effect> {
        match self.phase {
            Phase::Training => self.tell(|run| Command::Pause { run }),
            Phase::Opening => {
                if let Some(opening) = &mut self.opening {
                    opening.then = if opening.then == Then::Play { Then::Wait } else { Then::Play };
                }
                Vec::new()
            }
            _ if self.is_recorded() => self.begin(Then::Play),
            _ if self.is_for_writing_only() => self.train_on(Then::Play),
            Phase::Recorded | Phase::Ready | Phase::Paused | Phase::Finished | Phase::Failed => {
                self.go_further(Then::Play)
            }
        }
    }

    pub(super) fn step(&mut self) -> Vec<Effect> {
        match self.phase {
            Phase::Training => self.tell(|run| Command::Pause { run }),
            Phase::Opening => Vec::new(),
            _ if self.is_recorded() => self.begin(Then::Step),
            _ if self.is_for_writing_only() => self.train_on(Then::Step),
            Phase::Recorded | Phase::Ready | Phase::Paused | Phase::Finished | Phase::Failed => {
                self.go_further(Then::Step)
            }
        }
    }

    /// Is it the run that came with the page?
    fn is_recorded(&self) -> bool {
        self.phase == Phase::Recorded || self.current_run().is_some_and(Run::is_recorded)
    }

    /// Trains the current run on from where it stands; one that has done all its steps is given more.
    fn go_further(&mut self, then: Then) -> Vec<Effect> {
        let is_held = self.current.is_some() && self.current == self.engine.held;
        let mut effects = Vec::new();
        if self.phase == Phase::Finished {
            if !is_held && self.snapshot_of_current().is_none() {
                // Weights of a link are brought back first.
                return self.go_on(Then::Wait);
            }
            effects.extend(self.lengthen(then));
            let is_at_the_end = self.current_run().is_some_and(|run| {
                let is_early = run.progress.step < run.progress.steps;
                !is_early && self.steps() <= run.progress.step
            });
            if is_at_the_end {
                // There is no room for more; the notice of the setting says so.
                return effects;
            }
        }
        effects.extend(self.go_on(then));
        effects
    }

    /// How many more of what the setting for the length counts a finished run of the reader's is offered: none where training
    /// ended before all were done. Nothing where no run has come to its end.
    pub fn longer(&self) -> Option<u32> {
        let run = self.current_run().filter(|run| self.phase == Phase::Finished && !run.is_recorded())?;
        Some(if self.steps() > run.progress.step { 0 } else { self.more() })
    }

    /// As many again as there were.
    fn more(&self) -> u32 {
        let training = self.lesson.training.as_ref();
        match training.map(|training| self.form.get(training.steps)) {
            Some(Value::Integer(now)) => {
                now.saturating_sub(self.current_run().map_or(0, |run| run.leg)).max(1)
            }
            _ => 0,
        }
    }

    /// Gives the current run more steps if all are done: one of what the setting counts for a single step, else as many again.
    pub(super) fn lengthen(&mut self, then: Then) -> Vec<Effect> {
        let Some(setting) = self.lesson.training.as_ref().map(|training| training.steps) else {
            return Vec::new();
        };
        let done = self.current_run().map_or(0, |run| run.progress.step);
        let (Value::Integer(now), all) = (self.form.get(setting), self.steps()) else { return Vec::new() };
        if all > done {
            return Vec::new();
        }
        let each = (all / now.max(1) as usize).max(1);
        let more = if then == Then::Step { 1 } else { self.more() };
        let total = now.max(done.div_ceil(each) as u32).saturating_add(more);
        if then != Then::Step {
            self.change_current(|run| run.leg = now);
        }
        self.set(setting.key, &total.to_string())
    }

    /// A new run of the present settings, whatever has been trained.
    pub(super) fn anew(&mut self) -> Vec<Effect> {
        self.comparison = None;
        let mut effects = self.forget_link_weights();
        effects.extend(self.begin(Then::Play));
        effects
    }

    /// The model as a file.
    pub(super) fn export(&mut self) -> Vec<Effect> {
        if self.current.is_some() && self.current == self.engine.held {
            return self.tell(|run| Command::Export { run });
        }
        match self.snapshot_of_current() {
            Some(_) => self.go_on(Then::Export),
            None => Vec::new(),
        }
    }

    pub(super) fn reset(&mut self) -> Vec<Effect> {
        self.comparison = None;
        let mut effects = self.forget_link_weights();
        effects.extend(self.start_over());
        effects
    }

    pub(super) fn pack(&mut self, precision: unroll::protocol::Precision) -> Vec<Effect> {
        if self.current.is_some() && self.current == self.engine.held {
            return self.tell(|run| Command::Pack { run, precision });
        }
        match self.phase {
            Phase::Ready | Phase::Paused | Phase::Finished if self.snapshot_of_current().is_some() => {
                self.go_on(Then::Pack(precision))
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn delete(&mut self, id: RunId) -> Vec<Effect> {
        if self.current != Some(id) {
            self.runs.retain(|run| run.id != id);
            return Vec::new();
        }
        self.comparison = None;
        let mut effects = self.set_aside();
        effects.extend(self.tell(|run| Command::Stop { run }));
        self.engine.held = None;
        self.snapshot = None;
        self.runs.retain(|run| run.id != id);
        self.show_idle();
        effects.into_iter().chain([Effect::Forget]).collect()
    }

    /// A session that this browser kept: shown as it was, if the settings are still those; else put aside.
    pub(super) fn restore(&mut self, session: Session) -> Vec<Effect> {
        let Session { recording, step, seconds, engine, snapshot } = session;
        let untouched = matches!(self.phase, Phase::Ready | Phase::Recorded) && self.engine.active.is_none();
        if !untouched || self.link.weights.is_some() || recording.job.lesson != self.lesson.id {
            return Vec::new();
        }
        let id = self.take_id();
        let mut run = Run::new(id, Source::Storage, recording.job.clone());
        run.recording = recording;
        run.seconds = seconds;
        if run.recording.losses.len() > step {
            run.rewind(step);
        }
        run.progress.step = step;
        // A link says which data it is about.
        let is_other = self.came_by_link && run.job().data != self.data;
        if is_other || !self.alike(&run.job().form, &self.form) {
            // The first run that is kept will take its place: until then it can be had back.
            run.engine = Some(engine);
            self.put_aside(run, Some((step, snapshot)));
            return Vec::new();
        }
        run.progress.steps = self.steps().max(step);
        self.data = run.job().data.clone();
        self.phase = if run.is_finished() { Phase::Finished } else { Phase::Paused };
        self.snapshot = Some(Snapshot { run: id, step, bytes: snapshot });
        self.current = Some(id);
        self.runs.push(run);
        Vec::new()
    }

    /// The present settings at step 0; without an engine, what can be shown of them.
    pub(super) fn start_over(&mut self) -> Vec<Effect> {
        if self.engine.active.is_some() {
            return self.begin(Then::Wait);
        }
        let effects = self.set_aside();
        self.show_idle();
        effects
    }

    /// The recorded run if it is one of the present settings, else nothing.
    pub(super) fn show_idle(&mut self) {
        let recorded = self
            .run(RECORDED)
            .is_some_and(|run| self.data.is_none() && self.alike(&run.job().form, &self.form));
        self.opening = None;
        self.scrub = None;
        self.current = recorded.then_some(RECORDED);
        self.phase = if recorded { Phase::Recorded } else { Phase::Ready };
    }

    /// A new run of the present settings from its seed.
    pub(super) fn begin(&mut self, then: Then) -> Vec<Effect> {
        self.open(Run::new(0, Source::Seed, self.job()), Origin::Seed, then)
    }

    /// Weights from a link, shown at once.
    pub(super) fn open_weights(&mut self, payload: String, then: Then) -> Vec<Effect> {
        self.open(Run::new(0, Source::Link, self.job()), Origin::Weights { payload }, then)
    }

    /// The current run, where it stands.
    pub(super) fn go_on(&mut self, then: Then) -> Vec<Effect> {
        let held = self.current.is_some() && self.current == self.engine.held;
        if held && self.current_run().is_some_and(|run| run.failure.is_none()) {
            return self.follow(then);
        }
        if let (Some(snapshot), Some(run)) = (self.snapshot_of_current(), self.current_run().cloned())
            && !matches!(run.failure, Some(Error::Diverged { .. }))
        {
            self.runs.retain(|kept| kept.id != run.id);
            return self.open(run, snapshot_origin(&snapshot), then);
        }
        match self.link.weights.clone() {
            Some(payload) => self.open_weights(payload, then),
            None => self.begin(then),
        }
    }

    /// What follows once a run stands in its engine.
    pub(super) fn follow(&mut self, then: Then) -> Vec<Effect> {
        let rest = self.resting_phase();
        match then {
            Then::Wait => {
                self.phase = rest;
                Vec::new()
            }
            Then::Play => {
                self.phase = Phase::Training;
                self.scrub = None;
                self.change_current(|run| run.recording.metrics.clear());
                self.tell(|run| Command::Start { run })
            }
            Then::Step => {
                self.phase = Phase::Training;
                self.scrub = None;
                self.change_current(|run| run.recording.metrics.clear());
                self.tell(|run| Command::Step { run })
            }
            Then::Pack(precision) => {
                self.phase = rest;
                self.tell(|run| Command::Pack { run, precision })
            }
            Then::Export => {
                self.phase = rest;
                self.tell(|run| Command::Export { run })
            }
            Then::Keep => {
                self.phase = rest;
                self.tell(|run| Command::Snapshot { run })
            }
        }
    }

    /// The phase of the current run while nothing is computed.
    fn resting_phase(&self) -> Phase {
        match self.current_run() {
            Some(run) if run.is_finished() => Phase::Finished,
            Some(run) if run.progress.step > 0 => Phase::Paused,
            _ => Phase::Ready,
        }
    }

    /// Makes `run` the current one, under a new id so that nothing late can be meant for it, and has it built.
    pub(super) fn open(&mut self, mut run: Run, origin: Origin, then: Then) -> Vec<Effect> {
        let mut effects = self.set_aside();
        effects.extend(self.tell(|run| Command::Stop { run }));
        // What never trained leaves no trace.
        let current = self.current;
        self.runs.retain(|kept| {
            // A recorded run that wrote is the recorded run still.
            let has_trained = Some(kept.id) != current || !kept.recording.losses.is_empty();
            kept.id == RECORDED || kept.source != Source::Recorded && has_trained
        });
        // Nobody goes on writing, and what was seen inside was inside another model.
        if let Some(wish) = &mut self.continuations {
            wish.is_done = true;
        }
        self.inspection = None;
        run.id = self.take_id();
        run.failure = None;
        run.progress.steps = self.steps();
        if let Origin::Snapshot { .. } = origin
            && let Some(snapshot) = &mut self.snapshot
        {
            snapshot.run = run.id;
        } else {
            self.snapshot = None;
        }
        self.current = Some(run.id);
        self.runs.push(run);
        self.drop_oldest();
        self.opening = Some(Opening { origin, then, writes: false, without_text: None });
        self.to_train = None;
        self.phase = Phase::Opening;
        self.scrub = None;
        self.packed = None;
        self.engine.held = None;
        self.clock = None;
        effects.extend(self.send_open());
        effects
    }

    fn drop_oldest(&mut self) {
        while self.log().count() > MAX_RUNS {
            let current = self.current;
            let Some(oldest) = self
                .log()
                .find(|run| !run.pinned && !run.overlaid && Some(run.id) != current)
                .map(|run| run.id)
            else {
                return;
            };
            self.runs.retain(|run| run.id != oldest);
        }
    }

    /// The snapshot that the current run can go on from.
    pub(super) fn snapshot_of_current(&self) -> Option<Snapshot> {
        self.snapshot.clone().filter(|snapshot| Some(snapshot.run) == self.current)
    }
}

/// Where a run goes on from.
pub(super) fn snapshot_origin(snapshot: &Snapshot) -> Origin {
    Origin::Snapshot { bytes: snapshot.bytes.clone() }
}
