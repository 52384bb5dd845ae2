//! Encodings that texts come in.

use serde::{Deserialize, Serialize};

/// An encoding that texts come in.
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
    /// Western Europe: Latin-1, with curly quotes and dashes in the place of its control characters.
    Windows1252,
    /// Central Europe: Polish, Czech, Hungarian.
    Windows1250,
    /// Cyrillic.
    Windows1251,
    /// Japanese.
    ShiftJis,
    /// Korean.
    EucKr,
}

impl Charset {
    /// All, the most frequent first.
    pub const ALL: [Charset; 10] = [
        Charset::Utf8,
        Charset::Gb18030,
        Charset::Big5,
        Charset::Windows1252,
        Charset::Utf16Le,
        Charset::Utf16Be,
        Charset::ShiftJis,
        Charset::EucKr,
        Charset::Windows1250,
        Charset::Windows1251,
    ];

    /// As people call it, in every language.
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Utf16Le => "UTF-16 LE",
            Charset::Utf16Be => "UTF-16 BE",
            Charset::Gb18030 => "GB18030 / GBK",
            Charset::Big5 => "Big5",
            Charset::Windows1252 => "Windows-1252 / Latin-1",
            Charset::Windows1250 => "Windows-1250",
            Charset::Windows1251 => "Windows-1251",
            Charset::ShiftJis => "Shift_JIS",
            Charset::EucKr => "EUC-KR",
        }
    }

    /// As the web's standard labels it, in small letters.
    pub fn label(self) -> &'static str {
        match self {
            Charset::Utf8 => "utf-8",
            Charset::Utf16Le => "utf-16le",
            Charset::Utf16Be => "utf-16be",
            Charset::Gb18030 => "gb18030",
            Charset::Big5 => "big5",
            Charset::Windows1252 => "windows-1252",
            Charset::Windows1250 => "windows-1250",
            Charset::Windows1251 => "windows-1251",
            Charset::ShiftJis => "shift_jis",
            Charset::EucKr => "euc-kr",
        }
    }

    /// The encoding with this [label](Charset::label).
    pub fn find(label: &str) -> Option<Self> {
        Charset::ALL.into_iter().find(|charset| charset.label() == label)
    }
}
