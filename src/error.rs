//! Everything that can go wrong with what comes from outside.
//!
//! Each variant says what is wrong and where, in data, so that the page can say it in the reader's language; the
//! English `Display` is for the command line and the console. The page's catalogues hold a message for every
//! [`Error::key`], with the variant's fields as arguments.

mod model_fault;

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::number::Written;

pub use model_fault::ModelFault;

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
    /// Something is larger than Unroll takes.
    TooLarge {
        /// What is counted.
        counted: Counted,
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
    /// A model file is none, or fits neither what it says of itself nor what is asked of it.
    Model {
        /// What is wrong, and what the texts beside it mean.
        fault: ModelFault,
        /// A tensor, or an entry of the metadata.
        tensor: String,
        /// What is there.
        found: String,
        /// What should be.
        expected: String,
    },
    /// The file is no text that can be read.
    NotText,
    /// The file is no text, but what a program writes for itself.
    BinaryFile {
        /// What it is called.
        format: String,
        /// What is to be done with it.
        kind: FileKind,
    },
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
    /// The weights in a link were trained under other settings, or on other data, than stand there.
    OtherSettings,
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
    /// A step of these settings does not fit into a worker's memory.
    TooMuchMemory {
        /// Megabytes that it needs.
        needed: usize,
        /// Megabytes that there are.
        limit: usize,
        /// The key of a setting that would mend it; empty where none alone does.
        key: String,
        /// The largest value of it that fits.
        fits: String,
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
    /// There is no network, and this device does not keep the engine.
    EngineOffline,
    /// The host has a newer version of the page, and no longer what this one asks for.
    PageReplaced,
    /// The host answers, but the engine's program does not arrive.
    EngineBlocked {
        /// Its address.
        address: String,
    },
}

/// What kind of file it is that is no text: it says what is to be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A spreadsheet, which can be saved as CSV.
    Spreadsheet,
    /// A document, which can be saved as plain text.
    Document,
    /// An archive, which can be unpacked.
    Archive,
    /// A picture, sound or film.
    Media,
    /// What a program keeps its data in, and can export.
    Data,
    /// Text, but in an encoding that nobody uses for files.
    Encoding,
}

impl FileKind {
    /// All.
    pub const ALL: [FileKind; 6] = [
        FileKind::Spreadsheet,
        FileKind::Document,
        FileKind::Archive,
        FileKind::Media,
        FileKind::Data,
        FileKind::Encoding,
    ];

    /// The name of the message, and what is to be done, in English.
    fn parts(self) -> (&'static str, &'static str) {
        match self {
            FileKind::Spreadsheet => ("binary_spreadsheet", "save it as CSV in UTF-8"),
            FileKind::Document => ("binary_document", "save it as plain text in UTF-8"),
            FileKind::Archive => ("binary_archive", "unpack it and give the file that is in it"),
            FileKind::Media => ("binary_media", "there is no text in it"),
            FileKind::Data => ("binary_data", "export it as CSV or plain text"),
            FileKind::Encoding => ("binary_encoding", "save it in UTF-8"),
        }
    }
}

/// The names of the variants that say of something that it could not be fetched.
pub const OUT_OF_REACH: [&str; 5] =
    ["engine_offline", "engine_blocked", "page_replaced", "unreachable", "dictionary_unreachable"];

/// What is counted where there is too much of it; the catalogues name it under `counted.<word>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Bytes of a file or of a text.
    Bytes,
    /// Characters of a link.
    Characters,
    /// Values of a series.
    Values,
    /// Values that a training step would take at once.
    StepValues,
    /// Sentences, or lines, which are sentences here.
    Sentences,
    /// Tokens of one sentence.
    Tokens,
    /// Labels that are told apart.
    Labels,
    /// Tags that are told apart.
    Tags,
    /// Pairs of texts.
    Pairs,
    /// Different tokens.
    Types,
    /// Weights of a model.
    Weights,
}

impl Counted {
    /// All of them.
    pub const ALL: [Counted; 11] = [
        Counted::Bytes,
        Counted::Characters,
        Counted::Values,
        Counted::StepValues,
        Counted::Sentences,
        Counted::Tokens,
        Counted::Labels,
        Counted::Tags,
        Counted::Pairs,
        Counted::Types,
        Counted::Weights,
    ];

    /// As the catalogues name it.
    pub fn word(self) -> &'static str {
        match self {
            Counted::Bytes => "megabytes",
            Counted::Characters => "characters",
            Counted::Values => "values",
            Counted::StepValues => "step_values",
            Counted::Sentences => "sentences",
            Counted::Tokens => "tokens",
            Counted::Labels => "labels",
            Counted::Tags => "tags",
            Counted::Pairs => "pairs",
            Counted::Types => "types",
            Counted::Weights => "weights",
        }
    }

    /// How many there are, in the unit that is named, rounded so that what is over a bound does not look like the bound.
    fn written(self, count: usize, round: fn(f64) -> f64) -> String {
        match self {
            Counted::Bytes => format!("{:.1}", Written(round(count as f64 / 1e5) / 10.0)),
            _ => count.to_string(),
        }
    }
}

impl Error {
    /// The catalogue key of the message: `error.<snake_case_variant>`.
    pub fn key(&self) -> String {
        format!("error.{}", self.parts().0)
    }

    /// Is it that something could not be fetched? Then it may be there the next time.
    pub fn is_out_of_reach(&self) -> bool {
        OUT_OF_REACH.contains(&self.parts().0)
    }

    /// The fields of the message, by name, as texts.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        self.parts().1
    }

    /// The name of the variant, and its fields.
    fn parts(&self) -> (&'static str, Vec<(&'static str, String)>) {
        let (name, fields): (_, &[(_, &dyn Display)]) = match self {
            Error::NotANumber { row, column, text } => {
                ("not_a_number", &[("row", row), ("column", column), ("text", text)])
            }
            Error::Hole { row } => ("hole", &[("row", row)]),
            Error::RaggedRow { row, expected, found } => {
                ("ragged_row", &[("row", row), ("expected", expected), ("found", found)])
            }
            Error::ColumnCount { found } => ("column_count", &[("found", found)]),
            // Two values are what any series has; more is a wish of the settings.
            Error::SeriesTooShort { found, needed: ..=2 } => ("series_empty", &[("found", found)]),
            Error::SeriesTooShort { found, needed } => {
                ("series_too_short", &[("found", found), ("needed", needed)])
            }
            Error::BadStep { step, text } => ("bad_step", &[("step", step), ("text", text)]),
            Error::TooLarge { counted, found, limit } => {
                let (found, limit) =
                    (counted.written(*found, f64::ceil), counted.written(*limit, f64::floor));
                let fields = [("counted", counted.word().to_owned()), ("found", found), ("limit", limit)];
                return ("too_large", fields.into());
            }
            Error::ConstantSeries => ("constant_series", &[]),
            Error::NoSentence { row } => ("no_sentence", &[("row", row)]),
            Error::OneLabel { label } => ("one_label", &[("label", label)]),
            Error::TextTooShort { found: 0, .. } => ("text_empty", &[]),
            Error::TextTooShort { found, needed } => {
                ("text_too_short", &[("found", found), ("needed", needed)])
            }
            Error::NoSuchText { name } => ("no_such_text", &[("name", name)]),
            Error::Unreachable { address, reason } => {
                ("unreachable", &[("address", address), ("reason", reason)])
            }
            Error::Model { fault, tensor, found, expected } => {
                (fault.name(), &[("tensor", tensor), ("found", found), ("expected", expected)])
            }
            Error::NotText => ("not_text", &[]),
            Error::BinaryFile { format, kind } => (kind.parts().0, &[("format", format)]),
            Error::FileUnreadable { name, reason } => {
                ("file_unreadable", &[("name", name), ("reason", reason)])
            }
            Error::LinkCut { found, expected } => ("link_cut", &[("found", found), ("expected", expected)]),
            Error::LinkDamaged => ("link_damaged", &[]),
            Error::ForeignVersion { version } => ("foreign_version", &[("version", version)]),
            Error::MessageDamaged { what } => ("message_damaged", &[("what", what)]),
            Error::WeightsMismatch { found, expected } => {
                ("weights_mismatch", &[("found", found), ("expected", expected)])
            }
            Error::OtherSettings => ("other_settings", &[]),
            Error::SnapshotDamaged { what } => ("snapshot_damaged", &[("what", what)]),
            Error::DictionaryUnreachable { reason } => ("dictionary_unreachable", &[("reason", reason)]),
            Error::DictionaryDamaged { what } => ("dictionary_damaged", &[("what", what)]),
            Error::UnknownLesson { name } => ("unknown_lesson", &[("name", name)]),
            Error::Diverged { step, learning_rate } => {
                ("diverged", &[("step", step), ("learning_rate", &Written(*learning_rate))])
            }
            Error::TooMuchMemory { needed, limit, key, .. } if key.is_empty() => {
                ("far_too_much_memory", &[("needed", needed), ("limit", limit)])
            }
            Error::TooMuchMemory { needed, limit, key, fits } => {
                ("too_much_memory", &[("needed", needed), ("limit", limit), ("key", key), ("fits", fits)])
            }
            Error::EngineUnavailable { reason } => ("engine_unavailable", &[("reason", reason)]),
            Error::EngineLost { reason } => ("engine_lost", &[("reason", reason)]),
            Error::EngineOffline => ("engine_offline", &[]),
            Error::PageReplaced => ("page_replaced", &[]),
            Error::EngineBlocked { address } => ("engine_blocked", &[("address", address)]),
        };
        (name, fields.iter().map(|(name, field)| (*name, field.to_string())).collect())
    }
}

impl Display for Error {
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
            Error::TooLarge { counted, found, limit } => {
                let (found, limit) =
                    (counted.written(*found, f64::ceil), counted.written(*limit, f64::floor));
                write!(f, "too large: {found} {}, where {limit} is the limit", counted.word())
            }
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
            Error::Model { fault, tensor, found, expected } => fault.say(f, tensor, found, expected),
            Error::NotText => write!(f, "the file is not text"),
            Error::BinaryFile { format, kind } => {
                write!(f, "this is a file in the format {format}: {}", kind.parts().1)
            }
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
            Error::OtherSettings => {
                write!(f, "the weights were trained under other settings or on other data")
            }
            Error::SnapshotDamaged { what } => write!(f, "the snapshot can't be read: {what}"),
            Error::DictionaryUnreachable { reason } => write!(f, "the dictionary can't be fetched: {reason}"),
            Error::DictionaryDamaged { what } => write!(f, "the dictionary can't be read: {what}"),
            Error::UnknownLesson { name } => write!(f, "there is no lesson \"{name}\""),
            Error::Diverged { step, learning_rate } => {
                write!(
                    f,
                    "the loss grew beyond all bounds in step {step} (learning rate {})",
                    Written(*learning_rate)
                )
            }
            Error::TooMuchMemory { needed, limit, key, fits } => {
                write!(f, "a step needs {needed} MB, and there are {limit}; it fits with {key}={fits}")
            }
            Error::EngineUnavailable { reason } => write!(f, "the engine can't run here: {reason}"),
            Error::EngineLost { reason } => write!(f, "the engine stopped: {reason}"),
            Error::EngineOffline => write!(f, "there is no network, and the engine is not kept here"),
            Error::PageReplaced => write!(f, "the host has a newer version of the page"),
            Error::EngineBlocked { address } => write!(f, "the engine's program does not arrive: {address}"),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_parts_of_a_message_have_the_names_that_messages_between_workers_have() {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for error in [
            Error::NotANumber { row: 1, column: 2, text: "x".into() },
            Error::ConstantSeries,
            Error::LinkCut { found: 1, expected: 2 },
            Error::Diverged { step: 7, learning_rate: 0.25 },
        ] {
            let (name, fields) = match json!(error) {
                Value::Object(variant) => variant.into_iter().next().unwrap(),
                name => (text(&name), json!({})),
            };
            assert_eq!(error.key(), format!("error.{name}"));
            let fields = fields.as_object().unwrap();
            assert_eq!(error.fields().len(), fields.len());
            for (name, written) in error.fields() {
                assert_eq!(written, text(&fields[name]), "{name}");
            }
        }
    }

    #[test]
    fn a_rate_is_written_as_its_setting_is() {
        let error = Error::Diverged { step: 7, learning_rate: 1e-5 };
        assert_eq!(error.fields()[1], ("learning_rate", "0.00001".to_owned()));
    }

    #[test]
    fn what_is_too_large_says_of_what_and_never_looks_as_large_as_its_bound() {
        let said = |counted, found, limit| Error::TooLarge { counted, found, limit }.fields();
        assert_eq!(
            said(Counted::StepValues, 287, 200),
            [("counted", "step_values".into()), ("found", "287".into()), ("limit", "200".into())]
        );
        let bytes = said(Counted::Bytes, (1 << 26) + 1, 1 << 26);
        assert_eq!((bytes[1].1.as_str(), bytes[2].1.as_str()), ("67.2", "67.1"));
    }

    #[test]
    fn too_few_says_whether_the_settings_ask_for_more() {
        let keys = [
            Error::SeriesTooShort { found: 1, needed: 2 },
            Error::SeriesTooShort { found: 50, needed: 60 },
            Error::TextTooShort { found: 0, needed: 1 },
            Error::TextTooShort { found: 20, needed: 33 },
        ]
        .map(|error| error.key());
        assert_eq!(
            keys,
            ["error.series_empty", "error.series_too_short", "error.text_empty", "error.text_too_short"]
        );
    }
}
