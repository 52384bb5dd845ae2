//! What was wrong with a link, and what was done about it.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::settings::Note;

/// Characters of a foreign text that a note repeats.
const SHOWN: usize = 40;

/// Something in a link that could not be taken as it stood. The page's catalogues hold a message for every
/// [`LinkNote::key`], with [`LinkNote::fields`] as arguments; where there is an [`LinkNote::error`], its message
/// follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkNote {
    /// Neither settings nor keys that messengers append; they were left out.
    UnknownKey {
        /// The keys as written, with a comma between them.
        key: String,
    },
    /// The text is no value for this key; the preset stands.
    Unreadable {
        /// The key.
        key: String,
        /// The text as written.
        text: String,
    },
    /// A number, or the length of a text, was out of bounds; the nearest permitted one stands.
    Clamped {
        /// The key.
        key: String,
        /// The number as written.
        text: String,
        /// What stands instead.
        used: String,
    },
    /// A key stands there more than once with different values; the last one counts.
    Repeated {
        /// The key.
        key: String,
        /// The value that counts.
        used: String,
    },
    /// Of the pairs that the sender's link had, some did not arrive, or not as they were sent.
    Altered {
        /// Pairs that could be read.
        found: usize,
        /// Pairs that were sent.
        expected: usize,
    },
    /// The link was cut where it says how much it holds.
    Cut,
    /// The sender's own data was too long for the link: the lesson's own stands, without weights.
    DataLeftOut,
    /// The reader's own data or text was too long for the page's address, and is not kept here any more.
    OwnGone,
    /// The data in the link can't be read: the lesson's own stands, without weights.
    DataLost {
        /// Why.
        error: Error,
    },
    /// The sender's own text was too long for the link.
    TextLeftOut,
    /// The text in the link can't be read.
    TextLost {
        /// Why.
        error: Error,
    },
    /// The weights in the link can't be read: the run starts anew from its seed.
    WeightsLost {
        /// Why.
        error: Error,
    },
    /// The link as a whole is from elsewhere or too large; what could be read of its settings stands.
    Problem {
        /// Why.
        error: Error,
    },
}

impl LinkNote {
    /// The catalogue key of the message: `notice.link.<snake_case_variant>`.
    pub fn key(&self) -> String {
        let name = match self {
            LinkNote::UnknownKey { .. } => "unknown_key",
            LinkNote::Unreadable { .. } => "unreadable",
            LinkNote::Clamped { .. } => "clamped",
            LinkNote::Repeated { .. } => "repeated",
            LinkNote::Altered { .. } => "altered",
            LinkNote::Cut => "cut",
            LinkNote::DataLeftOut => "data_left_out",
            LinkNote::OwnGone => "own_gone",
            LinkNote::DataLost { .. } => "data_lost",
            LinkNote::TextLeftOut => "text_left_out",
            LinkNote::TextLost { .. } => "text_lost",
            LinkNote::WeightsLost { .. } => "weights_lost",
            LinkNote::Problem { .. } => "problem",
        };
        format!("notice.link.{name}")
    }

    /// The arguments of the message by name: `key`, `text`, `used`, `found`, `expected`.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let pairs: &[(&'static str, &dyn std::fmt::Display)] = match self {
            LinkNote::UnknownKey { key } => &[("key", key)],
            LinkNote::Unreadable { key, text } => &[("key", key), ("text", text)],
            LinkNote::Clamped { key, text, used } => &[("key", key), ("text", text), ("used", used)],
            LinkNote::Repeated { key, used } => &[("key", key), ("used", used)],
            LinkNote::Altered { found, expected } => &[("found", found), ("expected", expected)],
            LinkNote::Cut
            | LinkNote::OwnGone
            | LinkNote::DataLeftOut
            | LinkNote::DataLost { .. }
            | LinkNote::TextLeftOut
            | LinkNote::TextLost { .. }
            | LinkNote::WeightsLost { .. }
            | LinkNote::Problem { .. } => &[],
        };
        pairs.iter().map(|(name, text)| (*name, text.to_string())).collect()
    }

    /// What is behind it, with a message of its own.
    pub fn error(&self) -> Option<&Error> {
        match self {
            LinkNote::DataLost { error }
            | LinkNote::TextLost { error }
            | LinkNote::WeightsLost { error }
            | LinkNote::Problem { error } => Some(error),
            _ => None,
        }
    }
}

impl From<Note> for LinkNote {
    fn from(note: Note) -> Self {
        match note {
            Note::UnknownKey { key } => LinkNote::UnknownKey { key: shown(&key) },
            Note::Unreadable { key, text } => LinkNote::Unreadable { key, text: shown(&text) },
            Note::Clamped { key, text, used } => LinkNote::Clamped { key, text: shown(&text), used },
        }
    }
}

/// `text`, cut to a length that a message can show.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
