//! What the page and the engine say to each other, and nothing else.
//!
//! Every command and event about a run carries the run's id, so that a late event can't disturb a newer run. The
//! native command line prints the same events as JSON lines.

mod attachment;
mod model;
mod picture;
pub mod text;
mod watched;
mod writing;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::Error;
use crate::data::{Corpus, Data, Lexicon};
use crate::nn::Layer;
use crate::settings::Form;

pub use attachment::Attachment;
pub use model::{CheckedModel, ModelRemark};
pub use picture::{Figures, Picture, rounded};
pub use watched::{WATCHED_LIMIT, Watched, WatchedLayer};
pub use writing::{Choice, Feature, PASSAGE_LIMIT, Sampling, Strategy, Unit, Writing, Written};

/// Raised with every change to this module. The page refuses an engine that is [`Event::Ready`] with another one.
pub const PROTOCOL_VERSION: u32 = 9;

/// Names a run within a page's life; the page counts them up.
pub type RunId = u32;

/// Where a run is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Burn Flex with SIMD.
    Cpu,
    /// Burn on WebGPU.
    Webgpu,
}

/// How many bits a weight keeps in a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// IEEE half precision.
    Half,
    /// One byte per weight, with a scale and an offset per tensor.
    Byte,
}

/// What is to be trained: together with the engine's build, everything that a run is a function of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The lesson's id.
    pub lesson: String,
    /// A value for each of its settings.
    pub form: Form,
    /// The user's own data; the lesson's where there is none.
    pub data: Option<Data>,
    /// The numbers of a long text, where the lesson needs one, or their name. They follow from form and data, and come along
    /// only to the engine: what is kept of a run does without.
    pub corpus: Option<Arc<Corpus>>,
}

/// Where a run begins. `B` is how the large array of bytes is held; see [`Attachment`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin<B = Vec<u8>> {
    /// Weights drawn from the seed.
    Seed,
    /// Trained weights from a link; see [`crate::share`].
    Weights {
        /// The payload of the link's `w`.
        payload: String,
    },
    /// Exactly where an earlier run stood.
    Snapshot {
        /// The bytes of an [`Event::Snapshot`].
        #[serde(skip)]
        bytes: B,
    },
    /// With the weights of a model file, and an optimiser that has seen nothing. Where the job has a text, it is read in the
    /// model's tokens; where it has none, the model can write and not be trained.
    Model {
        /// The bytes of an [`Event::Exported`], or of a safetensors file by PyTorch with the same names.
        #[serde(skip)]
        bytes: B,
    },
}

/// From the page to the engine. `B` is how a large array of bytes is held; see [`Attachment`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(serialize = "", deserialize = "B: Default"))]
pub enum Command<B = Vec<u8>> {
    /// Build a run, paused; any earlier run ends. Answered by [`Event::Opened`] and [`Event::Picture`].
    Open {
        /// The new run.
        run: RunId,
        /// What to train.
        job: Job,
        /// Where to begin.
        origin: Origin<B>,
    },
    /// Train on until paused or done.
    Start {
        /// The run.
        run: RunId,
    },
    /// Stop after the current step; answered by [`Event::Paused`].
    Pause {
        /// The run.
        run: RunId,
    },
    /// Train exactly one step; answered by [`Event::Progress`], [`Event::Picture`] and [`Event::Paused`].
    Step {
        /// The run.
        run: RunId,
    },
    /// Change a setting that is [`live`](crate::settings::Setting::live), at once.
    Set {
        /// The run.
        run: RunId,
        /// The setting's key.
        key: String,
        /// Its value as links write it.
        value: String,
    },
    /// Forget the run.
    Stop {
        /// The run.
        run: RunId,
    },
    /// Ask for the whole state; answered by [`Event::Snapshot`].
    Snapshot {
        /// The run.
        run: RunId,
    },
    /// Ask for the weights as a link carries them; answered by [`Event::Packed`].
    Pack {
        /// The run.
        run: RunId,
        /// How many bits a weight keeps.
        precision: Precision,
    },
    /// Write with the weights as they are now; answered by [`Event::Written`] again and again, while training goes on.
    /// What was being written is broken off.
    Write {
        /// The run.
        run: RunId,
        /// Returned with the answers.
        request: u32,
        /// What.
        writing: Writing,
    },
    /// Write no more.
    Silence {
        /// The run.
        run: RunId,
    },
    /// Look at the hidden units while the model reads a passage; answered by [`Event::Inspected`].
    Inspect {
        /// The run.
        run: RunId,
        /// The passage; its first [`PASSAGE_LIMIT`] tokens are read.
        passage: Vec<usize>,
        /// A word, or a name, that some unit may follow.
        word: String,
    },
    /// Watch every gate while the model reads a passage, or an example of its own where it reads no text; answered by
    /// [`Event::Watched`].
    Watch {
        /// The run.
        run: RunId,
        /// The passage, in the numbers of the model's tokens; its first [`WATCHED_LIMIT`] are read.
        passage: Vec<usize>,
    },
    /// A question that is about no run; answered by [`Event::Answered`].
    Ask {
        /// Returned with the answer.
        request: u32,
        /// The lesson that asks.
        lesson: String,
        /// The question, as the lesson encodes it.
        #[serde(with = "serde_bytes")]
        question: Vec<u8>,
    },
    /// Ask for the model as a file; answered by [`Event::Exported`].
    Export {
        /// The run.
        run: RunId,
    },
    /// Look at a model file, and disturb nothing; answered by [`Event::ModelChecked`].
    CheckModel {
        /// Returned with the answer.
        request: u32,
        /// The lesson, and the settings and tokens to try where the file says nothing of its own.
        job: Job,
        /// The file.
        #[serde(skip)]
        bytes: B,
    },
    /// Train a throw-away copy for about `millis` milliseconds; answered by [`Event::Measured`].
    Measure {
        /// Returned with the answer.
        run: RunId,
        /// What to train.
        job: Job,
        /// For how long.
        millis: u32,
    },
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Steps done.
    pub step: usize,
    /// Steps to do.
    pub steps: usize,
    /// Optimiser steps per second while training, without pauses and slow motion's waits; 0 before the first.
    pub steps_per_s: f64,
    /// Seconds left at the present pace.
    pub seconds_left: f64,
    /// Workers that compute a step.
    pub workers: usize,
}

/// From the engine to the page. `B` is how a large array of bytes is held; see [`Attachment`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event<B = Vec<u8>> {
    /// The worker is up.
    Ready {
        /// [`PROTOCOL_VERSION`] of its build.
        protocol: u32,
        /// What it computes with.
        engine: Engine,
        /// The GPU's name where there is one.
        adapter: Option<String>,
    },
    /// A run is built and waits.
    Opened {
        /// The run.
        run: RunId,
        /// The model, layer by layer.
        layers: Vec<Layer>,
        /// Floating-point operations of one step, forward and backward, for choosing an engine.
        flops_per_step: f64,
        /// Where it stands: at 0, or further on if it began from a snapshot.
        progress: Progress,
        /// The loss of every step so far, oldest first; empty unless it began from a snapshot.
        losses: Vec<f32>,
        /// The norm of every gradient so far, where it is measured.
        norms: Vec<f32>,
        /// The model's tokens, where it brought its own: the job's text stands in their numbers.
        lexicon: Option<Lexicon>,
    },
    /// Training went on; at most once a frame.
    Progress {
        /// The run.
        run: RunId,
        /// Where it stands.
        progress: Progress,
        /// The training loss (in scaled units) of each step since the last such event, oldest first; measured
        /// before that step's update.
        losses: Vec<f32>,
        /// The norms of their gradients before they were clipped, where they are measured.
        norms: Vec<f32>,
    },
    /// What the lesson's figures show now; at most once a frame.
    Picture {
        /// The run.
        run: RunId,
        /// The lesson's data.
        picture: Picture,
    },
    /// The run waits.
    Paused {
        /// The run.
        run: RunId,
    },
    /// All steps are done. The run can still be sampled, saved, shared.
    Finished {
        /// The run.
        run: RunId,
        /// Final figures by name: `loss`, `steps_per_s`, and those of [`Picture::metrics`](Picture).
        metrics: BTreeMap<String, f64>,
    },
    /// The whole state: weights, optimiser, generator, history. The engine sends it when asked, when it pauses,
    /// when it finishes, and every few seconds while it trains.
    Snapshot {
        /// The run.
        run: RunId,
        /// Steps done.
        step: usize,
        /// Safetensors; see the module `train`.
        #[serde(skip)]
        bytes: B,
    },
    /// The weights as a link carries them.
    Packed {
        /// The run.
        run: RunId,
        /// How many bits a weight kept.
        precision: Precision,
        /// The link's `w`.
        payload: String,
        /// The largest change that packing makes to any value of the picture, in the data's unit.
        deviation: f64,
    },
    /// A piece of what was asked to be written.
    Written {
        /// The run.
        run: RunId,
        /// As asked.
        request: u32,
        /// Steps done when it was asked.
        step: usize,
        /// The new tokens.
        written: Written,
    },
    /// The hidden units while a passage was read.
    Inspected {
        /// The run.
        run: RunId,
        /// The passage.
        passage: Vec<usize>,
        /// The units worth showing.
        units: Vec<Unit>,
    },
    /// What the gates did.
    Watched {
        /// The run.
        run: RunId,
        /// Gates and states, step by step.
        watched: Watched,
    },
    /// The answer to [`Command::Ask`].
    Answered {
        /// As asked.
        request: u32,
        /// What was found, as the lesson encodes it, or why nothing was.
        outcome: Result<ByteBuf, Error>,
    },
    /// The model as a file.
    Exported {
        /// The run.
        run: RunId,
        /// Safetensors with PyTorch's names; settings and tokens stand in its metadata.
        #[serde(skip)]
        bytes: B,
    },
    /// The answer to [`Command::CheckModel`].
    ModelChecked {
        /// As asked.
        request: u32,
        /// What the file is, or why it can't be opened.
        outcome: Result<CheckedModel, Error>,
    },
    /// The answer to [`Command::Measure`].
    Measured {
        /// As asked.
        run: RunId,
        /// Who measured.
        engine: Engine,
        /// Optimiser steps per second.
        steps_per_s: f64,
    },
    /// A command could not be carried out, or the run had to stop.
    Failed {
        /// The run, where it was about one.
        run: Option<RunId>,
        /// What is wrong.
        error: Error,
    },
}

/// A whole run, kept: what the page shows before any engine is loaded, and what it keeps of every run of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// What was trained.
    pub job: Job,
    /// The model, layer by layer.
    pub layers: Vec<Layer>,
    /// The training loss of every step, oldest first.
    pub losses: Vec<f32>,
    /// The norm of every step's gradient before it was clipped; empty where it is not measured.
    pub norms: Vec<f32>,
    /// What the figures showed at some steps, oldest first.
    pub pictures: Vec<Picture>,
    /// The final figures of [`Event::Finished`].
    pub metrics: BTreeMap<String, f64>,
}
