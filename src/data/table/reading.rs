//! A text becomes a series: the parts of this module in their order.

use super::block::Block;
use super::columns::{Cells, Fraction, evidence, likeliest, usual_comma};
use super::dialect::Dialect;
use super::facts::{BETWEEN, COMMA, LEFT_OUT, Offer, POINT, Question, TableChoices, TableFacts, Topic, What};
use super::grid::{Grid, upright};
use super::labels::Labelling;
use super::records::{Delimiter, Record};
use super::rows::{Row, fill, put_in_order};
use super::words::{is_counter, says_when};
use super::{numbers, shortened, told};
use crate::Error;
use crate::data::series::unnamed;
use crate::data::{Series, VALUES_LIMIT};
use crate::error::Counted;
use crate::number::Written;

/// Rows that are looked at: those of the longest series, and as many again around it.
const ROWS_LIMIT: usize = 2 * VALUES_LIMIT;
/// Points of a picture of a column.
const PICTURE: usize = 48;
/// Columns that are offered.
const COLUMNS_LIMIT: usize = 400;
/// Examples that a question shows.
const EXAMPLES: usize = 3;

/// Reads a series from decoded text with `\n` at the end of each line: labels, if there are any, and one column of values.
///
/// What fits in two ways is read in the likelier one, and the question stands in the facts.
///
/// # Errors
/// [`Error::NotANumber`], [`Error::RaggedRow`], [`Error::TooLarge`], [`Error::SeriesTooShort`] for fewer than two rows with a
/// value, [`Error::ConstantSeries`] where no column varies.
pub fn read(text: &str, choices: &TableChoices) -> Result<(Series, TableFacts), Error> {
    let Dialect { delimiter, records, question } = Dialect::of(text, choices);
    let records = rejoined(records, delimiter);
    let (records, notes) = upright(records);
    let found = records.iter().filter(|record| !record.is_blank()).count();
    if found > ROWS_LIMIT {
        return Err(Error::TooLarge { counted: Counted::Values, found, limit: VALUES_LIMIT });
    }
    let grid = Grid::new(records);
    let labelling = Labelling::of(&grid);
    let block = Block::of(&grid, &labelling)?;
    if block.rows.len() > VALUES_LIMIT {
        return Err(Error::TooLarge {
            counted: Counted::Values,
            found: block.rows.len(),
            limit: VALUES_LIMIT,
        });
    }
    let mut facts = TableFacts { told: notes, questions: question.into_iter().collect() };
    facts.told.extend(block.told.iter().cloned());
    let table = Table { grid, labelling, block, delimiter };
    table.series(choices, facts)
}

/// Numbers with commas between their thousands in a file with commas between its cells, without quotes: where the table has two
/// columns, what stands behind the first comma is one number.
fn rejoined(mut records: Vec<Record>, delimiter: Delimiter) -> Vec<Record> {
    if delimiter != Delimiter::Sign(',') {
        return records;
    }
    let has_number = |record: &&Record| record.cells.iter().skip(1).any(|cell| numbers::read(cell).is_some());
    let lengths = || records.iter().filter(has_number).map(|record| record.cells.len());
    let header = records.iter().find(|record| !record.is_blank()).filter(|record| !has_number(record));
    let says_two = |header: &Record| header.cells.len() == 2 && says_when(header.cell(0));
    let is_narrow = lengths().min() == Some(2) || header.is_some_and(says_two);
    let joined = |record: &Record| record.cells[1..].join(",");
    let is_one = |record: &Record| record.cells.len() == 2 || numbers::read(&joined(record)).is_some();
    if !is_narrow || lengths().max() <= Some(2) || !records.iter().filter(has_number).all(is_one) {
        return records;
    }
    for record in &mut records {
        if record.cells.len() > 2 && has_number(&&*record) {
            record.cells = vec![record.cells[0].clone(), joined(record)];
        }
    }
    records
}

struct Table {
    grid: Grid,
    labelling: Labelling,
    block: Block,
    delimiter: Delimiter,
}

/// A column that can be chosen.
struct Candidate {
    cells: Cells,
    name: String,
    is_comma: bool,
    /// Its values, or what is wrong with one of them.
    values: Result<Vec<Option<f64>>, Error>,
}

impl Table {
    fn series(&self, choices: &TableChoices, mut facts: TableFacts) -> Result<(Series, TableFacts), Error> {
        let candidate = self.column(choices, &mut facts)?;
        let values = candidate.values?;
        let labels: Vec<String> =
            self.block.rows.iter().map(|row| shortened(&self.labelling.label(&self.grid, *row))).collect();
        let mut rows: Vec<Row> = (self.block.rows.iter().zip(labels).zip(values))
            .map(|((row, label), value)| Row { row: *row, number: self.grid.records[*row].row, label, value })
            .collect();
        self.marks(&candidate.cells, &mut facts);
        self.ends(&mut rows, candidate.cells.place, &mut facts);
        put_in_order(&mut rows, choices, &mut facts);
        self.holes(&mut rows, candidate.cells.place, choices, &mut facts);
        let values: Vec<f64> = rows.iter().filter_map(|row| row.value).collect();
        if values.len() < 2 {
            return Err(Error::SeriesTooShort { found: values.len(), needed: 2 });
        }
        if values.iter().all(|value| *value == values[0]) {
            return Err(Error::ConstantSeries);
        }
        let label = |(index, row): (usize, Row)| {
            if row.label.is_empty() { (index + 1).to_string() } else { row.label }
        };
        let labels = rows.into_iter().enumerate().map(label).collect();
        let mut series = Series::single(labels, values);
        if let Some(column) = series.columns.first_mut().filter(|_| !candidate.name.is_empty()) {
            column.name = candidate.name;
        }
        Ok((series, facts))
    }

    /// The column of values, and the questions which one it is and how its numbers read.
    fn column(&self, choices: &TableChoices, facts: &mut TableFacts) -> Result<Candidate, Error> {
        let all: Vec<Cells> = self
            .block
            .values
            .iter()
            .take(COLUMNS_LIMIT)
            .map(|place| Cells::of(&self.grid, &self.block, *place))
            .collect();
        let fractions: Vec<Fraction> = all.iter().map(Cells::fraction).collect();
        let mut candidates: Vec<(Candidate, bool)> = Vec::with_capacity(all.len());
        for (index, cells) in all.into_iter().enumerate() {
            let (is_comma, is_open) = self.is_comma(fractions[index], &fractions, choices);
            let values = cells.values(&self.grid, &self.block, is_comma);
            let name = shortened(self.block.names.get(cells.place).map_or("", String::as_str));
            candidates.push((Candidate { cells, name, is_comma, values }, is_open));
        }
        let varies = |candidate: &Candidate| {
            candidate.values.as_ref().map_or(true, |values| {
                let mut known = values.iter().flatten();
                let first = known.next();
                known.any(|value| Some(value) != first)
            })
        };
        let counts = |candidate: &Candidate| {
            candidate.values.as_ref().is_ok_and(|values| is_counter(&candidate.name, values))
        };
        let is_useful = |(candidate, _): &(Candidate, bool)| varies(candidate) && !counts(candidate);
        if candidates.iter().any(is_useful) {
            candidates.retain(is_useful);
        }
        let readable = candidates.iter().any(|(candidate, _)| candidate.values.is_ok());
        let guesses: Vec<usize> =
            (0..candidates.len()).filter(|index| !readable || candidates[*index].0.values.is_ok()).collect();
        let names: Vec<&str> = guesses.iter().map(|index| candidates[*index].0.name.as_str()).collect();
        let guess = guesses.get(likeliest(&names)).copied().unwrap_or(0);
        let number = |index: usize| candidates[index].0.cells.place as u32 + 1;
        let answer = choices.get(Topic::Column);
        let chosen = answer.and_then(|answer| (0..candidates.len()).find(|index| number(*index) == answer));
        let taken = chosen.unwrap_or(guess);
        if candidates.len() > 1 {
            let count = candidates.len();
            let offers = candidates.iter().enumerate().map(|(index, (candidate, _))| Offer {
                answer: number(index),
                name: if candidate.name.is_empty() {
                    unnamed(index + 1, count)
                } else {
                    candidate.name.clone()
                },
                examples: self.first_cells(candidate.cells.place),
                picture: candidate.values.as_ref().map_or_else(|_| Vec::new(), |values| picture(values)),
            });
            facts.questions.push(Question {
                topic: Topic::Column,
                offers: offers.collect(),
                taken: number(taken),
                is_answered: chosen.is_some(),
            });
        }
        if taken >= candidates.len() {
            return Err(Error::SeriesTooShort { found: 0, needed: 2 });
        }
        let (candidate, is_open) = candidates.swap_remove(taken);
        if is_open {
            facts.questions.push(self.about_fraction(&candidate, choices));
        }
        Ok(candidate)
    }

    /// Does a comma stand before the fraction, and could it be otherwise?
    fn is_comma(&self, own: Fraction, all: &[Fraction], choices: &TableChoices) -> (bool, bool) {
        match own {
            Fraction::Comma => (true, false),
            Fraction::Either => match (evidence(all), choices.get(Topic::Decimal)) {
                (Some(is_comma), _) => (is_comma, false),
                (None, Some(answer)) => (answer == COMMA, true),
                (None, None) => (usual_comma(self.delimiter), true),
            },
            Fraction::Point | Fraction::Same | Fraction::Neither(_) => (false, false),
        }
    }

    fn about_fraction(&self, candidate: &Candidate, choices: &TableChoices) -> Question {
        let examples = |is_comma: bool| {
            let shown = candidate.cells.examples(EXAMPLES).into_iter().map(|(index, point, comma)| {
                let cell = self.grid.records[self.block.rows[index]].cell(candidate.cells.place);
                format!("{cell} → {}", Written(if is_comma { comma } else { point }))
            });
            shown.collect()
        };
        let offer = |answer, is_comma| Offer {
            answer,
            name: String::new(),
            examples: examples(is_comma),
            picture: Vec::new(),
        };
        Question {
            topic: Topic::Decimal,
            offers: vec![offer(POINT, false), offer(COMMA, true)],
            taken: if candidate.is_comma { COMMA } else { POINT },
            is_answered: choices.get(Topic::Decimal).is_some(),
        }
    }

    fn first_cells(&self, place: usize) -> Vec<String> {
        let cells = self.block.rows.iter().map(|row| self.grid.records[*row].cell(place));
        cells.filter(|cell| !cell.is_empty()).take(EXAMPLES).map(shortened).collect()
    }

    fn said(&self, rows: impl Iterator<Item = usize>, place: usize) -> Vec<(usize, String)> {
        rows.map(|row| {
            let record = &self.grid.records[row];
            (record.row, record.cell(place).to_owned())
        })
        .collect()
    }

    fn marks(&self, cells: &Cells, facts: &mut TableFacts) {
        let marked = self.said(cells.marked().map(|index| self.block.rows[index]), cells.place);
        if !marked.is_empty() {
            facts.told.push(told(What::Marks, &marked));
        }
    }

    /// Leaves out rows without a value at both ends.
    fn ends(&self, rows: &mut Vec<Row>, place: usize, facts: &mut TableFacts) {
        let has_value = |row: &Row| row.value.is_some();
        let first = rows.iter().position(has_value).unwrap_or(rows.len());
        let last = rows.iter().rposition(has_value).map_or(rows.len(), |last| last + 1);
        let behind = rows.split_off(last);
        let before: Vec<Row> = rows.drain(..first.min(rows.len())).collect();
        for (what, left) in [(What::MissingFirst, before), (What::MissingLast, behind)] {
            let left = self.said(left.iter().map(|row| row.row), place);
            if !left.is_empty() {
                facts.told.push(told(what, &left));
            }
        }
    }

    /// Rows without a value among the others: left out, or filled, as the reader says.
    fn holes(&self, rows: &mut Vec<Row>, place: usize, choices: &TableChoices, facts: &mut TableFacts) {
        let holes = self.said(rows.iter().filter(|row| row.value.is_none()).map(|row| row.row), place);
        if holes.is_empty() {
            return;
        }
        let examples: Vec<String> = holes
            .iter()
            .take(EXAMPLES)
            .map(|(row, text)| format!("{row}: {}", shortened(text)).trim_end().to_owned())
            .collect();
        let offer =
            |answer| Offer { answer, name: String::new(), examples: examples.clone(), picture: Vec::new() };
        let answer = choices.get(Topic::Holes);
        let taken = answer.unwrap_or(LEFT_OUT);
        facts.questions.push(Question {
            topic: Topic::Holes,
            offers: vec![offer(LEFT_OUT), offer(BETWEEN)],
            taken,
            is_answered: answer.is_some(),
        });
        if taken == BETWEEN {
            fill(rows);
        } else {
            rows.retain(|row| row.value.is_some());
        }
        facts.told.push(told(if taken == BETWEEN { What::HolesFilled } else { What::HolesLeft }, &holes));
    }
}

/// A column as a small curve: means of neighbours, from 0 at the least to 1 at the greatest.
fn picture(values: &[Option<f64>]) -> Vec<f32> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let count = known.len().min(PICTURE);
    let mean = |index: usize| {
        let part = &known[index * known.len() / count..(index + 1) * known.len() / count];
        part.iter().map(|value| value / part.len() as f64).sum::<f64>()
    };
    let means: Vec<f64> = (0..count).map(mean).collect();
    let least = means.iter().copied().fold(f64::INFINITY, f64::min);
    let size = means.iter().copied().fold(f64::NEG_INFINITY, f64::max) - least;
    means.iter().map(|mean| if size > 0.0 { ((mean - least) / size) as f32 } else { 0.5 }).collect()
}
