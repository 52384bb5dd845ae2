//! Learned embeddings (section 7.4.3 of the source textbook): a table of vectors for words that a small classifier of
//! sentences learns along with its other weights.

mod config;
mod dataset;
#[cfg(feature = "engine")]
mod model;
#[cfg(feature = "engine")]
mod run;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Row;
use crate::protocol::{Figures, rounded};
#[cfg(feature = "engine")]
use crate::train::EngineLesson;

pub use config::{EmbeddingConfig, LESSON, sentences};
pub use dataset::{Dataset, SHOWN_SENTENCES, SHOWN_WORDS};
#[cfg(feature = "engine")]
pub use {model::Model, run::build};

/// The lesson's row in the list of all.
pub(super) static ROW: Row = Row {
    lesson: &LESSON,
    #[cfg(feature = "engine")]
    engine: EngineLesson::trains::<Learned>(&LESSON, run::build),
};

/// What the figures of this lesson show at one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// The vectors of the first words of the vocabulary, at most [`SHOWN_WORDS`]: `[words, embedding_dim]`, row by row.
    pub vectors: Vec<f32>,
    /// How probable each class is for the first sentences, at most [`SHOWN_SENTENCES`]: `[sentences, classes]`.
    pub probabilities: Vec<f32>,
    /// The share of all sentences whose own class is the most probable one, in percent.
    pub accuracy: f64,
}

impl Figures for Learned {
    /// `accuracy`, in percent.
    fn metrics(&self) -> BTreeMap<String, f64> {
        BTreeMap::from([("accuracy".to_owned(), self.accuracy)])
    }

    /// The largest difference between two probabilities.
    fn deviation(&self, other: &Self) -> f64 {
        let differences =
            self.probabilities.iter().zip(&other.probabilities).map(|(a, b)| f64::from((a - b).abs()));
        differences.fold(0.0, f64::max)
    }

    fn short(mut self) -> Self {
        for values in [&mut self.vectors, &mut self.probabilities] {
            values.iter_mut().for_each(|value| *value = rounded(f64::from(*value), 10) as f32);
        }
        self
    }
}
