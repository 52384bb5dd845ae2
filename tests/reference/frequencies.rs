//! Frequencies of users' dictionaries as Python's jieba takes them: tests/fixtures/jieba_frequencies.py says which.

use serde::Deserialize;
use unroll::text::{Mode, Segmenter, UserWord};

#[derive(Deserialize)]
struct Fixture {
    dictionary: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    list: String,
    text: String,
    words: [Vec<String>; 5],
}

/// Mode and guessing, in the order of a case's words.
const WAYS: [(Mode, bool); 5] = [
    (Mode::Precise, true),
    (Mode::Precise, false),
    (Mode::Full, false),
    (Mode::Search, true),
    (Mode::Search, false),
];

/// The cases that come out otherwise, one line each, and how many there are.
pub fn differences() -> (Vec<String>, usize) {
    let fixture: Fixture = serde_json::from_str(include_str!("../fixtures/jieba_frequencies.json")).unwrap();
    let plain = Segmenter::new(&fixture.dictionary).unwrap();
    let mut found = Vec::new();
    for Case { list, text, words } in &fixture.cases {
        let mut segmenter = plain.clone();
        UserWord::parse(list).0.iter().for_each(|word| segmenter.add(word));
        for ((mode, hmm), expected) in WAYS.into_iter().zip(words) {
            let own = segmenter.cut(text, mode, hmm);
            if own != *expected {
                found.push(format!("{list:?} {text} {mode:?}, hmm {hmm}: python {expected:?}, ours {own:?}"));
            }
        }
    }
    (found, fixture.cases.len())
}
