//! Chinese words are Python's, all of them: tests/fixtures/jieba_words.py says which.

use serde::Deserialize;
use unroll::text::{Mode, Segmenter, UserWord};

#[derive(Deserialize)]
struct Fixture {
    user_words: Vec<(String, Option<u64>)>,
    cases: Vec<[String; 6]>,
    with_user_words: Vec<[String; 6]>,
}

/// Mode, guessing, and the column of a case that has the words.
const WAYS: [(Mode, bool); 5] = [
    (Mode::Precise, true),
    (Mode::Precise, false),
    (Mode::Full, false),
    (Mode::Search, true),
    (Mode::Search, false),
];

fn fixture() -> Fixture {
    let packed = include_bytes!("../fixtures/jieba_words.json.zz");
    let text = miniz_oxide::inflate::decompress_to_vec_zlib(packed).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// The cases that come out otherwise, one line each.
fn differences(segmenter: &Segmenter, cases: &[[String; 6]]) -> Vec<String> {
    let mut found = Vec::new();
    for [text, expected @ ..] in cases {
        for ((mode, hmm), expected) in WAYS.into_iter().zip(expected) {
            let words = segmenter.cut(text, mode, hmm).join("\u{1f}");
            if words != *expected {
                let visible = |words: &str| words.replace('\u{1f}', "/");
                found.push(format!(
                    "{text:?} {mode:?}, hmm {hmm}:\n  python {}\n  ours   {}",
                    visible(expected),
                    visible(&words)
                ));
            }
        }
    }
    found
}

#[test]
fn every_word_is_pythons() {
    let fixture = fixture();
    assert!(fixture.cases.len() >= 2000);
    let mut segmenter = Segmenter::with_default_dictionary();
    let found = differences(&segmenter, &fixture.cases);
    assert!(found.is_empty(), "{} of {}:\n{}", found.len(), fixture.cases.len(), found.join("\n"));
    for (text, frequency) in fixture.user_words {
        segmenter.add(&UserWord { text, frequency, part_of_speech: None });
    }
    let found = differences(&segmenter, &fixture.with_user_words);
    assert!(found.is_empty(), "{} with user words:\n{}", found.len(), found.join("\n"));
}

#[test]
fn parts_of_speech_are_the_dictionarys() {
    let segmenter = Segmenter::with_default_dictionary();
    for (word, part) in [("明天", "t"), ("去", "v"), ("看", "v"), ("展览", "v"), ("LSTM", "eng"), ("42", "m")]
    {
        assert_eq!(segmenter.part_of_speech(word), part, "{word}");
    }
    assert_eq!(segmenter.part_of_speech("欧阳秋白"), "x");
}

#[test]
fn a_damaged_dictionary_is_refused() {
    for dictionary in ["", "的 many uj\n", "是 5 v\n"] {
        assert!(Segmenter::new(dictionary).is_err(), "{dictionary:?}");
    }
}

/// Zero is never, later lines count, and no number wraps; `tests/browser_text.rs` holds the same in a browser.
#[test]
fn frequencies_are_pythons() {
    let (found, cases) = crate::frequencies::differences();
    assert!(cases >= 100 && found.is_empty(), "{} of {cases}:\n{}", found.len(), found.join("\n"));
}
