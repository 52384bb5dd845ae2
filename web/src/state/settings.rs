//! What the reader's hand does to the settings: what a change means for the run that is there.

use crate::messages::Command;
use unroll::Error;
use unroll::data::Data;
use unroll::lesson::Training;
use unroll::number::{self, Written};
use unroll::protocol::{Engine, RunId};
use unroll::settings::{BACKEND, Backend, Form, Group, Kind, RUN_SETTINGS, SPEED};

use super::runs::{Then, snapshot_origin};
use super::{Change, Effect, Notice, Phase, RECORDED, Run, State};

impl State {
    pub(super) fn set(&mut self, key: &str, text: &str) -> Vec<Effect> {
        let Some(setting) = self.lesson.all_settings().into_iter().find(|setting| setting.key == key) else {
            return Vec::new();
        };
        let before = self.form.clone();
        if let Some(note) = self.form.write(setting, text) {
            let stands = self.form.get(setting).to_string();
            self.notify(Notice::by_hand(note, stands));
        }
        if self.form == before {
            return Vec::new();
        }
        let mut effects = vec![Effect::WriteAddress];
        if key == SPEED.setting.key {
            effects.extend(self.set_live(key));
        } else if key == BACKEND.setting.key {
            effects.extend(self.pin());
        } else if setting.group == Group::Sampling {
            // The model is asked anew when the reader says so.
        } else if setting.live && self.can_change() && self.is_length(key) {
            effects.extend(self.forget_link_weights());
            effects.extend(self.set_length(key));
        } else if setting.live && self.can_change() {
            if let Some(step) = self.current_run().map(|run| run.progress.step)
                && step > 0
                && setting.group == Group::Training
            {
                self.write_down(step, key);
            }
            effects.extend(self.set_live(key));
        } else {
            effects.extend(self.forget_link_weights());
            effects.extend(self.renew(key));
        }
        effects
    }

    /// Another engine has been asked for: nothing to do if it is the one that computes anyway.
    pub(super) fn pin(&mut self) -> Vec<Effect> {
        self.engine.decided = None;
        let same =
            self.engine.active.is_some() && self.choose().map(|(engine, _)| engine) == self.engine.active;
        if same && let Some((_, reason)) = self.choose() {
            self.engine.reason = reason;
            if BACKEND.read(&self.form) == Backend::Webgpu && self.engine.active == Some(Engine::Cpu) {
                self.notify(Notice::new("notice.webgpu_unavailable", []));
            }
            return Vec::new();
        }
        // The same model, computed elsewhere.
        if let (Some(snapshot), Some(mut run)) = (self.snapshot_of_current(), self.current_run().cloned())
            && self.opening.is_none()
            && run.failure.is_none()
        {
            let plays = self.phase == Phase::Training;
            self.runs.retain(|kept| kept.id != run.id);
            if plays {
                run.rewind(snapshot.step);
            }
            return self.open(run, snapshot_origin(&snapshot), if plays { Then::Play } else { Then::Wait });
        }
        self.renew(BACKEND.setting.key)
    }

    /// Is it the setting that says how long the lesson trains?
    fn is_length(&self, key: &str) -> bool {
        self.lesson.training.as_ref().is_some_and(|training| training.steps.key == key)
    }

    /// The current run is to be trained for longer, or shorter, than was planned.
    fn set_length(&mut self, key: &str) -> Vec<Effect> {
        let effects = self.set_live(key);
        let all = self.steps();
        let Some(done) = self.current_run().map(|run| run.progress.step) else { return effects };
        let mut settings = self.lesson.settings.iter();
        let is_planned = settings
            .any(|setting| setting.key == "schedule" && self.form.get(setting).to_string() != "constant");
        if is_planned && done > 0 {
            // The rate of what was trained followed from another length.
            self.write_down(done, key);
        }
        self.change_current(|run| {
            run.progress.steps = all.max(done);
            if all > done {
                run.recording.metrics.clear();
            }
        });
        if all > done && self.phase == Phase::Finished {
            self.phase = Phase::Paused;
        } else if all <= done && self.phase == Phase::Paused && self.engine.held != self.current {
            // Where an engine holds it, that tells the figures of the end.
            self.phase = Phase::Finished;
        }
        effects
    }

    /// Writes down that a setting has been changed while the run trained.
    fn write_down(&mut self, step: usize, key: &str) {
        let Some(setting) = self.lesson.settings.iter().find(|setting| setting.key == key) else { return };
        let change = Change { step, key: key.into(), value: self.form.get(setting).to_string() };
        self.change_current(|run| {
            run.changes.retain(|before| before.step != step || before.key != change.key);
            run.changes.push(change);
        });
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
            return [Effect::WriteAddress, Effect::KeepOwn].into_iter().chain(self.renew("data")).collect();
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
        let has_model = self.lesson.needs_corpus() && self.recording().is_some();
        if has_model && self.phase != Phase::Training && self.opening.is_none() {
            // Its shipped model writes, whatever was done with another one before.
            effects.extend(self.set_aside());
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
        let mut effects = vec![Effect::WriteAddress, Effect::KeepOwn];
        effects.extend(self.renew("data"));
        effects
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
        self.form.write(setting, &two_digits(learning_rate / 3.0));
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

    /// Does the current run take a live setting without starting anew?
    fn can_change(&self) -> bool {
        let is_held = self.current.is_some() && self.current == self.engine.held;
        let is_recorded = self.current_run().is_some_and(Run::is_recorded);
        match self.phase {
            Phase::Training | Phase::Paused | Phase::Ready | Phase::Finished => {
                !is_recorded && (is_held || self.snapshot_of_current().is_some())
            }
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

    pub(super) fn forget_link_weights(&mut self) -> Vec<Effect> {
        let model = self.link.model.take();
        let weights = self.link.weights.take();
        if model.is_some() || weights.is_some() { vec![Effect::WriteAddress] } else { Vec::new() }
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

/// Rounded to two significant digits, as a hand would write it.
fn two_digits(value: f64) -> String {
    let rounded = number::read(&number::exponential(value, 1)).unwrap_or(value);
    Written(rounded).to_string()
}
