//! Files are read in the encoding that explains their bytes best.

use std::borrow::Cow;

use encoding_rs::{
    BIG5, DecoderResult, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252,
};

use super::{Charset, Decoded, Place, TextFacts, cleaning, evidence, signature, units, width};
use crate::Error;

/// Bytes of a file that are looked at to find its encoding.
const SAMPLE: usize = 256 * 1024;
/// Bytes of one piece of it.
const PIECE: usize = 8 * 1024;
/// Characters that are shown before and behind a place.
const AROUND: usize = 12;

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

    /// The encoding of a file: the one in which all of it costs least to say, see [`evidence`].
    pub fn recognise(bytes: &[u8]) -> Self {
        if is_surely_utf8(bytes) {
            return Charset::Utf8;
        }
        let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
        let pieces = sample(bytes);
        let cost = |charset: &Charset| {
            let encoding = charset.encoding();
            let runs: Vec<&[u8]> = pieces.iter().flat_map(|piece| charset.runs(piece)).collect();
            let lost = (runs.len() - pieces.len()) as u64 * evidence::BAD_PLACE;
            evidence::cost(&runs, *charset, encoding, marked == Some(encoding)) + lost
        };
        Charset::ALL.into_iter().min_by_key(cost).unwrap_or(Charset::Utf8)
    }

    /// The bytes in runs, with single ones between them that belong to no character.
    fn runs(self, bytes: &[u8]) -> Vec<&[u8]> {
        match self {
            Charset::Utf16Le | Charset::Utf16Be => units::runs(bytes, self == Charset::Utf16Be),
            _ => vec![bytes],
        }
    }
}

impl Decoded {
    /// Reads the bytes of a file, in the encoding that is named or in the one that they seem to have. Ill-formed bytes
    /// are replaced and counted; control characters and others that are not seen are left out and counted.
    ///
    /// # Errors
    /// [`Error::BinaryFile`] for what programs write for themselves, [`Error::NotText`] for what is mostly control
    /// characters.
    pub fn read(bytes: &[u8], chosen: Option<Charset>) -> Result<Self, Error> {
        if let Some(found) = signature::find(bytes) {
            return Err(found);
        }
        let charset = chosen.unwrap_or_else(|| Charset::recognise(bytes));
        let encoding = charset.encoding();
        let own_mark = Encoding::for_bom(bytes).filter(|(marked, _)| *marked == encoding);
        let body = &bytes[own_mark.map_or(0, |(_, length)| length)..];
        let (text, bad_places) = replaced(&charset.runs(body), encoding);
        if cleaning::is_mostly_control(&text) {
            return Err(Error::NotText);
        }
        let facts = TextFacts {
            charset: Some(charset),
            is_chosen: chosen.is_some(),
            mark: own_mark.is_some(),
            ill_formed: bad_places.count,
            first_ill_formed: bad_places.first.map(|at| place(&text, at)),
            ..TextFacts::default()
        };
        Ok(Decoded::cleaned(text, facts))
    }

    /// A text that its reader wrote or pasted.
    pub fn written(text: String) -> Self {
        // What is pasted may have stood at the beginning of a file.
        let bare = text.strip_prefix('\u{feff}').map(str::to_owned);
        Decoded::cleaned(bare.unwrap_or(text), TextFacts::default())
    }

    fn cleaned(text: String, facts: TextFacts) -> Self {
        let cleaning::Cleaned { text, foreign_line_ends, left_out } = cleaning::cleaned(text);
        let full_width = width::full_width(&text);
        Decoded { text, facts: TextFacts { foreign_line_ends, left_out, full_width, ..facts } }
    }
}

/// Is this UTF-8, and not by chance? A few pairs of bytes are UTF-8 and GBK at once, and UTF-16 is so where all is ASCII, with a
/// zero beside each.
fn is_surely_utf8(bytes: &[u8]) -> bool {
    /// Characters of two bytes that are no chance any more.
    const PAIRS: usize = 16;
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let is_proof = |c: char| c.len_utf8() > 2;
    !bytes.contains(&0)
        && (text.is_ascii()
            || text.contains(is_proof)
            || text.chars().filter(|c| !c.is_ascii()).nth(PAIRS).is_some())
}

/// Where bytes meant nothing.
#[derive(Default)]
struct BadPlaces {
    count: usize,
    /// Where the first one stands in what was read.
    first: Option<usize>,
    /// Where the last one ends.
    end: Option<usize>,
}

impl BadPlaces {
    /// Another one, unless it goes on where the last one ended.
    fn add(&mut self, text: &mut String) {
        if self.end != Some(text.len()) {
            self.count += 1;
            self.first.get_or_insert(text.len());
            text.push('\u{fffd}');
            self.end = Some(text.len());
        }
    }
}

/// What runs of bytes say, with `\u{fffd}` between them, and where bytes mean nothing.
fn replaced(runs: &[&[u8]], encoding: &'static Encoding) -> (String, BadPlaces) {
    let length: usize = runs.iter().map(|run| run.len()).sum();
    let mut text = String::with_capacity(length + length / 2 + 16);
    let mut places = BadPlaces::default();
    for (index, run) in runs.iter().enumerate() {
        if index > 0 {
            places.add(&mut text);
        }
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut rest = *run;
        loop {
            let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
            rest = &rest[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => text.reserve(rest.len() + 16),
                DecoderResult::Malformed(..) => places.add(&mut text),
            }
        }
    }
    (text, places)
}

/// The line in which something stands, and what stands around it there.
fn place(text: &str, at: usize) -> Place {
    let (before, after) = text.split_at(at);
    let is_end = |c: char| matches!(c, '\n' | '\r');
    let line = 1 + before.matches('\n').count() + before.replace("\r\n", "").matches('\r').count();
    let start = before.rfind(is_end).map_or(0, |end| end + 1);
    let start = before[start..].char_indices().rev().nth(AROUND - 1).map_or(start, |(near, _)| start + near);
    let end = after.find(is_end).unwrap_or(after.len());
    let shown = after[..end].chars().take(1 + AROUND);
    let around = before[start..].chars().chain(shown).filter(|c| !c.is_control()).collect();
    Place { line, around }
}

/// What of a file says most of its encoding: pieces with a byte that is not ASCII, from everywhere in it. A piece begins where
/// no encoding has half a character.
fn sample(bytes: &[u8]) -> Vec<&[u8]> {
    if bytes.len() <= SAMPLE {
        return vec![bytes];
    }
    let telling: Vec<usize> = (0..bytes.len())
        .step_by(PIECE)
        .filter(|&start| bytes[start..].iter().take(PIECE).any(|byte| !byte.is_ascii() || *byte == 0))
        .collect();
    let every = (telling.len() * PIECE).div_ceil(SAMPLE).max(1);
    let pieces = telling.into_iter().step_by(every).map(|start| {
        let piece = &bytes[start..bytes.len().min(start + PIECE)];
        // Blanks, commas and ends of lines are never the second byte of a character.
        let begins = match start {
            0 => 0,
            _ => piece.iter().position(|byte| *byte < b'0').map_or(0, |at| at + 1),
        };
        // A unit of UTF-16 begins at an even place, and a blank's second byte is a zero.
        let begins = begins + (start + begins) % 2;
        &piece[begins.min(piece.len())..]
    });
    pieces.collect()
}
