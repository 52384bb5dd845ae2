//! Which column says when: a date, its parts in several columns, or whatever counts the rows.

use super::dates::{self, Detail, Order, PIVOT};
use super::grid::{Grid, Kind, LABEL_COLUMNS};
use super::words::{DAYS, HOURS, MONTHS, WHEN, YEARS};

/// How rows are labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Labels {
    /// They are counted.
    Counted,
    /// By what stands in this column.
    Column(usize),
    /// By a date in one column and a time of day in the next.
    Timed(usize),
    /// By year, month, perhaps day and perhaps hour in columns of their own.
    Parts(Vec<usize>),
}

/// Labels, and what tells a label of the table from other words.
pub(super) struct Labelling {
    /// Where they stand.
    pub labels: Labels,
    /// How those of the table look.
    pub look: Look,
    /// Which rows have such a label.
    fits: Vec<bool>,
}

/// Rows from which is seen where labels stand.
const SEEN: usize = 1000;

/// How the labels of a table look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    /// They are dates.
    Dates,
    /// They are words and signs with digits in the same places: `t1`, `t2`.
    Shape(String),
    /// Anything.
    Any,
}

impl Labelling {
    /// Finds the labels among all rows of the file, titles included.
    pub fn of(grid: &Grid) -> Self {
        let rows: Vec<usize> =
            (0..grid.records.len()).filter(|row| grid.numbers_in(*row) > 0).take(SEEN).collect();
        let find = Finder { grid, rows };
        let is_day =
            |moment: dates::Moment| matches!(moment.detail, Detail::Day | Detail::Pair) && moment.date.1 > 0;
        let is_part = |moment: dates::Moment| matches!(moment.detail, Detail::Day | Detail::Month);
        let labels = find
            .dated(&is_day)
            .or_else(|| find.parts())
            .or_else(|| find.dated(&is_part))
            .or_else(|| find.years())
            .unwrap_or_else(|| find.first());
        let look = find.look(&labels);
        let fits = |row: usize| {
            let label = labels.of(grid, row);
            match &look {
                Look::Dates => is_moment(&label),
                Look::Shape(shape) => shape_of(&label) == *shape,
                Look::Any => true,
            }
        };
        let fits = (0..grid.records.len()).map(fits).collect();
        Labelling { labels, look, fits }
    }

    /// Columns that are part of the label.
    pub fn columns(&self) -> Vec<usize> {
        match &self.labels {
            Labels::Counted => Vec::new(),
            Labels::Column(place) => vec![*place],
            Labels::Timed(place) => vec![*place, place + 1],
            Labels::Parts(places) => places.clone(),
        }
    }

    /// The label of a row; empty where it has none.
    pub fn label(&self, grid: &Grid, row: usize) -> String {
        self.labels.of(grid, row)
    }

    /// Does a row begin as the rows of the table do?
    pub fn fits(&self, row: usize) -> bool {
        self.fits[row]
    }
}

impl Labels {
    fn of(&self, grid: &Grid, row: usize) -> String {
        let record = &grid.records[row];
        match self {
            Labels::Counted => String::new(),
            Labels::Column(place) => record.cell(*place).to_owned(),
            Labels::Timed(place) => {
                [record.cell(*place), &timed(record.cell(place + 1))].join(" ").trim().to_owned()
            }
            Labels::Parts(places) => joined(grid, row, places).unwrap_or_default(),
        }
    }
}

struct Finder<'g> {
    grid: &'g Grid,
    /// Rows with a number.
    rows: Vec<usize>,
}

impl Finder<'_> {
    fn cell(&self, row: usize, place: usize) -> &str {
        self.grid.records[row].cell(place)
    }

    /// Does this hold in nearly all rows where the column has something?
    fn nearly_all(&self, place: usize, holds: impl Fn(&str) -> bool) -> bool {
        self.tenths(place, holds) >= 8
    }

    /// In how many tenths of the rows where the column has something does this hold? 0 where it has little.
    fn tenths(&self, place: usize, holds: impl Fn(&str) -> bool) -> usize {
        let filled = || self.rows.iter().map(|row| self.cell(*row, place)).filter(|cell| !cell.is_empty());
        let count = filled().count();
        if 2 * count <= self.rows.len() {
            0
        } else {
            10 * filled().filter(|cell| holds(cell)).count() / count
        }
    }

    /// Has the column a name of its own?
    fn has_name(&self, place: usize) -> bool {
        let first = self.rows.first().copied().unwrap_or(0);
        first > 0 && !self.grid.is_remark(first - 1, first) && self.grid.kind(first - 1, place) == Kind::Word
    }

    fn places(&self) -> std::ops::Range<usize> {
        0..self.grid.width.min(LABEL_COLUMNS)
    }

    /// Is one of these names above the numbers of the column?
    fn is_named(&self, place: usize, names: &[&str]) -> bool {
        let first = self.rows.first().copied().unwrap_or(0);
        let above = self.grid.records[..=first.min(self.grid.records.len().saturating_sub(1))].iter().rev();
        above.take(8).any(|record| {
            let name = record.cell(place).to_lowercase();
            !name.is_empty() && names.contains(&name.as_str())
        })
    }

    fn has_other_numbers(&self, places: &[usize]) -> bool {
        (0..self.grid.width).any(|place| !places.contains(&place) && self.grid.numbers[place] > 0)
    }

    /// Year, month and perhaps day beside each other.
    fn parts(&self) -> Option<Labels> {
        let is_year = |cell: &str| year(cell).is_some();
        let is_month = |cell: &str| dates::month_of(cell, true).is_some();
        let is_day = |cell: &str| cell.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day));
        let rises = |places: &[usize]| {
            let keys: Vec<_> = self.rows.iter().filter_map(|row| joined(self.grid, *row, places)).collect();
            let few = keys.len() + 3 < self.rows.len() || keys.len() < 2;
            !few && (keys.windows(2).all(|pair| pair[0] < pair[1])
                || keys.windows(2).all(|pair| pair[0] > pair[1]))
        };
        for y in self.places().filter(|place| self.nearly_all(*place, is_year)) {
            for m in self.beside(y, &MONTHS).filter(|place| *place != y) {
                if !self.nearly_all(m, is_month) || !self.has_other_numbers(&[y, m]) {
                    continue;
                }
                let named = self.is_named(y, &YEARS) && self.is_named(m, &MONTHS);
                let in_letters = self.nearly_all(m, |cell| dates::month_of(cell, false).is_some());
                for d in self.beside(m, &DAYS).filter(|place| *place != y && *place != m) {
                    let places = vec![y, m, d];
                    let is_whole = self.nearly_all(d, is_day) && self.has_other_numbers(&places);
                    let is_bare = !self.has_name(m) && !self.has_name(d);
                    let goes_on = is_bare && !rises(&[y, m]) && rises(&places);
                    if is_whole && (named && self.is_named(d, &DAYS) || goes_on) {
                        return Some(Labels::Parts(self.with_hours(places)));
                    }
                }
                if named || in_letters || !self.has_name(m) && rises(&[y, m]) {
                    return Some(Labels::Parts(vec![y, m]));
                }
            }
        }
        None
    }

    /// The columns with such a name, and those beside this one.
    fn beside(&self, place: usize, names: &'static [&'static str]) -> impl Iterator<Item = usize> {
        let beside = [place + 1, place.wrapping_sub(1)].into_iter().filter(|place| *place < self.grid.width);
        self.places().filter(move |place| self.is_named(*place, names)).chain(beside)
    }

    /// Year, month and day, and the hour where it has a column.
    fn with_hours(&self, mut places: Vec<usize>) -> Vec<usize> {
        let is_hour = |cell: &str| cell.parse::<u8>().is_ok_and(|hour| hour <= 24);
        let hour =
            self.places().find(|place| self.is_named(*place, &HOURS) && self.nearly_all(*place, is_hour));
        places.extend(hour);
        places
    }

    /// A column of dates that are more than a number.
    fn dated(&self, is_date: &dyn Fn(dates::Moment) -> bool) -> Option<Labels> {
        // Sums and notes below a short table have no date.
        let place =
            self.places().find(|place| self.tenths(*place, |cell| moments(cell).any(is_date)) >= 6)?;
        let is_time = |cell: &str| {
            let time = timed(cell);
            dates::read(&time, Order::Ymd, PIVOT).is_some_and(|moment| moment.detail == Detail::Time)
        };
        let has_time = place + 1 < self.grid.width && self.nearly_all(place + 1, is_time);
        Some(if has_time { Labels::Timed(place) } else { Labels::Column(place) })
    }

    /// A column of years, or of dates without a sign in them, that go one way or have a name that says so.
    fn years(&self) -> Option<Labels> {
        let is_digits =
            |cell: &str| moments(cell).any(|moment| matches!(moment.detail, Detail::Year | Detail::Digits));
        let place = self.places().find(|place| {
            self.nearly_all(*place, is_digits)
                && self.has_other_numbers(&[*place])
                && (self.is_named(*place, &WHEN) || *place == 0 && self.goes_one_way(*place))
        })?;
        Some(Labels::Column(place))
    }

    /// The first of several columns, where its cells are words or count the rows.
    fn first(&self) -> Labels {
        if self.grid.width < 2 || !self.has_other_numbers(&[0]) {
            return Labels::Counted;
        }
        let are_numbers = self.nearly_all(0, |cell| super::numbers::read(cell).is_some());
        let is_label = !are_numbers || self.is_named(0, &WHEN) || self.goes_one_way(0) || self.counts(0);
        if is_label { Labels::Column(0) } else { Labels::Counted }
    }

    fn whole(&self, place: usize) -> Option<Vec<i64>> {
        self.rows
            .iter()
            .filter(|row| self.grid.kind(**row, place) == Kind::Number)
            .map(|row| self.cell(*row, place).parse().ok())
            .collect()
    }

    /// Whole numbers that only rise or only fall.
    fn goes_one_way(&self, place: usize) -> bool {
        self.whole(place).is_some_and(|whole| {
            whole.windows(2).all(|pair| pair[0] < pair[1]) || whole.windows(2).all(|pair| pair[0] > pair[1])
        })
    }

    /// Whole numbers that mostly go on by one: months without a year, hours of a day.
    fn counts(&self, place: usize) -> bool {
        self.whole(place).is_some_and(|whole| {
            let steps = whole.len().saturating_sub(1);
            10 * whole.windows(2).filter(|pair| pair[1].checked_sub(pair[0]) == Some(1)).count() >= 8 * steps
                && steps > 1
        })
    }

    fn look(&self, labels: &Labels) -> Look {
        let texts: Vec<String> = self.rows.iter().map(|row| labels.of(self.grid, *row)).collect();
        let filled = texts.iter().filter(|text| !text.is_empty()).count();
        if *labels == Labels::Counted || filled < 2 {
            return Look::Any;
        }
        if 10 * texts.iter().filter(|text| is_moment(text)).count() >= 6 * filled {
            return Look::Dates;
        }
        let mut shapes: Vec<String> =
            texts.iter().filter(|text| !text.is_empty()).map(|text| shape_of(text)).collect();
        shapes.sort_unstable();
        let longest = shapes.chunk_by(|a, b| a == b).max_by_key(|alike| alike.len());
        match longest.filter(|alike| 10 * alike.len() >= 9 * filled && alike[0].contains('9')) {
            Some(alike) => Look::Shape(alike[0].clone()),
            None => Look::Any,
        }
    }
}

fn moments(cell: &str) -> impl Iterator<Item = dates::Moment> {
    Order::ALL.into_iter().filter_map(move |order| dates::read(cell, order, PIVOT))
}

fn is_moment(label: &str) -> bool {
    moments(label).next().is_some()
}

fn year(cell: &str) -> Option<i64> {
    let moment = dates::read(cell, Order::Ymd, PIVOT)?;
    (moment.date.0 > 0 && moment.date.1 == 0 && matches!(moment.detail, Detail::Year | Detail::Day))
        .then_some(moment.date.0)
}

/// `18.00.00` as 18:00:00.
fn timed(cell: &str) -> String {
    if cell.bytes().filter(|byte| *byte == b'.').count() == 2 {
        cell.replace('.', ":")
    } else {
        cell.to_owned()
    }
}

fn joined(grid: &Grid, row: usize, places: &[usize]) -> Option<String> {
    let record = &grid.records[row];
    let part = |index: usize| places.get(index).map(|place| record.cell(*place));
    let year = year(part(0)?)?;
    let month = dates::month_of(part(1)?, true)?;
    let day = match part(2) {
        Some(day) => day.parse().ok()?,
        None => 0,
    };
    let hour = part(3).map(|hour| hour.parse::<i64>().map(|hour| hour.clamp(0, 24)));
    let date = dates::Moment { detail: Detail::Day, date: (year, month, day), seconds: 0 }.written();
    match hour {
        Some(hour) => Some(format!("{date} {:02}:00", hour.ok()?)),
        None => Some(date),
    }
}

/// A label with 9 for each run of digits.
fn shape_of(label: &str) -> String {
    let mut shape = String::new();
    for c in label.chars() {
        match c.is_ascii_digit() {
            true if shape.ends_with('9') => {}
            true => shape.push('9'),
            false => shape.push(c),
        }
    }
    shape
}
