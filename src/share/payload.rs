//! The text form of bytes in a link: `1h2650.DATA`.
//!
//! A version, a letter for what is inside, the number of characters that follow the dot, and the zlib-deflated bytes
//! in base64url. The count tells a link that was cut from one that was damaged; zlib's checksum finds the damage.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use crate::Error;

const VERSION: &str = "1";
/// Slower and smaller: a link is made once and every character counts.
const LEVEL: u8 = 10;

/// What a payload turned out to hold.
pub(super) enum Inflated {
    /// All of it.
    Whole(Vec<u8>),
    /// More than the limit; nothing beyond the limit was inflated.
    TooLong,
}

/// Writes `bytes` as a payload marked with `kind`.
pub(super) fn seal(kind: char, bytes: &[u8]) -> String {
    let text = URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(bytes, LEVEL));
    format!("{VERSION}{kind}{}.{text}", text.len())
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
    // Mail programs break long lines; the browser has turned such a break into a space by now.
    let payload: String = payload.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = payload.bytes().take_while(u8::is_ascii_digit).count();
    let (version, rest) = payload.split_at(digits);
    let kind = rest.chars().next().filter(char::is_ascii_alphabetic).ok_or(Error::LinkDamaged)?;
    if version.is_empty() {
        return Err(Error::LinkDamaged);
    }
    if version != VERSION || !kinds.contains(&kind) {
        let version = version.chars().take(8).chain([kind]).collect();
        return Err(Error::ForeignVersion { version });
    }
    let (count, text) = rest[1..].split_once('.').ok_or(Error::LinkDamaged)?;
    let expected: usize = count.parse().map_err(|_| Error::LinkDamaged)?;
    if text.len() < expected {
        return Err(Error::LinkCut { found: text.len(), expected });
    }
    if text.len() > expected {
        return Err(Error::LinkDamaged);
    }
    let deflated = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::LinkDamaged)?;
    match decompress_to_vec_zlib_with_limit(&deflated, limit(kind)) {
        Ok(bytes) => Ok((kind, Inflated::Whole(bytes))),
        Err(failure) if failure.status == TINFLStatus::HasMoreOutput => Ok((kind, Inflated::TooLong)),
        Err(_) => Err(Error::LinkDamaged),
    }
}
