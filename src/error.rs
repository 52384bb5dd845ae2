//! Everything that can go wrong with what comes from outside.
//!
//! Each variant says what is wrong and where, in data, so that the page can say it in the reader's language; the
//! English `Display` is for the command line and the console. The page's catalogues hold a message for every
//! [`Error::key`], with the variant's fields as arguments.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Something the user, a link, a file or the machine got wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// A cell of a series is not a number.
    NotANumber {
        /// Row in the file, counted from 1.
        row: usize,
        /// Column in the file, counted from 1.
        column: usize,
        /// The cell's text, cut to a readable length.
        text: String,
    },
    /// A cell of a series is empty.
    Hole {
        /// Row in the file, counted from 1.
        row: usize,
    },
    /// A row has more or fewer columns than the first one.
    RaggedRow {
        /// Row in the file, counted from 1.
        row: usize,
        /// Columns of the first row.
        expected: usize,
        /// Columns of this row.
        found: usize,
    },
    /// A series has several columns of values where the lesson takes one.
    ColumnCount {
        /// Columns of values found.
        found: usize,
    },
    /// A series is too short for the settings chosen.
    SeriesTooShort {
        /// Values in the series.
        found: usize,
        /// Values needed.
        needed: usize,
    },
    /// A step of a sequence that the reader wrote holds something that is no number.
    BadStep {
        /// The step, counted from 1.
        step: usize,
        /// What stands there, cut to a readable length.
        text: String,
    },
    /// A series or a file is larger than Unroll takes.
    TooLarge {
        /// Size found.
        found: usize,
        /// Largest size taken, in the same unit.
        limit: usize,
    },
    /// All values of a series are the same: there is nothing to learn and no scale to fit.
    ConstantSeries,
    /// Nothing stands behind a label.
    NoSentence {
        /// Row in the file, counted from 1.
        row: usize,
    },
    /// All sentences have the same label: there is nothing to tell apart.
    OneLabel {
        /// The label.
        label: String,
    },
    /// A text has fewer tokens than the settings need.
    TextTooShort {
        /// Tokens found.
        found: usize,
        /// Tokens needed.
        needed: usize,
    },
    /// A text of the reader's own is not in this browser's library.
    NoSuchText {
        /// As the reader called it.
        name: String,
    },
    /// A text could not be fetched from its address.
    Unreachable {
        /// The address.
        address: String,
        /// What the platform said.
        reason: String,
    },
    /// A model file does not say what it must.
    NotAModel {
        /// What is missing or wrong.
        what: String,
    },
    /// The file is no text that can be read.
    NotText,
    /// The browser can't read a file that was given to it: it has been moved or deleted meanwhile, or is a folder.
    FileUnreadable {
        /// Its name.
        name: String,
        /// What the platform said.
        reason: String,
    },
    /// A payload in a link has been cut on its way.
    LinkCut {
        /// Characters that arrived.
        found: usize,
        /// Characters that were sent.
        expected: usize,
    },
    /// A payload in a link has been damaged.
    LinkDamaged,
    /// A payload comes from another version of Unroll.
    ForeignVersion {
        /// The version's mark as written.
        version: String,
    },
    /// A message between the page and a worker of its own build can't be read.
    MessageDamaged {
        /// What could not be read.
        what: String,
    },
    /// The weights in a link or a file do not fit the model that the settings describe.
    WeightsMismatch {
        /// Numbers found.
        found: usize,
        /// Parameters of the model.
        expected: usize,
    },
    /// A snapshot can't be read.
    SnapshotDamaged {
        /// What could not be read.
        what: String,
    },
    /// The dictionary of words could not be fetched.
    DictionaryUnreachable {
        /// What the platform said.
        reason: String,
    },
    /// The dictionary of words did not arrive whole.
    DictionaryDamaged {
        /// What could not be read.
        what: String,
    },
    /// There is no such lesson.
    UnknownLesson {
        /// The name as written.
        name: String,
    },
    /// The loss became infinite or not a number.
    Diverged {
        /// The step in which it did.
        step: usize,
        /// The learning rate then.
        learning_rate: f64,
    },
    /// The engine can't run here.
    EngineUnavailable {
        /// What the platform said.
        reason: String,
    },
    /// The engine died while it ran.
    EngineLost {
        /// What the platform said.
        reason: String,
    },
}

impl Error {
    /// The catalogue key of the message: `error.<snake_case_variant>`.
    pub fn key(&self) -> String {
        format!("error.{}", self.parts().0)
    }

    /// The fields of the message, by name, as texts.
    pub fn fields(&self) -> BTreeMap<String, String> {
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        self.parts().1.into_iter().map(|(name, value)| (name, text(value))).collect()
    }

    /// The name of the variant, and its fields.
    fn parts(&self) -> (String, Map<String, Value>) {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => (name, Map::new()),
            Ok(Value::Object(variant)) => match variant.into_iter().next() {
                Some((name, Value::Object(fields))) => (name, fields),
                _ => Default::default(),
            },
            _ => Default::default(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::NotANumber { row, column, text } => {
                write!(f, "row {row}, column {column}: \"{text}\" is not a number")
            }
            Error::Hole { row } => write!(f, "row {row}: the value is missing"),
            Error::RaggedRow { row, expected, found } => {
                write!(f, "row {row}: {found} columns where the first row has {expected}")
            }
            Error::ColumnCount { found } => write!(f, "{found} columns of values where the lesson takes one"),
            Error::SeriesTooShort { found, needed } => {
                write!(f, "the series has {found} values; these settings need at least {needed}")
            }
            Error::BadStep { step, text } => write!(f, "step {step}: \"{text}\" is not a number"),
            Error::TooLarge { found, limit } => write!(f, "too large: {found}, where {limit} is the limit"),
            Error::ConstantSeries => write!(f, "all values are the same: there is nothing to learn"),
            Error::NoSentence { row } => write!(f, "row {row}: no sentence stands behind a label"),
            Error::OneLabel { label } => {
                write!(f, "all sentences have the label \"{label}\": nothing to tell apart")
            }
            Error::TextTooShort { found, needed } => {
                write!(f, "the text has {found} tokens; these settings need at least {needed}")
            }
            Error::NoSuchText { name } => write!(f, "the text \"{name}\" is not in this browser"),
            Error::Unreachable { address, reason } => write!(f, "{address} can't be fetched: {reason}"),
            Error::NotAModel { what } => write!(f, "this is no model file of Unroll: {what}"),
            Error::NotText => write!(f, "the file is not text"),
            Error::FileUnreadable { name, reason } => write!(f, "{name} can't be read: {reason}"),
            Error::LinkCut { found, expected } => {
                write!(f, "the link was cut at {found} of {expected} characters")
            }
            Error::LinkDamaged => write!(f, "the link was damaged on its way"),
            Error::ForeignVersion { version } => write!(f, "made by another version of Unroll ({version})"),
            Error::MessageDamaged { what } => write!(f, "a message can't be read: {what}"),
            Error::WeightsMismatch { found, expected } => {
                write!(f, "{found} weights for a model with {expected} parameters")
            }
            Error::SnapshotDamaged { what } => write!(f, "the snapshot can't be read: {what}"),
            Error::DictionaryUnreachable { reason } => write!(f, "the dictionary can't be fetched: {reason}"),
            Error::DictionaryDamaged { what } => write!(f, "the dictionary can't be read: {what}"),
            Error::UnknownLesson { name } => write!(f, "there is no lesson \"{name}\""),
            Error::Diverged { step, learning_rate } => {
                write!(f, "the loss grew beyond all bounds in step {step} (learning rate {learning_rate})")
            }
            Error::EngineUnavailable { reason } => write!(f, "the engine can't run here: {reason}"),
            Error::EngineLost { reason } => write!(f, "the engine stopped: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
