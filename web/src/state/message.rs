//! What happens to the page ([`Msg`]) and what it then does to the world ([`Effect`]).

use std::sync::Arc;

use crate::messages::Blob;
use crate::messages::{Command, Event};
use unroll::Error;
use unroll::data::{Corpus, Data};
use unroll::protocol::Precision;
use unroll::protocol::{Engine, Recording, RunId};
use unroll::share::{Link, LinkNote};
use unroll::text::CorpusFacts;

use super::{CorpusKey, Language, Notice, Session, Theme};

/// A long text that has become numbers, what was found in it, and its first tokens as they stand in it.
pub type NumberedText = (Arc<Corpus>, CorpusFacts, String);

/// Everything that can happen to the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The page starts, or its address changed.
    Address {
        /// What the address says.
        link: Box<Link>,
        /// What of it was not taken as it stood.
        notes: Vec<LinkNote>,
        /// Is it a lesson's bare name?
        is_bare: bool,
    },
    /// Play, or pause when it plays; a finished run is given as many steps again.
    PlayPause,
    /// Train one step.
    Step,
    /// Back to step 0 with the same seed.
    Reset,
    /// Train the present settings from their seed, whatever has been trained.
    Anew,
    /// Back to the trained run whose place another one has taken.
    TakeBack,
    /// One setting, as the reader wrote it. A new seed is `key: "seed"`.
    Set {
        /// The setting's key.
        key: &'static str,
        /// Its value as links write it.
        text: String,
    },
    /// One of the lesson's presets, by its id.
    Preset(&'static str),
    /// The reader's own data, or the lesson's again.
    UseData(Option<Data>),
    /// Train every value of the lesson's compare setting at the same seed and lay them over each other.
    Compare,
    /// Show the figures at this step; the newest with `None`.
    Scrub(Option<usize>),
    /// The reader is about to press Play: fetch the engine.
    Warm,
    /// Ask the engine for the current run's weights as a link carries them; answered in [`super::State::packed`].
    Pack(Precision),
    /// Keep a run on top of the notebook, or no longer.
    Pin(RunId),
    /// Draw a run beside the current one, or no longer.
    Overlay(RunId),
    /// Drop a run from the notebook.
    Delete(RunId),
    /// Take up the settings and the data of a run of the notebook; nothing is trained until Play.
    OpenSettings(RunId),
    /// Say something to the reader.
    Notify(Notice),
    /// Say what was wrong with a link that is not about a run.
    LinkNote(LinkNote),
    /// The reader has read a notice (its key).
    Dismiss(String),
    /// The reader has read the sender's note.
    DismissNote,
    /// After a diverged run: a third of its learning rate, from its last good step.
    Gentler,
    /// The catalogue to read from.
    Language(Language),
    /// Light, dark, or as the system has it.
    Theme(Theme),
    /// Prepare the text of the present settings, to show what is in it.
    Prepare,
    /// A long text has become numbers, or could not.
    Prepared {
        /// Which.
        key: CorpusKey,
        /// Its tokens, what was found in it, and how it begins.
        outcome: Box<Result<NumberedText, Error>>,
    },
    /// The worker for text no longer keeps the numbers of this corpus.
    CorpusLost(u32),
    /// Have the model write on after these pieces of a prompt.
    Write(Vec<String>),
    /// Have it write no more.
    Silence,
    /// Look inside the model while it reads what was written; some unit may follow this word.
    Inspect(String),
    /// Watch the gates while the model reads these pieces of a text, or an example of its own.
    Watch(Vec<String>),
    /// So many bytes of a trained model have arrived, of so many.
    ModelLoading(usize, Option<usize>),
    /// A trained model has arrived.
    ModelArrived {
        /// The model file.
        bytes: Blob,
        /// Is it the reader's own?
        is_own: bool,
    },
    /// A trained model could not be had.
    ModelMissing(Error),
    /// Save the model as a file.
    Export,
    /// The preset's recorded run has arrived.
    Recorded(Box<Recording>),
    /// A session kept by this browser has been found.
    Restored(Box<Session>),
    /// Does this browser have a WebGPU adapter?
    Adapter(bool),
    /// Is the WebGPU engine still being compiled on this machine?
    WebgpuBuilding(bool),
    /// An engine spoke. `at` is the page's clock in milliseconds.
    Engine {
        /// Who.
        engine: Engine,
        /// What.
        event: Event,
        /// When.
        at: f64,
    },
    /// A browser with WebGPU does not say whether it has an adapter.
    AdapterSilent,
    /// This run still waits for the WebGPU engine to show what it can.
    MeasuringIsLate(RunId),
    /// An engine's program does not arrive.
    EngineMissing {
        /// Whose.
        engine: Engine,
        /// Why.
        error: Error,
    },
    /// What could not be fetched is to be tried again.
    Again,
    /// An engine speaks another protocol, or died.
    EngineDied {
        /// Who.
        engine: Engine,
        /// What the platform said.
        reason: String,
    },
}

/// What [`super::State::update`] wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Send to an engine; its worker is fetched first if need be.
    Send(Engine, Command),
    /// Fetch an engine's worker, so that it is there when it is needed.
    Warm(Engine),
    /// End an engine's worker.
    Retire(Engine),
    /// Look for a WebGPU adapter; answered by [`Msg::Adapter`] or [`Msg::AdapterSilent`].
    FindAdapter,
    /// Send [`Msg::MeasuringIsLate`] when this run has waited for long.
    LimitMeasuring(RunId),
    /// Fetch the lesson's recorded run; answered by [`Msg::Recorded`].
    FetchRecorded,
    /// Look for a kept session; answered by [`Msg::Restored`].
    Restore,
    /// Make numbers of a long text; answered by [`Msg::Prepared`].
    Prepare(CorpusKey),
    /// Fetch the model that was trained in the recorded run of a preset; answered by [`Msg::ModelArrived`].
    FetchModel(&'static str),
    /// Fetch a model file from an address that a link named; answered by [`Msg::ModelArrived`].
    FetchOwnModel(String),
    /// Save a model file under this name.
    SaveModel(String, Blob),
    /// Keep the session: the current run and its last snapshot.
    Keep,
    /// Drop the kept session.
    Forget,
    /// Keep the reader's own data, or no longer: what is too long for the address comes back from there.
    KeepOwn,
    /// Write the settings into the address.
    WriteAddress,
    /// Keep the reader's language and theme.
    KeepPreferences,
}
