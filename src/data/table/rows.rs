//! Rows on their way to a series: put in the order of time, and filled where values are missing.

use super::calendar::{Calendar, Direction, calendars};
use super::dates::{Order, PIVOT, read as read_date};
use super::facts::{
    DAY_FIRST, MONTH_FIRST, Offer, Question, TableChoices, TableFacts, Told, Topic, What, YEAR_FIRST,
};

/// A row of the series to be.
pub(super) struct Row {
    /// Its place in the grid.
    pub row: usize,
    /// Its number in the file.
    pub number: usize,
    /// What it is called; empty where it only counts.
    pub label: String,
    /// Its value, where it has one.
    pub value: Option<f64>,
}

/// What is missing lies on the straight line between its neighbours.
pub(super) fn fill(rows: &mut [Row]) {
    let mut known: Option<(usize, f64)> = None;
    for index in 0..rows.len() {
        let Some(value) = rows[index].value else { continue };
        if let Some((before, from)) = known {
            let count = (index - before) as f64;
            for (step, row) in rows[before + 1..index].iter_mut().enumerate() {
                let part = (step + 1) as f64 / count;
                row.value = Some(from * (1.0 - part) + value * part);
            }
        }
        known = Some((index, value));
    }
}

/// Oldest first: rows that stand the other way round are turned, and dates in no order are put into theirs where each stands
/// once.
pub(super) fn put_in_order(rows: &mut Vec<Row>, choices: &TableChoices, facts: &mut TableFacts) {
    let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    let all = calendars(&labels);
    let is_mixed = |calendar: &&Calendar| matches!(calendar.direction, Direction::Mixed(_));
    let monotone: Vec<&Calendar> = all.iter().filter(|calendar| !is_mixed(calendar)).collect();
    let answer = choices.get(Topic::Dates);
    let matters = monotone.iter().any(|calendar| calendar.direction != monotone[0].direction)
        || monotone.is_empty()
            && all.iter().any(|calendar| order_by(&calendar.keys) != order_by(&all[0].keys));
    let readings: Vec<&Calendar> = if monotone.is_empty() { all.iter().collect() } else { monotone };
    let Some(guess) = readings.first().copied() else { return };
    let chosen = readings.iter().copied().find(|calendar| answer == Some(answer_of(calendar.order)));
    let taken = chosen.unwrap_or(guess);
    if matters {
        let offers = readings.iter().map(|calendar| Offer {
            answer: answer_of(calendar.order),
            name: String::new(),
            examples: [labels.first(), labels.last()]
                .into_iter()
                .flatten()
                .map(|label| example(label, calendar.order))
                .collect(),
            picture: Vec::new(),
        });
        facts.questions.push(Question {
            topic: Topic::Dates,
            offers: offers.collect(),
            taken: answer_of(taken.order),
            is_answered: chosen.is_some(),
        });
    }
    let about = |what, row: usize| Told { what, row, last: row, count: 0, text: String::new() };
    match taken.direction {
        Direction::Rising => {}
        Direction::Falling => {
            rows.reverse();
            facts.told.push(about(What::Turned, 0));
        }
        Direction::Mixed(place) => {
            let order = order_by(&taken.keys);
            let is_strict = order.windows(2).all(|pair| taken.keys[pair[0]] < taken.keys[pair[1]]);
            if is_strict {
                let mut keyed: Vec<(i64, Row)> = taken.keys.iter().copied().zip(rows.drain(..)).collect();
                keyed.sort_by_key(|(key, _)| *key);
                rows.extend(keyed.into_iter().map(|(_, row)| row));
                facts.told.push(about(What::Sorted, 0));
            } else {
                facts.told.push(Told {
                    text: rows[place].label.clone(),
                    ..about(What::Unordered, rows[place].number)
                });
            }
        }
    }
}

/// The rows from the oldest on.
fn order_by(keys: &[i64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|row| keys[*row]);
    order
}

fn answer_of(order: Order) -> u32 {
    match order {
        Order::Ymd => YEAR_FIRST,
        Order::Dmy => DAY_FIRST,
        Order::Mdy => MONTH_FIRST,
    }
}

fn example(label: &str, order: Order) -> String {
    read_date(label, order, PIVOT)
        .map_or_else(String::new, |moment| format!("{label} → {}", moment.written()))
}
