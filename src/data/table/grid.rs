//! What each cell of a table is, and tables that lie on their side.

use super::dates::{self, Detail, Order, PIVOT};
use super::facts::{Told, What};
use super::numbers::{self, Unit};
use super::records::Record;
use super::told;

/// Columns among which labels are looked for.
pub(super) const LABEL_COLUMNS: usize = 8;
/// Dates beside each other that make a header of them.
const DATES_ACROSS: usize = 4;

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing.
    Empty,
    /// A word that says that the value is missing.
    Missing,
    /// A number.
    Number,
    /// Anything else.
    Word,
}

/// The cells of a table by what they are.
pub(super) struct Grid {
    /// The rows.
    pub records: Vec<Record>,
    /// What each cell is.
    kinds: Vec<Vec<Kind>>,
    /// Columns.
    pub width: usize,
    /// How many numbers each column has.
    pub numbers: Vec<usize>,
}

impl Grid {
    /// Looks at each cell once. A number with a unit is one only where its column is full of them.
    pub fn new(records: Vec<Record>) -> Self {
        let width = records.iter().map(|record| record.cells.len()).max().unwrap_or(0);
        let mut units = vec![(0_usize, 0_usize); width];
        let mut read = |place: usize, cell: &String| match numbers::read(cell) {
            Some(number) => {
                let (plain, with_unit) = &mut units[place];
                let is_plain = !matches!(number.unit, Unit::Other(_));
                *(if is_plain { plain } else { with_unit }) += 1;
                (Kind::Number, is_plain)
            }
            None if cell.is_empty() => (Kind::Empty, true),
            None if numbers::is_missing(cell) => (Kind::Missing, true),
            None => (Kind::Word, true),
        };
        let cells: Vec<Vec<(Kind, bool)>> = records
            .iter()
            .map(|record| record.cells.iter().enumerate().map(|(place, cell)| read(place, cell)).collect())
            .collect();
        let is_number = |place: usize, is_plain: bool| {
            let (plain, with_unit) = units[place];
            is_plain || with_unit > plain
        };
        let kinds: Vec<Vec<Kind>> = cells
            .into_iter()
            .map(|row| {
                let kind = |(place, (kind, is_plain))| match kind {
                    Kind::Number if !is_number(place, is_plain) => Kind::Word,
                    kind => kind,
                };
                row.into_iter().enumerate().map(kind).collect()
            })
            .collect();
        let mut numbers = vec![0; width];
        for (place, kind) in kinds.iter().flat_map(|row| row.iter().enumerate()) {
            numbers[place] += usize::from(*kind == Kind::Number);
        }
        Grid { records, kinds, width, numbers }
    }

    /// What a cell is.
    pub fn kind(&self, row: usize, place: usize) -> Kind {
        self.kinds[row].get(place).copied().unwrap_or(Kind::Empty)
    }

    /// Is a row a remark that fell apart at its blanks, and no names of the columns of `table`?
    pub fn is_remark(&self, row: usize, table: usize) -> bool {
        self.records[row].cell(0).starts_with('#')
            && self.records[row].cells.len() != self.records[table].cells.len()
    }

    /// How many numbers a row has.
    pub fn numbers_in(&self, row: usize) -> usize {
        self.kinds[row].iter().filter(|kind| **kind == Kind::Number).count()
    }
}

/// A table whose rows are what columns should be is turned; one with months or quarters beside each other is put into one
/// column. What was done, and what was left out for it, is told.
pub(super) fn upright(records: Vec<Record>) -> (Vec<Record>, Vec<Told>) {
    match months_across(&records).or_else(|| dates_across(&records)).or_else(|| one_row(&records)) {
        Some(upright) => upright,
        None => (records, Vec::new()),
    }
}

fn year_of(cell: &str) -> Option<i64> {
    let moment = dates::read(cell, Order::Ymd, PIVOT)?;
    (moment.date.1 == 0 && matches!(moment.detail, Detail::Year | Detail::Day)).then_some(moment.date.0)
}

/// A row for each year and a column for each month: where the first month stands in the header, and what the parts of a year
/// are called.
fn parts_of_year(header: &Record) -> Option<(usize, usize)> {
    let quarter = |cell: &str| {
        let cell = cell.to_uppercase();
        let digits =
            cell.strip_prefix('Q').or_else(|| cell.strip_suffix('Q')).or_else(|| cell.strip_suffix("季度"));
        digits.and_then(|digits| digits.parse::<i64>().ok())
    };
    let begins = |count: i64, part: &dyn Fn(&str) -> Option<i64>| {
        let last = (header.cells.len() + 1).checked_sub(count as usize)?;
        (0..last).find(|start| {
            (1..=count).all(|number| part(header.cell(start + number as usize - 1)) == Some(number))
        })
    };
    let named = |cell: &str| dates::month_of(cell, false);
    let counted = |cell: &str| dates::month_of(cell, true);
    let months = begins(12, &named).or_else(|| begins(12, &counted).filter(|start| *start > 0));
    months.map(|start| (start, 12)).or_else(|| begins(4, &quarter).map(|start| (start, 4)))
}

fn months_across(records: &[Record]) -> Option<(Vec<Record>, Vec<Told>)> {
    let (head, (start, count)) = records
        .iter()
        .take(40)
        .enumerate()
        .find_map(|(index, record)| parts_of_year(record).map(|parts| (index, parts)))?;
    let rest = &records[head + 1..];
    let label = (0..LABEL_COLUMNS)
        .find(|place| rest.iter().filter(|record| year_of(record.cell(*place)).is_some()).count() >= 1)?;
    // Where years have no name above them, the names stand one column too far to the left.
    let start = if label < start { start } else { start + 1 };
    if label >= start {
        return None;
    }
    let mut years: Vec<(i64, &Record)> =
        rest.iter().filter_map(|record| Some((year_of(record.cell(label))?, record))).collect();
    let mut notes = vec![told(What::Months, &[])];
    let others = |from: &[Record]| -> Vec<(usize, String)> {
        let is_other = |record: &&Record| !record.is_blank() && year_of(record.cell(label)).is_none();
        from.iter().filter(is_other).map(|record| (record.row, record.text())).collect()
    };
    for (what, rows) in [(What::Title, others(&records[..head])), (What::Footer, others(rest))] {
        if !rows.is_empty() {
            notes.push(told(what, &rows));
        }
    }
    if years.len() > 1 && years.windows(2).all(|pair| pair[0].0 > pair[1].0) {
        years.reverse();
        notes.push(told(What::Turned, &[]));
    }
    let mut upright = vec![Record { row: records[head].row, cells: vec!["label".into(), "value".into()] }];
    for (year, record) in years {
        for part in 1..=count {
            let label =
                if count == 12 { format!("{year:04}-{part:02}") } else { format!("{year:04}Q{part}") };
            upright.push(Record {
                row: record.row,
                cells: vec![label, record.cell(start + part - 1).to_owned()],
            });
        }
    }
    Some((upright, notes))
}

/// Dates beside each other in the header, a series in each row.
fn dates_across(records: &[Record]) -> Option<(Vec<Record>, Vec<Told>)> {
    let (head, dated) = records
        .iter()
        .take(40)
        .enumerate()
        .find_map(|(index, record)| dates_in(record).map(|dated| (index, dated)))?;
    let rest = &records[head + 1..];
    let is_series = |record: &&Record| {
        let numbers = dated.iter().filter(|place| numbers::read(record.cell(**place)).is_some()).count();
        2 * numbers >= dated.len() && !is_date(record.cell(0))
    };
    let series: Vec<&Record> = rest.iter().filter(is_series).collect();
    if series.is_empty() || dated[0] == 0 && series.len() > 1 {
        return None;
    }
    let name = |record: &Record| {
        let mut words: Vec<&str> =
            record.cells[..dated[0].min(record.cells.len())].iter().map(String::as_str).collect();
        words.retain(|word| !word.is_empty());
        words.dedup();
        // The first column has the name; codes and units behind it only tell series apart that have the same one.
        let first = words.first().copied().unwrap_or_default();
        let alike = series.iter().filter(|other| other.cell(0) == first).count();
        if alike > 1 { words.join(" ") } else { first.to_owned() }
    };
    let mut upright = vec![Record {
        row: records[head].row,
        cells: std::iter::once("label".to_owned()).chain(series.iter().map(|record| name(record))).collect(),
    }];
    for place in &dated {
        let label = records[head].cell(*place).to_owned();
        let cells = series.iter().map(|record| record.cell(*place).to_owned());
        upright.push(Record { row: place + 1, cells: std::iter::once(label).chain(cells).collect() });
    }
    let mut notes = vec![told(What::Across, &[])];
    let of = |records: &[Record], is_left: &dyn Fn(&Record) -> bool| -> Vec<(usize, String)> {
        let left = records.iter().filter(|record| !record.is_blank() && is_left(record));
        left.map(|record| (record.row, record.text())).collect()
    };
    for (what, rows) in [
        (What::Title, of(&records[..head], &|_| true)),
        (What::Footer, of(rest, &|record| !is_series(&record))),
    ] {
        if !rows.is_empty() {
            notes.push(told(what, &rows));
        }
    }
    Some((upright, notes))
}

fn is_date(cell: &str) -> bool {
    Order::ALL.into_iter().any(|order| {
        dates::read(cell, order, PIVOT)
            .is_some_and(|moment| matches!(moment.detail, Detail::Day | Detail::Pair))
    })
}

/// Where dates stand in a row that has little else, one later than the other or one earlier.
fn dates_in(record: &Record) -> Option<Vec<usize>> {
    let moment = |place: &usize| {
        Order::ALL.into_iter().find_map(|order| {
            dates::read(record.cell(*place), order, PIVOT)
                .filter(|moment| matches!(moment.detail, Detail::Day | Detail::Year))
        })
    };
    let dated: Vec<usize> = (0..record.cells.len()).filter(|place| moment(place).is_some()).collect();
    let moments: Vec<_> = dated.iter().filter_map(moment).collect();
    let steps: Vec<i64> = moments.windows(2).map(|pair| pair[1].key() - pair[0].key()).collect();
    let is_monotone = steps.iter().all(|step| *step > 0) || steps.iter().all(|step| *step < 0);
    // Numbers of four digits are years only where they go by a usual step.
    let bare = moments.iter().any(|moment| moment.detail == Detail::Year);
    let years: Vec<i64> = moments.iter().map(|moment| moment.date.0).collect();
    let step = years.windows(2).map(|pair| (pair[1] - pair[0]).abs()).next().unwrap_or(0);
    let is_usual = [1, 2, 5, 10].contains(&step)
        && years.windows(2).all(|pair| (pair[1] - pair[0]).abs() == step)
        && years.iter().all(|year| (1700..=2200).contains(year));
    let is_header = dated.len() >= DATES_ACROSS && is_monotone && (!bare || is_usual);
    (is_header && 2 * dated.len() > record.filled()).then_some(dated)
}

/// All values in one row.
fn one_row(records: &[Record]) -> Option<(Vec<Record>, Vec<Told>)> {
    let has_numbers = |record: &&Record| record.cells.iter().any(|cell| numbers::read(cell).is_some());
    let mut rows = records.iter().filter(has_numbers);
    let row = rows.next().filter(|_| rows.next().is_none())?;
    let filled: Vec<usize> = (0..row.cells.len()).filter(|place| !row.cell(*place).is_empty()).collect();
    let is_word = |cell: &str| numbers::read(cell).is_none() && !numbers::is_missing(cell);
    let (name, values) = match filled.split_first() {
        Some((first, rest)) if is_word(row.cell(*first)) => {
            (Some(row.cell(*first).trim_end_matches([':', '：', '=']).to_owned()), rest)
        }
        _ => (None, &filled[..]),
    };
    if values.len() < 3 {
        return None;
    }
    let header = records.iter().rev().find(|record| record.row < row.row && record.filled() >= values.len());
    let label = |place: usize, index: usize| {
        header.map_or_else(|| (index + 1).to_string(), |header| header.cell(place).to_owned())
    };
    let top = Record { row: row.row, cells: vec!["label".into(), name.unwrap_or_else(|| "value".into())] };
    let body = values.iter().enumerate().map(|(index, place)| Record {
        row: place + 1,
        cells: vec![label(*place, index), row.cell(*place).to_owned()],
    });
    let mut notes = vec![told(What::Across, &[])];
    let is_left = |record: &&Record| {
        !record.is_blank() && record.row != row.row && header.is_none_or(|header| header.row != record.row)
    };
    let left: Vec<_> = records.iter().filter(is_left).map(|record| (record.row, record.text())).collect();
    if !left.is_empty() {
        notes.push(told(What::Title, &left));
    }
    Some((std::iter::once(top).chain(body).collect(), notes))
}
