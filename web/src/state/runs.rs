//! What the reader's hand does to the runs: play, step, reset, change a setting, compare.

use std::collections::VecDeque;

use unroll::Error;
use unroll::data::Data;
use unroll::lessons::{Takes, Training};
use unroll::protocol::{Command, Origin, RunId};
use unroll::settings::{BACKEND, Form, Group, Kind, RUN_SETTINGS, SPEED};
use unroll::share::LinkNote;

use super::{Change, Comparison, Effect, Notice, Phase, RECORDED, Run, Session, Snapshot, Source, State};

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
    Pack(unroll::share::Precision),
    /// It is saved as a file.
    Export,
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
            Phase::Recorded | Phase::Finished => self.begin(Then::Play),
            _ if self.is_for_writing_only() => self.begin(Then::Play),
            Phase::Ready | Phase::Paused | Phase::Failed => self.go_on(Then::Play),
        }
    }

    pub(super) fn step(&mut self) -> Vec<Effect> {
        match self.phase {
            Phase::Training => self.tell(|run| Command::Pause { run }),
            Phase::Opening => Vec::new(),
            Phase::Recorded => self.begin(Then::Step),
            _ if self.is_for_writing_only() => self.begin(Then::Step),
            Phase::Ready | Phase::Paused | Phase::Finished | Phase::Failed => self.go_on(Then::Step),
        }
    }

    /// Did the model come without the text that it was trained on?
    fn is_for_writing_only(&self) -> bool {
        self.current_run().is_some_and(|run| run.corpus.as_ref().is_some_and(|corpus| corpus.is_empty()))
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

    pub(super) fn pack(&mut self, precision: unroll::share::Precision) -> Vec<Effect> {
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

    pub(super) fn set(&mut self, key: &str, text: &str) -> Vec<Effect> {
        let Some(setting) = self.lesson.all_settings().into_iter().find(|setting| setting.key == key) else {
            return Vec::new();
        };
        let before = self.form.clone();
        if let Some(note) = self.form.write(setting, text) {
            self.notify_link(&LinkNote::from(note));
        }
        if self.form == before {
            return Vec::new();
        }
        let mut effects = vec![Effect::WriteAddress];
        if key == SPEED.key {
            effects.extend(self.set_live(key));
        } else if key == BACKEND.key {
            effects.extend(self.pin());
        } else if setting.group == Group::Sampling {
            // The model is asked anew when the reader says so.
        } else if setting.live && self.can_change(setting.group) {
            if let Some(step) = self.current_run().map(|run| run.progress.step)
                && step > 0
                && setting.group == Group::Training
            {
                let change = Change { step, key: key.into(), value: self.form.get(setting).to_string() };
                self.change_current(|run| run.changes.push(change));
            }
            effects.extend(self.set_live(key));
        } else {
            effects.extend(self.forget_link_weights());
            effects.extend(self.renew(key));
        }
        effects
    }

    /// Another engine has been asked for: nothing to do if it is the one that computes anyway.
    fn pin(&mut self) -> Vec<Effect> {
        self.engine.decided = None;
        let same =
            self.engine.active.is_some() && self.choose().map(|(engine, _)| engine) == self.engine.active;
        if same && let Some((_, reason)) = self.choose() {
            self.engine.reason = reason;
            return Vec::new();
        }
        self.renew(BACKEND.key)
    }

    pub(super) fn preset(&mut self, id: &str) -> Vec<Effect> {
        let Some(preset) = self.lesson.presets.iter().find(|preset| preset.id == id) else {
            return Vec::new();
        };
        let (form, _) = Form::read(&self.lesson.all_settings(), preset.pairs.iter().copied());
        self.take_form(form, "preset")
    }

    /// The settings and the data of a run of the notebook.
    pub(super) fn take_settings(&mut self, id: RunId) -> Vec<Effect> {
        let Some(job) = self.run(id).map(|run| run.job().clone()) else {
            return Vec::new();
        };
        if job.data != self.data {
            self.data = job.data;
            self.form = job.form.clone();
            return [Effect::WriteAddress].into_iter().chain(self.renew("data")).collect();
        }
        self.take_form(job.form, "preset")
    }

    /// Other settings all at once; where and how fast they are computed stays as it is.
    fn take_form(&mut self, form: Form, key: &str) -> Vec<Effect> {
        let before = std::mem::replace(&mut self.form, form);
        // A prompt belongs to its text.
        self.keep_asked(&before, false);
        if self.form == before {
            return Vec::new();
        }
        let mut effects = self.forget_link_weights();
        effects.push(Effect::WriteAddress);
        let has_model = self.lesson.takes == Takes::LongText && self.recording().is_some();
        if has_model && self.phase != Phase::Training && self.opening.is_none() {
            // Its shipped model writes, whatever was done with another one before.
            effects.extend(self.tell(|run| Command::Stop { run }));
            self.engine.held = None;
            self.continuations = None;
            self.show_idle();
        } else {
            effects.extend(self.renew(key));
        }
        if self.phase == Phase::Ready && self.current.is_none() {
            effects.push(Effect::FetchRecorded);
        }
        effects
    }

    /// Takes over from `before` where and how fast runs are computed, and how models are asked to write, perhaps with
    /// the prompt.
    pub(super) fn keep_asked(&mut self, before: &Form, with_prompt: bool) {
        let asked = self.lesson.settings.iter().copied().filter(|setting| {
            setting.group == Group::Sampling && (with_prompt || !matches!(setting.kind, Kind::Text { .. }))
        });
        for setting in RUN_SETTINGS.into_iter().chain(asked) {
            self.form.write(setting, &before.get(setting).to_string());
        }
    }

    pub(super) fn use_data(&mut self, data: Option<Data>) -> Vec<Effect> {
        if data == self.data {
            return Vec::new();
        }
        self.data = data;
        self.forget_link_weights();
        let mut effects = vec![Effect::WriteAddress];
        effects.extend(self.renew("data"));
        effects
    }

    pub(super) fn compare(&mut self) -> Vec<Effect> {
        let Some(compare) = self.lesson.training.as_ref().map(|training| training.compare) else {
            return Vec::new();
        };
        let Kind::Choice(words) = compare.kind else { return Vec::new() };
        let own = self.form.choice(compare);
        let mut queue = VecDeque::new();
        for word in words.iter().copied().filter(|word| *word != own).chain([own]) {
            let mut form = self.form.clone();
            form.write(compare, word);
            // What has been trained from exactly these settings need not be trained again; the reader's own choice
            // is, so that the engine ends up holding it.
            if word != own
                && let Some(id) = self.trained_alike(&form)
            {
                self.change(id, |run| run.overlaid = true);
            } else {
                queue.push_back(form);
            }
        }
        self.comparison = Some(Comparison { total: queue.len(), queue });
        self.next_comparison()
    }

    /// A run of this session that trained `form` to its end, unchanged on the way.
    fn trained_alike(&self, form: &Form) -> Option<RunId> {
        self.log()
            .filter(|run| run.is_finished() && run.changes.is_empty() && run.job().data == self.data)
            .find(|run| self.alike(&run.job().form, form))
            .map(|run| run.id)
    }

    /// The next run of the comparison, or its end.
    pub(super) fn next_comparison(&mut self) -> Vec<Effect> {
        let Some(form) = self.comparison.as_mut().and_then(|comparison| comparison.queue.pop_front()) else {
            self.comparison = None;
            return Vec::new();
        };
        let mut job = self.job();
        job.form = form;
        self.open(Run::new(0, Source::Seed, job), Origin::Seed, Then::Play)
    }

    pub(super) fn delete(&mut self, id: RunId) -> Vec<Effect> {
        if self.current != Some(id) {
            self.runs.retain(|run| run.id != id);
            return Vec::new();
        }
        let effects = self.tell(|run| Command::Stop { run });
        self.comparison = None;
        self.engine.held = None;
        self.snapshot = None;
        self.runs.retain(|run| run.id != id);
        self.show_idle();
        effects.into_iter().chain([Effect::Forget]).collect()
    }

    /// After a diverged run: a third of the learning rate, from its last good step.
    pub(super) fn gentler(&mut self) -> Vec<Effect> {
        let Some(mut run) = self.current_run().cloned() else {
            return Vec::new();
        };
        let Some(Error::Diverged { learning_rate, .. }) = run.failure else {
            return Vec::new();
        };
        let Some(setting) = self.lesson.settings.iter().find(|setting| setting.key == "learning_rate") else {
            return Vec::new();
        };
        self.form.write(setting, &two_digits(learning_rate / 3.0).to_string());
        self.dismiss("error.diverged");
        run.recording.job = self.job();
        run.pinned = false;
        let mut effects = vec![Effect::WriteAddress];
        match self.snapshot_of_current() {
            Some(snapshot) if snapshot.step > 0 => {
                let value = self.form.get(setting).to_string();
                run.rewind(snapshot.step);
                run.changes.push(Change { step: snapshot.step, key: setting.key.into(), value });
                effects.extend(self.open(run, snapshot_origin(&snapshot), Then::Play));
            }
            _ => effects.extend(self.begin(Then::Play)),
        }
        effects
    }

    /// A session that this browser kept: shown as it was, if the settings are still those.
    pub(super) fn restore(&mut self, session: Session) -> Vec<Effect> {
        let Session { recording, step, seconds, engine: _, snapshot } = session;
        let untouched = matches!(self.phase, Phase::Ready | Phase::Recorded) && self.engine.active.is_none();
        if !untouched
            || self.link.weights.is_some()
            || recording.job.lesson != self.lesson.id
            || !self.alike(&recording.job.form, &self.form)
        {
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
        run.progress.steps = self.steps().max(step);
        self.data = run.job().data.clone();
        self.phase = if run.is_finished() { Phase::Finished } else { Phase::Paused };
        self.snapshot = Some(Snapshot { run: id, step, bytes: snapshot.into() });
        self.current = Some(id);
        self.runs.push(run);
        Vec::new()
    }

    /// The settings are no longer those of the current run: another one takes its place.
    pub(super) fn renew(&mut self, key: &str) -> Vec<Effect> {
        self.comparison = None;
        let plays = self.phase == Phase::Training
            || self.opening.as_ref().is_some_and(|opening| opening.then == Then::Play);
        if plays {
            self.notify(Notice::new("notice.new_run", [("key", key.to_owned())]));
            return self.begin(Then::Play);
        }
        self.start_over()
    }

    /// The present settings at step 0; without an engine, what can be shown of them.
    fn start_over(&mut self) -> Vec<Effect> {
        if self.engine.active.is_some() {
            return self.begin(Then::Wait);
        }
        self.show_idle();
        Vec::new()
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
    fn begin(&mut self, then: Then) -> Vec<Effect> {
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
                self.tell(|run| Command::Start { run })
            }
            Then::Step => {
                self.phase = Phase::Training;
                self.scrub = None;
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
        let mut effects = self.tell(|run| Command::Stop { run });
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
        self.opening = Some(Opening { origin, then, writes: false });
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

    /// Does the current run take a live setting of this group without starting anew?
    fn can_change(&self, group: Group) -> bool {
        let held = self.current.is_some() && self.current == self.engine.held;
        match self.phase {
            Phase::Training | Phase::Paused | Phase::Ready => held,
            // The weights are final; what is computed from them is not.
            Phase::Finished => held && group != Group::Training,
            Phase::Recorded | Phase::Opening | Phase::Failed => false,
        }
    }

    /// Sends the present value of a live setting to the run that takes it.
    pub(super) fn set_live(&mut self, key: &str) -> Vec<Effect> {
        let Some(setting) = self.lesson.all_settings().into_iter().find(|setting| setting.key == key) else {
            return Vec::new();
        };
        let value = self.form.get(setting).to_string();
        self.change_current(|run| {
            if run.id != RECORDED {
                run.recording.job.form.write(setting, &value);
            }
        });
        if self.current.is_none() || self.engine.held != self.current {
            return Vec::new();
        }
        self.tell(|run| Command::Set { run, key: key.to_owned(), value })
    }

    fn forget_link_weights(&mut self) -> Vec<Effect> {
        let model = self.link.model.take();
        let weights = self.link.weights.take();
        if model.is_some() || weights.is_some() { vec![Effect::WriteAddress] } else { Vec::new() }
    }

    /// The snapshot that the current run can go on from.
    pub(super) fn snapshot_of_current(&self) -> Option<Snapshot> {
        self.snapshot.clone().filter(|snapshot| Some(snapshot.run) == self.current)
    }

    /// Steps that the present settings ask for.
    pub fn steps(&self) -> usize {
        let length = |training: &Training| (training.length)(&self.form, self.data.as_ref());
        self.lesson.training.as_ref().map_or(0, length)
    }

    /// Do two forms describe the same training?
    pub(super) fn alike(&self, one: &Form, other: &Form) -> bool {
        let settings = self.lesson.model_settings();
        one.changed(&settings) == other.changed(&settings)
    }
}

/// Where a run goes on from.
pub(super) fn snapshot_origin(snapshot: &Snapshot) -> Origin {
    Origin::Snapshot { bytes: snapshot.bytes.to_vec() }
}

/// Rounded to two significant digits, as a hand would write it.
fn two_digits(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}
