//! Trained weights as the text of a link's `w`.
//!
//! Half precision stores every weight in two bytes, first the high bytes of all weights, then the low ones: the high
//! bytes hold sign and exponent, resemble each other, and deflate well side by side. Byte precision stores for every
//! tensor its smallest value and the step between two levels (two little-endian `f32`), then a level from 0 to 255
//! per weight.

use half::f16;

use super::mark;
use super::payload::{self, Inflated};
use crate::Error;
use crate::data::Data;
use crate::error::Counted;
use crate::lesson::Lesson;
use crate::protocol::Precision;
use crate::settings::Form;

const HALF: char = 'h';
const BYTE: char = 'q';
/// Levels above the smallest value of a tensor.
const LEVELS: f64 = 255.0;
/// Bytes before the levels of a tensor.
const TENSOR_HEAD: usize = 8;
/// How far a payload may inflate when the model is not known yet. No link has room for more real weights.
const UNKNOWN_MODEL_LIMIT: usize = 1 << 20;

/// What weights belong to, as their payload says it; see [`belong`].
pub fn owner(lesson: &Lesson, form: &Form, data: Option<&Data>) -> String {
    mark::of_model(lesson, form, data)
}

/// Do the weights of a payload belong to the model that these settings describe, and to this data? What was made before
/// payloads said so belongs to any.
///
/// # Errors
/// [`Error::OtherSettings`].
pub fn belong(payload: &str, lesson: &Lesson, form: &Form, data: Option<&Data>) -> Result<(), Error> {
    match payload::mark(payload) {
        Some(mark) if mark != owner(lesson, form, data) => Err(Error::OtherSettings),
        _ => Ok(()),
    }
}

/// Does a payload say what its weights belong to? Those of earlier versions don't.
pub(super) fn say_what_they_belong_to(payload: &str) -> bool {
    payload::mark(payload).is_some()
}

/// Writes the weights of all `tensors`, in order, and whose they are, as [`owner`] says it. `None` if one is infinite or not a number: such a model has nothing
/// to show. A weight beyond the range of half precision (±65,504) is stored at its end.
pub fn pack(tensors: &[&[f32]], precision: Precision, owner: &str) -> Option<String> {
    if !tensors.iter().all(|tensor| tensor.iter().all(|weight| weight.is_finite())) {
        return None;
    }
    Some(match precision {
        Precision::Half => payload::seal(HALF, &halves(tensors), Some(owner)),
        Precision::Byte => payload::seal(BYTE, &levels(tensors), Some(owner)),
    })
}

/// Reads the weights of tensors with `lengths` elements each.
///
/// # Errors
/// [`Error::WeightsMismatch`] if the payload holds another number of weights, and those of a payload that was cut,
/// damaged, or made by another version. Inflates no further than a few times what `lengths` ask for.
pub fn unpack(payload: &str, lengths: &[usize]) -> Result<Vec<Vec<f32>>, Error> {
    let expected: usize = lengths.iter().sum();
    let size = |kind| if kind == HALF { 2 * expected } else { expected + TENSOR_HEAD * lengths.len() };
    // Room beyond the expected size lets the message say how many weights came instead.
    let limit = |kind| 2 * size(kind) + 4096;
    let (kind, inflated) = payload::open(payload, &[HALF, BYTE], limit)?;
    let mismatch = |bytes: usize| {
        let weights =
            if kind == HALF { bytes / 2 } else { bytes.saturating_sub(TENSOR_HEAD * lengths.len()) };
        Error::WeightsMismatch { found: weights, expected }
    };
    let bytes = match inflated {
        Inflated::Whole(bytes) if bytes.len() == size(kind) => bytes,
        Inflated::Whole(bytes) => return Err(mismatch(bytes.len())),
        Inflated::TooLong => return Err(mismatch(limit(kind))),
    };
    let tensors = if kind == HALF { from_halves(&bytes, lengths) } else { from_levels(&bytes, lengths) };
    if tensors.iter().flatten().all(|weight| weight.is_finite()) {
        Ok(tensors)
    } else {
        Err(Error::LinkDamaged)
    }
}

/// Looks whether `payload` arrived whole, without knowing the model.
///
/// # Errors
/// As [`unpack`], but for the number of weights; [`Error::TooLarge`] for more weights than a link has room for.
pub fn check(payload: &str) -> Result<Precision, Error> {
    let (kind, inflated) = payload::open(payload, &[HALF, BYTE], |_| UNKNOWN_MODEL_LIMIT)?;
    if let Inflated::TooLong = inflated {
        return Err(Error::TooLarge {
            counted: Counted::Weights,
            found: UNKNOWN_MODEL_LIMIT + 1,
            limit: UNKNOWN_MODEL_LIMIT,
        });
    }
    Ok(if kind == HALF { Precision::Half } else { Precision::Byte })
}

fn halves(tensors: &[&[f32]]) -> Vec<u8> {
    let (min, max) = (f16::MIN.to_f32(), f16::MAX.to_f32());
    let bits: Vec<[u8; 2]> =
        tensors.concat().into_iter().map(|w| f16::from_f32(w.clamp(min, max)).to_be_bytes()).collect();
    bits.iter().map(|half| half[0]).chain(bits.iter().map(|half| half[1])).collect()
}

fn from_halves(bytes: &[u8], lengths: &[usize]) -> Vec<Vec<f32>> {
    let (high, low) = bytes.split_at(bytes.len() / 2);
    let mut weights = high.iter().zip(low).map(|(&high, &low)| f16::from_be_bytes([high, low]).to_f32());
    lengths.iter().map(|&length| weights.by_ref().take(length).collect()).collect()
}

/// `level = round((w - min) / step)` with `step = (max - min) / 255`.
fn levels(tensors: &[&[f32]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for tensor in tensors {
        let min = tensor.iter().copied().fold(f32::INFINITY, f32::min);
        let max = tensor.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let min = if tensor.is_empty() { 0.0 } else { min };
        // In double precision, where the difference of two finite weights can't overflow.
        let range = if tensor.is_empty() { 0.0 } else { f64::from(max) - f64::from(min) };
        let step = (range / LEVELS) as f32;
        bytes.extend(min.to_le_bytes());
        bytes.extend(step.to_le_bytes());
        bytes.extend(tensor.iter().map(|&weight| {
            let above = f64::from(weight) - f64::from(min);
            let level = if step > 0.0 { above / f64::from(step) } else { 0.0 };
            // `as` saturates: 256 by rounding becomes 255.
            level.round() as u8
        }));
    }
    bytes
}

fn from_levels(bytes: &[u8], lengths: &[usize]) -> Vec<Vec<f32>> {
    let mut rest = bytes;
    // `unpack` has compared the number of bytes with what all tensors need.
    let number = |rest: &mut &[u8]| {
        let (head, tail) = rest.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
        *rest = tail;
        f32::from_le_bytes(*head)
    };
    let mut tensors = Vec::with_capacity(lengths.len());
    for &length in lengths {
        let (min, step) = (number(&mut rest), number(&mut rest));
        let (levels, tail) = rest.split_at(length.min(rest.len()));
        rest = tail;
        let weight = |&level: &u8| f64::from(min) + f64::from(level) * f64::from(step);
        // The largest weight may be rounded up; it stays finite.
        let inside = |weight: f64| weight.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
        tensors.push(levels.iter().map(weight).map(inside).collect());
    }
    tensors
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = "0k3f9a";

    /// The airline LSTM, initialised as PyTorch does: uniform in ±1/√10.
    fn airline() -> Vec<Vec<f32>> {
        let mut state = 1_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as f32 / (1 << 24) as f32
        };
        [480, 400, 40, 40, 120, 12]
            .map(|length| (0..length).map(|_| (2.0 * uniform() - 1.0) / 10_f32.sqrt()).collect())
            .into()
    }

    fn slices(tensors: &[Vec<f32>]) -> Vec<&[f32]> {
        tensors.iter().map(Vec::as_slice).collect()
    }

    fn lengths(tensors: &[Vec<f32>]) -> Vec<usize> {
        tensors.iter().map(Vec::len).collect()
    }

    #[test]
    fn the_airline_model_fits_a_link() {
        let tensors = airline();
        let half = pack(&slices(&tensors), Precision::Half, OWNER).unwrap();
        let byte = pack(&slices(&tensors), Precision::Byte, OWNER).unwrap();
        assert!(half.len() < 3000, "{}", half.len());
        assert!(byte.len() < 1560, "{}", byte.len());
    }

    #[test]
    fn a_cut_payload_says_where() {
        let tensors = airline();
        let payload = pack(&slices(&tensors), Precision::Half, OWNER).unwrap();
        let data = payload.split_once('.').unwrap().1.len();
        let error = unpack(&payload[..payload.len() - 100], &lengths(&tensors)).unwrap_err();
        assert_eq!(error, Error::LinkCut { found: data - 100, expected: data });
        assert_eq!(check(&payload[..payload.len() - 100]).unwrap_err(), error);
    }

    #[test]
    fn another_model_another_version_and_damage_are_told_apart() {
        let tensors = airline();
        let payload = pack(&slices(&tensors), Precision::Half, OWNER).unwrap();
        assert_eq!(
            unpack(&payload, &[480, 400]).unwrap_err(),
            Error::WeightsMismatch { found: 1092, expected: 880 }
        );
        let foreign = payload.replacen("2h", "2z", 1);
        assert_eq!(unpack(&foreign, &[1]).unwrap_err(), Error::ForeignVersion { version: "2z".into() });
        let longer = format!("{payload}AAAA");
        assert_eq!(unpack(&longer, &lengths(&tensors)).unwrap_err(), Error::LinkDamaged);
        let mut bytes = payload.into_bytes();
        let middle = bytes.len() / 2;
        bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(bytes).unwrap();
        assert_eq!(unpack(&damaged, &lengths(&tensors)).unwrap_err(), Error::LinkDamaged);
        assert_eq!(check(&damaged).unwrap_err(), Error::LinkDamaged);
        for nonsense in ["", "1", "1h", "1h5", "h5.AAAAA", "1h5.", "1h99999999999999999999999.A", "权重"] {
            assert!(unpack(nonsense, &[1]).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_bomb_stays_small() {
        let bomb = payload::seal(HALF, &vec![0; 50_000_000], None);
        assert!(bomb.len() < 80_000);
        let limit = 2 * 2 * 1092 + 4096;
        assert_eq!(
            unpack(&bomb, &[1092]).unwrap_err(),
            Error::WeightsMismatch { found: limit / 2, expected: 1092 }
        );
        assert!(matches!(check(&bomb), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn extremes_survive() {
        assert_eq!(pack(&[&[f32::NAN]], Precision::Half, OWNER), None);
        assert_eq!(pack(&[&[1.0], &[f32::INFINITY]], Precision::Byte, OWNER), None);
        let huge = pack(&[&[1e9, -1e9]], Precision::Half, OWNER).unwrap();
        assert_eq!(unpack(&huge, &[2]).unwrap(), [[65504.0, -65504.0]]);
        let constant = pack(&[&[0.25; 5], &[]], Precision::Byte, OWNER).unwrap();
        assert_eq!(unpack(&constant, &[5, 0]).unwrap(), [vec![0.25; 5], vec![]]);
        let wide = pack(&[&[f32::MAX, f32::MIN]], Precision::Byte, OWNER).unwrap();
        assert!(unpack(&wide, &[2]).is_ok());
        let infinite = payload::seal(HALF, &[0x7c, 0x00], None);
        assert_eq!(unpack(&infinite, &[1]).unwrap_err(), Error::LinkDamaged);
    }
}
