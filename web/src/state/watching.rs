//! Watching the gates of the model that a lesson has trained, from another lesson.

use std::sync::Arc;

use crate::messages::Command;
use unroll::protocol::{RunId, Watched};

use super::runs::Then;
use super::{Effect, Phase, State};

/// What the gates of a run's model did.
#[derive(Debug, Clone, PartialEq)]
pub struct Watching {
    /// The run.
    pub run: RunId,
    /// Steps that it had been trained for.
    pub step: usize,
    /// Gates and states.
    pub watched: Watched,
    /// Pieces of the text that the model has never seen, each once.
    pub foreign: Vec<String>,
}

impl State {
    /// Is there a trained model that can be watched, or fetched?
    pub fn can_be_watched(&self) -> bool {
        let is_held = self.current.is_some() && self.current == self.engine.held;
        let is_shipped = self.phase == Phase::Recorded
            && self.lesson.needs_corpus()
            && self.lesson.recorded_preset(&self.form).is_some();
        is_held || is_shipped || self.link.weights.is_some() || self.snapshot_of_current().is_some()
    }

    /// Watches the gates while the model reads these pieces of a text, or an example of its own. Where no engine holds
    /// the model it is brought back first.
    pub(super) fn watch(&mut self, pieces: Vec<String>) -> Vec<Effect> {
        if !self.can_be_watched() {
            return Vec::new();
        }
        self.to_watch = Some(pieces);
        let is_held = self.current.is_some() && self.current == self.engine.held;
        match self.phase {
            _ if is_held => self.ask_to_watch(),
            Phase::Opening => Vec::new(),
            Phase::Recorded => match self.lesson.recorded_preset(&self.form) {
                Some(preset) => {
                    self.model_loading = Some((0, None));
                    vec![Effect::FetchModel(preset.id)]
                }
                None => Vec::new(),
            },
            _ => self.go_on(Then::Wait),
        }
    }

    /// Asks the engine that holds the run, if something is to be watched.
    pub(super) fn ask_to_watch(&mut self) -> Vec<Effect> {
        let Some(pieces) = self.to_watch.take() else { return Vec::new() };
        let corpus = self.current_run().and_then(|run| run.corpus.clone());
        let (passage, foreign) = match &corpus {
            Some(corpus) => corpus.lexicon.encode(pieces.iter().map(String::as_str)),
            None => Default::default(),
        };
        self.foreign_to_watch = foreign.into_iter().map(str::to_owned).collect();
        self.foreign_to_watch.sort();
        self.foreign_to_watch.dedup();
        self.tell(|run| Command::Watch { run, passage })
    }

    /// The gates have been watched.
    pub(super) fn keep_watched(&mut self, run: RunId, watched: Watched) {
        let step = self.current_run().map_or(0, |run| run.progress.step);
        let foreign = self.foreign_to_watch.clone();
        self.watched = Some(Arc::new(Watching { run, step, watched, foreign }));
    }

    /// Has the lesson's page been opened, here or from elsewhere?
    pub fn has_arrived(&self) -> bool {
        self.arrived
    }
}
