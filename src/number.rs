//! Numbers as text and back, the same on every machine.
//!
//! Rust's own way there and back is tables, 16 KB of a compressed page, and every browser has both built in. So a browser's
//! functions serve where the page runs, and Rust's elsewhere; what the two write, and what they read, is the same to the
//! last digit. What the page shows, and whatever goes into a link, is written as [`Written`] and read with [`read`].

use std::cmp::Ordering;
use std::fmt;

/// Digits behind the point at most; a number with more has zeros there.
const MOST_DIGITS: usize = 19;
/// What is as large has neither a fraction nor room in 64 bits.
const VAST: f64 = 1.8e19;

/// A number as text: `{}` is the shortest text that reads back to the same bits, `{:.2}` has so many digits behind the
/// point.
///
/// ```
/// use unroll::number::Written;
/// assert_eq!(format!("{} {:.1}", Written(1e-7), Written(0.25)), "0.0000001 0.2");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Written(pub f64);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if self.0.is_sign_negative() && !size.is_nan() {
            f.write_str("-")?;
        }
        match f.precision() {
            _ if size.is_nan() => f.write_str("NaN"),
            _ if size.is_infinite() => f.write_str("inf"),
            None => f.write_str(&ours::shortest(size)),
            Some(digits) => fixed(f, size, digits),
        }
    }
}

/// A number as one digit, so many behind the point, and a power of ten: `1.23e-4`.
pub fn exponential(number: f64, digits: usize) -> String {
    let sign = if number.is_sign_negative() { "-" } else { "" };
    match number.is_finite() {
        true => sign.to_owned() + &ours::exponential(number.abs(), digits),
        false => Written(number).to_string(),
    }
}

/// The number that `text` is: decimal, with or without sign, point and power of ten, and nothing around it. What is too
/// large is infinite, as the words `inf` and `infinity` are.
pub fn read(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if ["inf", "infinity"].iter().any(|word| digits.eq_ignore_ascii_case(word)) {
        return Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    // JavaScript knows more: 0x10, Infinity, a second sign, nothing at all.
    let is_decimal = |byte: u8| byte.is_ascii_digit() || b".eE+-".contains(&byte);
    let begins = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    Some(ours::read(text)).filter(|number| begins && digits.bytes().all(is_decimal) && !number.is_nan())
}

/// `digits` behind the point, and what lies halfway between two such numbers as the even one: counted in whole numbers, for
/// a chart writes thousands of these in a frame.
fn fixed(f: &mut fmt::Formatter<'_>, size: f64, digits: usize) -> fmt::Result {
    let point = if digits > 0 { "." } else { "" };
    if size >= VAST {
        return write!(f, "{}{point}{:0<digits$}", ours::shortest(size), "");
    }
    let known = digits.min(MOST_DIGITS);
    let all = 10_u64.pow(known as u32);
    let whole = size.trunc() as u64;
    // A fraction is mantissa / 2^shift, and less than one: times 10^19 the mantissa has 116 bits.
    let bits = (size - size.trunc()).to_bits();
    let (mantissa, exponent) = ((bits & ((1 << 52) - 1)) | (1 << 52), (bits >> 52) as u32);
    let shift = 1075 - exponent;
    let (parts, left) = match u128::from(mantissa) * u128::from(all) {
        // So little that nothing of it is seen; or no fraction at all.
        _ if shift > 126 => (0, Ordering::Less),
        scaled => {
            let parts = scaled >> shift;
            (parts as u64, (scaled - (parts << shift)).cmp(&(1 << (shift - 1))))
        }
    };
    let last = if known > 0 { parts } else { whole };
    let is_up = left == Ordering::Greater || left == Ordering::Equal && last % 2 == 1;
    let parts = parts + u64::from(is_up);
    let (whole, parts) = (whole + parts / all, parts % all);
    match known {
        0 => write!(f, "{whole}"),
        _ => write!(f, "{whole}.{parts:0known$}{:0<1$}", "", digits - known),
    }
}

/// What Rust has for it.
#[cfg(not(target_arch = "wasm32"))]
mod ours {
    pub fn shortest(size: f64) -> String {
        size.to_string()
    }

    pub fn exponential(size: f64, digits: usize) -> String {
        format!("{size:.digits$e}")
    }

    pub fn read(text: &str) -> f64 {
        text.parse().unwrap_or(f64::NAN)
    }
}

/// What the browser has for it.
#[cfg(target_arch = "wasm32")]
mod ours {
    use js_sys::Number;
    use wasm_bindgen::JsValue;

    pub fn shortest(size: f64) -> String {
        // Refused only for a base that is none.
        let text = Number::from(size).to_string_with_radix(10).map(String::from).unwrap_or_default();
        super::written_out(text)
    }

    pub fn exponential(size: f64, digits: usize) -> String {
        let text = |digits: usize| {
            // Refused only for more than a hundred digits.
            let text = Number::from(size).to_exponential(digits.min(100) as u8);
            text.map(String::from).unwrap_or_default().replace("e+", "e")
        };
        super::to_the_even(text(digits), &text(100), digits)
    }

    pub fn read(text: &str) -> f64 {
        JsValue::from_str(text).unchecked_into_f64()
    }
}

/// What JavaScript writes with a power of ten where it is long, without it.
#[cfg(any(test, target_arch = "wasm32"))]
fn written_out(text: String) -> String {
    let Some((digits, power)) = text.split_once('e') else { return text };
    let power: i32 = power.parse().unwrap_or_default();
    let places = digits.len().saturating_sub(2);
    let digits = digits.replace('.', "");
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    match power < 0 {
        true => format!("0.{}{digits}", zeros(-power - 1)),
        // It has no more than seventeen digits, and the power is at least twenty-one.
        false => format!("{digits}{}", zeros(power - places as i32)),
    }
}

/// JavaScript takes the larger of two numbers that are equally near, Rust the even one. `exact` has all digits.
#[cfg(any(test, target_arch = "wasm32"))]
fn to_the_even(rounded: String, exact: &str, digits: usize) -> String {
    let begin = exact.find('.').map_or(0, |point| point + 1 + digits);
    let (cut, rest) = exact.split_at_checked(begin).unwrap_or((exact, ""));
    let power = rest.strip_prefix('5').map(|rest| rest.trim_start_matches('0'));
    match power.filter(|power| power.starts_with('e') && cut.ends_with(['0', '2', '4', '6', '8'])) {
        Some(power) => format!("{cut}{power}"),
        None => rounded,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    const NUMBERS: [f64; 24] = [
        0.0,
        -0.0,
        0.5,
        1.5,
        -2.5,
        0.25,
        0.35,
        9.995,
        999.5,
        0.125,
        1e-7,
        1.5e-9,
        1e21,
        1.25e23,
        123456789.0,
        1e15,
        4.5e15,
        1.7e19,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];

    fn is_as_rust_writes_it(number: f64) {
        assert_eq!(Written(number).to_string(), number.to_string());
        for digits in 0..8 {
            let (ours, rusts) = (format!("{:.digits$}", Written(number)), format!("{number:.digits$}"));
            // What has no fraction any more is written with its shortest digits.
            assert!(ours == rusts || number.abs() >= VAST, "{ours} for {rusts}");
        }
    }

    #[test]
    fn a_number_is_written_as_rust_writes_it() {
        NUMBERS.into_iter().for_each(is_as_rust_writes_it);
        assert_eq!(format!("{:.3}", Written(-1e23)), "-100000000000000000000000.000");
        assert_eq!(format!("{:.21}", Written(0.5)), "0.500000000000000000000");
    }

    #[test]
    fn what_javascript_writes_is_made_what_rust_writes() {
        for (theirs, ours) in [
            ("0.1", "0.1"),
            ("1e-7", "0.0000001"),
            ("1.5e-9", "0.0000000015"),
            ("1e+21", "1000000000000000000000"),
            ("1.25e+23", "125000000000000000000000"),
        ] {
            assert_eq!(written_out(theirs.into()), ours);
        }
        let even = |rounded: &str, exact: &str, digits| to_the_even(rounded.into(), exact, digits);
        assert_eq!(even("1.13e4", "1.12500e4", 2), "1.12e4");
        assert_eq!(even("1.13e4", "1.12501e4", 2), "1.13e4");
        assert_eq!(even("1.14e-1", "1.13500e-1", 2), "1.14e-1");
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in
            ["", " ", "1 ", "0x10", "1_000", "e5", "1e", ".", "+", "--1", "1-2", "nan", "NaN", "１", "1,5"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        for text in
            ["1", "+1", "-.5", "1.", "1.e2", "1E-3", "00.10", "1e999", "-inf", "+Infinity", "-0", "1e-400"]
        {
            assert_eq!(read(text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_number_is_written_and_read_as_by_rust(bits in any::<u64>(), size in -1e4..1e4) {
            is_as_rust_writes_it(f64::from_bits(bits));
            is_as_rust_writes_it(size);
            is_as_rust_writes_it((size * 64.0).round() / 64.0);
            assert_eq!(read(&Written(size).to_string()), Some(size));
        }
    }
}
