//! A series as text: files of one or two columns in the dialects that spreadsheets write.
//!
//! Separators are tab, semicolon, comma or white space; the first row may be a header; text is UTF-8 or, with its
//! mark, UTF-16. With tabs and semicolons a comma in a number is a decimal comma. Thousands separators are refused,
//! for nobody can tell `1,234` from `1.234`.

use csv::{QuoteStyle, ReaderBuilder, StringRecord, Trim, WriterBuilder};

use super::Series;
use crate::Error;

/// Bytes of a file that are read.
pub const FILE_LIMIT: usize = 2 * 1024 * 1024;
/// Values of a series.
pub const VALUES_LIMIT: usize = 100_000;
/// The largest number taken: its square, and the sum of all squares, are still finite.
const MAGNITUDE_LIMIT: f64 = 1e100;
/// Characters of a label that are kept, and of a cell that a message repeats.
const LABEL_LIMIT: usize = 80;

impl Series {
    /// Reads a series from the bytes of a file: values in the only or the second column, labels in the first.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::NotText`], [`Error::ColumnCount`], [`Error::RaggedRow`], [`Error::Hole`],
    /// [`Error::NotANumber`], [`Error::SeriesTooShort`] for fewer than two values, [`Error::ConstantSeries`]. Rows
    /// are counted as a text editor counts lines.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > FILE_LIMIT {
            return Err(Error::TooLarge { found: bytes.len(), limit: FILE_LIMIT });
        }
        let text = decode(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
        let (first_row, lines) = filled_lines(&text)?;
        let separator = Separator::of(&lines);
        let (delimiter, body) = match separator {
            // One tab for every run of blanks, so that the same reader serves.
            Separator::Blanks => {
                let fields = |line: &&str| line.split_whitespace().collect::<Vec<_>>().join("\t");
                (b'\t', lines.iter().map(fields).collect::<Vec<_>>().join("\n"))
            }
            Separator::Byte(byte) => (byte, lines.join("\n")),
        };
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .delimiter(delimiter)
            .from_reader(body.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|_| Error::NotText)?;
            let line = record.position().map_or(1, |position| position.line());
            rows.push((first_row + usize::try_from(line).unwrap_or(1) - 1, record));
        }
        read_rows(&rows, separator)
    }

    /// The series as comma-separated text that [`Series::parse`] reads back: two columns with a header, or the values
    /// alone where the labels only count them.
    pub fn to_csv(&self) -> String {
        let counted = self.labels.iter().enumerate().all(|(index, label)| *label == (index + 1).to_string());
        if counted {
            return self.values.iter().map(|value| format!("{value}\n")).collect();
        }
        // Labels in quotes: a separator inside one must not be taken for the file's.
        let mut writer = WriterBuilder::new().quote_style(QuoteStyle::NonNumeric).from_writer(Vec::new());
        let labels = self.labels.iter().map(String::as_str);
        let values = self.values.iter().map(f64::to_string);
        let mut written = writer.write_record(["label", "value"]);
        for (label, value) in labels.zip(values) {
            written = written.and_then(|()| writer.write_record([label, &value]));
        }
        let bytes = written.ok().and_then(|()| writer.into_inner().ok());
        bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Separator {
    Byte(u8),
    Blanks,
}

impl Separator {
    /// The first of tab, semicolon, comma and blanks that stands in at least half of the lines, outside quotes; where
    /// none does, the comma, which then separates nothing.
    fn of(lines: &[&str]) -> Self {
        let stands =
            |found: &dyn Fn(&str) -> bool| 2 * lines.iter().filter(|line| found(line)).count() >= lines.len();
        for byte in [b'\t', b';', b','] {
            if stands(&|line| outside_quotes(line).any(|c| c == char::from(byte))) {
                return Separator::Byte(byte);
            }
        }
        if stands(&|line| outside_quotes(line.trim()).any(char::is_whitespace)) {
            return Separator::Blanks;
        }
        Separator::Byte(b',')
    }

    fn has_decimal_comma(self) -> bool {
        matches!(self, Separator::Byte(b';' | b'\t'))
    }
}

fn outside_quotes(line: &str) -> impl Iterator<Item = char> {
    let mut quoted = false;
    line.chars().filter(move |&c| {
        quoted ^= c == '"';
        !quoted
    })
}

fn decode(bytes: &[u8]) -> Result<String, Error> {
    let utf16 = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let text = char::decode_utf16(pairs.iter().copied().map(unit)).collect::<Result<String, _>>().ok();
        text.filter(|_| rest.is_empty())
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => utf16(u16::from_be_bytes, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    };
    let is_text = |text: &String| !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
    text.filter(is_text).ok_or(Error::NotText)
}

/// The number of the first row that holds something, and the rows from there to the last one that does.
fn filled_lines(text: &str) -> Result<(usize, Vec<&str>), Error> {
    let is_empty = |line: &&str| line.chars().all(|c| c.is_whitespace() || c == ',' || c == ';');
    let skipped = text.lines().take_while(is_empty).count();
    let mut lines: Vec<_> = text.lines().skip(skipped).collect();
    while lines.last().is_some_and(is_empty) {
        lines.pop();
    }
    match lines.iter().position(is_empty) {
        Some(index) => Err(Error::Hole { row: skipped + index + 1 }),
        None => Ok((skipped + 1, lines)),
    }
}

fn read_rows(rows: &[(usize, StringRecord)], separator: Separator) -> Result<Series, Error> {
    let columns = rows.first().map_or(1, |(_, record)| record.len());
    if !(1..=2).contains(&columns) {
        return Err(Error::ColumnCount { found: columns });
    }
    let rows = if has_header(rows, separator) { &rows[1..] } else { rows };
    if rows.len() > VALUES_LIMIT {
        return Err(Error::TooLarge { found: rows.len(), limit: VALUES_LIMIT });
    }
    let mut series = Series { labels: Vec::new(), values: Vec::new() };
    for (index, (row, record)) in rows.iter().enumerate() {
        let row = *row;
        if record.len() != columns {
            return Err(Error::RaggedRow { row, expected: columns, found: record.len() });
        }
        let cell = &record[columns - 1];
        if cell.is_empty() {
            return Err(Error::Hole { row });
        }
        let value = number(cell, separator).ok_or_else(|| Error::NotANumber {
            row,
            column: columns,
            text: cell.chars().take(LABEL_LIMIT).collect(),
        })?;
        let label: String =
            if columns == 2 { record[0].chars().take(LABEL_LIMIT).collect() } else { String::new() };
        series.labels.push(if label.is_empty() { (index + 1).to_string() } else { label });
        series.values.push(value);
    }
    if series.values.len() < 2 {
        return Err(Error::SeriesTooShort { found: series.values.len(), needed: 2 });
    }
    if series.values.iter().all(|value| *value == series.values[0]) {
        return Err(Error::ConstantSeries);
    }
    Ok(series)
}

/// Is the first row a header: a word where the numbers stand, or, as tables written by programs have it, a corner
/// without a label above labels?
fn has_header(rows: &[(usize, StringRecord)], separator: Separator) -> bool {
    let Some((_, first)) = rows.first() else { return false };
    let cell = first.iter().next_back().unwrap_or_default();
    // What begins with a digit is a number with a slip in it.
    let is_word = cell.starts_with(|c: char| !c.is_ascii_digit()) && number(cell, separator).is_none();
    let is_corner = first.len() == 2
        && first[0].is_empty()
        && rows.get(1).is_some_and(|(_, second)| !second[0].is_empty());
    is_word || is_corner
}

/// A number of sensible size in the file's dialect.
fn number(cell: &str, separator: Separator) -> Option<f64> {
    let text = match cell.split_once(',') {
        Some((whole, fraction)) if separator.has_decimal_comma() && !cell.contains('.') => {
            // Beside tabs, 1,234 may be either; 0,234 can only be a fraction.
            let digits = whole.trim_start_matches(['+', '-']);
            let is_grouped = fraction.len() == 3 && (1..=3).contains(&digits.len()) && digits != "0";
            if separator == Separator::Byte(b'\t') && is_grouped {
                return None;
            }
            format!("{whole}.{fraction}")
        }
        _ => cell.to_owned(),
    };
    // `parse` also takes the words inf and nan, which no bound lets through.
    text.parse().ok().filter(|value: &f64| value.abs() <= MAGNITUDE_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Series, Error> {
        Series::parse(text.as_bytes())
    }

    fn check(text: &str, labels: &[&str], values: &[f64]) {
        let series = parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(series.labels, labels, "{text:?}");
        assert_eq!(series.values, values, "{text:?}");
    }

    #[test]
    fn dialects() {
        check("1\n2\n", &["1", "2"], &[1.0, 2.0]);
        check("passengers\r\n1\r\n2.5\r\n\r\n", &["1", "2"], &[1.0, 2.5]);
        check("\u{feff}month,passengers\n1949-01,112\n1949-02,118", &["1949-01", "1949-02"], &[112.0, 118.0]);
        check("月份;人数\n一月;1,5\n二月;-2\n;\n", &["一月", "二月"], &[1.5, -2.0]);
        check("a\t0,125\nb\t2,5", &["a", "b"], &[0.125, 2.5]);
        check(
            "1949-01   112\n1949-02\t118\n 1949-03 132 ",
            &["1949-01", "1949-02", "1949-03"],
            &[112.0, 118.0, 132.0],
        );
        check("\"Jan, 1949\",1\n\"Feb \"\"x\"\"\", 2e3", &["Jan, 1949", "Feb \"x\""], &[1.0, 2000.0]);
        check(",0\n1949-01,1\n1949-02,2", &["1949-01", "1949-02"], &[1.0, 2.0]);
        check("\n\n1\r2\r", &["1", "2"], &[1.0, 2.0]);
    }

    #[test]
    fn utf16_with_its_mark() {
        let text: Vec<u16> = "月\t1\n月\t2".encode_utf16().collect();
        let little: Vec<u8> = [0xfeff].iter().chain(&text).flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = [0xfeff].iter().chain(&text).flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(Series::parse(&little).unwrap().values, [1.0, 2.0]);
        assert_eq!(Series::parse(&big), Series::parse(&little));
        assert_eq!(Series::parse(&little[..7]), Err(Error::NotText));
    }

    #[test]
    fn errors_name_the_row_in_the_file() {
        let word = |row, column, text: &str| Err(Error::NotANumber { row, column, text: text.into() });
        assert_eq!(parse("x\n1\n2\nthree\n4"), word(4, 1, "three"));
        assert_eq!(parse("\n\na,1\nb,two\n"), word(4, 2, "two"));
        assert_eq!(parse("12o\n118"), word(1, 1, "12o"));
        assert_eq!(parse("1\nNaN"), word(2, 1, "NaN"));
        assert_eq!(parse("1\n-inf"), word(2, 1, "-inf"));
        assert_eq!(parse("1\n1e999"), word(2, 1, "1e999"));
        assert_eq!(parse("a,1\nb,\"1,234\""), word(2, 2, "1,234"));
        assert_eq!(parse("a\t1\nb\t1,234"), word(2, 2, "1,234"));
        assert_eq!(parse("a;1\nb;1.234,5"), word(2, 2, "1.234,5"));
        assert_eq!(parse("1\n\n3"), Err(Error::Hole { row: 2 }));
        assert_eq!(parse("a,1\nb,\nc,3"), Err(Error::Hole { row: 2 }));
        assert_eq!(parse("a,1\n,,\nc,3"), Err(Error::Hole { row: 2 }));
        assert_eq!(parse("a,1\nb,2\nc"), Err(Error::RaggedRow { row: 3, expected: 2, found: 1 }));
        assert_eq!(parse("a,b,c\n1,2,3"), Err(Error::ColumnCount { found: 3 }));
        assert_eq!(parse(""), Err(Error::SeriesTooShort { found: 0, needed: 2 }));
        assert_eq!(parse("x\n1"), Err(Error::SeriesTooShort { found: 1, needed: 2 }));
        assert_eq!(parse("3\n3\n3.0"), Err(Error::ConstantSeries));
    }

    #[test]
    fn what_is_no_text_or_too_much_is_refused() {
        assert_eq!(Series::parse(b"PK\x03\x04\0\0"), Err(Error::NotText));
        let long = vec![b'1'; FILE_LIMIT + 1];
        assert_eq!(Series::parse(&long), Err(Error::TooLarge { found: FILE_LIMIT + 1, limit: FILE_LIMIT }));
        let many: String = (0..=VALUES_LIMIT).map(|index| format!("{}\n", index % 9)).collect();
        assert_eq!(parse(&many), Err(Error::TooLarge { found: VALUES_LIMIT + 1, limit: VALUES_LIMIT }));
    }

    #[test]
    fn written_text_reads_back() {
        let passengers = crate::lessons::airline::passengers();
        assert_eq!(parse(&passengers.to_csv()), Ok(passengers));
        let counted = Series { labels: vec!["1".into(), "2".into()], values: vec![0.1, -1e-300] };
        assert_eq!(counted.to_csv().lines().count(), 2);
        assert_eq!(parse(&counted.to_csv()), Ok(counted));
    }
}
