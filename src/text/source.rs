//! Where a text comes from, how its reader wants it read, and what reading it came to.

use serde::{Deserialize, Serialize};

use super::Charset;
use crate::Error;
use crate::data::table::{TableChoices, TableFacts};

/// Where a text comes from. `B` is how the bytes of a file are held: they travel beside a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source<B = Vec<u8>> {
    /// The reader wrote it.
    Text {
        /// As it stands.
        text: String,
    },
    /// The bytes of a file, held as `B`, in any of the known encodings.
    File {
        /// All of them.
        #[serde(skip)]
        bytes: B,
    },
}

/// What the reader has decided about how a source is read. What is left open is found out from the source itself; so a
/// source is read once more, with other choices, where it was not read as its reader meant it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// The encoding of a file.
    pub charset: Option<Charset>,
    /// What a table means.
    #[serde(default)]
    pub table: TableChoices,
}

/// What reading a source came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading<T> {
    /// How it was written, as soon as it is text: also where what it says can't be used.
    pub facts: Option<TextFacts>,
    /// What was left out of a table, and what is to be asked, where it is one and could be read.
    pub table: Option<TableFacts>,
    /// What it says, or why that can't be used.
    pub outcome: Result<T, Error>,
}

impl<T> Reading<T> {
    /// A source that could not be read at all.
    pub fn refused(error: Error) -> Self {
        Reading { facts: None, table: None, outcome: Err(error) }
    }
}

/// A text, and how it was written; see `Decoded::read`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text: without the mark at its beginning, without characters that are not seen, with `\n` at the end of each line.
    pub text: String,
    /// How it was written.
    pub facts: TextFacts,
}

/// How a text was written, and what of it was left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextFacts {
    /// How the bytes of its file were read; nothing where it was none.
    pub charset: Option<Charset>,
    /// Has the reader named the encoding?
    pub is_chosen: bool,
    /// Did it begin with a byte order mark?
    pub mark: bool,
    /// Lines that ended otherwise than with `\n`.
    pub foreign_line_ends: usize,
    /// Places where bytes mean nothing in this encoding; the text has `\u{fffd}` there.
    pub ill_formed: usize,
    /// The first of them.
    pub first_ill_formed: Option<Place>,
    /// Control characters and invisible ones that were left out.
    pub left_out: usize,
    /// Letters, digits and blanks in their wide forms, as Chinese typewriters have them.
    pub full_width: usize,
}

impl TextFacts {
    /// May the text have been meant otherwise? UTF-8 and UTF-16 without a slip can't be anything else, and what the reader
    /// has named is as the reader says.
    pub fn is_doubtful(&self) -> bool {
        let is_unicode =
            matches!(self.charset, None | Some(Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be));
        !self.is_chosen && (self.ill_formed > 0 || !is_unicode)
    }
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The line, counted from 1.
    pub line: usize,
    /// What stands around it.
    pub around: String,
}

/// How a file reads in one encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// The encoding.
    pub charset: Charset,
    /// The first lines that encodings read differently, cut to a readable length.
    pub lines: Vec<String>,
}
