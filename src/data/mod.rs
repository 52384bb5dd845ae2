//! What models are trained on: series of numbers and how they become windows, sentences with labels, long texts.

mod corpus;
mod csv_text;
pub mod kinds;
mod lexicon;
mod scaling;
mod sentences;
mod series;
mod tokens;
mod windows;

use serde::{Deserialize, Serialize};

pub use corpus::{Corpus, VOCABULARY_LIMIT};
pub use csv_text::VALUES_LIMIT;
pub use kinds::{InLink, Kind};
pub use lexicon::{BEGINNING, END, Lexicon, Lexicons, PADDING, UNKNOWN};
pub use scaling::Scaler;
pub use sentences::{Sentence, Sentences, labelled};
pub use series::{Column, Series};
pub use tokens::Tokens;
pub use windows::Windows;

/// The reader's own data, in the place of a lesson's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// Numbers in the order of time.
    Series(Series),
    /// Sentences with labels.
    Sentences(Sentences),
    /// A text too long to be carried along; see [`OwnText`].
    Text(OwnText),
}

/// A text of the reader's own, by name: it stays in the reader's library, and its numbers come to the engine with the
/// job.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OwnText {
    /// Names it in the library.
    pub id: String,
    /// As the reader calls it.
    pub name: String,
}

impl Data {
    /// The series, if it is one.
    pub fn series(&self) -> Option<&Series> {
        if let Data::Series(series) = self { Some(series) } else { None }
    }

    /// The sentences, if it is those.
    pub fn sentences(&self) -> Option<&Sentences> {
        if let Data::Sentences(sentences) = self { Some(sentences) } else { None }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&OwnText> {
        if let Data::Text(text) = self { Some(text) } else { None }
    }

    /// Moments of a series, or sentences; a text is one.
    pub fn len(&self) -> usize {
        match self {
            Data::Series(series) => series.len(),
            Data::Sentences(sentences) => sentences.sentences.len(),
            Data::Text(_) => 1,
        }
    }

    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
