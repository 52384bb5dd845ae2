//! Numbers, shares and durations as the page writes them: each in one form, wherever it stands.

use unroll::number::{Written, exponential};

use crate::i18n::tr_args;

/// Seconds of a minute, of an hour and of a day.
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A number for eyes: four significant digits, powers of ten where it is very small or large, a true minus sign.
pub fn format_number(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let size = value.abs();
    let text = if size == 0.0 {
        "0".into()
    } else if (1e-3..1e7).contains(&size) {
        let digits = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
        trim(&format!("{:.digits$}", Written(value)))
    } else {
        let text = exponential(value, 2);
        // It always has a power.
        let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
        let (mantissa, power) = (trim(mantissa), superscript(power.parse().unwrap_or_default()));
        match mantissa.as_str() {
            "1" => format!("10{power}"),
            "-1" => format!("-10{power}"),
            _ => format!("{mantissa}×10{power}"),
        }
    };
    text.replace('-', "−")
}

/// A loss: as [`format_number`], and the sign of infinity where it has grown beyond all numbers.
pub fn format_loss(value: f64) -> String {
    if value.is_finite() { format_number(value) } else { "∞".into() }
}

/// A share that is given in percent, with as many digits as matter.
pub fn percent(share: f64) -> String {
    match share.abs() {
        size if !size.is_finite() => "–".into(),
        size if size > 0.0 && size < 0.01 => "< 0.01%".into(),
        size => {
            let digits = if size < 9.995 { 2 } else { 1 };
            format!("{}%", trim(&format!("{:.digits$}", Written(share))).replace('-', "−"))
        }
    }
}

/// How long something takes, in the two largest units that matter.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "–".into();
    }
    // Halves of a second matter only where there are few.
    if seconds < 59.95 {
        return tr_args("time.seconds", &[("s", trim(&format!("{:.1}", Written(seconds.max(0.0)))))]);
    }
    let whole = seconds.round() as u64;
    let two = |key, names: [&'static str; 2], large: u64, small: u64| {
        let (first, second) = (whole / large, whole % large / small);
        tr_args(key, &[(names[0], first.to_string()), (names[1], second.to_string())])
    };
    match whole {
        whole if whole >= 2 * DAY => two("time.days", ["d", "h"], DAY, HOUR),
        HOUR.. => two("time.hours", ["h", "m"], HOUR, MINUTE),
        _ => two("time.minutes", ["m", "s"], MINUTE, 1),
    }
}

fn trim(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text.into() }
}

/// A whole number as an exponent: `⁻³`.
pub fn superscript(number: i32) -> String {
    number
        .to_string()
        .chars()
        .map(|digit| match digit {
            '-' => '⁻',
            '0' => '⁰',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            _ => '⁹',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::*;
    use unroll::number::read;

    #[test]
    fn numbers_are_short_and_typographic() {
        for (value, text) in [
            (0.0, "0"),
            (487.3, "487.3"),
            (0.013_56, "0.01356"),
            (1e-5, "10⁻⁵"),
            (2.5e-7, "2.5×10⁻⁷"),
            (-12.0, "−12"),
            (f64::NAN, "–"),
            (100_000.0, "100000"),
            (9.999e-5, "10⁻⁴"),
            (-1e-4, "−10⁻⁴"),
            (3.5e-4, "3.5×10⁻⁴"),
            (3e38, "3×10³⁸"),
        ] {
            assert_eq!(format_number(value), text);
        }
    }

    #[test]
    fn a_loss_is_short_over_all_decades() {
        let losses = [0.123_456, 0.000_123_4, 12.5, 3e38, f64::NAN];
        assert_eq!(losses.map(format_loss), ["0.1235", "1.23×10⁻⁴", "12.5", "3×10³⁸", "∞"]);
    }

    #[test]
    fn a_share_has_one_form() {
        let shares = [0.0, 0.001, 0.123, 1.3, 1.306, 9.999, 12.34, 100.0, f64::INFINITY];
        let right = ["0%", "< 0.01%", "0.12%", "1.3%", "1.31%", "10%", "12.3%", "100%", "–"];
        assert_eq!(shares.map(percent), right);
    }

    #[test]
    fn a_long_time_is_told_in_its_two_largest_units() {
        let times = [0.0, 4.25, 59.94, 59.96, 125.0, 3599.6, 111_720.0, 1_000_000.0, f64::INFINITY];
        let right =
            ["0 s", "4.2 s", "59.9 s", "1 min 0 s", "2 min 5 s", "1 h 0 min", "31 h 2 min", "11 d 13 h", "–"];
        assert_eq!(times.map(duration), right);
    }

    proptest! {
        #[test]
        fn what_is_written_is_the_number_to_three_digits(mantissa in 1.0..10.0, power in -30..30) {
            let value = mantissa * 10f64.powi(power);
            let text = format_number(value);
            let (digits, power) = text.split_once("10").filter(|(digits, rest)| {
                (digits.is_empty() || digits.ends_with('×')) && !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            }).unwrap_or((&text, ""));
            let power: String = power.chars().map(|c| match c {
                '⁻' => '-',
                '⁰' => '0',
                '¹' => '1',
                '²' => '2',
                '³' => '3',
                c => char::from_u32(c as u32 - '⁴' as u32 + '4' as u32).unwrap_or(c),
            }).collect();
            let digits = read(digits.trim_end_matches('×')).unwrap_or(1.0);
            let again = digits * 10f64.powi(power.parse().unwrap_or_default());
            assert!((again / value - 1.0).abs() < 6e-3, "{value} is written {text}");
        }
    }
}
