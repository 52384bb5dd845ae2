//! Which sign separates the cells of a text: the one under which most rows have a label and a number.

use std::collections::BTreeMap;

use super::dates::{self, Detail, Order, PIVOT};
use super::facts::{APART, Offer, Question, TableChoices, Topic, WHOLE};
use super::numbers;
use super::records::{Delimiter, Record, announced, split, unquoted};

/// Bytes from the beginning that are tried.
const HEAD: usize = 64 * 1024;
/// Examples that a question shows.
const EXAMPLES: usize = 3;

/// A text cut into rows.
pub(super) struct Dialect {
    /// What separates.
    pub delimiter: Delimiter,
    /// The rows.
    pub records: Vec<Record>,
    /// Whether a row is one number or several cells, where both are possible.
    pub question: Option<Question>,
}

impl Dialect {
    /// Finds the delimiter and cuts the text by it.
    pub fn of(text: &str, choices: &TableChoices) -> Self {
        let (sign, text) = announced(text);
        // A column of numbers in quotes is one as it stands.
        let is_number = |line: &str| numbers::read(line).is_some();
        let bare = unquoted(text).filter(|bare| !bare.lines().any(is_number));
        let text = bare.as_deref().unwrap_or(text);
        if let Some(sign) = sign {
            let delimiter = Delimiter::Sign(sign);
            return Dialect { delimiter, records: tabled(text, delimiter), question: None };
        }
        let head = head(text);
        let whole = split(head, Delimiter::None);
        let is_number = |record: &&Record| numbers::read(record.cell(0)).is_some();
        let whole_count = whole.iter().filter(is_number).count();
        let Some(best) = Best::of(head, whole_count) else {
            return Dialect {
                delimiter: Delimiter::None,
                records: tabled(text, Delimiter::None),
                question: None,
            };
        };
        let question = (!is_plain(best.delimiter) && whole_count >= 2 && 10 * whole_count >= 9 * best.rows)
            .then(|| best.conflict(&whole, choices))
            .flatten();
        let is_whole = question.as_ref().is_some_and(|question| question.taken == WHOLE);
        let delimiter = if is_whole { Delimiter::None } else { best.delimiter };
        // What could only be one of them is no question.
        let question = question.filter(|question| question.offers.len() > 1);
        Dialect { delimiter, records: tabled(text, delimiter), question }
    }
}

/// The beginning of the text, up to the end of a line.
fn head(text: &str) -> &str {
    let cut = &text[..text.floor_char_boundary(HEAD)];
    if cut.len() == text.len() { text } else { cut.rfind('\n').map_or(cut, |end| &cut[..end]) }
}

/// The rows without empty cells at their ends, and without those that only draw a line (`|---|---|`).
fn tabled(text: &str, delimiter: Delimiter) -> Vec<Record> {
    let is_stroke =
        |cell: &String| cell.len() >= 3 && cell.chars().all(|c| "-=:+_".contains(c)) || cell.is_empty();
    let mut records = split(text, delimiter);
    records.retain(|record| record.filled() < 2 || !record.cells.iter().all(is_stroke));
    for record in &mut records {
        let end = record.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        record.cells.truncate(end);
    }
    records
}

/// The delimiter under which the text is most like a table.
struct Best {
    delimiter: Delimiter,
    records: Vec<Record>,
    /// Rows with a number behind the first cell.
    rows: usize,
}

/// What was found under one delimiter.
struct Tried {
    /// Rows with a number that have as many cells as each other.
    alike: usize,
    /// The same, those with a date counted twice.
    score: usize,
    best: Best,
}

/// Is it a sign that numbers, dates and names do without?
fn is_plain(delimiter: Delimiter) -> bool {
    matches!(delimiter, Delimiter::Sign('\t' | ';' | '|' | '；'))
}

impl Best {
    fn of(head: &str, whole_count: usize) -> Option<Best> {
        let mut tried: Vec<Tried> = Vec::new();
        for delimiter in Delimiter::ALL {
            if let Delimiter::Sign(sign) = delimiter
                && !head.contains(sign)
            {
                continue;
            }
            let records = split(head, delimiter);
            let is_row = |record: &Record| {
                let has_value = record.cells.iter().skip(1).any(|cell| {
                    numbers::read(cell).is_some() || !cell.is_empty() && numbers::is_missing(cell)
                });
                // One column, with a delimiter behind each value.
                let is_trailed =
                    record.cells.len() > 1 && record.filled() == 1 && numbers::read(record.cell(0)).is_some();
                has_value || is_trailed
            };
            let is_dated = |record: &Record| record.cells.iter().take(3).any(|cell| is_date(cell));
            // Rows of a table are alike: titles fall into any number of cells.
            let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
            for record in records.iter().filter(|record| is_row(record)) {
                let (alike, score) = counts.entry(record.cells.len()).or_default();
                *alike += 1;
                *score += 1 + usize::from(is_dated(record));
            }
            let rows = counts.values().map(|(alike, _)| alike).sum();
            if let Some((alike, score)) = counts.values().max_by_key(|(_, score)| *score) {
                let best = Best { delimiter, records, rows };
                tried.push(Tried { alike: *alike, score: *score, best });
            }
        }
        let alike = tried.iter().map(|tried| tried.alike).max()?;
        // These hardly ever stand inside a cell.
        let is_plain = |tried: &Tried| is_plain(tried.best.delimiter) && 10 * tried.alike >= 6 * alike;
        if let Some(plain) = tried.iter().position(is_plain) {
            return Some(tried.swap_remove(plain).best);
        }
        let most = tried.iter().map(|tried| tried.score).max()?;
        let mut likely =
            tried.into_iter().filter(|tried| 10 * tried.score >= 9 * most).map(|tried| tried.best);
        let mut best = likely.next()?;
        if let Some(blanks) =
            likely.find(|other| other.delimiter == Delimiter::Blanks || other.delimiter == Delimiter::Gaps)
            && best.has_decimals_behind_blanks(&blanks)
        {
            best = blanks;
        }
        // Rows that are numbers as they stand, where the delimiter finds fewer.
        (10 * best.rows >= 9 * whole_count).then_some(best)
    }

    /// Is `a 1,5` rather a and 1.5 than "a 1" and 5?
    fn has_decimals_behind_blanks(&self, blanks: &Best) -> bool {
        let is_comma = matches!(self.delimiter, Delimiter::Sign(',' | '，'));
        let mut labels: Vec<&str> = Vec::new();
        for (record, apart) in self.records.iter().zip(&blanks.records) {
            if record.is_blank() {
                continue;
            }
            let number = apart.cell(1);
            let is_split = record.cells.len() == 2 && apart.cells.len() == 2 && number.contains(',');
            if !is_split && !labels.is_empty() || is_split && numbers::read(number).is_none() {
                return false;
            }
            if is_split {
                labels.push(apart.cell(0));
            }
        }
        let count = labels.len();
        labels.sort_unstable();
        labels.dedup();
        is_comma && count >= 2 && labels.len() == count
    }

    /// Where each row is a number as it stands and two cells as well: which it is, or the question. Its only offer is what
    /// needs no asking.
    fn conflict(&self, whole: &[Record], choices: &TableChoices) -> Option<Question> {
        let is_number = |cell: &str| numbers::read(cell).is_some();
        let rows: Vec<&Record> = self.records.iter().filter(|record| is_number(record.cell(0))).collect();
        let header =
            self.records.iter().find(|record| !record.is_blank()).filter(|record| !is_number(record.cell(0)));
        let only = |taken| {
            Some(Question {
                topic: Topic::Split,
                offers: vec![offer(taken, Vec::new())],
                taken,
                is_answered: true,
            })
        };
        match header.map(|header| header.filled()) {
            Some(1) => return only(WHOLE),
            Some(_) => return only(APART),
            None => {}
        }
        let labels: Vec<&str> = rows.iter().map(|record| record.cell(0)).collect();
        if is_regular(&labels) {
            return only(APART);
        }
        // `1 234,5`: nobody writes a label so.
        if labels.iter().any(|label| label.contains([' ', '\u{a0}', '\u{202f}', '\'', '’']))
            || rows.iter().any(|record| record.filled() < 2)
        {
            return only(WHOLE);
        }
        let numbers = whole.iter().filter(|record| is_number(record.cell(0)));
        let as_one = numbers.take(EXAMPLES).map(|record| record.cell(0).to_owned()).collect();
        let apart = rows
            .iter()
            .take(EXAMPLES)
            .map(|record| format!("{}: {}", record.cell(0), record.cell(1)))
            .collect();
        let answer = choices.get(Topic::Split);
        Some(Question {
            topic: Topic::Split,
            offers: vec![offer(WHOLE, as_one), offer(APART, apart)],
            taken: answer.unwrap_or(WHOLE),
            is_answered: answer.is_some(),
        })
    }
}

fn offer(answer: u32, examples: Vec<String>) -> Offer {
    Offer { answer, name: String::new(), examples, picture: Vec::new() }
}

/// A date that is no bare number.
fn is_date(cell: &str) -> bool {
    Order::ALL
        .into_iter()
        .filter_map(|order| dates::read(cell, order, PIVOT))
        .any(|moment| matches!(moment.detail, Detail::Day | Detail::Pair | Detail::Month))
}

/// Are these numbers what counts rows: three or more whole ones with the same step between them?
fn is_regular(labels: &[&str]) -> bool {
    let whole: Option<Vec<i64>> = labels.iter().map(|label| label.parse().ok()).collect();
    whole.is_some_and(|whole| {
        let steps = || whole.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
        let first = steps().next().unwrap_or(0);
        whole.len() >= 3 && first != 0 && steps().all(|step| step == first)
    })
}
