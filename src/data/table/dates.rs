//! Dates as people write them, and what order they stand in.
//!
//! A label stays as it is written; what is found here is a number that rises with time. Where day and month can't be told
//! apart, each way to read them is one [`Order`], and the whole column says which of them fit.

/// Characters of a label that may be a date.
const LENGTH_LIMIT: usize = 48;

/// In which order the parts of a date stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Year, month, day.
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

impl Order {
    pub const ALL: [Order; 3] = [Order::Ymd, Order::Dmy, Order::Mdy];
}

/// How much of a moment a label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Day, month, quarter or year; with or without a time.
    Day,
    /// A year, as a number that might be any.
    Year,
    /// Other digits without a sign between them.
    Digits,
    /// Two short numbers: a year of a study and a month, or a month and a day.
    Pair,
    /// A month without a year: it comes again.
    Month,
    /// A time of day.
    Time,
}

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// How much it says.
    pub detail: Detail,
    /// Year, month (1 to 12), day; 0 for what is not said.
    pub date: (i64, i64, i64),
    /// Seconds since midnight.
    pub seconds: i64,
}

impl Moment {
    fn of(detail: Detail, date: (i64, i64, i64)) -> Self {
        Moment { detail, date, seconds: 0 }
    }

    /// What rises with time.
    pub fn key(&self) -> i64 {
        let (year, month, day) = self.date;
        ((year * 16 + month) * 512 + day) * 100_000 + self.seconds
    }

    /// As a label: the parts that are said.
    pub fn written(&self) -> String {
        match self.date {
            (year, 0, _) => format!("{year:04}"),
            (year, month, 0) => format!("{year:04}-{month:02}"),
            (year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
        }
    }
}

/// Beginnings of months in the languages of most spreadsheets, without accents: English, German, French, Spanish, Portuguese,
/// Italian, Dutch. None of them begins another month.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen"],
    &["feb", "fev"],
    &["mar", "mrz", "mrt", "maa"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mei", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aou", "ago"],
    &["sep", "set"],
    &["oct", "okt", "out", "ott"],
    &["nov"],
    &["dec", "dez", "dic"],
];

/// Words beside a date that say nothing of it.
const IGNORED: [&str; 44] = [
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "st",
    "nd",
    "rd",
    "th",
    "of",
    "de",
    "t",
    "z",
    "utc",
    "gmt",
    "est",
    "edt",
    "uhr",
];

/// The month that a word begins; whole words and abbreviations alike.
fn month(word: &str) -> Option<i64> {
    // `mars` and `march`, but no `market`.
    let place = MONTHS.iter().position(|starts| starts.iter().any(|start| word.starts_with(start)))?;
    (word.chars().count() <= 10 && word != "market").then_some(place as i64 + 1)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(i64, usize),
    Word(String),
    Sign(char),
}

/// Reads a label in this order; two-digit years before `pivot` are of the 21st century.
pub(super) fn read(label: &str, order: Order, pivot: i64) -> Option<Moment> {
    if label.len() > 3 * LENGTH_LIMIT || label.chars().count() > LENGTH_LIMIT {
        return None;
    }
    let tokens = tokens(label)?;
    let (date, time) = without_time(&tokens);
    let seconds = match time {
        Some(time) => seconds(time)?,
        None => 0,
    };
    if date.is_empty() {
        return time.map(|_| Moment { detail: Detail::Time, date: (0, 0, 0), seconds });
    }
    let moment = of_date(date, order, pivot)?;
    if time.is_some() && moment.detail != Detail::Day {
        return None;
    }
    Some(Moment { seconds: moment.seconds + seconds, ..moment })
}

fn tokens(label: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = label.chars().map(narrow).peekable();
    while let Some(c) = chars.next() {
        if let Some(first) = c.to_digit(10) {
            let (mut number, mut length) = (i64::from(first), 1);
            while let Some(digit) = chars.peek().and_then(|next| next.to_digit(10)) {
                chars.next();
                (number, length) = (number.checked_mul(10)? + i64::from(digit), length + 1);
                if length > 14 {
                    return None;
                }
            }
            tokens.push(Token::Number(number, length));
        } else if let Some(place) = "一二三四五六七八九".chars().position(|numeral| numeral == c) {
            let ten = matches!(tokens.last(), Some(Token::Number(10, 0)));
            if ten {
                tokens.pop();
            }
            tokens.push(Token::Number(place as i64 + 1 + if ten { 10 } else { 0 }, 0));
        } else if c == '十' {
            tokens.push(Token::Number(10, 0));
        } else if ('\u{4e00}'..='\u{9fff}').contains(&c) {
            match c {
                // 星期三, 周三: a day of the week says nothing more.
                '星' => {
                    chars.next();
                    chars.next();
                }
                '周' if !tokens.is_empty() && !matches!(tokens.last(), Some(Token::Number(..))) => {
                    let _ = chars.next();
                }
                '第' => {}
                _ => tokens.push(Token::Word(c.to_string())),
            }
        } else if c.is_alphabetic() {
            let mut word = c.to_string();
            while let Some(next) =
                chars.next_if(|next| next.is_alphabetic() && !('\u{4e00}'..='\u{9fff}').contains(next))
            {
                word.push(next);
            }
            tokens.push(Token::Word(word));
        } else if c != ' ' {
            tokens.push(Token::Sign(c));
        }
    }
    let is_ignored = |token: &Token| matches!(token, Token::Word(word) if word.len() > 1 && IGNORED.contains(&word.as_str()));
    tokens.retain(|token| !is_ignored(token));
    Some(tokens)
}

/// A character in lower case, without an accent, of usual width.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_ascii_lowercase(),
        'é' | 'è' | 'ê' | 'É' => 'e',
        'û' | 'ú' | 'Û' => 'u',
        'ä' | 'á' | 'Ä' => 'a',
        'ç' => 'c',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c if c.is_whitespace() => ' ',
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Date and time apart: the time begins with the number before the first colon, or before 时 or 点.
fn without_time(tokens: &[Token]) -> (&[Token], Option<&[Token]>) {
    let is_mark = |token: &Token| match token {
        Token::Sign(sign) => *sign == ':',
        Token::Word(word) => word == "时" || word == "点" || word == "時",
        Token::Number(..) => false,
    };
    let mark = tokens.iter().position(is_mark).filter(|mark| *mark > 0);
    let Some(begin) = mark.map(|mark| mark - 1).filter(|begin| matches!(tokens[*begin], Token::Number(..)))
    else {
        return (tokens, None);
    };
    let (date, time) = tokens.split_at(begin);
    let is_between = |token: &Token| match token {
        Token::Word(word) => word == "t",
        Token::Sign(sign) => *sign == ',' || *sign == '-',
        Token::Number(..) => false,
    };
    let cut = date.iter().rposition(|token| !is_between(token)).map_or(0, |last| last + 1);
    (&date[..cut], Some(time))
}

fn seconds(time: &[Token]) -> Option<i64> {
    let (mut parts, mut is_zone, mut noon) = (Vec::new(), false, 0);
    let mut is_fraction = false;
    for token in time {
        match token {
            Token::Number(..) if is_zone || is_fraction => {}
            Token::Number(number, length) if *length <= 2 => parts.push(*number),
            Token::Sign(':') => {}
            Token::Sign('+' | '-') => is_zone = true,
            Token::Sign('.' | ',') => is_fraction = true,
            Token::Word(word) => match word.as_str() {
                "pm" | "p" => noon = 12,
                "am" | "a" | "m" | "z" | "时" | "時" | "点" | "分" | "秒" => {}
                _ => return None,
            },
            Token::Number(..) | Token::Sign(_) => return None,
        }
    }
    let is_twelve = time.iter().any(|token| matches!(token, Token::Word(word) if word.ends_with('m')));
    let hours = match parts.first()? {
        12 if is_twelve => noon,
        hours => hours + noon,
    };
    let rest = |place: usize| parts.get(place).copied().unwrap_or(0);
    let fits = hours <= 24 && rest(1) < 60 && rest(2) <= 60 && parts.len() <= 3;
    fits.then_some(hours * 3600 + rest(1) * 60 + rest(2))
}

fn of_date(tokens: &[Token], order: Order, pivot: i64) -> Option<Moment> {
    let mut numbers = Vec::new();
    let (mut named, mut quarter, mut half, mut week) = (None, None, None, None);
    let (mut signs, mut is_east) = (Vec::new(), false);
    for (place, token) in tokens.iter().enumerate() {
        match token {
            Token::Number(number, length) => numbers.push((*number, *length)),
            Token::Sign(sign) if "-/.,'年 _".contains(*sign) => signs.push(*sign),
            Token::Sign(_) => return None,
            Token::Word(word) => match word.as_str() {
                "年" | "月" | "日" | "号" => is_east = true,
                // 1949M01, as the statistics of the International Monetary Fund write it.
                "m" if place > 0 && place + 1 < tokens.len() => is_east = true,
                "q" | "季" => quarter = Some(numbers.len()),
                "度" if quarter.is_some() => {}
                "h" | "s" if numbers.len() == 1 => half = Some(numbers.len()),
                "w" | "wk" | "week" | "周" | "kw" => week = Some(numbers.len()),
                word => named = Some(named.map_or_else(|| month(word), |_: i64| None)?),
            },
        }
    }
    let is_early = |place: usize| matches!(tokens.get(place), Some(Token::Word(_)));
    let part = quarter.map(|_| (3, 4)).or(half.map(|_| (6, 2))).or(week.map(|_| (0, 53)));
    if let Some((months, most)) = part {
        return of_part(&numbers, months, most, pivot);
    }
    let year = |(number, length): (i64, usize)| match length {
        4 => (1000..=2999).contains(&number).then_some(number),
        2 => Some(number + if number < pivot { 2000 } else { 1900 }),
        _ => None,
    };
    let short = |(number, length): (i64, usize)| length <= 2 && number > 0;
    let dated = |date: Option<(i64, i64, i64)>, detail| {
        date.filter(|(_, month, day)| (0..=12).contains(month) && (0..=31).contains(day))
            .map(|date| Moment::of(detail, date))
    };
    if let Some(month) = named {
        return match numbers[..] {
            [] => Some(Moment::of(Detail::Month, (0, month, 0))),
            [one] if one.1 == 4 => dated(Some((year(one)?, month, 0)), Detail::Day),
            // Jan-49 is a year, 1-Jan is what a spreadsheet makes of 1-01.
            [one] if is_early(0) => dated(Some((year(one)?, month, 0)), Detail::Day),
            [one] if short(one) => match order {
                Order::Ymd => Some(Moment::of(Detail::Pair, (one.0, month, 0))),
                _ => dated(Some((0, month, one.0)), Detail::Pair),
            },
            [a, b] if a.1 == 4 => dated(Some((year(a)?, month, b.0)), Detail::Day),
            [a, b] if short(a) && (b.1 == 4 || b.1 == 2) => dated(Some((year(b)?, month, a.0)), Detail::Day),
            _ => None,
        };
    }
    match numbers[..] {
        [one] if signs.is_empty() => of_digits(one, is_east),
        [a, b] if a.1 == 4 && short(b) => dated(Some((year(a)?, b.0, 0)), Detail::Day),
        [a, b] if short(a) && b.1 == 4 => dated(Some((year(b)?, a.0, 0)), Detail::Day),
        // 1-01 and 12/31, but no 1.5.
        [a, b] if a.1 <= 2 && short(b) && (is_east || signs == ['-'] || signs == ['/']) => match order {
            Order::Ymd if is_east => dated(Some((0, a.0, b.0)), Detail::Pair),
            Order::Ymd => Some(Moment::of(Detail::Pair, (a.0, b.0, 0))),
            Order::Dmy => dated(Some((0, b.0, a.0)), Detail::Pair),
            Order::Mdy => dated(Some((0, a.0, b.0)), Detail::Pair),
        },
        [a, b, c, ref rest @ ..] if rest.len() <= 3 => {
            let (y, m, d) = match order {
                _ if a.1 == 4 => (a, b, c),
                Order::Ymd if c.1 != 4 => (a, b, c),
                Order::Dmy => (c, b, a),
                Order::Mdy => (c, a, b),
                Order::Ymd => return None,
            };
            // A number with groups has no such signs, but a short date with points might be one of a version.
            if !(short(m) && short(d)) || !(is_east || signs.len() >= 2) {
                return None;
            }
            let moment = dated(Some((year(y)?, m.0, d.0)), Detail::Day)?;
            let mut seconds = 0;
            for ((number, length), unit) in rest.iter().zip([3600, 60, 1]) {
                if *length > 2 {
                    return None;
                }
                seconds += number * unit;
            }
            Some(Moment { seconds, ..moment })
        }
        _ => None,
    }
}

/// A quarter, half or week with its year, in either order.
fn of_part(numbers: &[(i64, usize)], months: i64, most: i64, pivot: i64) -> Option<Moment> {
    let (year, part) = match *numbers {
        [year, part] if year.1 == 4 => (year.0, part),
        [part, year] if year.1 == 4 => (year.0, part),
        // 1Q24 and Q1 24; 24Q1 where the first is no quarter.
        [part, year] if part.0 <= most && year.1 == 2 => {
            (year.0 + if year.0 < pivot { 2000 } else { 1900 }, part)
        }
        [year, part] if year.1 == 2 => (year.0 + if year.0 < pivot { 2000 } else { 1900 }, part),
        _ => return None,
    };
    if !(1..=most).contains(&part.0) {
        return None;
    }
    Some(Moment::of(
        Detail::Day,
        if months == 0 { (year, 0, 7 * part.0) } else { (year, months * (part.0 - 1) + 1, 0) },
    ))
}

/// Digits without a sign between them: a year, 194901, 19490101, with hours behind, or seconds since 1970.
fn of_digits((number, length): (i64, usize), is_east: bool) -> Option<Moment> {
    let is_year = |year: i64| (1000..=2999).contains(&year);
    let is_day = |number: i64| {
        is_year(number / 10_000)
            && (1..=12).contains(&(number / 100 % 100))
            && (1..=31).contains(&(number % 100))
    };
    let day = |number: i64| (number / 10_000, number / 100 % 100, number % 100);
    match length {
        4 if is_year(number) => {
            Some(Moment::of(if is_east { Detail::Day } else { Detail::Year }, (number, 0, 0)))
        }
        // 三月 and 3月.
        0..=2 if is_east && (1..=12).contains(&number) => Some(Moment::of(Detail::Month, (0, number, 0))),
        6 if is_year(number / 100) && (1..=12).contains(&(number % 100)) => {
            Some(Moment::of(Detail::Digits, (number / 100, number % 100, 0)))
        }
        8 if is_day(number) => Some(Moment::of(Detail::Digits, day(number))),
        12 if is_day(number / 10_000) => Some(Moment {
            seconds: number / 100 % 100 * 3600 + number % 100 * 60,
            ..Moment::of(Detail::Digits, day(number / 10_000))
        }),
        14 if is_day(number / 1_000_000) => Some(Moment {
            seconds: number / 10_000 % 100 * 3600 + number / 100 % 100 * 60 + number % 100,
            ..Moment::of(Detail::Digits, day(number / 1_000_000))
        }),
        10 | 13 if number >= 100_000_000 => {
            Some(Moment { seconds: number, ..Moment::of(Detail::Digits, (0, 0, 0)) })
        }
        _ => None,
    }
}

/// Is it a month without a year, in letters or, where `counted`, as a number from 1 to 12?
pub(super) fn month_of(cell: &str, counted: bool) -> Option<i64> {
    let moment = read(cell, Order::Ymd, PIVOT).filter(|moment| moment.detail == Detail::Month);
    let number = || cell.parse::<i64>().ok().filter(|number| counted && (1..=12).contains(number));
    moment.map(|moment| moment.date.1).or_else(number)
}

/// Two-digit years before it are of the 21st century, as POSIX has it.
pub(super) const PIVOT: i64 = 69;

#[cfg(test)]
mod tests {
    use super::*;

    fn date(label: &str, order: Order) -> Option<(i64, i64, i64)> {
        read(label, order, PIVOT).map(|moment| moment.date)
    }

    #[test]
    fn dates_that_can_have_one_meaning() {
        for (label, expected) in [
            ("2024-01-02", (2024, 1, 2)),
            ("2024/1/2", (2024, 1, 2)),
            ("2024.01.02", (2024, 1, 2)),
            ("20240102", (2024, 1, 2)),
            ("2024-01-02T10:30:00Z", (2024, 1, 2)),
            ("2024-01-02 10:30:00+08:00", (2024, 1, 2)),
            ("2024-01-02 10:30:00.000", (2024, 1, 2)),
            ("Jan 02, 2024", (2024, 1, 2)),
            ("2 January 2024", (2024, 1, 2)),
            ("Tue, 2 Jan 2024", (2024, 1, 2)),
            ("02-Jan-24", (2024, 1, 2)),
            ("2. März 2024", (2024, 3, 2)),
            ("2 févr. 2024", (2024, 2, 2)),
            ("2024年1月2日", (2024, 1, 2)),
            ("2024年1月2日 星期二", (2024, 1, 2)),
            ("2024年1月", (2024, 1, 0)),
            ("2024年", (2024, 0, 0)),
            ("１９４９年０１月", (1949, 1, 0)),
            ("1949-01", (1949, 1, 0)),
            ("1949M01", (1949, 1, 0)),
            ("01/1949", (1949, 1, 0)),
            ("194901", (1949, 1, 0)),
            ("Jan 1949", (1949, 1, 0)),
            ("Jan-49", (2049, 1, 0)),
            ("1949", (1949, 0, 0)),
            ("2024Q3", (2024, 7, 0)),
            ("2024-Q3", (2024, 7, 0)),
            ("Q3 2024", (2024, 7, 0)),
            ("3Q24", (2024, 7, 0)),
            ("2024年第三季度", (2024, 7, 0)),
            ("2024H2", (2024, 7, 0)),
        ] {
            assert_eq!(date(label, Order::Ymd), Some(expected), "{label}");
        }
        let later = read("2024-01-02 1:05 PM", Order::Ymd, PIVOT).map(|moment| moment.seconds);
        assert_eq!(later, Some(13 * 3600 + 300));
    }

    #[test]
    fn dates_that_depend_on_the_order() {
        assert_eq!(date("03/04/2024", Order::Dmy), Some((2024, 4, 3)));
        assert_eq!(date("03/04/2024", Order::Mdy), Some((2024, 3, 4)));
        assert_eq!(date("03/14/2024", Order::Dmy), None);
        assert_eq!(date("03.04.24", Order::Dmy), Some((2024, 4, 3)));
        assert_eq!(date("24/01/02", Order::Ymd), Some((2024, 1, 2)));
        assert_eq!(date("1-01", Order::Ymd), Some((1, 1, 0)));
    }

    #[test]
    fn what_is_no_date() {
        for label in [
            "",
            "a",
            "147",
            "1.5",
            "1,234",
            "-5",
            "12-34-56-78",
            "store 5",
            "total",
            "2024-13",
            "1 234,5",
            "3.2.1",
        ] {
            let found = read(label, Order::Ymd, PIVOT);
            assert!(found.is_none(), "{label}: {found:?}");
        }
        assert_eq!(read("Jan", Order::Ymd, PIVOT).map(|moment| moment.detail), Some(Detail::Month));
        assert_eq!(read("10:30", Order::Ymd, PIVOT).map(|moment| moment.detail), Some(Detail::Time));
        assert_eq!(
            (month_of("三月", false), month_of("3", true), month_of("13", true)),
            (Some(3), Some(3), None)
        );
    }
}
