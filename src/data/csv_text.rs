//! A series as text of its own: what links carry and what the field shows, written and read back to the last digit.
//!
//! Tables as other programs write them are read by [`super::table`].

use csv::{ReaderBuilder, StringRecord, Trim};

use super::series::unnamed;
use super::{Column, Series};
use crate::Error;
use crate::error::Counted;
use crate::number::{self, Written};

/// Values of a series, in all columns together.
pub const VALUES_LIMIT: usize = 100_000;
/// The largest number taken: its square, and the sum of all squares, are still finite.
const MAGNITUDE_LIMIT: f64 = 1e100;
/// Characters of a label that are kept, and of a cell that a message repeats.
const LABEL_LIMIT: usize = 80;

impl Series {
    /// Reads what [`Series::to_csv`] writes: values in the only column, or labels in the first and values in all others, a comma
    /// between them.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::NotText`], [`Error::RaggedRow`], [`Error::Hole`], [`Error::NotANumber`],
    /// [`Error::SeriesTooShort`] for fewer than two rows, [`Error::ConstantSeries`] where no column varies. Rows are
    /// counted as a text editor counts lines.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|_| Error::NotText)?;
            let line = record.position().map_or(1, |position| position.line());
            rows.push((usize::try_from(line).unwrap_or(1), record));
        }
        read_rows(&rows)
    }

    /// The series as comma-separated text that [`Series::parse`] reads back: labels and columns under a header; no labels
    /// where they only count the rows of a single column, and then no header where it has no name.
    pub fn to_csv(&self) -> String {
        let counted = self.labels.iter().enumerate().all(|(index, label)| *label == (index + 1).to_string());
        let is_bare = counted && self.columns.len() == 1;
        // Words in quotes: a separator inside one must not be taken for the file's.
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let row = |label: Option<&str>, cells: Vec<String>| {
            let label = label.filter(|_| !is_bare).map(quoted);
            label.into_iter().chain(cells).collect::<Vec<_>>().join(",") + "\n"
        };
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let has_header = !is_bare || names != [unnamed(1, 1)];
        let header = has_header.then(|| row(Some("label"), names.into_iter().map(quoted).collect()));
        let rows = self.labels.iter().enumerate().map(|(index, label)| {
            let cells = self.columns.iter().filter_map(|column| column.values.get(index));
            row(Some(label), cells.map(|value| Written(*value).to_string()).collect())
        });
        header.into_iter().chain(rows).collect()
    }
}

fn read_rows(rows: &[(usize, StringRecord)]) -> Result<Series, Error> {
    let width = rows.first().map_or(1, |(_, record)| record.len());
    // The first of several columns has the labels.
    let first = usize::from(width > 1);
    let count = width - first;
    let header = has_header(rows, first).then(|| &rows[0].1);
    let rows = if header.is_some() { &rows[1..] } else { rows };
    let found = rows.len().saturating_mul(count);
    if found > VALUES_LIMIT {
        return Err(Error::TooLarge { counted: Counted::Values, found, limit: VALUES_LIMIT });
    }
    let name = |place: usize| {
        let cell = header.map_or("", |header| &header[first + place]);
        let is_name = is_word(cell);
        if is_name { cell.chars().take(LABEL_LIMIT).collect() } else { unnamed(place + 1, count) }
    };
    let column = |place| Column { name: name(place), values: Vec::with_capacity(rows.len()) };
    let mut series = Series { labels: Vec::new(), columns: (0..count).map(column).collect() };
    for (index, (row, record)) in rows.iter().enumerate() {
        let row = *row;
        if record.len() != width {
            return Err(Error::RaggedRow { row, expected: width, found: record.len() });
        }
        for (place, column) in series.columns.iter_mut().enumerate() {
            let cell = &record[first + place];
            if cell.is_empty() {
                return Err(Error::Hole { row });
            }
            let value = number(cell).ok_or_else(|| Error::NotANumber {
                row,
                column: first + place + 1,
                text: cell.chars().take(LABEL_LIMIT).collect(),
            })?;
            column.values.push(value);
        }
        let label: String =
            if first == 1 { record[0].chars().take(LABEL_LIMIT).collect() } else { String::new() };
        series.labels.push(if label.is_empty() { (index + 1).to_string() } else { label });
    }
    if series.len() < 2 {
        return Err(Error::SeriesTooShort { found: series.len(), needed: 2 });
    }
    let is_constant = |column: &Column| column.values.iter().all(|value| *value == column.values[0]);
    if series.columns.iter().all(is_constant) {
        return Err(Error::ConstantSeries);
    }
    Ok(series)
}

/// Is the first row a header: words where the numbers stand (those from column `values` on), or, as tables written by
/// programs have it, a corner without a label above labels?
fn has_header(rows: &[(usize, StringRecord)], values: usize) -> bool {
    let Some((_, first)) = rows.first() else { return false };
    let mut cells = first.iter().skip(values).filter(|cell| !cell.is_empty()).peekable();
    let are_words = cells.peek().is_some() && cells.all(is_word);
    let is_corner = values == 1
        && first[0].is_empty()
        && rows.get(1).is_some_and(|(_, second)| second.get(0).is_some_and(|label| !label.is_empty()));
    are_words || is_corner
}

/// Is it no number? A name may begin with a digit: 10Y.
fn is_word(cell: &str) -> bool {
    !cell.is_empty() && number(cell).is_none()
}

/// A number of sensible size.
fn number(cell: &str) -> Option<f64> {
    number::read(cell).filter(|value| value.abs() <= MAGNITUDE_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_columns_have_names() {
        let column = |name: &str, values: &[f64]| Column { name: name.into(), values: values.to_vec() };
        let series = |text: &str| Series::parse(text).unwrap();
        let bare = series("a,1,2\nb,1,3").columns;
        assert_eq!(bare, [column("value 1", &[1.0, 1.0]), column("value 2", &[2.0, 3.0])]);
        assert_eq!(series("month,passengers\na,1\nb,2").columns, [column("passengers", &[1.0, 2.0])]);
        assert_eq!(series("1\n2").columns, [column("value", &[1.0, 2.0])]);
    }

    #[test]
    fn errors_name_the_row_in_the_file() {
        let word = |row, column, text: &str| Err(Error::NotANumber { row, column, text: text.into() });
        assert_eq!(Series::parse("x\n1\n2\nthree\n4"), word(4, 1, "three"));
        assert_eq!(Series::parse("1\n1e999"), word(2, 1, "1e999"));
        assert_eq!(Series::parse("a,1,2\nb,3,"), Err(Error::Hole { row: 2 }));
        assert_eq!(Series::parse("a,1,2\nb,1,2"), Err(Error::ConstantSeries));
        assert_eq!(Series::parse("a,1,2\nb,3,4,5"), Err(Error::RaggedRow { row: 2, expected: 3, found: 4 }));
        assert_eq!(Series::parse(""), Err(Error::SeriesTooShort { found: 0, needed: 2 }));
        assert_eq!(Series::parse("3\n3\n3.0"), Err(Error::ConstantSeries));
    }

    #[test]
    fn too_much_is_refused() {
        let many: String = (0..=VALUES_LIMIT).map(|index| format!("{}\n", index % 9)).collect();
        let (found, limit) = (VALUES_LIMIT + 1, VALUES_LIMIT);
        assert_eq!(Series::parse(&many), Err(Error::TooLarge { counted: Counted::Values, found, limit }));
        let wide = format!("a{}\n", ",1".repeat(VALUES_LIMIT / 2 + 1)).repeat(2);
        assert!(matches!(Series::parse(&wide), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn written_text_reads_back() {
        let bare = Series::single(vec!["1".into(), "2".into()], vec![0.1, -1e-300]);
        assert_eq!(bare.to_csv().lines().count(), 2);
        let named = Series::parse("\"a,b\"\n1\n2").unwrap();
        assert_eq!(named.to_csv(), "\"a,b\"\n1\n2\n");
        let table = Series::parse("day,\"say \"\"x\"\"\",y\nMon;,1,2\nTue,3,4").unwrap();
        let labelled = Series::single(vec!["1949-01".into(), "1949-02".into()], vec![112.0, 118.0]);
        // As every link of one column has it.
        assert!(labelled.to_csv().starts_with("\"label\",\"value\"\n\"1949-01\",112\n"));
        for series in [bare, named, table, labelled] {
            assert_eq!(Series::parse(&series.to_csv()), Ok(series));
        }
    }
}
