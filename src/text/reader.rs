//! The one reader of files: bytes in any known encoding, or a text as it was pasted, become data of a kind.

use super::{Decoded, FileFacts, Segmenter, Source, Tokenizer};
use crate::Error;
use crate::data::{Data, Kind};

/// The text of a source with `\n` at the end of each line, and how its file was written, where it was one.
///
/// # Errors
/// [`Error::TooLarge`] with more bytes than the kind takes, [`Error::NotText`].
pub fn decoded(kind: &Kind, source: Source) -> Result<(String, Option<FileFacts>), Error> {
    match source {
        Source::Text { text } => {
            kind.bound(text.len())?;
            // What is pasted may have stood at the beginning of a file, or come from a field with other ends of lines.
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            Ok((text.replace("\r\n", "\n").replace('\r', "\n"), None))
        }
        Source::File { bytes } => {
            kind.bound(bytes.len())?;
            let decoded = Decoded::read(&bytes, None)?;
            let facts = decoded.facts();
            Ok((decoded.text, Some(facts)))
        }
    }
}

/// Reads data of a kind, its lines cut by `tokenizer`, or at their blanks where it says nothing.
///
/// # Errors
/// Those of [`decoded`], and what the kind finds wrong, with row and column; [`Error::MessageDamaged`] for a kind that is
/// never read into a job: nobody asks for that.
pub fn data(
    kind: &Kind,
    source: Source,
    tokenizer: Option<Tokenizer>,
    dictionary: Option<&Segmenter>,
) -> Result<(Data, Option<FileFacts>), Error> {
    let form = kind.form().ok_or_else(|| Error::MessageDamaged { what: kind.id.into() })?;
    let (text, facts) = decoded(kind, source)?;
    let tokenizer = tokenizer.unwrap_or(Tokenizer::Blanks);
    let cut = |line: &str| tokenizer.tokens(line, dictionary).into_iter().map(str::to_owned).collect();
    Ok(((form.parse)(&text, &cut)?, facts))
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GB18030};

    use super::*;
    use crate::data::kinds::{LONG_TEXT, SENTENCES, SERIES};
    use crate::error::Counted;
    use crate::text::Charset;

    fn series(source: Source) -> Result<(Data, Option<FileFacts>), Error> {
        data(&SERIES, source, None, None)
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
        assert_eq!(facts, None);
        let own = pasted.series().unwrap();
        assert_eq!(own.only_values(), Ok(&[131.5, 128.0, 140.2][..]));
        assert_eq!((own.columns[0].name.as_str(), own.labels[2].as_str()), ("最新价", "2024年3月"));
        for (charset, bytes) in files {
            let (read, facts) = series(Source::File { bytes }).unwrap();
            let facts = facts.unwrap();
            assert_eq!((facts.charset, facts.foreign_line_ends, facts.ill_formed), (charset, 4, 0));
            assert_eq!(read, pasted, "{charset:?}");
        }
    }

    #[test]
    fn sentences_are_cut_as_asked() {
        let text = "好\t今天天氣很好，我們去看展覽\n壞\t今天要加班，下雨了，心情不好\n";
        let source = || Source::File { bytes: BIG5.encode(text).0.into_owned() };
        let tokens = |tokenizer| {
            let (data, facts) = data(&SENTENCES, source(), tokenizer, None).unwrap();
            assert_eq!(facts.unwrap().charset, Charset::Big5);
            data.sentences().unwrap().sentences[0].tokens.len()
        };
        assert_eq!((tokens(Some(Tokenizer::Characters)), tokens(None)), (13, 1));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let file = |bytes: &[u8]| series(Source::File { bytes: bytes.to_vec() }).map(|_| ());
        assert_eq!(file(b"PK\x03\x04\0\0"), Err(Error::NotText));
        let slip = Error::NotANumber { row: 3, column: 2, text: "1O5".into() };
        assert_eq!(file("日期,价\n一月,1\n二月,1O5\n".as_bytes()), Err(slip));
        let (found, limit) = (SERIES.file_limit + 1, SERIES.file_limit);
        assert_eq!(file(&vec![b'1'; found]), Err(Error::TooLarge { counted: Counted::Bytes, found, limit }));
        let text = Source::Text { text: "1".repeat(found) };
        assert_eq!(series(text).map(|_| ()), Err(Error::TooLarge { counted: Counted::Bytes, found, limit }));
        let book = data(&LONG_TEXT, Source::Text { text: "a".into() }, None, None);
        assert!(matches!(book, Err(Error::MessageDamaged { .. })));
    }
}
