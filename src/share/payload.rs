//! The text form of bytes in a link: `1h2650.DATA`, or `2h2656.MARKDATA` for what means something beside certain settings
//! only.
//!
//! A version, a letter for what is inside, the number of characters that follow the dot, in version 2 the [mark](super::mark)
//! of what it belongs to, and the zlib-deflated bytes in base64url. The count tells a link that was cut from one that was
//! damaged; zlib's checksum finds the damage.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use super::mark;
use super::spelling::is_invisible;
use crate::Error;

const VERSION: &str = "1";
const MARKED: &str = "2";
/// Slower and smaller: a link is made once and every character counts.
const LEVEL: u8 = 10;

/// What a payload turned out to hold.
pub(super) enum Inflated {
    /// All of it.
    Whole(Vec<u8>),
    /// More than the limit; nothing beyond the limit was inflated.
    TooLong,
}

/// Writes `bytes` as a payload of a kind, and says what they belong to, where that is to be known.
pub(super) fn seal(kind: char, bytes: &[u8], mark: Option<&str>) -> String {
    let text = URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(bytes, LEVEL));
    let mark = mark.unwrap_or_default();
    let version = if mark.is_empty() { VERSION } else { MARKED };
    format!("{version}{kind}{}.{mark}{text}", mark.len() + text.len())
}

/// The mark of what a payload belongs to; none where it does not say, or is not whole.
pub(super) fn mark(payload: &str) -> Option<&str> {
    let (_, text) = payload.strip_prefix(MARKED)?.split_once('.')?;
    text.get(..mark::LENGTH)
}

/// What of a text can stand in a payload: mail programs break long lines, and what comes after a link may stick to it.
fn cleaned(payload: &str) -> String {
    let kept = payload.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
    kept.take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect()
}

/// Reads a payload of one of `kinds`: its kind and its bytes, inflated up to `limit(kind)` bytes.
///
/// # Errors
/// [`Error::ForeignVersion`] for another version or kind, [`Error::LinkCut`] if characters are missing at the end,
/// [`Error::LinkDamaged`] for anything else that is no payload.
pub(super) fn open(
    payload: &str,
    kinds: &[char],
    limit: impl FnOnce(char) -> usize,
) -> Result<(char, Inflated), Error> {
    let payload = cleaned(payload);
    let digits = payload.bytes().take_while(u8::is_ascii_digit).count();
    let (version, rest) = payload.split_at(digits);
    let kind = rest.chars().next().filter(char::is_ascii_alphabetic).ok_or(Error::LinkDamaged)?;
    if version.is_empty() {
        return Err(Error::LinkDamaged);
    }
    if ![VERSION, MARKED].contains(&version) || !kinds.contains(&kind) {
        let version = version.chars().take(8).chain([kind]).collect();
        return Err(Error::ForeignVersion { version });
    }
    let (count, text) = rest[1..].split_once('.').ok_or(Error::LinkDamaged)?;
    let expected: usize = count.parse().map_err(|_| Error::LinkDamaged)?;
    if text.len() < expected {
        return Err(Error::LinkCut { found: text.len(), expected });
    }
    // A full stop is none of the payload's characters.
    let text = match text.split_at(expected) {
        (text, after) if after.is_empty() || after.starts_with('.') => text,
        _ => return Err(Error::LinkDamaged),
    };
    let text = if version == MARKED { text.get(mark::LENGTH..).ok_or(Error::LinkDamaged)? } else { text };
    let deflated = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::LinkDamaged)?;
    match decompress_to_vec_zlib_with_limit(&deflated, limit(kind)) {
        Ok(bytes) => Ok((kind, Inflated::Whole(bytes))),
        Err(failure) if failure.status == TINFLStatus::HasMoreOutput => Ok((kind, Inflated::TooLong)),
        Err(_) => Err(Error::LinkDamaged),
    }
}
