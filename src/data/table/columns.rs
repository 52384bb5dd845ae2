//! A column of cells as numbers: which sign stands before the fraction, which unit behind it, and where values are missing.

use std::collections::HashMap;

use super::block::Block;
use super::grid::{Grid, Kind};
use super::numbers::{self, MAGNITUDE_LIMIT, Number, Unit};
use super::records::Delimiter;
use super::shortened;
use super::words::LIKELY;
use crate::Error;

/// A column whose cells have been looked at.
pub(super) struct Cells {
    /// Its number in the grid.
    pub place: usize,
    /// What each row of the table has there; nothing where the value is missing.
    cells: Vec<Option<Number>>,
    /// The first cell that is neither a number nor missing.
    slip: Option<usize>,
}

/// What a sign before a fraction fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fraction {
    /// A point does.
    Point,
    /// A comma does.
    Comma,
    /// Both do, and mean the same.
    Same,
    /// Both do, and mean different numbers.
    Either,
    /// Neither does; the first cell that does not go with the others.
    Neither(usize),
}

impl Cells {
    /// Looks at a column of the table.
    pub fn of(grid: &Grid, block: &Block, place: usize) -> Self {
        let mut slip = None;
        let mut cells = Vec::with_capacity(block.rows.len());
        for (index, row) in block.rows.iter().enumerate() {
            let cell = grid.records[*row].cell(place);
            let number = numbers::read(cell);
            let is_missing = matches!(grid.kind(*row, place), Kind::Empty | Kind::Missing);
            if number.is_none() && !is_missing && slip.is_none() {
                slip = Some(index);
            }
            cells.push(number);
        }
        let slip = [slip, strange_unit(&cells)].into_iter().flatten().min();
        Cells { place, cells, slip }
    }

    /// Which sign before a fraction fits all cells?
    pub fn fraction(&self) -> Fraction {
        let (mut point, mut comma, mut differs) = (None, None, false);
        let (mut points, mut commas) = (0, 0);
        for (index, number) in self.cells.iter().enumerate() {
            let Some(number) = number else { continue };
            points += usize::from(number.point.is_some());
            commas += usize::from(number.comma.is_some());
            point = point.or(number.point.is_none().then_some(index));
            comma = comma.or(number.comma.is_none().then_some(index));
            differs |= number.point != number.comma;
        }
        match (point, comma) {
            (None, None) if differs => Fraction::Either,
            (None, None) => Fraction::Same,
            (None, Some(_)) => Fraction::Point,
            (Some(_), None) => Fraction::Comma,
            (Some(point), Some(comma)) => Fraction::Neither(if points >= commas { point } else { comma }),
        }
    }

    /// The value of each row, read with a comma before the fraction or with a point.
    ///
    /// # Errors
    /// [`Error::NotANumber`] with the first cell that is none.
    pub fn values(&self, grid: &Grid, block: &Block, is_comma: bool) -> Result<Vec<Option<f64>>, Error> {
        let wrong = match self.fraction() {
            Fraction::Neither(index) => Some(index),
            _ => None,
        };
        let fails = |index: usize| {
            let record = &grid.records[block.rows[index]];
            let cell = record.cell(self.place);
            Error::NotANumber { row: record.row, column: self.place + 1, text: shortened(cell) }
        };
        if let Some(index) = [self.slip, wrong].into_iter().flatten().min() {
            return Err(fails(index));
        }
        let mut values = Vec::with_capacity(self.cells.len());
        for (index, number) in self.cells.iter().enumerate() {
            let value = match number {
                None => None,
                Some(number) => {
                    let value = if is_comma { number.comma } else { number.point };
                    Some(value.filter(|value| value.abs() <= MAGNITUDE_LIMIT).ok_or_else(|| fails(index))?)
                }
            };
            values.push(value);
        }
        Ok(values)
    }

    /// Rows whose number has the sign of a footnote behind it.
    pub fn marked(&self) -> impl Iterator<Item = usize> {
        self.cells
            .iter()
            .enumerate()
            .filter(|(_, number)| number.as_ref().is_some_and(|number| number.is_marked))
            .map(|(index, _)| index)
    }

    /// How the first numbers whose two readings differ would read: cells and both values.
    pub fn examples(&self, count: usize) -> Vec<(usize, f64, f64)> {
        let both = self.cells.iter().enumerate().filter_map(|(index, number)| {
            let number = number.as_ref()?;
            Some((index, number.point?, number.comma?)).filter(|(_, point, comma)| point != comma)
        });
        both.take(count).collect()
    }
}

/// The first number whose unit is not that of the column: a slip of the pen would be a unit otherwise. Zero needs none.
fn strange_unit(cells: &[Option<Number>]) -> Option<usize> {
    let mut counts: HashMap<&Unit, usize> = HashMap::new();
    for number in cells.iter().flatten() {
        *counts.entry(&number.unit).or_default() += 1;
    }
    if counts.len() < 2 {
        // A unit that all have is one; a single number with letters behind it is not known to be.
        let is_lone = cells.iter().flatten().count() == 1;
        return cells.iter().position(|number| {
            is_lone && number.as_ref().is_some_and(|number| matches!(number.unit, Unit::Other(_)))
        });
    }
    // Of units that are as frequent as each other, none at all.
    let usual =
        counts.iter().max_by_key(|(unit, count)| (**count, **unit == &Unit::Plain)).map(|(unit, _)| *unit)?;
    cells.iter().position(|number| {
        number
            .as_ref()
            .is_some_and(|number| number.unit != *usual && number.point.or(number.comma) != Some(0.0))
    })
}

/// Which column is meant, if none has been chosen: by its name; otherwise the last one.
pub(super) fn likeliest(names: &[&str]) -> usize {
    let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let by_name = LIKELY.iter().find_map(|likely| names.iter().position(|name| name == likely));
    let by_word = || {
        LIKELY[3..].iter().find_map(|likely| {
            names
                .iter()
                .position(|name| name.split([' ', '(', '（', '.', '_', '-']).any(|word| word == *likely))
        })
    };
    by_name.or_else(by_word).unwrap_or(names.len().saturating_sub(1))
}

/// What a file's other columns say of the sign before a fraction; nothing where they say nothing, or both.
pub(super) fn evidence(others: &[Fraction]) -> Option<bool> {
    let (point, comma) = (others.contains(&Fraction::Point), others.contains(&Fraction::Comma));
    (point != comma).then_some(comma)
}

/// Could a comma, or a point, separate thousands in a file with this delimiter?
pub(super) fn usual_comma(delimiter: Delimiter) -> bool {
    matches!(delimiter, Delimiter::Sign(';' | '；'))
}
