//! Files are read in the encoding that they seem to be in.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252,
};

use super::{Charset, Decoded, Place, TextFacts, width};
use crate::Error;

impl Charset {
    fn encoding(self) -> &'static Encoding {
        match self {
            Charset::Utf8 => UTF_8,
            Charset::Utf16Le => UTF_16LE,
            Charset::Utf16Be => UTF_16BE,
            Charset::Gb18030 => GB18030,
            Charset::Big5 => BIG5,
            Charset::Windows1252 => WINDOWS_1252,
            Charset::Windows1250 => WINDOWS_1250,
            Charset::Windows1251 => WINDOWS_1251,
            Charset::ShiftJis => SHIFT_JIS,
            Charset::EucKr => EUC_KR,
        }
    }

    /// Bytes without a mark, read in this encoding; what means nothing in it is replaced.
    pub(super) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        self.encoding().decode_without_bom_handling(bytes).0
    }

    /// The encoding of a file: as its mark says, else what its bytes look like.
    pub fn recognise(bytes: &[u8]) -> Self {
        let marked = Encoding::for_bom(bytes).and_then(|(encoding, _)| Charset::of(encoding));
        marked.or_else(|| unmarked_utf16(bytes)).unwrap_or_else(|| guess(bytes))
    }

    fn of(encoding: &'static Encoding) -> Option<Self> {
        Charset::ALL.into_iter().find(|charset| charset.encoding() == encoding)
    }
}

impl Decoded {
    /// Reads the bytes of a file, in the encoding that is named or in the one that they seem to have. Ill-formed bytes
    /// are replaced and counted.
    ///
    /// # Errors
    /// [`Error::NotText`] if there are characters in it that no text has.
    pub fn read(bytes: &[u8], chosen: Option<Charset>) -> Result<Self, Error> {
        let charset = chosen.unwrap_or_else(|| Charset::recognise(bytes));
        let encoding = charset.encoding();
        let own_mark = Encoding::for_bom(bytes).filter(|(marked, _)| *marked == encoding);
        let body = &bytes[own_mark.map_or(0, |(_, length)| length)..];
        let (text, _) = encoding.decode_without_bom_handling(body);
        let is_foreign = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}');
        if text.chars().any(is_foreign) {
            return Err(Error::NotText);
        }
        let facts = TextFacts {
            charset: Some(charset),
            is_chosen: chosen.is_some(),
            mark: own_mark.is_some(),
            ..TextFacts::default()
        };
        Ok(Decoded::cleaned(text.into_owned(), facts))
    }

    /// A text that its reader wrote or pasted.
    pub fn written(text: String) -> Self {
        // What is pasted may have stood at the beginning of a file, or come from a field with other ends of lines.
        let bare = text.strip_prefix('\u{feff}').map(str::to_owned);
        Decoded::cleaned(bare.unwrap_or(text), TextFacts::default())
    }

    fn cleaned(text: String, facts: TextFacts) -> Self {
        let ill_formed = text.matches('\u{fffd}').count();
        let foreign_line_ends = text.matches('\r').count();
        let text = match foreign_line_ends {
            0 => text,
            _ => text.replace("\r\n", "\n").replace('\r', "\n"),
        };
        let first_ill_formed = text
            .find('\u{fffd}')
            .map(|at| Place { line: 1 + text[..at].matches('\n').count(), around: String::new() });
        let full_width = width::full_width(&text);
        Decoded {
            text,
            facts: TextFacts { foreign_line_ends, ill_formed, first_ill_formed, full_width, ..facts },
        }
    }
}

/// UTF-16 without a mark: no other encoding has the zeros that come with its blanks and ends of lines, and hardly
/// anything read with the wrong half first is a character of Chinese or ASCII.
fn unmarked_utf16(bytes: &[u8]) -> Option<Charset> {
    if !bytes.contains(&0) {
        return None;
    }
    let usual = |charset: Charset| {
        let (text, ill_formed) = charset.encoding().decode_without_bom_handling(bytes);
        let is_usual = |c: &char| {
            matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{3000}'..='\u{303f}')
                || matches!(c, '\u{2010}'..='\u{2027}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
        };
        let (usual, all) = (text.chars().filter(is_usual).count(), text.chars().count());
        (!ill_formed && 10 * usual >= 9 * all).then_some((usual, charset))
    };
    let candidates = [Charset::Utf16Le, Charset::Utf16Be].into_iter().filter_map(usual);
    candidates.max_by_key(|&(usual, _)| usual).map(|(_, charset)| charset)
}

fn guess(bytes: &[u8]) -> Charset {
    if std::str::from_utf8(bytes).is_ok() {
        return Charset::Utf8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = |place: Option<&[u8]>| match detector.guess(place, Utf8Detection::Allow) {
        encoding if encoding == encoding_rs::GBK => Some(Charset::Gb18030),
        encoding => Charset::of(encoding),
    };
    // What looks like another language's is taken as it would be in China.
    guess(None).or_else(|| guess(Some(b"cn"))).unwrap_or(Charset::Utf8)
}
