//! What the engines say, which of them is chosen, and what happens when one dies.

use std::sync::Arc;

use crate::messages::{Command, Event, Origin};
use unroll::Error;
use unroll::protocol::{Engine, Job, RunId};
use unroll::settings::{BACKEND, Backend, Group};

use super::runs::{Opening, Then, snapshot_origin};
use super::{Effect, Notice, Packed, Phase, Reason, Snapshot, Source, State};

/// Below so many floating-point operations a step, WebGPU is not even fetched. A WebGPU step launches some tens of
/// kernels and waits for one result, 2 ms and more before anything is computed; the CPU engine does 30 to 40 billion
/// operations a second, so a model needs about a hundred million of them before there is anything to win.
const FLOPS_WORTH_MEASURING: f64 = 1e8;

/// How long each engine trains a copy when they are compared, in milliseconds.
const MEASURE_MILLIS: u32 = 300;

/// An engine that dies so often without getting further is not started again.
const MAX_DEATHS: u8 = 2;

/// What a decision between the engines is about: the model and its data.
pub(super) type ModelKey = (Vec<(&'static str, String)>, Option<usize>);

/// A comparison of the engines on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measuring {
    /// It is not yet known whether there is an adapter.
    Adapter,
    /// This engine trains a copy.
    Engine(Engine),
}

impl State {
    pub(super) fn engine_spoke(&mut self, engine: Engine, event: Event, at: f64) -> Vec<Effect> {
        let meant = |run: RunId| self.current == Some(run) && self.engine.active == Some(engine);
        match event {
            Event::Ready { .. } => Vec::new(),
            Event::Opened { run, layers, flops_per_step, progress, losses, norms, lexicon } if meant(run) => {
                self.engine.held = Some(run);
                let is_model = self.opening.as_ref().is_some_and(Opening::is_model);
                self.change_current(|run| {
                    run.recording.layers = layers;
                    if let Some((corpus, lexicon)) = run.corpus.as_ref().zip(lexicon) {
                        run.corpus = Some(Arc::new(corpus.with_lexicon(lexicon)));
                    }
                    // A recorded run whose model has come to write stays as it was recorded.
                    if !(is_model && run.source == Source::Recorded) {
                        run.progress = progress;
                        run.recording.losses = losses;
                        run.recording.norms = norms;
                        run.recording.metrics.clear();
                    }
                });
                self.opened(flops_per_step)
            }
            Event::Progress { run, progress, losses, norms } if meant(run) => {
                let elapsed: f64 = self.clock.replace(at).map_or(0.0, |before| (at - before).max(0.0) / 1000.0);
                if self.phase != Phase::Training {
                    self.clock = None;
                }
                self.outlive(elapsed);
                self.change_current(|run| {
                    run.progress = progress;
                    run.recording.losses.extend(losses);
                    run.recording.norms.extend(norms);
                    run.seconds += elapsed;
                });
                if progress.steps_per_s > 0.0 {
                    self.engine.steps_per_s.insert(engine, progress.steps_per_s);
                }
                self.packed = None;
                // The address must not promise weights that are no longer these.
                if self.link.weights.take().is_some() { vec![Effect::WriteAddress] } else { Vec::new() }
            }
            Event::Picture { run, picture } if meant(run) => {
                self.change_current(|run| run.keep_picture(picture));
                Vec::new()
            }
            Event::Paused { run } if meant(run) => {
                self.phase = Phase::Paused;
                self.clock = None;
                Vec::new()
            }
            Event::Finished { run, metrics } if meant(run) => {
                self.change_current(|run| run.recording.metrics = metrics);
                self.phase = Phase::Finished;
                self.opening = None;
                self.clock = None;
                if self.comparison.is_some() {
                    self.change_current(|run| run.overlaid = true);
                    return self.next_comparison();
                }
                vec![Effect::Keep]
            }
            Event::Snapshot { run, step, bytes } if self.is_aside(run) => {
                self.aside_stands(step, bytes);
                Vec::new()
            }
            Event::Snapshot { run, step, bytes } if meant(run) => {
                self.snapshot = Some(Snapshot { run, step, bytes });
                self.engine.deaths = 0;
                let mut effects = vec![Effect::Keep];
                // What was trained here comes back after a reload, and not what a link brought before it.
                if self.current_run().is_some_and(|run| !run.recording.losses.is_empty()) {
                    effects.extend(self.forget_link_weights());
                }
                if let Some(then) = self.to_train.take() {
                    effects.extend(self.train_on(then));
                }
                effects
            }
            Event::Packed { run, precision, payload, deviation } if meant(run) => {
                let step = self.current_run().map_or(0, |run| run.progress.step);
                self.packed = Some(Packed { run, step, precision, payload, deviation });
                Vec::new()
            }
            Event::Written { run, request, step, written } if meant(run) => {
                self.written(request, step, written);
                Vec::new()
            }
            Event::Inspected { run, passage, units } if meant(run) => {
                self.inspected(passage, units);
                Vec::new()
            }
            Event::Watched { run, watched } if meant(run) => {
                self.keep_watched(run, watched);
                Vec::new()
            }
            Event::Exported { run, bytes } if meant(run) => {
                let step = self.current_run().map_or(0, |run| run.progress.step);
                vec![Effect::SaveModel(format!("unroll-{}-{step}.safetensors", self.lesson.id), bytes)]
            }
            Event::ModelChecked { request, outcome } => self.model_checked(request, outcome),
            Event::Measured { run, engine, steps_per_s } if self.current == Some(run) => {
                self.measured(engine, steps_per_s)
            }
            Event::Failed { run, error } if run.is_none_or(|run| self.current == Some(run)) => match error {
                Error::EngineLost { reason } | Error::EngineUnavailable { reason } => {
                    self.engine_died(engine, reason)
                }
                error => self.run_failed(error),
            },
            // What is left is about a run that is no longer there.
            Event::Opened { .. }
            | Event::Progress { .. }
            | Event::Picture { .. }
            | Event::Paused { .. }
            | Event::Finished { .. }
            | Event::Snapshot { .. }
            | Event::Packed { .. }
            | Event::Written { .. }
            | Event::Inspected { .. }
            | Event::Watched { .. }
            // No run asks questions.
            | Event::Answered { .. }
            | Event::Exported { .. }
            | Event::Measured { .. }
            | Event::Failed { .. } => Vec::new(),
        }
    }

    /// The current run is built.
    fn opened(&mut self, flops_per_step: f64) -> Vec<Effect> {
        let worth_it = flops_per_step >= FLOPS_WORTH_MEASURING
            && BACKEND.read(&self.form) == Backend::Auto
            && self.engine.active == Some(Engine::Cpu)
            && !self.engine.webgpu_died
            && !self.engine.webgpu_missing
            && self.engine.decided.as_ref().is_none_or(|(key, _)| *key != self.model_key());
        let fresh = self.opening.as_ref().is_some_and(|opening| {
            opening.then == Then::Play && !matches!(opening.origin, Origin::Snapshot { .. })
        });
        if worth_it && fresh {
            match self.engine.adapter {
                Some(false) => {}
                // That may take minutes; the next run measures.
                _ if self.engine.building => self.engine.reason = Reason::WebgpuBuilding,
                Some(true) => return self.measure(Engine::Cpu),
                None => {
                    self.measuring = Some(Measuring::Adapter);
                    return Vec::new();
                }
            }
        }
        self.ready_to_follow()
    }

    pub(super) fn ready_to_follow(&mut self) -> Vec<Effect> {
        self.measuring = None;
        let Some(Opening { origin, then, writes, .. }) = self.opening.take() else {
            return Vec::new();
        };
        let mut effects = Vec::new();
        if matches!(origin, Origin::Snapshot { .. }) {
            // A snapshot brings the settings of its day; the live ones may have changed since.
            let live: Vec<&str> = self.lesson.settings.iter().filter(|s| s.live).map(|s| s.key).collect();
            for key in live {
                effects.extend(self.set_live(key));
            }
        }
        effects.extend(self.follow(then));
        if writes {
            effects.extend(self.ask_to_write());
        }
        effects.extend(self.ask_to_watch());
        effects
    }

    fn measure(&mut self, engine: Engine) -> Vec<Effect> {
        let Some((run, job)) = self.current_run().map(|run| (run.id, run.whole_job())) else {
            return Vec::new();
        };
        self.measuring = Some(Measuring::Engine(engine));
        let mut effects = vec![Effect::Send(engine, Command::Measure { run, job, millis: MEASURE_MILLIS })];
        effects.extend((engine == Engine::Webgpu).then_some(Effect::LimitMeasuring(run)));
        effects
    }

    fn measured(&mut self, engine: Engine, steps_per_s: f64) -> Vec<Effect> {
        if self.measuring != Some(Measuring::Engine(engine)) {
            return Vec::new();
        }
        self.engine.steps_per_s.insert(engine, steps_per_s);
        if engine == Engine::Cpu {
            return self.measure(Engine::Webgpu);
        }
        // One that has measured nothing is not the faster one.
        let rate = |engine| self.engine.steps_per_s.get(&engine).copied().unwrap_or_default();
        let faster = if rate(Engine::Webgpu) > rate(Engine::Cpu) { Engine::Webgpu } else { Engine::Cpu };
        self.engine.decided = Some((self.model_key(), faster));
        self.engine.reason = Reason::Measured;
        if faster == Engine::Cpu {
            let mut effects = vec![Effect::Retire(Engine::Webgpu)];
            effects.extend(self.ready_to_follow());
            return effects;
        }
        self.measuring = None;
        self.reopen()
    }

    /// The run that was being built, on the engine that is now the one to build it.
    pub(super) fn reopen(&mut self) -> Vec<Effect> {
        match (self.current_run().cloned(), self.opening.take()) {
            (Some(run), Some(Opening { origin, then, writes, without_text })) => {
                self.runs.retain(|kept| kept.id != run.id);
                let effects = self.open(run, origin, then);
                if let Some(opening) = &mut self.opening {
                    opening.writes = writes;
                    opening.without_text = without_text;
                }
                effects
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn adapter_found(&mut self, found: bool) -> Vec<Effect> {
        self.engine.adapter = Some(found);
        let is_auto = matches!(self.engine.reason, Reason::SmallModel | Reason::WebgpuBuilding);
        if !found && self.engine.active == Some(Engine::Cpu) && is_auto {
            self.engine.reason = self.engine.without_adapter();
        }
        match (self.measuring, self.engine.active) {
            (Some(Measuring::Adapter), _) if found => self.measure(Engine::Cpu),
            (Some(Measuring::Adapter), _) => self.ready_to_follow(),
            // A pinned run has been waiting for this answer.
            (None, None) if self.opening.is_some() => self.send_open(),
            _ => Vec::new(),
        }
    }

    /// Which engine the present settings ask for, and why. None as long as that hangs on the adapter.
    pub(super) fn choose(&self) -> Option<(Engine, Reason)> {
        let engine = &self.engine;
        match BACKEND.read(&self.form) {
            Backend::Cpu => Some((Engine::Cpu, Reason::Pinned)),
            _ if engine.webgpu_died => Some((Engine::Cpu, Reason::DeviceLost)),
            _ if engine.webgpu_missing => Some((Engine::Cpu, Reason::WebgpuMissing)),
            _ if engine.adapter == Some(false) => Some((Engine::Cpu, engine.without_adapter())),
            Backend::Webgpu => engine.adapter.map(|_| (Engine::Webgpu, Reason::Pinned)),
            Backend::Auto => match &engine.decided {
                Some((key, faster)) if *key == self.model_key() => Some((*faster, Reason::Measured)),
                _ => Some((Engine::Cpu, Reason::SmallModel)),
            },
        }
    }

    /// Does a run wait for the WebGPU engine, which is still being compiled?
    pub fn waits_for_webgpu(&self) -> bool {
        self.engine.building && self.phase == Phase::Opening && self.engine.active == Some(Engine::Webgpu)
    }

    /// Sends the run that is to be built to the engine of choice.
    pub(super) fn send_open(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.engine.adapter.is_none() {
            effects.push(Effect::FindAdapter);
        }
        if !self.attach_corpus(&mut effects) {
            self.engine.active = None;
            return effects;
        }
        let Some((engine, reason)) = self.choose() else {
            self.engine.active = None;
            return effects;
        };
        // What does not arrive has been named already.
        if BACKEND.read(&self.form) == Backend::Webgpu
            && engine == Engine::Cpu
            && reason != Reason::WebgpuMissing
        {
            self.notify(Notice::new("notice.webgpu_unavailable", []));
        }
        let key = self.model_key();
        if self.engine.rates_of.as_ref() != Some(&key) {
            self.engine.steps_per_s.clear();
            self.engine.rates_of = Some(key);
        }
        self.engine.active = Some(engine);
        self.engine.reason = reason;
        self.measuring = None;
        self.change_current(|run| run.engine = Some(engine));
        if let (Some(run), Some(opening)) = (self.current_run(), &self.opening) {
            let (run, job, origin) = (run.id, run.whole_job(), opening.origin.clone());
            effects.push(Effect::Send(engine, Command::Open { run, job, origin }));
        }
        effects
    }

    pub(super) fn run_failed(&mut self, error: Error) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.notify(Notice::from(&error));
        self.comparison = None;
        self.measuring = None;
        self.clock = None;
        let opening = self.opening.take();
        let without_text = opening.as_ref().and_then(|opening| opening.without_text.clone());
        if let (Some(corpus), Some(snapshot), Some(mut run)) =
            (without_text, self.snapshot_of_current(), self.current_run().cloned())
        {
            // It can't be trained on this text, and writes still.
            self.runs.retain(|kept| kept.id != run.id);
            run.corpus = Some(corpus);
            effects.extend(self.open(run, snapshot_origin(&snapshot), Then::Wait));
            return effects;
        }
        if matches!(error, Error::SnapshotDamaged { .. }) {
            self.snapshot = None;
            effects.push(Effect::Forget);
        }
        let from_link = self.current_run().is_some_and(|run| run.source == Source::Link);
        if opening.is_some() && from_link {
            // The settings are what could be saved; the figures stay empty rather than show another run.
            self.link.weights = None;
            self.runs.retain(|run| Some(run.id) != self.current);
            self.current = None;
            self.phase = Phase::Ready;
            return effects;
        }
        self.change_current(|run| run.failure = Some(error));
        self.phase = Phase::Failed;
        effects
    }

    pub(super) fn engine_died(&mut self, engine: Engine, reason: String) -> Vec<Effect> {
        let mut effects = vec![Effect::Retire(engine)];
        self.model_unchecked(engine, &reason);
        self.engine.webgpu_died |= engine == Engine::Webgpu;
        if self.measuring == Some(Measuring::Engine(engine)) && engine == Engine::Webgpu {
            self.engine.reason = Reason::DeviceLost;
            effects.extend(self.ready_to_follow());
            return effects;
        }
        if self.engine.active != Some(engine) {
            return effects;
        }
        self.engine.held = None;
        self.engine.deaths += 1;
        let then = match (self.phase, &self.opening) {
            (Phase::Training, _) => Then::Play,
            (Phase::Opening, Some(opening)) => opening.then,
            // Nothing was being computed: Play will start another engine, from the last snapshot.
            _ => return effects,
        };
        if engine == Engine::Cpu && self.engine.deaths >= MAX_DEATHS {
            effects.extend(self.run_failed(Error::EngineUnavailable { reason }));
            return effects;
        }
        let Some(mut run) = self.current_run().cloned() else {
            return effects;
        };
        self.runs.retain(|kept| kept.id != run.id);
        let origin = match (self.snapshot_of_current(), self.opening.take()) {
            (_, Some(opening)) => opening.origin,
            (Some(snapshot), None) => {
                run.rewind(snapshot.step);
                snapshot_origin(&snapshot)
            }
            (None, None) => {
                run.rewind(0);
                Origin::Seed
            }
        };
        let step = run.recording.losses.len().to_string();
        self.notify(Notice::new("notice.engine_restarted", [("step", step), ("reason", reason)]));
        effects.extend(self.open(run, origin, then));
        effects
    }

    /// What a decision between the engines hangs on.
    fn model_key(&self) -> ModelKey {
        let Job { form, data, .. } = self.job();
        let mut pairs = form.changed(self.lesson.settings);
        pairs.retain(|(key, _)| {
            let counts = |group| !matches!(group, Group::Training | Group::Sampling);
            self.lesson.settings.iter().any(|setting| setting.key == *key && counts(setting.group))
        });
        (pairs, data.map(|data| data.len()))
    }
}
