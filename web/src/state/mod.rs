//! The state of the page and the one pure function that changes it: [`State::update`] takes what happened and
//! returns what is to be done. No browser types here; everything is tested on the host.

mod address;
mod aside;
#[cfg(test)]
mod aside_tests;
mod comparison;
mod engine;
mod message;
mod missing;
#[cfg(test)]
mod model_tests;
mod models;
mod notice;
mod run;
mod runs;
mod session;
mod settings;
#[cfg(test)]
mod tests;
mod watching;
mod writing;
#[cfg(test)]
mod writing_tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use unroll::data::Data;
use unroll::lesson::Lesson;
use unroll::protocol::Picture;
use unroll::protocol::Precision;
use unroll::protocol::{Engine, Job, Recording, RunId};
use unroll::settings::Form;
use unroll::share::Panel;

use crate::messages::Blob;
use aside::Aside;
use engine::{Measuring, ModelKey};
use models::Candidate;
use runs::{Opening, Then};

pub use comparison::Comparison;
pub use message::{Effect, Msg};
pub use notice::Notice;
pub use run::{Change, RECORDED, Run, Source};
pub use session::Session;
pub use unroll::lesson::Lang as Language;
pub use watching::Watching;
pub use writing::{Continuations, CorpusKey, Inspection, PreparedText};

/// What the page is doing. Written to `data-phase` in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Shows the preset's recorded run.
    Recorded,
    /// The engine is being fetched or builds a run.
    Opening,
    /// A run can start: nothing trained yet, or weights from a link.
    Ready,
    /// Trains.
    Training,
    /// A run waits on its way.
    Paused,
    /// All steps done.
    Finished,
    /// The run or the engine had to stop.
    Failed,
}

impl Phase {
    /// The word in `data-phase` and in the catalogue under `phase.<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Recorded => "recorded",
            Phase::Opening => "opening",
            Phase::Ready => "ready",
            Phase::Training => "training",
            Phase::Paused => "paused",
            Phase::Finished => "finished",
            Phase::Failed => "failed",
        }
    }
}

/// The page's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Dark ink on light.
    Light,
    /// Light ink on dark.
    Dark,
}

impl Theme {
    /// The word in storage, in `<html data-theme>` and in the catalogue under `theme.<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Reads [`Theme::word`]; the system's for anything else.
    pub fn read(word: &str) -> Self {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}

/// Why the engine that runs is the one that runs. Written to `data-reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Both were measured; this one was faster.
    Measured,
    /// The reader chose it.
    Pinned,
    /// The model is too small for WebGPU to win: launching its kernels alone would take longer.
    SmallModel,
    /// This browser offers no WebGPU.
    NoWebgpu,
    /// The WebGPU engine was still being compiled when the run began.
    WebgpuBuilding,
    /// The other engine stopped.
    DeviceLost,
    /// The WebGPU engine could not be fetched.
    WebgpuMissing,
    /// The WebGPU engine had not arrived when the run had waited for long.
    WebgpuLate,
    /// The browser did not say whether it has an adapter.
    WebgpuSilent,
}

impl Reason {
    /// The word in `data-reason` and in the catalogue under `engine.reason.<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Reason::Measured => "measured",
            Reason::Pinned => "pinned",
            Reason::SmallModel => "small_model",
            Reason::NoWebgpu => "no_webgpu",
            Reason::WebgpuBuilding => "webgpu_building",
            Reason::DeviceLost => "device_lost",
            Reason::WebgpuMissing => "webgpu_missing",
            Reason::WebgpuLate => "webgpu_late",
            Reason::WebgpuSilent => "webgpu_silent",
        }
    }
}

/// Which engine computes, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineChoice {
    /// The engine of the current run; none before the first.
    pub active: Option<Engine>,
    /// Why this one.
    pub reason: Reason,
    /// Optimiser steps per second, as far as measured for the present model.
    pub steps_per_s: BTreeMap<Engine, f64>,
    /// Is there a WebGPU adapter? None as long as nobody asked.
    pub adapter: Option<bool>,
    /// Is the WebGPU engine still being compiled?
    pub building: bool,
    /// The run that an engine holds and would continue on `Start`.
    pub held: Option<RunId>,
    /// The faster engine, once measured, and the model it was measured with.
    decided: Option<(ModelKey, Engine)>,
    /// The model that `steps_per_s` is about.
    rates_of: Option<ModelKey>,
    /// WebGPU was there and stopped: it is not asked again.
    webgpu_died: bool,
    /// The WebGPU engine did not arrive when it was asked for last.
    webgpu_missing: bool,
    /// The browser does not say whether there is an adapter.
    adapter_is_silent: bool,
    /// How often an engine died since it last got further.
    deaths: u8,
}

/// Weights of the current run as a link carries them.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    /// The run.
    pub run: RunId,
    /// Steps done when it was packed.
    pub step: usize,
    /// How many bits a weight kept.
    pub precision: Precision,
    /// The link's `w`.
    pub payload: String,
    /// The largest change that packing makes to any value of the picture, in the data's unit.
    pub deviation: f64,
}

/// What a link said beside settings and weights.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinkOptions {
    /// Figure and controls only.
    pub embed: bool,
    /// Larger type, for a projector.
    pub present: bool,
    /// Parts of the page to leave out.
    pub hide: BTreeSet<Panel>,
    /// The language it asked for.
    pub lang: Option<Language>,
    /// The sender's note to the receiver, until dismissed.
    pub note: Option<String>,
    /// The address of a model file, as long as the figures show it.
    pub model: Option<String>,
    /// The weights it carried, as long as the figures show them.
    pub weights: Option<String>,
    /// The engine that trained them.
    pub made: Option<Engine>,
}

/// The state of a run as the engine sent it.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The run.
    pub run: RunId,
    /// Steps done.
    pub step: usize,
    /// As the engine wrote it.
    pub bytes: Blob,
}

/// The whole state of the page.
#[derive(Debug, Clone)]
pub struct State {
    /// The lesson.
    pub lesson: &'static Lesson,
    /// The settings as the controls show them.
    pub form: Form,
    /// The reader's own data; the lesson's where there is none.
    pub data: Option<Data>,
    /// What the page is doing.
    pub phase: Phase,
    /// The recorded run, the current one and the session's earlier ones, oldest first.
    pub runs: Vec<Run>,
    /// The run in the figures; none while there is nothing to show.
    pub current: Option<RunId>,
    /// The step that the figures show; the newest with none.
    pub scrub: Option<usize>,
    /// The comparison on its way.
    pub comparison: Option<Comparison>,
    /// The long text that was prepared last.
    pub text: Option<PreparedText>,
    /// What a model has been asked to write.
    pub continuations: Option<Continuations>,
    /// What was seen inside the model.
    pub inspection: Option<Inspection>,
    /// What the gates of a model did, as another lesson has asked.
    pub watched: Option<Arc<Watching>>,
    /// How much of a trained model has arrived, while it is on its way.
    pub model_loading: Option<(usize, Option<usize>)>,
    /// The last snapshot of the current run.
    pub snapshot: Option<Snapshot>,
    /// The current run's weights for a link, once asked for.
    pub packed: Option<Packed>,
    /// What is said to the reader.
    pub notices: Vec<Notice>,
    /// What the link said beside the settings.
    pub link: LinkOptions,
    /// Which engine computes.
    pub engine: EngineChoice,
    /// The catalogue read from.
    pub language: Language,
    /// The colours.
    pub theme: Theme,
    /// The long text that is being prepared.
    preparing: Option<CorpusKey>,
    /// What the model is to read while it is watched.
    to_watch: Option<Vec<String>>,
    /// Pieces of it that the model has never seen.
    foreign_to_watch: Vec<String>,
    /// The last wish for something to be written.
    request: u32,
    /// A model file that an engine looks at.
    candidate: Option<Candidate>,
    /// The last look at one.
    checks: u32,
    /// What follows once the engine has said where a model stands that came as a file.
    to_train: Option<Then>,
    /// The trained run whose place another one has taken.
    aside: Option<Aside>,
    /// The run that is being built.
    opening: Option<Opening>,
    /// The run that could not be built because something did not arrive.
    stalled: Option<(RunId, Opening)>,
    /// The comparison of the engines on its way.
    measuring: Option<Measuring>,
    /// When the last sign of training came, on the page's clock.
    clock: Option<f64>,
    /// The last id given to a run.
    last_id: RunId,
    /// Has the address been read?
    arrived: bool,
    /// Did it say anything but the lesson's name?
    came_by_link: bool,
}

impl State {
    /// The page before anything has happened.
    pub fn new(lesson: &'static Lesson, language: Language, theme: Theme) -> Self {
        State {
            lesson,
            form: lesson.opening(language),
            data: None,
            phase: Phase::Ready,
            runs: Vec::new(),
            current: None,
            scrub: None,
            comparison: None,
            text: None,
            continuations: None,
            inspection: None,
            watched: None,
            to_watch: None,
            foreign_to_watch: Vec::new(),
            model_loading: None,
            snapshot: None,
            packed: None,
            notices: Vec::new(),
            link: LinkOptions::default(),
            engine: EngineChoice {
                active: None,
                reason: Reason::SmallModel,
                steps_per_s: BTreeMap::new(),
                adapter: None,
                building: false,
                held: None,
                decided: None,
                rates_of: None,
                webgpu_died: false,
                webgpu_missing: false,
                adapter_is_silent: false,
                deaths: 0,
            },
            language,
            theme,
            preparing: None,
            request: 0,
            candidate: None,
            checks: 0,
            to_train: None,
            aside: None,
            opening: None,
            stalled: None,
            measuring: None,
            clock: None,
            last_id: RECORDED,
            arrived: false,
            came_by_link: false,
        }
    }

    /// Takes what happened; returns what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        self.mend(&msg);
        match msg {
            Msg::Address { link, notes, is_bare } => return self.arrive(*link, &notes, is_bare),
            Msg::PlayPause => {
                // It may be had by now.
                self.engine.webgpu_missing = false;
                return if self.is_stalled() { self.again(true) } else { self.play_pause() };
            }
            Msg::Step => return self.step(),
            Msg::Reset => return self.reset(),
            Msg::Anew => {
                self.engine.webgpu_missing = false;
                return self.anew();
            }
            Msg::TakeBack => return self.take_back(),
            Msg::Set { key, text } => return self.set(key, &text),
            Msg::Preset(id) => return self.preset(id),
            Msg::UseData(data) => return self.use_data(data),
            Msg::Compare => return self.compare(),
            Msg::Scrub(step) => self.scrub = step,
            Msg::Warm => return vec![Effect::Warm(Engine::Cpu)],
            Msg::Pack(precision) => return self.pack(precision),
            Msg::Pin(id) => self.change(id, |run| run.pinned = !run.pinned),
            Msg::Overlay(id) => self.change(id, |run| run.overlaid = !run.overlaid),
            Msg::Delete(id) => return self.delete(id),
            Msg::OpenSettings(id) => return self.take_settings(id),
            Msg::Notify(notice) => self.notify(notice),
            Msg::LinkNote(note) => self.notify_link(&note),
            Msg::Dismiss(key) if key == aside::OFFER => self.let_go(),
            Msg::Dismiss(key) => self.dismiss(&key),
            Msg::DismissNote => {
                self.link.note = None;
                return vec![Effect::WriteAddress];
            }
            Msg::Gentler => return self.gentler(),
            Msg::Language(language) => {
                self.language = language;
                self.link.lang = self.link.lang.map(|_| language);
                return vec![Effect::KeepPreferences, Effect::WriteAddress];
            }
            Msg::Theme(theme) => {
                self.theme = theme;
                return vec![Effect::KeepPreferences];
            }
            Msg::Prepare => return self.prepare(),
            Msg::Prepared { key, outcome } => return self.prepared(key, *outcome),
            Msg::CorpusLost(corpus) => return self.corpus_lost(corpus),
            Msg::Write(prompt) => return self.write(prompt),
            Msg::Silence => return self.fall_silent(),
            Msg::Inspect(word) => return self.inspect(word),
            Msg::Watch(pieces) => return self.watch(pieces),
            Msg::ModelLoading(loaded, total) => {
                self.model_loading = self.model_loading.map(|_| (loaded, total));
            }
            Msg::ModelArrived { bytes, is_own } => return self.model_arrived(bytes, is_own),
            Msg::ModelMissing(error) => self.no_model(&error),
            Msg::Export => return self.export(),
            Msg::Recorded(recording) => self.recorded(*recording),
            Msg::Restored(session) => return self.restore(*session),
            Msg::Adapter(found) => return self.adapter_found(found),
            Msg::WebgpuBuilding(building) => self.engine.building = building,
            Msg::Engine { engine, event, at } => return self.engine_spoke(engine, event, at),
            Msg::AdapterSilent => return self.adapter_silent(),
            Msg::MeasuringIsLate(run) => return self.measuring_is_late(run),
            Msg::EngineMissing { engine, error } => return self.engine_missing(engine, error),
            Msg::Again => return self.again(false),
            Msg::EngineDied { engine, reason } => return self.engine_died(engine, reason),
        }
        Vec::new()
    }

    /// The name of the recorded run of the present settings, where there is one.
    pub fn recording(&self) -> Option<String> {
        let preset = self.lesson.recorded_preset(&self.form).filter(|_| self.data.is_none())?;
        Some(self.lesson.recording(preset.id))
    }

    /// The run with this id.
    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// The run in the figures.
    pub fn current_run(&self) -> Option<&Run> {
        self.current.and_then(|id| self.run(id))
    }

    /// The runs of the session's log: all that trained here for at least one step, oldest first.
    pub fn log(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| run.source != Source::Recorded && !run.recording.losses.is_empty())
    }

    /// The runs drawn beside the current one, oldest first.
    pub fn overlays(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| run.overlaid && Some(run.id) != self.current)
    }

    /// The picture in the figures: the current run's, at the scrubbed step.
    pub fn picture(&self) -> Option<&Picture> {
        let run = self.current_run()?;
        match self.scrub {
            Some(step) => run.picture_at(step),
            None => run.latest(),
        }
    }

    /// What Play would train.
    pub fn job(&self) -> Job {
        Job { lesson: self.lesson.id.into(), form: self.form.clone(), data: self.data.clone(), corpus: None }
    }

    /// The job that the figures are about: the current run's, or the one that Play would begin.
    pub fn shown_job(&self) -> Job {
        self.current_run().map_or_else(|| self.job(), |run| run.job().clone())
    }

    fn recorded(&mut self, recording: Recording) {
        self.runs.retain(|run| run.id != RECORDED);
        self.runs.insert(0, Run::recorded(recording));
        if self.phase == Phase::Ready && self.current.is_none() {
            self.show_idle();
        }
    }

    fn change(&mut self, id: RunId, change: impl FnOnce(&mut Run)) {
        if let Some(run) = self.runs.iter_mut().find(|run| run.id == id) {
            change(run);
        }
    }

    fn change_current(&mut self, change: impl FnOnce(&mut Run)) {
        if let Some(id) = self.current {
            self.change(id, change);
        }
    }

    fn take_id(&mut self) -> RunId {
        self.last_id += 1;
        self.last_id
    }

    /// A command to the engine that holds the current run; nothing if none does.
    fn tell(&self, command: impl FnOnce(RunId) -> crate::messages::Command) -> Vec<Effect> {
        match (self.engine.active, self.engine.held) {
            (Some(engine), Some(run)) => vec![Effect::Send(engine, command(run))],
            _ => Vec::new(),
        }
    }
}
