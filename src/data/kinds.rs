//! The kinds of data that a lesson may take from its reader: one row each. Whoever reads a file, a link or an argument of the
//! command line, and whoever prints data, looks here.
//!
//! Another kind is a variant of [`Data`], its accessor there, and a row of [`KINDS`] with what reads and what prints it.

use super::{Data, Pairs, Sentences, Series, Tagged};
use crate::Error;
use crate::error::Counted;

/// A kind of data of the reader's own.
#[derive(Debug)]
pub struct Kind {
    /// Its name in messages and commands.
    pub id: &'static str,
    /// Bytes of a file that are read.
    pub file_limit: usize,
    /// How it travels in a link; nothing where no link could hold it.
    pub in_link: Option<InLink>,
}

/// How data travels in a link.
#[derive(Debug)]
pub struct InLink {
    /// Says at the beginning of a payload what it holds.
    pub letter: char,
    /// Bytes as text, before they are deflated.
    pub bytes: usize,
    /// Characters of the payload.
    pub characters: usize,
}

/// Cuts a line of a text into tokens.
pub type CutLine<'c> = &'c dyn Fn(&str) -> Vec<String>;

/// How data is written as text, and read.
#[derive(Debug)]
pub struct TextForm {
    /// Reads decoded text with `\n` at the end of each line, where the kind has tokens with those that the second argument
    /// finds. Errors name the row, and the column where there are several.
    pub parse: fn(&str, CutLine) -> Result<Data, Error>,
    /// Writes data so that it reads back as it was, cut by [`between_blanks`]; nothing for data of another kind.
    pub print: fn(&Data) -> Option<String>,
}

/// Numbers in the order of time, in one or several columns.
pub static SERIES: Kind = Kind {
    id: "series",
    file_limit: 2 * 1024 * 1024,
    in_link: Some(InLink { letter: 't', bytes: 16 * 1024, characters: 4000 }),
};

/// Sentences with a label each.
pub static SENTENCES: Kind = Kind {
    id: "sentences",
    file_limit: 8 * 1024 * 1024,
    in_link: Some(InLink { letter: 's', bytes: 16 * 1024, characters: 4000 }),
};

/// Sentences with a tag for each token.
pub static TAGGED: Kind = Kind {
    id: "tagged",
    file_limit: 32 * 1024 * 1024,
    in_link: Some(InLink { letter: 'g', bytes: 16 * 1024, characters: 4000 }),
};

/// Sentences and their translations.
pub static PAIRS: Kind = Kind {
    id: "pairs",
    file_limit: 32 * 1024 * 1024,
    in_link: Some(InLink { letter: 'p', bytes: 16 * 1024, characters: 4000 }),
};

/// Any text, to be looked at.
pub static TEXT: Kind = Kind {
    id: "text",
    file_limit: 64 * 1024 * 1024,
    in_link: Some(InLink { letter: 'x', bytes: 32 * 1024, characters: 6000 }),
};

/// A text as long as a book: a job names it, its numbers come to the engine by themselves; see [`super::Corpus`].
pub static LONG_TEXT: Kind = Kind { id: "long_text", file_limit: 32 * 1024 * 1024, in_link: None };

/// How kinds are written and read, but for those that a job only names. This stands apart from the rows, so that an
/// engine, which is given what has been read, holds no reader of tables.
static FORMS: [(&Kind, TextForm); 4] = [
    (
        &SERIES,
        TextForm {
            parse: |text, _| Series::parse(text).map(Data::Series),
            print: |data| data.series().map(Series::to_csv),
        },
    ),
    (
        &SENTENCES,
        TextForm {
            parse: |text, cut| Sentences::read(text, cut).map(Data::Sentences),
            print: |data| data.sentences().map(Sentences::to_text),
        },
    ),
    (
        &TAGGED,
        TextForm {
            parse: |text, _| Tagged::read(text).map(Data::Tagged),
            print: |data| data.tagged().map(Tagged::to_text),
        },
    ),
    (
        &PAIRS,
        TextForm {
            parse: |text, cut| Pairs::read(text, cut).map(Data::Pairs),
            print: |data| data.pairs().map(Pairs::to_text),
        },
    ),
];

/// All kinds.
pub static KINDS: [&Kind; 6] = [&SERIES, &SENTENCES, &TAGGED, &PAIRS, &TEXT, &LONG_TEXT];

impl Kind {
    /// Finds a kind by its name.
    pub fn find(id: &str) -> Option<&'static Kind> {
        KINDS.into_iter().find(|kind| kind.id == id)
    }

    /// Is it what a page shows, and no job's data?
    pub fn is_shown(&self) -> bool {
        *self == TEXT
    }

    /// Between text and [`Data`]; nothing where a job names the data, or has no need of it.
    pub fn form(&self) -> Option<&'static TextForm> {
        FORMS.iter().find(|(kind, _)| *kind == self).map(|(_, form)| form)
    }

    /// Refuses what is larger than a file of this kind may be, in bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn bound(&self, found: usize) -> Result<(), Error> {
        let limit = self.file_limit;
        if found > limit { Err(Error::TooLarge { counted: Counted::Bytes, found, limit }) } else { Ok(()) }
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Tokens are what stands between blanks.
pub fn between_blanks(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

impl Data {
    /// Its kind's row.
    pub fn kind(&self) -> &'static Kind {
        match self {
            Data::Series(_) => &SERIES,
            Data::Sentences(_) => &SENTENCES,
            Data::Text(_) => &LONG_TEXT,
            Data::Tagged(_) => &TAGGED,
            Data::Pairs(_) => &PAIRS,
        }
    }

    /// The data as text that its kind reads back; nothing for what a job only names.
    pub fn print(&self) -> Option<String> {
        (self.kind().form()?.print)(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_letters_are_each_of_one_kind() {
        for kind in KINDS {
            assert_eq!(Kind::find(kind.id), Some(kind));
            let letter = |kind: &Kind| kind.in_link.as_ref().map(|link| link.letter);
            let alike = KINDS.into_iter().filter(|other| letter(other) == letter(kind));
            assert!(kind.in_link.is_none() || alike.count() == 1, "{}", kind.id);
        }
        assert_eq!(Kind::find("pictures"), None);
    }

    #[test]
    fn what_is_printed_reads_back_as_it_was() {
        let texts = [
            (&SERIES, "\"label\",\"value\"\n\"1949-01\",112\n\"1949-02\",118\n"),
            (&SERIES, "\"label\",\"open\",\"close\"\n\"1\",1.5,2\n\"2\",-3,4\n"),
            (&SENTENCES, "1\t明天 去\n0\t加班\n"),
            (&TAGGED, "他\tPRON\n去\tVERB\n\n"),
            (&PAIRS, "go .\t走 。\n"),
        ];
        for (kind, text) in texts {
            let data = (kind.form().unwrap().parse)(text, &between_blanks).unwrap();
            assert_eq!((data.kind(), data.print().as_deref()), (kind, Some(text)));
        }
    }

    #[test]
    fn a_line_is_cut_as_its_reader_says() {
        let characters = |line: &str| line.chars().map(String::from).collect();
        let data = (SENTENCES.form().unwrap().parse)("1\t明天去\n0\t加班\n", &characters).unwrap();
        assert_eq!(data.print().as_deref(), Some("1\t明 天 去\n0\t加 班\n"));
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let limit = SERIES.file_limit;
        assert_eq!(SERIES.bound(limit), Ok(()));
        assert_eq!(
            SERIES.bound(limit + 1),
            Err(Error::TooLarge { counted: Counted::Bytes, found: limit + 1, limit })
        );
    }
}
