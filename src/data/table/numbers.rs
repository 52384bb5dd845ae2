//! Numbers as people write them: signs, currencies, percent, thousands in groups, thousands and millions as letters.
//!
//! A cell is read twice: with a point before its fraction, and with a comma. Which of the two a column means is seen from
//! all its cells; see [`super::columns`].

use std::borrow::Cow;

use crate::number;

/// The largest number taken: its square, and the sum of all squares, are still finite.
pub(super) const MAGNITUDE_LIMIT: f64 = 1e100;
/// Characters of a cell that may be a number with what stands around it.
const LENGTH_LIMIT: usize = 64;
/// Groups of digits in one number; more of them are a row of numbers.
const GROUPS_LIMIT: usize = 6;
/// Characters of a unit.
const UNIT_LIMIT: usize = 12;

/// Words that stand where a value is missing, in lower case; and cells made of nothing but strokes and points.
const MISSING: [&str; 29] = [
    "na",
    "n/a",
    "n.a.",
    "n/d",
    "n.d.",
    "nd",
    "#n/a",
    "#na",
    "nan",
    "null",
    "(null)",
    "<null>",
    "none",
    "nil",
    "\\n",
    "k.a.",
    "missing",
    "#value!",
    "#div/0!",
    "#ref!",
    "#num!",
    "#name?",
    "#null!",
    "无",
    "缺失",
    "暂无",
    "空",
    "无数据",
    "缺",
];

/// Letters behind a number that stand for a power of ten. Capitals and small letters are told apart where a small one is a
/// unit as often: 5 m, 3 t.
const SCALES: [(&str, i32); 42] = [
    ("万亿", 12),
    ("千万", 7),
    ("百万", 6),
    ("亿", 8),
    ("億", 8),
    ("万", 4),
    ("萬", 4),
    ("千", 3),
    ("만", 4),
    ("억", 8),
    ("thousand", 3),
    ("Tsd.", 3),
    ("Tsd", 3),
    ("mille", 3),
    ("millions", 6),
    ("million", 6),
    ("Mio.", 6),
    ("Mio", 6),
    ("mio", 6),
    ("mln", 6),
    ("Mln", 6),
    ("mn", 6),
    ("Mn", 6),
    ("MM", 6),
    ("billions", 9),
    ("billion", 9),
    ("Mrd.", 9),
    ("Mrd", 9),
    ("mrd", 9),
    ("bn", 9),
    ("Bn", 9),
    ("trillion", 12),
    ("tn", 12),
    ("lakh", 5),
    ("crore", 7),
    ("K", 3),
    ("k", 3),
    ("M", 6),
    ("m", 6),
    ("B", 9),
    ("b", 9),
    ("T", 12),
];

/// What stands for money in letters.
const CURRENCIES: [&str; 34] = [
    "US$", "HK$", "NT$", "AU$", "CA$", "A$", "C$", "S$", "R$", "USD", "EUR", "GBP", "JPY", "CNY", "RMB",
    "CHF", "HKD", "TWD", "KRW", "INR", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN", "CZK", "BRL", "Rs.", "Rs",
    "kr", "zł", "Fr.", "Kč",
];

/// What stands behind a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Unit {
    /// Nothing, or money.
    Plain,
    /// A hundredth; the number keeps it as its unit.
    Percent,
    /// Any other. The whole column must have it, or a slip of the pen would be a unit.
    Other(String),
}

/// What a cell may mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// With a point before the fraction.
    pub point: Option<f64>,
    /// With a comma before it.
    pub comma: Option<f64>,
    /// What stands behind it.
    pub unit: Unit,
    /// Is there a sign of a footnote behind it?
    pub is_marked: bool,
}

/// Does the cell say that there is no value?
pub(super) fn is_missing(cell: &str) -> bool {
    let cell = cell.trim();
    cell.chars().all(|c| "?.-–—−_:*·…/".contains(c)) && cell.chars().count() <= 5
        || cell.len() <= 16 && MISSING.contains(&cell.to_lowercase().as_str())
}

/// Reads a cell; nothing where it is no number in either way.
pub(super) fn read(cell: &str) -> Option<Number> {
    let cell = cell.trim();
    if cell.len() > 4 * LENGTH_LIMIT || !cell.chars().any(|c| digit(c).is_some()) {
        return None;
    }
    let text: String = cell.chars().map(plain).collect();
    let (text, is_marked) = without_marks(&text);
    let (text, is_bracketed) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let (core, before_is_minus) = after_signs(text)?;
    let end = core_end(core);
    let (core, rest) = core.split_at(end);
    let rest = rest.trim();
    let (rest, behind_is_minus) = match rest.strip_prefix('-') {
        Some(rest) => (rest.trim(), true),
        None => (rest, false),
    };
    // One sign says it; two say nothing that is known.
    let minuses = [is_bracketed, before_is_minus, behind_is_minus].into_iter().filter(|minus| *minus).count();
    if minuses > 1 {
        return None;
    }
    let (power, unit) = scale_and_unit(rest)?;
    let value = |decimal| value(core, decimal, power).map(|value| if minuses == 1 { -value } else { value });
    let (point, comma) = (value('.'), value(','));
    (point.is_some() || comma.is_some()).then_some(Number { point, comma, unit, is_marked })
}

/// A character as the rest of this file expects it: digits and signs of full width, of Arabic and of typography.
fn plain(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => digit(c).unwrap_or(c),
        '\u{66b}' => '.',
        '\u{66c}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => '-',
        '’' | '‘' | '´' | '`' | 'ʼ' | '′' | '˙' => '\'',
        '\u{ffe5}' => '¥',
        '\u{ffe0}' | '\u{ffe1}' | '\u{ffe6}' => '$',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// The ASCII digit that a character stands for.
fn digit(c: char) -> Option<char> {
    let place = match c {
        '0'..='9' => return Some(c),
        '\u{ff10}'..='\u{ff19}' => u32::from(c) - 0xff10,
        '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
        '\u{6f0}'..='\u{6f9}' => u32::from(c) - 0x6f0,
        _ => return None,
    };
    char::from_digit(place, 10)
}

/// The text without the signs of footnotes behind it: `112*`, `112 †`, `112 [3]`, `112¹`.
fn without_marks(text: &str) -> (&str, bool) {
    let is_mark = |c: char| matches!(c, '*' | '†' | '‡' | '§' | '¹' | '²' | '³' | '⁴'..='⁹');
    let cut = text.trim_end_matches(is_mark);
    let cut = match cut.strip_suffix(']').and_then(|cut| cut.rsplit_once('[')) {
        Some((cut, note)) if note.len() <= 3 => cut,
        _ => cut,
    };
    // A unit may end with such a sign: m².
    let ends_with_digit = cut.trim_end().ends_with(|c: char| c.is_ascii_digit() || c == '%' || c == ')');
    if cut.len() < text.len() && ends_with_digit { (cut.trim_end(), true) } else { (text, false) }
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢'..='¥' | '\u{20a0}'..='\u{20cf}' | '฿' | '元' | '円' | '圓' | '圆' | '원')
}

/// What follows signs and currencies, and whether one of the signs was a minus.
fn after_signs(text: &str) -> Option<(&str, bool)> {
    let mut rest = text.trim_start().trim_start_matches('\'');
    let (mut signs, mut is_minus) = (0, false);
    loop {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        if first == '+' || first == '-' {
            (signs, is_minus) = (signs + 1, first == '-');
            rest = &rest[1..];
        } else if is_currency(first) {
            rest = &rest[first.len_utf8()..];
        } else if let Some(after) = CURRENCIES.iter().find_map(|name| rest.strip_prefix(name)) {
            rest = after;
        } else {
            break;
        }
    }
    let mut chars = rest.chars();
    let begins = match chars.next()? {
        '.' | ',' => chars.next()?.is_ascii_digit(),
        first => first.is_ascii_digit(),
    };
    (begins && signs <= 1).then_some((rest, is_minus))
}

/// Where digits, groups, fraction and power of ten end.
fn core_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while end < bytes.len() {
        let goes_on = match bytes[end] {
            b'0'..=b'9' | b'.' | b',' => true,
            b' ' | b'\'' => end > 0 && is_digit(end - 1) && is_digit(end + 1),
            _ => false,
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let mut power = end + 1 + sign;
        while is_digit(power) {
            power += 1;
        }
        if power > end + 1 + sign {
            return power;
        }
    }
    end
}

/// The power of ten and the unit that letters behind a number say; nothing where they are neither.
fn scale_and_unit(rest: &str) -> Option<(i32, Unit)> {
    if rest.is_empty() {
        return Some((0, Unit::Plain));
    }
    if rest == "%" {
        return Some((0, Unit::Percent));
    }
    let is_money = |text: &str| {
        let text = text.trim();
        text.is_empty() || text.chars().all(is_currency) || CURRENCIES.contains(&text)
    };
    if is_money(rest) {
        return Some((0, Unit::Plain));
    }
    let scale = SCALES.iter().find_map(|(word, power)| {
        let unit = rest.strip_prefix(word)?.trim();
        let is_foreign = word.starts_with(|c: char| !c.is_ascii());
        (is_money(unit) || is_foreign && is_unit(unit)).then_some((*power, unit))
    });
    match scale {
        Some((power, unit)) if is_money(unit) => Some((power, Unit::Plain)),
        Some((power, unit)) => Some((power, Unit::Other(unit.to_owned()))),
        None => is_unit(rest).then(|| (0, Unit::Other(rest.to_owned()))),
    }
}

fn is_unit(text: &str) -> bool {
    let fits = |c: char| c.is_alphabetic() || " °/%‰²³µ·.".contains(c);
    text.chars().count() <= UNIT_LIMIT
        && text.chars().all(fits)
        && text.starts_with(|c: char| c.is_alphabetic() || "°‰/".contains(c))
}

/// The number with this sign before its fraction. Whatever else stands between digits makes groups.
fn value(core: &str, decimal: char, power: i32) -> Option<f64> {
    let (mantissa, exponent) = match core.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (core, 0),
    };
    let (whole, fraction) = mantissa.split_once(decimal).unwrap_or((mantissa, ""));
    // `5.` is a number; behind `5,` a cell has been lost.
    if decimal == ',' && mantissa.ends_with(',') {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = ungrouped(whole)?;
    let exponent = exponent.checked_add(power)?;
    let text = match exponent {
        0 => format!("{whole}.{fraction}"),
        _ => format!("{whole}.{fraction}e{exponent}"),
    };
    number::read(&text).filter(|value| value.abs() <= MAGNITUDE_LIMIT)
}

/// The digits of a whole number without what separates its groups, where these are groups: of three digits; or, as in India,
/// of two before the last three.
fn ungrouped(whole: &str) -> Option<Cow<'_, str>> {
    let Some(sign) = whole.chars().find(|c| !c.is_ascii_digit()) else { return Some(Cow::Borrowed(whole)) };
    let groups: Vec<&str> = whole.split(sign).collect();
    let (first, last) = (*groups.first()?, *groups.last()?);
    let middle = &groups[1..groups.len() - 1];
    let are_digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let have = |length: usize| middle.iter().all(|group| group.len() == length);
    let is_western = (1..=3).contains(&first.len()) && have(3);
    let is_indian = (1..=2).contains(&first.len()) && !middle.is_empty() && have(2);
    let are_groups = groups.len() <= GROUPS_LIMIT
        && are_digits
        && last.len() == 3
        && !first.starts_with('0')
        && (is_western || is_indian);
    are_groups.then(|| Cow::Owned(groups.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(cell: &str) -> (Option<f64>, Option<f64>) {
        read(cell).map_or((None, None), |number| (number.point, number.comma))
    }

    #[test]
    fn one_reading_or_two() {
        for (cell, point, comma) in [
            ("112", Some(112.0), Some(112.0)),
            ("1,008.64", Some(1008.64), None),
            ("64,546.0", Some(64546.0), None),
            ("1.008,64", None, Some(1008.64)),
            ("1 234,5", None, Some(1234.5)),
            ("1\u{a0}234,5", None, Some(1234.5)),
            ("1\u{202f}234\u{2009}567,5", None, Some(1_234_567.5)),
            ("1'234.5", Some(1234.5), None),
            ("1’234’567", Some(1_234_567.0), Some(1_234_567.0)),
            ("115,33", None, Some(115.33)),
            ("1,234", Some(1234.0), Some(1.234)),
            ("1.234", Some(1.234), Some(1234.0)),
            ("0,234", None, Some(0.234)),
            ("1,234,567", Some(1_234_567.0), None),
            ("1,23,456", Some(123_456.0), None),
            ("12,34,567.5", Some(1_234_567.5), None),
            ("1e5", Some(1e5), Some(1e5)),
            ("2,5E-3", None, Some(0.0025)),
            (".5", Some(0.5), None),
            ("5.", Some(5.0), None),
            ("１１２．５", Some(112.5), None),
            ("١٢٣", Some(123.0), Some(123.0)),
        ] {
            assert_eq!(both(cell), (point, comma), "{cell}");
        }
    }

    #[test]
    fn signs_money_and_letters() {
        for (cell, value) in [
            ("+3", 3.0),
            ("−5", -5.0),
            ("–5", -5.0),
            ("5-", -5.0),
            ("(5)", -5.0),
            ("($1,234.5)", -1234.5),
            ("-$1,234.5", -1234.5),
            ("$-1,234.5", -1234.5),
            ("￥131.5", 131.5),
            ("US$ 12.25", 12.25),
            ("12.25 EUR", 12.25),
            ("1.07K", 1070.0),
            ("3.2M", 3_200_000.0),
            ("1.1B", 1_100_000_000.0),
            ("12.5万", 125_000.0),
            ("1.2亿元", 120_000_000.0),
            ("3.4bn", 3_400_000_000.0),
            ("0.49%", 0.49),
            ("-1.61 %", -1.61),
            ("112.5*", 112.5),
            ("112.5 [2]", 112.5),
            ("'112.5", 112.5),
        ] {
            assert_eq!(both(cell).0, Some(value), "{cell}");
        }
        assert_eq!(both("1,5 €").1, Some(1.5));
        assert_eq!(read("12.5 °C").map(|number| number.unit), Some(Unit::Other("°C".into())));
        assert_eq!(read("3.5 m²").map(|number| number.is_marked), Some(false));
        assert_eq!(
            read("12.5万股").map(|number| (number.point, number.unit)),
            Some((Some(125_000.0), Unit::Other("股".into())))
        );
    }

    #[test]
    fn what_is_none() {
        for cell in [
            "",
            "-",
            "x",
            "1O5",
            "12-3",
            "1 23",
            "1,23",
            "--5",
            "2024-01-02",
            "10:30",
            "1,,2",
            "1e999",
            "?0.2",
            "(5",
            "-(5)",
            "1 2 3",
            "Q1",
            "e5",
        ] {
            let found = both(cell);
            assert!(found.0.is_none(), "{cell}: {found:?}");
        }
        for cell in
            ["", "?", "NA", "N/A", ".", "..", "null", "-", "--", "—", "#N/A", "NaN", "None", ":", "无"]
        {
            assert!(is_missing(cell), "{cell}");
        }
        for cell in ["0", "x", "-5", "value", "Nano"] {
            assert!(!is_missing(cell), "{cell}");
        }
    }
}
