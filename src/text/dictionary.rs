//! The dictionary as the site carries it: a third smaller than the same list deflated.
//!
//! Words are sorted, and each says how many characters it shares with the one before; frequencies and parts of speech
//! stand apart, where like is next to like. What is read becomes the list that `Segmenter::new`
//! takes.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use crate::Error;

/// Bytes that a dictionary may unfold to.
const LIMIT: usize = 64 * 1024 * 1024;
/// Characters that a word may share with the one before, so that one digit says how many.
const SHARED: usize = 9;
/// Between words, frequencies and parts of speech.
const COLUMN: char = '\u{1f}';

/// Packs a list of words, each on a line with its frequency and part of speech; lines without all three are left out.
pub fn pack(list: &str) -> Vec<u8> {
    let mut lines: Vec<[&str; 3]> =
        list.lines().filter_map(|line| line.split_whitespace().collect::<Vec<_>>().try_into().ok()).collect();
    lines.sort_unstable();
    let mut words = String::new();
    let mut before = "";
    for [word, ..] in &lines {
        let shared = word.chars().zip(before.chars()).take_while(|(a, b)| a == b).count().min(SHARED);
        words.push_str(&shared.to_string());
        words.extend(word.chars().skip(shared));
        words.push('\n');
        before = word;
    }
    let column = |index: usize| lines.iter().map(|line| line[index]).collect::<Vec<_>>().join("\n");
    compress_to_vec_zlib(format!("{words}{COLUMN}{}{COLUMN}{}", column(1), column(2)).as_bytes(), 10)
}

/// The list of words that was packed, sorted.
///
/// # Errors
/// [`Error::DictionaryDamaged`] if it is not what [`pack`] made.
pub fn unpack(packed: &[u8]) -> Result<String, Error> {
    let damaged = |what: &str| Error::DictionaryDamaged { what: what.into() };
    let unfolded =
        decompress_to_vec_zlib_with_limit(packed, LIMIT).map_err(|error| damaged(&error.to_string()))?;
    let text = String::from_utf8(unfolded).map_err(|error| damaged(&error.to_string()))?;
    let mut columns = text.split(COLUMN);
    let mut column = || columns.next().ok_or_else(|| damaged("it ends too soon"));
    let (words, mut frequencies, mut parts) = (column()?, column()?.lines(), column()?.lines());
    let mut list = String::with_capacity(2 * text.len());
    let mut before = String::new();
    for line in words.lines() {
        let shared = line.chars().next().and_then(|digit| digit.to_digit(10)).ok_or_else(|| damaged(line))?;
        let kept = before.char_indices().nth(shared as usize).map_or(before.len(), |(at, _)| at);
        before.truncate(kept);
        before.push_str(&line[1..]);
        let (Some(frequency), Some(part)) = (frequencies.next(), parts.next()) else {
            return Err(damaged(&before));
        };
        for piece in [&before, " ", frequency, " ", part, "\n"] {
            list.push_str(piece);
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_sorted() {
        let list = "明天 5 t\n明 20 a\nT恤 3 n\n人民代表大会常务委员会委员 2 nt\n人民代表大会常务委员会 9 nt\n\n坏行\n";
        let sorted =
            "T恤 3 n\n人民代表大会常务委员会 9 nt\n人民代表大会常务委员会委员 2 nt\n明 20 a\n明天 5 t\n";
        assert_eq!(unpack(&pack(list)).unwrap(), sorted);
        assert_eq!(unpack(&pack("")).unwrap(), "");
    }

    #[test]
    fn damage_is_an_error() {
        let packed = pack("明天 5 t\n明年 20 t\n");
        for cut in 0..packed.len() {
            assert!(unpack(&packed[..cut]).is_err());
        }
        let foreign = compress_to_vec_zlib("x天\n\u{1f}5\u{1f}t".as_bytes(), 6);
        assert!(unpack(&foreign).is_err());
        let short = compress_to_vec_zlib("0天\n0地\n\u{1f}5\u{1f}t".as_bytes(), 6);
        assert!(unpack(&short).is_err());
    }
}
