//! What this browser keeps of a run, for the next visit: an encoded head, and the engine's snapshot as it came. The losses
//! and norms of all steps stand in the snapshot, so that the head is no larger for a long run than for a short one.

use std::collections::BTreeMap;

use unroll::codec;
use unroll::nn::Layer;
use unroll::protocol::{Engine, Job, Picture, Recording};
use unroll::share::numbers_of;

use super::State;
use crate::messages::Blob;

/// A kept run.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// What the figures and the notebook show of it.
    pub recording: Recording,
    /// Steps done at the snapshot.
    pub step: usize,
    /// Seconds spent training.
    pub seconds: f64,
    /// The engine that computed it.
    pub engine: Engine,
    /// The engine's snapshot.
    pub snapshot: Blob,
}

/// The head, in its order.
type Head = (Job, Vec<Layer>, Vec<Picture>, BTreeMap<String, f64>, usize, f64, Engine);

impl Session {
    /// Reads what [`State::session`] wrote.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn read(head: &[u8], snapshot: Blob) -> Result<Self, String> {
        let (job, layers, pictures, metrics, step, seconds, engine): Head = codec::decode(head)?;
        let file = snapshot.head(usize::MAX);
        let numbers = |name: &str| numbers_of(&file, name).ok_or_else(|| name.to_owned());
        let (losses, norms) = (numbers("losses")?, numbers("norms")?);
        let recording = Recording { job, layers, losses, norms, pictures, metrics };
        Ok(Session { recording, step, seconds, engine, snapshot })
    }
}

impl State {
    /// What this browser is to keep of the current run: the encoded head, and the snapshot.
    pub fn session(&self) -> Option<(Vec<u8>, Blob)> {
        let run = self.current_run()?;
        let snapshot = self.snapshot.as_ref().filter(|snapshot| snapshot.run == run.id)?;
        let Recording { job, layers, pictures, metrics, .. } = &run.recording;
        let head = (job, layers, pictures, metrics, snapshot.step, run.seconds, run.engine?);
        Some((codec::encode(&head), snapshot.bytes.clone()))
    }
}
