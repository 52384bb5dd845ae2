//! Where the table is in its file: below titles and names, above sums and sources.

use super::facts::{Told, What};
use super::grid::{Grid, Kind};
use super::labels::{Labelling, Labels, Look};
use super::told;
use super::words::{NOTES, SUMS, says_when};
use crate::Error;

/// Rows of names above a table.
const NAMES_LIMIT: usize = 3;
/// Rows above a table in which a header is looked for.
const TITLES_LIMIT: usize = 40;
/// A table without what stands around it.
pub(super) struct Block {
    /// The names of all columns; empty for those without one.
    pub names: Vec<String>,
    /// Columns with numbers, but for labels.
    pub values: Vec<usize>,
    /// Rows of the grid, in their order.
    pub rows: Vec<usize>,
    /// What was left out.
    pub told: Vec<Told>,
}

impl Block {
    /// Finds the table.
    ///
    /// # Errors
    /// [`Error::SeriesTooShort`] where there is no number, [`Error::NotANumber`] where the first or the last row has a slip in
    /// it, [`Error::RaggedRow`].
    pub fn of(grid: &Grid, labelling: &Labelling) -> Result<Self, Error> {
        let finder = Finder::new(grid, labelling).ok_or(Error::SeriesTooShort { found: 0, needed: 2 })?;
        let first = finder.first();
        let last = finder.last(first);
        let (names, begins) = finder.names(first);
        let (rows, inside) = finder.inside(first, last, &names)?;
        let mut notes = Vec::new();
        for (what, range) in [(What::Title, 0..begins), (What::Footer, last + 1..grid.records.len())] {
            let filled = range.filter(|row| !grid.records[*row].is_blank());
            let left: Vec<_> = filled.map(|row| (grid.records[row].row, grid.records[row].text())).collect();
            if !left.is_empty() {
                notes.push(told(what, &left));
            }
        }
        notes.extend(inside);
        Ok(Block { names, values: finder.values, rows, told: notes })
    }
}

struct Finder<'g> {
    grid: &'g Grid,
    labelling: &'g Labelling,
    values: Vec<usize>,
}

impl<'g> Finder<'g> {
    fn new(grid: &'g Grid, labelling: &'g Labelling) -> Option<Self> {
        let labels = labelling.columns();
        let others: Vec<usize> = (0..grid.width).filter(|place| !labels.contains(place)).collect();
        let most = others.iter().map(|place| grid.numbers[*place]).max().filter(|most| *most > 0)?;
        let values = others.into_iter().filter(|place| 2 * grid.numbers[*place] >= most).collect();
        Some(Finder { grid, labelling, values })
    }

    fn kinds(&self, row: usize) -> impl Iterator<Item = Kind> {
        self.values.iter().map(move |place| self.grid.kind(row, *place))
    }

    fn has(&self, row: usize, kind: Kind) -> bool {
        self.kinds(row).any(|own| own == kind)
    }

    fn is_strong(&self) -> bool {
        self.labelling.look != Look::Any
    }

    /// Does the row have a value, or say that it has none?
    fn has_value(&self, row: usize) -> bool {
        self.has(row, Kind::Number) || self.has(row, Kind::Missing)
    }

    fn is_row(&self, row: usize) -> bool {
        self.has_value(row) && (!self.is_strong() || self.labelling.fits(row))
    }

    /// A number with a slip in it, where a value is expected?
    fn has_slip(&self, row: usize) -> bool {
        self.values.iter().any(|place| {
            let cell = self.grid.records[row]
                .cell(*place)
                .trim_start_matches(['+', '-', '−', '$', '€', '£', '¥', '￥']);
            self.grid.kind(row, *place) == Kind::Word && cell.starts_with(|c: char| c.is_ascii_digit())
        })
    }

    /// Names where values should stand, and nothing else?
    fn is_header(&self, row: usize) -> bool {
        let is_labelled = self.is_strong() && self.labelling.fits(row);
        self.has(row, Kind::Word) && !self.has_value(row) && !self.has_slip(row) && !is_labelled
    }

    fn is_corner(&self, row: usize) -> bool {
        let Labels::Column(place) = self.labelling.labels else { return false };
        let label = |row: usize| self.grid.records.get(row).map_or("", |record| record.cell(place));
        let is_named = says_when(label(row)) && !says_when(label(row + 1));
        !self.is_strong() && !label(row + 1).is_empty() && (label(row).is_empty() || is_named)
    }

    fn is_blank(&self, row: usize) -> bool {
        self.grid.records[row].is_blank()
    }

    /// The first row of the table.
    fn first(&self) -> usize {
        let count = self.grid.records.len();
        let begins = |row: usize| {
            let is_slip = !self.is_strong() && self.has_slip(row);
            (self.is_row(row) || is_slip) && !self.is_corner(row)
        };
        let mut first = (0..count).find(|row| begins(*row)).unwrap_or(0);
        // A title may have a number where the values stand; then a blank row and names follow.
        let limit = count.min(first + TITLES_LIMIT);
        for header in first + 1..limit {
            let is_apart =
                (first..header).any(|row| self.is_blank(row)) && self.grid.records[header].filled() > 1;
            if !is_apart || !self.is_header(header) {
                continue;
            }
            let before = (first..header).filter(|row| self.is_row(*row)).count();
            if (header + 1..count).filter(|row| self.is_row(*row)).count() > before {
                first = (header + 1..count).find(|row| begins(*row)).unwrap_or(first);
            }
        }
        // Rows without a value may stand before the first one.
        let is_empty = |row: &usize| {
            let fits = self.labelling.labels != Labels::Counted && self.labelling.fits(*row);
            fits && !self.is_blank(*row) && self.kinds(*row).all(|kind| kind == Kind::Empty)
        };
        let above = (0..first).rev().take_while(is_empty).last().unwrap_or(first);
        // Where any word may be a label, they are rows only below a header.
        let is_below = above > 0 && self.is_header(above - 1) && self.grid.records[above - 1].filled() > 1;
        if self.is_strong() || is_below { above } else { first }
    }

    /// The last row of the table.
    fn last(&self, first: usize) -> usize {
        let count = self.grid.records.len();
        let belongs = |row: &usize| {
            let has_label = self.is_strong() && self.labelling.fits(*row);
            !self.is_sum(*row) && (has_label || self.is_row(*row))
        };
        let last = (first..count).rev().find(belongs).unwrap_or(first);
        if self.is_strong() {
            return last;
        }
        // A row right below, as long as the others, is one of them with a slip in it.
        let is_like = |row: usize| {
            let record = &self.grid.records[row];
            let begins = record.cell(0).to_lowercase();
            let is_note = begins.ends_with([':', '：'])
                || NOTES.iter().any(|note| begins.starts_with(note))
                || self.is_sum(row);
            let is_single = self.labelling.labels == Labels::Counted;
            let is_filled = record.filled() == self.grid.records[last].filled() && self.has(row, Kind::Word);
            !is_note && (self.has_slip(row) || is_filled && !is_single)
        };
        (last + 1..count).take_while(|row| is_like(*row)).last().unwrap_or(last)
    }

    fn is_sum(&self, row: usize) -> bool {
        let label = match self.labelling.columns().first() {
            Some(place) => self.grid.records[row].cell(*place).to_lowercase(),
            None => return false,
        };
        SUMS.contains(&label.trim_end_matches([':', '：', ' ']))
    }

    /// The names above the table, and the first of their rows.
    fn names(&self, first: usize) -> (Vec<String>, usize) {
        let is_narrow = self.grid.width < 2;
        let mut begins = first;
        while begins > 0 && first - begins < NAMES_LIMIT {
            let above = begins - 1;
            // Names may stand apart from the table, but not from each other.
            let above = if begins == first && above > 0 && self.is_blank(above) { above - 1 } else { above };
            let record = &self.grid.records[above];
            // Programs that write names in several rows leave those above the values empty in the last one.
            let label = self.labelling.columns().first().map_or("", |place| record.cell(*place));
            let is_of_names = record.filled() > 1
                || is_narrow && begins == first && !record.is_blank()
                || record.filled() == 1 && says_when(label);
            let has_words = self.has(above, Kind::Word)
                || self.is_corner(above)
                || self.has(above, Kind::Number)
                || begins < first
                || says_when(label);
            let fits = self.grid.is_remark(above, first) || self.is_strong() && self.labelling.fits(above);
            if !is_of_names || !has_words || fits || (begins < first && self.has(above, Kind::Number)) {
                break;
            }
            begins = above;
        }
        let rows: Vec<Vec<String>> =
            (begins..first).filter(|row| !self.is_blank(*row)).map(|row| self.row_of_names(row)).collect();
        let name = |place: usize| {
            let mut words: Vec<&str> =
                rows.iter().map(|row| row.get(place).map_or("", String::as_str)).collect();
            words.retain(|word| is_name(word));
            words.dedup();
            words.join(" ")
        };
        ((0..self.grid.width).map(name).collect(), begins)
    }

    /// A row of names; where labels have none, the others stand one column too far to the left.
    fn row_of_names(&self, row: usize) -> Vec<String> {
        let length = |row: usize| {
            self.grid.records[row].cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1)
        };
        let mut names = self.grid.records[row].cells.clone();
        let table = self.values.last().map_or(0, |last| last + 1);
        let is_shifted = length(row) + 1 == table
            && self.labelling.labels == Labels::Column(0)
            && !names.first().is_none_or(|name| says_when(name) || name.is_empty());
        let is_unsure = self.values.len() == 1 && length(row) == 1;
        if is_shifted && !is_unsure {
            names.insert(0, String::new());
        }
        names
    }

    /// The rows of the table, and what was left out between them.
    fn inside(&self, first: usize, last: usize, names: &[String]) -> Result<(Vec<usize>, Vec<Told>), Error> {
        let length = |row: usize| {
            self.grid.records[row].cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1)
        };
        let mut lengths: Vec<usize> = (first..=last).filter(|row| self.is_row(*row)).map(length).collect();
        lengths.sort_unstable();
        let usual = lengths
            .chunk_by(|a, b| a == b)
            .max_by_key(|alike| (alike.len(), std::cmp::Reverse(alike[0])))
            .map_or(1, |alike| alike[0]);
        let named = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let width = usual.max(named);
        let (mut rows, mut blank, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let has_labels = self.labelling.labels != Labels::Counted;
        for row in first..=last {
            let record = &self.grid.records[row];
            if record.is_blank() && has_labels {
                blank.push((record.row, String::new()));
            } else if !record.is_blank() && self.is_foreign(row, names) {
                others.push((record.row, record.text()));
            } else if (width..length(row)).any(|place| self.grid.kind(row, place) == Kind::Number) {
                return Err(Error::RaggedRow { row: record.row, expected: width, found: length(row) });
            } else {
                rows.push(row);
            }
        }
        let notes = [(What::Blank, blank), (What::Inside, others)];
        let notes =
            notes.into_iter().filter(|(_, left)| !left.is_empty()).map(|(what, left)| told(what, &left));
        Ok((rows, notes.collect()))
    }

    /// Is a row inside the table no part of it: a heading, a sum, the names once more?
    fn is_foreign(&self, row: usize, names: &[String]) -> bool {
        let record = &self.grid.records[row];
        let is_repeated = record.filled() > 0
            && self.has(row, Kind::Word)
            && record
                .cells
                .iter()
                .enumerate()
                .all(|(place, cell)| names.get(place).is_some_and(|name| name == cell));
        let is_heading = self.is_strong()
            && !self.labelling.fits(row)
            && !self.has_value(row)
            && !self.has_slip(row)
            && !self.labelling.label(self.grid, row).is_empty();
        is_repeated || is_heading || self.is_sum(row)
    }
}

/// What begins with a digit and is a number is no name.
fn is_name(word: &str) -> bool {
    !word.is_empty()
        && super::numbers::read(word)
            .is_none_or(|number| matches!(number.unit, super::numbers::Unit::Other(_)))
}
