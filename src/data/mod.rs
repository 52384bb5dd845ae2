//! What models are trained on: series of numbers and how they become windows, sentences with labels.

mod csv_text;
mod scaling;
mod sentences;
mod series;
mod windows;

use serde::{Deserialize, Serialize};

pub use csv_text::{FILE_LIMIT, VALUES_LIMIT};
pub use scaling::Scaler;
pub use sentences::{Sentence, Sentences, labelled};
pub use series::Series;
pub use windows::Windows;

/// The reader's own data, in the place of a lesson's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// Numbers in the order of time.
    Series(Series),
    /// Sentences with labels.
    Sentences(Sentences),
}

impl Data {
    /// The series, if it is one.
    pub fn series(&self) -> Option<&Series> {
        match self {
            Data::Series(series) => Some(series),
            Data::Sentences(_) => None,
        }
    }

    /// The sentences, if it is those.
    pub fn sentences(&self) -> Option<&Sentences> {
        match self {
            Data::Sentences(sentences) => Some(sentences),
            Data::Series(_) => None,
        }
    }

    /// Values or sentences.
    pub fn len(&self) -> usize {
        match self {
            Data::Series(series) => series.values.len(),
            Data::Sentences(sentences) => sentences.sentences.len(),
        }
    }

    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
