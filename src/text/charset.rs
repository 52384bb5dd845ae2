//! Encodings, and what can be said of a file in one of them.

use serde::{Deserialize, Serialize};

/// An encoding that readers of Chinese meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charset {
    /// Unicode in one to four bytes.
    Utf8,
    /// Unicode in two or four bytes, the lower one first: what Windows calls Unicode.
    Utf16Le,
    /// Unicode in two or four bytes, the higher one first.
    Utf16Be,
    /// The Chinese standard, and GBK and GB2312, which it extends.
    Gb18030,
    /// Traditional Chinese.
    Big5,
}

impl Charset {
    /// All, the most frequent first.
    pub const ALL: [Charset; 5] =
        [Charset::Utf8, Charset::Gb18030, Charset::Big5, Charset::Utf16Le, Charset::Utf16Be];

    /// As people call it, in every language.
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Utf16Le => "UTF-16 LE",
            Charset::Utf16Be => "UTF-16 BE",
            Charset::Gb18030 => "GB18030 / GBK",
            Charset::Big5 => "Big5",
        }
    }
}

/// What a file says, and how it was written; see `Decoded::read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decoded {
    /// The text: without the mark at its beginning, with `\n` at the end of each line.
    pub text: String,
    /// How its bytes were read.
    pub charset: Charset,
    /// Did it begin with a byte order mark?
    pub mark: bool,
    /// Lines that ended with `\r\n` or `\r`.
    pub foreign_line_ends: usize,
    /// Places where bytes mean nothing in this encoding; the text has `\u{fffd}` there.
    pub ill_formed: usize,
}

/// How a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// How its bytes were read.
    pub charset: Charset,
    /// Did it begin with a byte order mark?
    pub mark: bool,
    /// Lines that ended with `\r\n` or `\r`.
    pub foreign_line_ends: usize,
    /// Places where bytes mean nothing in this encoding.
    pub ill_formed: usize,
    /// Letters, digits and blanks in their wide forms, as Chinese typewriters have them.
    pub full_width: usize,
}

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
