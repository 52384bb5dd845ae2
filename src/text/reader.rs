//! The one reader of files: bytes in any known encoding, or a text as it was pasted, become data of a kind.

use super::{Beginning, Charset, Choices, Decoded, Reading, Segmenter, Source, Tokenizer};
use crate::Error;
use crate::data::kinds::SERIES;
use crate::data::{Data, Kind, table};

/// Lines that are shown of a file in each encoding.
const LINES: usize = 3;
/// Characters of one of them.
const WIDTH: usize = 60;

/// The text of a source, and how it was written.
///
/// # Errors
/// [`Error::TooLarge`] with more bytes than the kind takes, [`Error::NotText`].
pub fn decoded(kind: &Kind, source: Source, choices: &Choices) -> Result<Decoded, Error> {
    match source {
        Source::Text { text } => {
            kind.bound(text.len())?;
            Ok(Decoded::written(text))
        }
        Source::File { bytes } => {
            kind.bound(bytes.len())?;
            Decoded::read(&bytes, choices.charset)
        }
    }
}

/// Reads data of a kind as its reader has chosen, its lines cut by `tokenizer`, or at their blanks where it says nothing.
///
/// The outcome may be an error of [`decoded`], and what the kind finds wrong, with row and column; [`Error::MessageDamaged`]
/// for a kind that is never read into a job: nobody asks for that.
pub fn data(
    kind: &Kind,
    source: Source,
    choices: &Choices,
    tokenizer: Option<Tokenizer>,
    dictionary: Option<&Segmenter>,
) -> Reading<Data> {
    let Some(form) = kind.form() else {
        return Reading::refused(Error::MessageDamaged { what: kind.id.into() });
    };
    let Decoded { text, facts } = match decoded(kind, source, choices) {
        Ok(decoded) => decoded,
        Err(error) => return Reading::refused(error),
    };
    if *kind == SERIES {
        // Links carry a series in a form of its own; what comes from elsewhere is any table.
        return match table::read(&text, &choices.table) {
            Ok((series, table)) => {
                Reading { facts: Some(facts), table: Some(table), outcome: Ok(Data::Series(series)) }
            }
            Err(error) => Reading { facts: Some(facts), table: None, outcome: Err(error) },
        };
    }
    let tokenizer = tokenizer.unwrap_or(Tokenizer::Blanks);
    let cut = |line: &str| tokenizer.tokens(line, dictionary).into_iter().map(str::to_owned).collect();
    Reading { facts: Some(facts), table: None, outcome: (form.parse)(&text, &cut) }
}

/// How a file reads in each encoding: the first lines that hold a byte which encodings read differently.
pub fn beginnings(bytes: &[u8]) -> Vec<Beginning> {
    let part = differing(bytes);
    let beginning = |charset: Charset| {
        let text = charset.decode(part);
        let lines = text.lines().filter(|line| !line.trim().is_empty()).take(LINES);
        let shown = |line: &str| line.trim().chars().filter(|c| !c.is_control()).take(WIDTH).collect();
        Beginning { charset, lines: lines.map(shown).collect() }
    };
    Charset::ALL.into_iter().map(beginning).collect()
}

/// From the beginning of the line with the first byte that is not ASCII, as many bytes as a few lines have.
fn differing(bytes: &[u8]) -> &[u8] {
    /// Bytes that are enough for a few lines in any encoding.
    const ENOUGH: usize = 4 * LINES * WIDTH;
    let first = bytes.iter().position(|byte| !byte.is_ascii() || *byte == 0).unwrap_or(0);
    let near = first.saturating_sub(WIDTH);
    let line = bytes[near..first].iter().rposition(|byte| *byte == b'\n').map_or(near, |at| near + at + 1);
    // Half a unit of UTF-16 would turn all that follow around.
    let start = line - line % 2;
    &bytes[start..bytes.len().min(start + ENOUGH)]
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GB18030};

    use super::*;
    use crate::data::kinds::{LONG_TEXT, SENTENCES};
    use crate::error::Counted;
    use crate::text::{Charset, TextFacts};

    fn series(source: Source) -> Result<(Data, TextFacts), Error> {
        let read = data(&SERIES, source, &Choices::default(), None, None);
        read.outcome.map(|data| (data, read.facts.unwrap()))
    }

    #[test]
    fn a_spreadsheet_in_any_encoding_is_the_same_series() {
        let text = "日期,最新价\r\n2024年1月,131.5\r\n2024年2月,128\r\n2024年3月,140.2\r\n";
        let utf16: Vec<u16> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).collect();
        let files = [
            (Charset::Utf8, text.as_bytes().to_vec()),
            (Charset::Utf8, format!("\u{feff}{text}").into_bytes()),
            (Charset::Gb18030, GB18030.encode(text).0.into_owned()),
            (Charset::Utf16Le, utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
            (Charset::Utf16Be, utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
        ];
        let (pasted, facts) = series(Source::Text { text: text.into() }).unwrap();
        assert_eq!((facts.charset, facts.foreign_line_ends), (None, 4));
        let own = pasted.series().unwrap();
        assert_eq!(own.only_values(), Ok(&[131.5, 128.0, 140.2][..]));
        assert_eq!((own.columns[0].name.as_str(), own.labels[2].as_str()), ("最新价", "2024年3月"));
        for (charset, bytes) in files {
            let (read, facts) = series(Source::File { bytes }).unwrap();
            assert_eq!((facts.charset, facts.foreign_line_ends, facts.ill_formed), (Some(charset), 4, 0));
            assert_eq!(read, pasted, "{charset:?}");
        }
    }

    #[test]
    fn sentences_are_cut_as_asked() {
        let text = "好\t今天天氣很好，我們去看展覽\n壞\t今天要加班，下雨了，心情不好\n";
        let source = || Source::File { bytes: BIG5.encode(text).0.into_owned() };
        let tokens = |tokenizer| {
            let read = data(&SENTENCES, source(), &Choices::default(), tokenizer, None);
            assert_eq!(read.facts.unwrap().charset, Some(Charset::Big5));
            read.outcome.unwrap().sentences().unwrap().sentences[0].tokens.len()
        };
        assert_eq!((tokens(Some(Tokenizer::Characters)), tokens(None)), (13, 1));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let file = |bytes: &[u8]| series(Source::File { bytes: bytes.to_vec() }).map(|_| ());
        assert_eq!(file(b"\x7fELF\x02\x01\0\0\0"), Err(Error::NotText));
        let slip = Error::NotANumber { row: 3, column: 2, text: "1O5".into() };
        assert_eq!(file("日期,价\n一月,1\n二月,1O5\n".as_bytes()), Err(slip));
        let (found, limit) = (SERIES.file_limit + 1, SERIES.file_limit);
        assert_eq!(file(&vec![b'1'; found]), Err(Error::TooLarge { counted: Counted::Bytes, found, limit }));
        let text = Source::Text { text: "1".repeat(found) };
        assert_eq!(series(text).map(|_| ()), Err(Error::TooLarge { counted: Counted::Bytes, found, limit }));
        let book = data(&LONG_TEXT, Source::Text { text: "a".into() }, &Choices::default(), None, None);
        assert!(matches!(book.outcome, Err(Error::MessageDamaged { .. })));
    }
}
