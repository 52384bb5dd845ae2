//! What can be wrong with a model file.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// What is wrong with a model file. The catalogues have a message for each under `error.model_<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelFault {
    /// There is nothing in it.
    Empty,
    /// It ends before its last tensor does: `found` of `expected`.
    Cut,
    /// It is a web page.
    WebPage,
    /// It is a text that begins with `found`, such as a server's answer.
    Text,
    /// It is what Git keeps in the place of a large file; the model has `expected`.
    Pointer,
    /// It is a file of Python's pickle, as `torch.save` makes it.
    Pickle,
    /// It is of the format `found`.
    Format,
    /// Its header can't be read, at or after byte `found`.
    Header,
    /// Two entries of its header have the name `tensor`.
    Twice,
    /// The bytes of `tensor` are those of `found`, too.
    Overlap,
    /// `tensor` has `found` bytes, where its shape and type need `expected`.
    Bytes,
    /// `tensor` is not in it, among `expected` in all; it has `found`.
    Missing,
    /// `tensor` has the shape `found` instead of `expected`.
    Shape,
    /// `tensor` has the shape `found`, which is `expected` turned round.
    Transposed,
    /// The numbers of `tensor` are of the type `found`, of `expected` bits, that no model has.
    Type,
    /// `found` of the `expected` numbers of `tensor` are infinite or no numbers at all.
    NotFinite,
    /// It has a layer, with `tensor`, that the settings do not describe.
    Layer,
    /// `tensor` has `found` rows, and there are `expected` tokens.
    Lexicon,
    /// The tokens lack the mark `tensor`.
    Mark,
    /// The entry `tensor` of its metadata can't be read.
    Entry,
    /// It says nothing of its settings or tokens, and those at hand do not fit `tensor`: `found` instead of `expected`.
    Unlabelled,
    /// It is a model of the lesson `found`.
    Lesson,
    /// It holds two models, one under `found` and one under `expected`.
    Several,
    /// Of the tokens of a text the model knows `found` in a hundred.
    Foreign,
    /// It could not be written.
    Unwritten,
}

impl ModelFault {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::Empty,
        Self::Cut,
        Self::WebPage,
        Self::Text,
        Self::Pointer,
        Self::Pickle,
        Self::Format,
        Self::Header,
        Self::Twice,
        Self::Overlap,
        Self::Bytes,
        Self::Missing,
        Self::Shape,
        Self::Transposed,
        Self::Type,
        Self::NotFinite,
        Self::Layer,
        Self::Lexicon,
        Self::Mark,
        Self::Entry,
        Self::Unlabelled,
        Self::Lesson,
        Self::Several,
        Self::Foreign,
        Self::Unwritten,
    ];

    /// Its name in the keys of catalogues.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "model_empty",
            Self::Cut => "model_cut",
            Self::WebPage => "model_web_page",
            Self::Text => "model_text",
            Self::Pointer => "model_pointer",
            Self::Pickle => "model_pickle",
            Self::Format => "model_format",
            Self::Header => "model_header",
            Self::Twice => "model_twice",
            Self::Overlap => "model_overlap",
            Self::Bytes => "model_bytes",
            Self::Missing => "model_missing",
            Self::Shape => "model_shape",
            Self::Transposed => "model_transposed",
            Self::Type => "model_type",
            Self::NotFinite => "model_not_finite",
            Self::Layer => "model_layer",
            Self::Lexicon => "model_lexicon",
            Self::Mark => "model_mark",
            Self::Entry => "model_entry",
            Self::Unlabelled => "model_unlabelled",
            Self::Lesson => "model_lesson",
            Self::Several => "model_several",
            Self::Foreign => "model_foreign",
            Self::Unwritten => "model_unwritten",
        }
    }

    /// An error of this kind.
    pub fn error(
        self,
        tensor: impl Into<String>,
        found: impl Display,
        expected: impl Display,
    ) -> super::Error {
        super::Error::Model {
            fault: self,
            tensor: tensor.into(),
            found: found.to_string(),
            expected: expected.to_string(),
        }
    }

    /// In English, for the command line.
    pub(super) fn say(
        self,
        f: &mut fmt::Formatter<'_>,
        tensor: &str,
        found: &str,
        expected: &str,
    ) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the file is empty"),
            Self::Cut => write!(f, "the file was cut after {found} of {expected}"),
            Self::WebPage => write!(f, "this is a web page, not a model"),
            Self::Text => write!(f, "this is a text, not a model: \"{found}\""),
            Self::Pointer => {
                write!(f, "this is a pointer of Git LFS; the model itself ({expected}) is elsewhere")
            }
            Self::Pickle => write!(f, "this is a file of torch.save; save it with safetensors"),
            Self::Format => write!(f, "this is a file of the format {found}, not safetensors"),
            Self::Header => write!(f, "the header can't be read, from byte {found} on"),
            Self::Twice => write!(f, "the header names {tensor} twice"),
            Self::Overlap => write!(f, "{tensor} and {found} have the same bytes"),
            Self::Bytes => write!(f, "{tensor} has {found} bytes where its shape needs {expected}"),
            Self::Missing => write!(f, "of {expected} tensors {tensor} is missing; the file has {found}"),
            Self::Shape => write!(f, "{tensor} has the shape {found}; the model's is {expected}"),
            Self::Transposed => write!(f, "{tensor} is transposed: {found} instead of {expected}"),
            Self::Type => write!(f, "{tensor} holds {found} ({expected} bits), no floating-point numbers"),
            Self::NotFinite => write!(f, "{found} of {expected} numbers of {tensor} are NaN or infinite"),
            Self::Layer => {
                write!(f, "{tensor} belongs to a layer that the settings do not describe")
            }
            Self::Lexicon => write!(f, "{tensor} has {found} rows for {expected} tokens"),
            Self::Mark => write!(f, "the tokens lack the mark {tensor}"),
            Self::Entry => write!(f, "\"{tensor}\" in the metadata can't be read"),
            Self::Unlabelled => write!(
                f,
                "the file says nothing of its settings and tokens, and those at hand do not fit: {tensor} \
                 has {found} instead of {expected}"
            ),
            Self::Lesson => write!(f, "this is a model of the lesson {found}"),
            Self::Several => write!(f, "the file holds two models, under {found} and {expected}"),
            Self::Foreign => write!(f, "the model knows {found} % of this text's tokens"),
            Self::Unwritten => write!(f, "the model can't be written: {found}"),
        }
    }
}
