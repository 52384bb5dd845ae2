//! What is asked about a table on the command line, and what is told.

use unroll::data::table::{Offer, Question, TableFacts, Told, Topic};

/// An answer to a question about a table: `column=5`, `decimal=comma`.
pub fn answer(word: &str) -> Option<(Topic, u32)> {
    let (topic, answer) = word.split_once('=')?;
    let topic = Topic::ALL.into_iter().find(|own| own.name() == topic)?;
    let named = topic.answers().iter().position(|own| *own == answer);
    let answer = match named {
        Some(place) => u32::try_from(place).ok()?,
        None if topic.answers().is_empty() => answer.parse().ok()?,
        None => return None,
    };
    Some((topic, answer))
}

/// Tells how a table was read.
///
/// # Errors
/// The first question that is open, and how to answer it.
pub fn settled(facts: &TableFacts) -> Result<(), String> {
    for told in &facts.told {
        eprintln!("unroll: {}", in_words(told));
    }
    match facts.questions.iter().find(|question| !question.is_answered) {
        Some(question) => Err(asked(question)),
        None => Ok(()),
    }
}

fn in_words(told: &Told) -> String {
    let name = told.what.name().replace('_', " ");
    match told.row {
        0 => format!("table: {name}"),
        row => format!("table: {name}: rows {row} to {} \"{}\"", told.last, told.text),
    }
}

fn asked(question: &Question) -> String {
    let topic = question.topic;
    let offer = |offer: &Offer| {
        let named = topic.answers().get(offer.answer as usize);
        let answer = named.map_or_else(|| offer.answer.to_string(), ToString::to_string);
        format!("\n  --read {}={answer}  {} {}", topic.name(), offer.name, offer.examples.join("; "))
    };
    let offers: String = question.offers.iter().map(offer).collect();
    format!("the table can be read in more than one way:{offers}")
}
