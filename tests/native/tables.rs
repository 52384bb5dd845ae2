//! Any table that a generator of dialects writes is read back, or its reader is asked, and one answer is right.

use proptest::prelude::*;
use unroll::Error;
use unroll::data::Series;
use unroll::data::table::{Question, TableChoices, TableFacts, Topic, What, read};

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Numbers {
    Plain,
    English,
    German,
    French,
    Swiss,
    Indian,
    Percent,
    Dollars,
    Euros,
    Bracketed,
    Wide,
}

impl Numbers {
    const ALL: [Numbers; 11] = [
        Numbers::Plain,
        Numbers::English,
        Numbers::German,
        Numbers::French,
        Numbers::Swiss,
        Numbers::Indian,
        Numbers::Percent,
        Numbers::Dollars,
        Numbers::Euros,
        Numbers::Bracketed,
        Numbers::Wide,
    ];

    fn has_comma(self) -> bool {
        matches!(self, Numbers::German | Numbers::French | Numbers::Euros)
    }

    /// A number of so many thousandths, written with `digits` behind the point.
    fn written(self, digits: usize, (whole, thousandths): (i64, i64)) -> String {
        let (size, fraction) = (whole.abs().to_string(), format!("{thousandths:03}"));
        let grouped = |sign: &str, sizes: &[usize]| {
            let mut parts = Vec::new();
            let mut rest = size.as_str();
            for length in sizes.iter().chain(std::iter::repeat(sizes.last().unwrap_or(&3))) {
                let at = rest.len().saturating_sub(*length);
                parts.push(&rest[at..]);
                rest = &rest[..at];
                if rest.is_empty() {
                    break;
                }
            }
            parts.reverse();
            parts.join(sign)
        };
        let fraction =
            |point: &str| if digits == 0 { String::new() } else { format!("{point}{}", &fraction[..digits]) };
        let minus = if whole < 0 { "-" } else { "" };
        match self {
            Numbers::Plain => format!("{minus}{size}{}", fraction(".")),
            Numbers::English => format!("{minus}{}{}", grouped(",", &[3]), fraction(".")),
            Numbers::German => format!("{minus}{}{}", grouped(".", &[3]), fraction(",")),
            Numbers::French => format!("{minus}{}{}", grouped("\u{202f}", &[3]), fraction(",")),
            Numbers::Swiss => format!("{minus}{}{}", grouped("’", &[3]), fraction(".")),
            Numbers::Indian => format!("{minus}{}{}", grouped(",", &[3, 2]), fraction(".")),
            Numbers::Percent => format!("{minus}{size}{}%", fraction(".")),
            Numbers::Dollars => format!("{minus}${}{}", grouped(",", &[3]), fraction(".")),
            Numbers::Euros => {
                format!("{}{}{} €", minus.replace('-', "−"), grouped("\u{a0}", &[3]), fraction(","))
            }
            Numbers::Bracketed if whole < 0 => format!("({}{})", grouped(",", &[3]), fraction(".")),
            Numbers::Bracketed => format!("{}{}", grouped(",", &[3]), fraction(".")),
            Numbers::Wide => format!("{minus}{size}{}", fraction("."))
                .chars()
                .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c))
                .collect(),
        }
    }
}

/// How dates are written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Dates {
    None,
    Days(&'static str),
    Months(&'static str),
    Years,
    Study,
    Words,
}

const DATES: [Dates; 19] = [
    Dates::None,
    Dates::Days("y-m-d"),
    Dates::Days("y/M/D"),
    Dates::Days("d.m.y"),
    Dates::Days("d/m/y"),
    Dates::Days("m/d/y"),
    Dates::Days("d.m.Y"),
    Dates::Days("N d, y"),
    Dates::Days("d N y"),
    Dates::Days("y年M月D日"),
    Dates::Days("ymd"),
    Dates::Days("y-m-d 00:00:00"),
    Dates::Months("y-m"),
    Dates::Months("N y"),
    Dates::Months("y年M月"),
    Dates::Months("m/y"),
    Dates::Years,
    Dates::Study,
    Dates::Words,
];

impl Dates {
    fn written(self, index: usize) -> String {
        let form = |form: &str, (year, month, day): (usize, usize, usize)| {
            let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
                [month - 1];
            form.chars()
                .map(|c| match c {
                    'y' => year.to_string(),
                    'Y' => format!("{:02}", year % 100),
                    'm' => format!("{month:02}"),
                    'M' => month.to_string(),
                    'd' => format!("{day:02}"),
                    'D' => day.to_string(),
                    'N' => name.to_owned(),
                    other => other.to_string(),
                })
                .collect()
        };
        let month = |index: usize| (2019 + index / 12, 1 + index % 12);
        match self {
            Dates::None => String::new(),
            // Months of 28 days: what matters is that days follow each other.
            Dates::Days(days) => {
                let (year, in_year) = month(index / 28 + 3);
                form(days, (year, in_year, 1 + index % 28))
            }
            Dates::Months(months) => {
                let (year, in_year) = month(index);
                form(months, (year, in_year, 1))
            }
            Dates::Years => (1949 + index).to_string(),
            Dates::Study => format!("{}-{:02}", 1 + index / 12, 1 + index % 12),
            Dates::Words => format!("sample {}", ["a", "b", "c", "d", "e"][index % 5].repeat(1 + index / 5)),
        }
    }
}

/// A dialect.
#[derive(Debug, Clone)]
struct Dialect {
    delimiter: char,
    quotes_all: bool,
    header: bool,
    titles: usize,
    footer: usize,
    numbers: Numbers,
    digits: usize,
    dates: Dates,
    newest_first: bool,
    trailing: bool,
    missing: &'static str,
    holes: [bool; 3],
    line_end: &'static str,
    announced: bool,
    values: Vec<(i64, i64)>,
}

impl Dialect {
    fn row(&self, cells: &[&str]) -> String {
        let quoted = |cell: &&str| {
            let needs = cell.contains([self.delimiter, '"', '\n']);
            if self.quotes_all || needs {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                (*cell).to_owned()
            }
        };
        let mut row = cells.iter().map(quoted).collect::<Vec<_>>().join(&self.delimiter.to_string());
        if self.trailing {
            row.push(self.delimiter);
        }
        row
    }

    /// The rows as they stand: labels and numbers, and which of them are missing.
    fn rows(&self) -> Vec<(String, Option<String>)> {
        let count = self.values.len();
        let mut rows: Vec<(String, Option<String>)> = self
            .values
            .iter()
            .enumerate()
            .map(|(index, value)| {
                (self.dates.written(index), Some(self.numbers.written(self.digits, *value)))
            })
            .collect();
        if self.is_turned() {
            rows.reverse();
        }
        let [first, middle, last] = self.holes;
        for (place, is_hole) in [(0, first), (count / 2, middle && count > 4), (count - 1, last)] {
            if is_hole && count > 3 {
                rows[place].1 = None;
            }
        }
        rows
    }

    fn is_turned(&self) -> bool {
        self.newest_first && !matches!(self.dates, Dates::None | Dates::Words)
    }

    fn has_labels(&self) -> bool {
        self.dates != Dates::None
    }

    fn text(&self) -> String {
        let mut lines = Vec::new();
        if self.announced && self.delimiter != '\t' {
            lines.push(format!("sep={}", self.delimiter));
        }
        // A title above bare numbers is their name.
        let titles = if self.header || self.has_labels() { self.titles } else { 0 };
        for title in ["Monthly report", "Unit: 1,000 persons; revised"].into_iter().take(titles) {
            lines.push(self.row(&[title]));
        }
        if titles > 0 {
            lines.push(String::new());
        }
        if self.header {
            lines.push(if self.has_labels() {
                self.row(&["Period", "Sales of \"x\""])
            } else {
                self.row(&["Sales"])
            });
        }
        for (label, number) in self.rows() {
            let number = number.unwrap_or_else(|| self.missing.to_owned());
            lines.push(if self.has_labels() { self.row(&[&label, &number]) } else { self.row(&[&number]) });
        }
        match self.footer {
            1 => lines.extend([String::new(), self.row(&["Source: national statistics"])]),
            2 if self.has_labels() => lines.push(self.row(&["Total", "12345"])),
            3 => lines.extend([self.row(&["", ""]), self.row(&["", ""])]),
            _ => {}
        }
        lines.iter().map(|line| format!("{line}{}", self.line_end)).collect::<String>().replace("\r\n", "\n")
    }

    /// Labels and values as they should be read where rows without a value are left out.
    fn expected(&self) -> (Vec<String>, Vec<f64>) {
        let mut rows = self.rows();
        if self.is_turned() {
            rows.reverse();
        }
        let value = |index: usize, row: &(String, Option<String>)| {
            let (whole, thousandths) = self.values[index];
            row.1.as_ref()?;
            let text = Numbers::Plain.written(self.digits, (whole, thousandths));
            Some((row.0.clone(), text.parse::<f64>().expect("a number")))
        };
        let kept: Vec<_> = rows.iter().enumerate().filter_map(|(index, row)| value(index, row)).collect();
        let labels = kept.iter().enumerate().map(|(index, (label, _))| {
            if self.has_labels() { label.clone() } else { (index + 1).to_string() }
        });
        (labels.collect(), kept.iter().map(|(_, value)| *value).collect())
    }

    /// The right answer.
    fn answer(&self, question: &Question) -> u32 {
        match question.topic {
            Topic::Decimal => u32::from(self.numbers.has_comma()),
            Topic::Split => u32::from(self.has_labels()),
            Topic::Holes => 0,
            Topic::Column => 1 + u32::from(self.has_labels()),
            Topic::Dates => match self.dates {
                Dates::Days(form) if form.starts_with('d') => 1,
                Dates::Days(form) if form.starts_with('m') => 2,
                _ => 0,
            },
        }
    }

    /// May a question be asked at all?
    fn may_ask(&self, topic: Topic) -> bool {
        let rows = self.rows();
        let cells = || rows.iter().filter_map(|(_, number)| number.as_deref());
        let is_unsure = |cell: &str| {
            let signs: Vec<usize> =
                cell.char_indices().filter(|(_, c)| *c == '.' || *c == ',').map(|(at, _)| at).collect();
            match signs[..] {
                [] => true,
                [at] => cell[at + 1..].bytes().take_while(u8::is_ascii_digit).count() == 3,
                _ => false,
            }
        };
        match topic {
            Topic::Decimal => cells().all(is_unsure),
            Topic::Split => !self.has_labels(),
            Topic::Holes => self.holes[1] || !self.has_labels() && self.missing.is_empty(),
            Topic::Dates => {
                matches!(self.dates, Dates::Days(form) if form.contains(['/', '.']) || form == "d.m.Y")
                    || self.dates == Dates::Study
            }
            Topic::Column => false,
        }
    }
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    let layout = (
        prop::sample::select(vec![',', ';', '\t', '|']),
        any::<bool>(),
        any::<bool>(),
        0..3_usize,
        0..4_usize,
        any::<bool>(),
        prop::sample::select(vec!["\n", "\r\n"]),
        prop::bool::weighted(0.2),
    );
    let content = (
        prop::sample::select(Numbers::ALL.to_vec()),
        0..4_usize,
        prop::sample::select(DATES.to_vec()),
        any::<bool>(),
        prop::sample::select(vec!["", "NA", "?", ".", "-", "null", "N/A", "--", "#N/A"]),
        prop::array::uniform3(prop::bool::weighted(0.25)),
        prop::collection::vec((-9_999_999..9_999_999_i64, 0..1000_i64), 3..60),
        0..7_u32,
    );
    (layout, content).prop_map(|(layout, content)| {
        let (delimiter, quotes_all, header, titles, footer, trailing, line_end, announced) = layout;
        let (numbers, digits, dates, newest_first, missing, holes, mut values, size) = content;
        // Small numbers and large ones; no two neighbours alike.
        for (index, (whole, _)) in values.iter_mut().enumerate() {
            *whole = (*whole % 10_i64.pow(size + 1)) / 2 * 2 + (index % 2) as i64;
            // A whole part of zero has no sign.
            *whole += 2 * i64::from(*whole == 0);
        }
        Dialect {
            delimiter,
            quotes_all,
            header,
            titles,
            footer,
            numbers,
            digits,
            dates,
            newest_first,
            trailing,
            missing,
            holes,
            line_end,
            announced,
            values,
        }
    })
}

/// Answers all questions as the writer of the table would.
fn answered(dialect: &Dialect, text: &str) -> Result<(Series, TableFacts), TestCaseError> {
    let mut choices = TableChoices::default();
    for _ in 0..6 {
        let (series, facts) =
            read(text, &choices).map_err(|error| TestCaseError::fail(format!("{error}")))?;
        let Some(question) = facts.questions.iter().find(|question| !question.is_answered) else {
            return Ok((series, facts));
        };
        let answer = dialect.answer(question);
        prop_assert!(dialect.may_ask(question.topic), "asked {:?}", question);
        prop_assert!(
            question.offers.iter().any(|offer| offer.answer == answer),
            "no right answer in {:?}",
            question
        );
        choices = choices.with(question.topic, answer);
    }
    Err(TestCaseError::fail("it never has enough"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_dialect_is_read_back_or_asked(dialect in any_dialect()) {
        let text = dialect.text();
        let (series, facts) = answered(&dialect, &text)?;
        let (labels, values) = dialect.expected();
        prop_assert_eq!(&series.labels, &labels, "{}", text);
        prop_assert_eq!(series.values(), &values[..], "{}", text);
        if dialect.header {
            let name = if dialect.has_labels() { "Sales of \"x\"" } else { "Sales" };
            prop_assert_eq!(&series.columns[0].name, name, "{}", text);
        }
        let told = |what| facts.told.iter().any(|told| told.what == what);
        prop_assert_eq!(told(What::Turned), dialect.is_turned(), "{}", text);
        // What links carry is the series as it was read.
        prop_assert_eq!(Series::parse(&series.to_csv()), Ok(series));
    }

    #[test]
    fn any_text_is_a_table_or_refused(text in any::<String>()) {
        sound(read(&text, &TableChoices::default()));
    }

    #[test]
    fn any_cells_are_a_table_or_refused(
        cells in prop::collection::vec(prop::sample::select(vec![
            "1", "-2.5", "3,5", "1,234", "x", "\"", ",", ";", "\t", " ", "  ", "\n", "|", "月", "年", "2024", "-", "/", "Jan", "Q1",
            "1e400", "NaN", "%", "$", "(", ")", "K", "万", ".", "sep=", "Total", ":", "\u{a0}", "12", "03",
        ]), 0..60),
        answers in prop::collection::vec((prop::sample::select(Topic::ALL.to_vec()), 0..4_u32), 0..4),
    ) {
        let choices = answers.iter().fold(TableChoices::default(), |all, (topic, answer)| all.with(*topic, *answer));
        sound(read(&cells.concat(), &choices));
    }
}

fn sound(read: Result<(Series, TableFacts), Error>) {
    if let Ok((series, facts)) = read {
        assert!(series.len() >= 2);
        let values = series.only_values().expect("one column");
        assert!(values.len() == series.len() && values.iter().all(|value| value.is_finite()));
        for question in &facts.questions {
            assert!(question.offers.iter().any(|offer| offer.answer == question.taken), "{question:?}");
            let pictures = question.offers.iter().flat_map(|offer| &offer.picture);
            assert!(pictures.into_iter().all(|height| (0.0..=1.0).contains(height)));
        }
        assert_eq!(Series::parse(&series.to_csv()), Ok(series));
    }
}

#[test]
fn reading_takes_time_in_proportion_to_the_text() {
    // What would make a careless reader slow: quotes that nothing closes, one endless line, a column of any width.
    let many = [
        "\"x,".repeat(300_000),
        "\"\"".repeat(400_000),
        "1,".repeat(400_000),
        "1 ".repeat(400_000),
        "\"a\n".repeat(300_000),
        "2024-01-01,1\n".repeat(60_000),
        "1,234\n2,345\n".repeat(40_000),
        "\n".repeat(900_000),
    ];
    for text in many {
        let begun = std::time::Instant::now();
        sound(read(&text, &TableChoices::default()));
        // Seconds, where a quadratic reader would need hours.
        assert!(begun.elapsed().as_secs() < 60, "{:?}", text.get(..8));
        eprintln!("{:?} {:?}", text.get(..8), begun.elapsed());
    }
}
