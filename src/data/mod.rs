//! What models are trained on: series of numbers and how they become windows, sentences with labels, with tags or with
//! translations, long texts.

mod corpus;
mod csv_text;
pub mod kinds;
mod lexicon;
mod pairs;
mod scaling;
mod sentences;
mod series;
pub mod table;
mod tagged;
mod tokens;
mod windows;

use serde::{Deserialize, Serialize};

pub use corpus::{Corpus, VOCABULARY_LIMIT};
pub use csv_text::VALUES_LIMIT;
pub use kinds::{InLink, Kind};
pub use lexicon::{BEGINNING, END, Lexicon, Lexicons, PADDING, UNKNOWN};
pub use pairs::{Pair, Pairs};
pub use scaling::Scaler;
pub use sentences::{Sentence, Sentences, labelled};
pub use series::{Column, Series};
pub use tagged::{Tagged, TaggedSentence};
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
    /// Sentences with a tag for each token.
    Tagged(Tagged),
    /// Sentences and their translations.
    Pairs(Pairs),
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

    /// The tagged sentences, if it is those.
    pub fn tagged(&self) -> Option<&Tagged> {
        if let Data::Tagged(tagged) = self { Some(tagged) } else { None }
    }

    /// The pairs, if it is those.
    pub fn pairs(&self) -> Option<&Pairs> {
        if let Data::Pairs(pairs) = self { Some(pairs) } else { None }
    }

    /// Moments of a series, sentences or pairs; a text is one.
    pub fn len(&self) -> usize {
        match self {
            Data::Series(series) => series.len(),
            Data::Sentences(sentences) => sentences.sentences.len(),
            Data::Text(_) => 1,
            Data::Tagged(tagged) => tagged.sentences.len(),
            Data::Pairs(pairs) => pairs.pairs.len(),
        }
    }

    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
