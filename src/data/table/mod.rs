//! Tables as spreadsheets, websites and people write them, read as a series of one column.
//!
//! A table is found in its file ([`block`]), whatever separates its cells ([`dialect`]) and however its numbers ([`numbers`])
//! and dates ([`dates`]) are written. One reading that fits all rows is taken; of two the reader is asked. What was left out,
//! and what was turned, is told with rows as a spreadsheet counts them.

mod block;
mod calendar;
mod columns;
mod dates;
mod dialect;
mod facts;
mod grid;
mod labels;
mod numbers;
mod reading;
mod records;
mod rows;
#[cfg(test)]
mod tests;
mod words;

pub use facts::{Offer, Question, TableChoices, TableFacts, Told, Topic, What};
pub use reading::read;

/// Characters of a label that are kept, and of a cell that a message repeats.
const LABEL_LIMIT: usize = 80;

/// A text at a length that can be shown.
fn shortened(text: &str) -> String {
    let end = text.char_indices().nth(LABEL_LIMIT).map_or(text.len(), |(end, _)| end);
    text[..end].trim().to_owned()
}

/// Something about these rows; about none of them, about all.
fn told(what: What, rows: &[(usize, String)]) -> Told {
    let number = |row: Option<&(usize, String)>| row.map_or(0, |(number, _)| *number);
    Told {
        what,
        row: number(rows.first()),
        last: number(rows.last()),
        count: rows.len(),
        text: rows.first().map_or_else(String::new, |(_, text)| shortened(text)),
    }
}
