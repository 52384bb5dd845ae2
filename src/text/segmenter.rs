//! Chinese words, as Python's jieba 0.42.1 cuts them.
//!
//! The most probable path through a dictionary is [`Words`]'; the crate jieba-rs guesses words that the dictionary lacks. It
//! can find the path too, but has rules of its own around it since 0.10: it keeps `WES-5.4.5` whole, knows more rare
//! characters, its full mode gives single characters that a longer word covers, and no word can be forbidden. What courses and
//! textbooks print comes from Python, so the rules here are Python's.

use std::collections::HashSet;
use std::ops::Range;

use jieba_rs::Jieba;

use super::words::Words;
use super::{Mode, UserWord};
use crate::Error;

/// A dictionary, and what cuts text with it.
#[derive(Debug, Clone)]
pub struct Segmenter {
    words: Words,
    /// Knows no word, so that it guesses all of them.
    guesser: Jieba,
    /// Words that shall not be guessed either: those that were once given the frequency 0.
    forbidden: HashSet<String>,
}

impl Segmenter {
    /// Reads a dictionary: on each line a word, how often it is seen, and its part of speech, separated by blanks.
    ///
    /// # Errors
    /// [`Error::DictionaryDamaged`] if a line can't be read, or if there is none.
    pub fn new(list: &str) -> Result<Self, Error> {
        let damaged = |what: &str| Error::DictionaryDamaged { what: what.into() };
        let mut words = Words::new();
        for line in list.lines() {
            let mut columns = line.split_whitespace();
            let Some(word) = columns.next() else { continue };
            let frequency: u64 = columns.next().unwrap_or("0").parse().map_err(|_| damaged(line))?;
            words.insert(word, frequency as f64, columns.next());
        }
        // Without a word the probabilities would be divided by nothing.
        if words.is_empty() || !words.has("的") {
            return Err(damaged("的"));
        }
        Ok(Segmenter { words, guesser: Jieba::empty(), forbidden: HashSet::new() })
    }

    /// The dictionary that jieba-rs brings, which is Python's.
    ///
    /// # Panics
    /// Never: a test reads the same list.
    #[cfg(feature = "dictionary")]
    pub fn with_default_dictionary() -> Self {
        Segmenter::new(include_str!(env!("UNROLL_DICTIONARY"))).expect("the list of jieba-rs can be read")
    }

    /// Adds a word of the user's own; without a frequency it gets one that keeps it together, and with 0 it is never a
    /// word, as in Python.
    pub fn add(&mut self, word: &UserWord) {
        let text = &word.text;
        let frequency = match word.frequency {
            Some(frequency) => frequency as f64,
            None => self.words.joining(text, self.cut(text, Mode::Precise, false)),
        };
        self.words.insert(text, frequency, word.part_of_speech.as_deref());
        if frequency == 0.0 {
            self.forbidden.insert(text.clone());
        }
    }

    /// Cuts a text into words. With `hmm`, what the dictionary does not know is put together by how characters stand in
    /// words, a hidden Markov model; full mode never does so.
    pub fn cut<'t>(&self, text: &'t str, mode: Mode, hmm: bool) -> Vec<&'t str> {
        let mut words = Vec::with_capacity(text.len() / 4);
        match mode {
            Mode::Precise => self.precise(text, hmm, &mut |word| words.push(word)),
            Mode::Full => self.full(text, &mut words),
            Mode::Search => self.precise(text, hmm, &mut |word| self.parts(word, &mut words)),
        }
        words
    }

    /// The part of speech of a word as the dictionary has it (ICTCLAS's letters: `n`, `v`, `a` …); `eng` for Latin
    /// letters, `m` for digits, `x` for what it does not know.
    pub fn part_of_speech(&self, word: &str) -> String {
        let guessed = || {
            let mut signs = word.bytes().filter(u8::is_ascii_alphanumeric).peekable();
            match (signs.peek().is_some(), signs.all(|sign| sign.is_ascii_digit())) {
                (true, true) => "m",
                (true, false) => "eng",
                (false, _) => "x",
            }
        };
        self.words.part_of_speech(word).unwrap_or_else(guessed).to_owned()
    }

    fn precise<'t>(&self, text: &'t str, hmm: bool, found: &mut impl FnMut(&'t str)) {
        for (block, is_block) in runs(text, is_block_character) {
            match is_block {
                true => self.block(block, hmm, found),
                false => each_character(block, found),
            }
        }
    }

    /// The words of the most probable path. What it leaves as single characters is guessed, run by run; without guesses, what
    /// of it are letters and digits is joined.
    fn block<'t>(&self, block: &'t str, hmm: bool, found: &mut impl FnMut(&'t str)) {
        let characters: Vec<(usize, char)> = block.char_indices().collect();
        let place = |index: usize| characters.get(index).map_or(block.len(), |(at, _)| *at);
        let mut singles: Range<usize> = 0..0;
        let mut start = 0;
        for end in self.words.path(&characters) {
            let word = place(start)..place(end);
            if end - start == 1 && (hmm || characters[start].1.is_ascii_alphanumeric()) {
                singles.end = word.end;
            } else {
                self.single_characters(&block[singles], hmm, found);
                singles = word.end..word.end;
                found(&block[word]);
            }
            start = end;
        }
        self.single_characters(&block[singles], hmm, found);
    }

    fn single_characters<'t>(&self, run: &'t str, hmm: bool, found: &mut impl FnMut(&'t str)) {
        match hmm {
            true => self.guess(run, found),
            false => Some(run).filter(|run| !run.is_empty()).into_iter().for_each(found),
        }
    }

    /// Words in a run of characters that the path leaves single.
    fn guess<'t>(&self, run: &'t str, found: &mut impl FnMut(&'t str)) {
        if run.chars().nth(1).is_none() {
            // One character, or nothing.
            Some(run).filter(|run| !run.is_empty()).into_iter().for_each(found);
        } else if self.words.has(run) {
            // Python means that its characters are more probable apart.
            apart(run, found);
        } else {
            for (piece, is_han) in runs(run, is_han) {
                if is_han {
                    for guessed in self.guesser.cut(piece, true) {
                        match self.forbidden.contains(guessed.word) {
                            true => apart(guessed.word, found),
                            false => found(guessed.word),
                        }
                    }
                } else {
                    numbers_and_words(piece, found);
                }
            }
        }
    }

    fn full<'t>(&self, text: &'t str, words: &mut Vec<&'t str>) {
        for (block, is_block) in runs(text, is_block_character) {
            if is_block {
                self.all_words(block, words);
            } else {
                between_blanks(block, &mut |word| words.push(word));
            }
        }
    }

    /// Every word of the dictionary in a block; a single character only where it begins no longer word and no word
    /// before covers it. Letters and digits that stand so are joined.
    fn all_words<'t>(&self, block: &'t str, words: &mut Vec<&'t str>) {
        let characters: Vec<(usize, char)> = block.char_indices().collect();
        let place = |index: usize| characters.get(index).map_or(block.len(), |(at, _)| *at);
        let mut covered = 0;
        // What has been joined of letters and digits.
        let mut joined: Option<Range<usize>> = None;
        for (at, &(start, c)) in characters.iter().enumerate() {
            let is_latin = c.is_ascii_alphanumeric();
            if !is_latin && let Some(joined) = joined.take() {
                words.push(&block[joined]);
            }
            let mut ends: Vec<usize> =
                self.words.from(&characters[at..]).map(|(length, _)| at + length).collect();
            if ends.is_empty() {
                ends.push(at + 1);
            }
            match ends[..] {
                [end] if at >= covered => {
                    let word = start..place(end);
                    if is_latin {
                        let start = joined.take().map_or(word.start, |joined| joined.start);
                        joined = Some(start..word.end);
                    } else {
                        words.push(&block[word]);
                    }
                    covered = end;
                }
                _ => {
                    for end in ends.into_iter().filter(|&end| end > at + 1) {
                        words.push(&block[start..place(end)]);
                        covered = end;
                    }
                }
            }
        }
        words.extend(joined.map(|joined| &block[joined]));
    }

    /// The words of two and three characters in a longer word, then itself.
    fn parts<'t>(&self, word: &'t str, words: &mut Vec<&'t str>) {
        // Where each character begins, and the end.
        let places: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        for length in [2, 3] {
            if places.len() > length + 1 {
                let parts = places.windows(length + 1).map(|place| &word[place[0]..place[length]]);
                words.extend(parts.filter(|part| self.words.has(part)));
            }
        }
        words.push(word);
    }
}

/// Python's `[\u4E00-\u9FD5]`.
fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fd5}')
}

/// Python's `[\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]`.
fn is_block_character(c: char) -> bool {
    is_han(c) || c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '&' | '.' | '_' | '%' | '-')
}

/// Each character of a word by itself.
fn apart<'t>(word: &'t str, found: &mut impl FnMut(&'t str)) {
    word.char_indices().for_each(|(at, c)| found(&word[at..at + c.len_utf8()]));
}

/// The text in runs of characters that `is` says the same of, and what it says.
fn runs(text: &str, is: impl Fn(char) -> bool) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let kind = is(rest.chars().next()?);
        let end = rest.find(|c| is(c) != kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some((run, kind))
    })
}

/// Each character, but the end of a line in DOS's way as one.
fn each_character<'t>(text: &'t str, found: &mut impl FnMut(&'t str)) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("\r\n") { 2 } else { c.len_utf8() };
        let (word, after) = rest.split_at(length);
        found(word);
        rest = after;
    }
}

/// Each blank as [`each_character`] has it, and what stands between them.
fn between_blanks<'t>(text: &'t str, found: &mut impl FnMut(&'t str)) {
    // Python counts four separators of ASCII among the blanks.
    for (run, is_blank) in runs(text, |c| c.is_whitespace() || matches!(c, '\x1c'..='\x1f')) {
        if is_blank { each_character(run, found) } else { found(run) }
    }
}

/// Splits at Python's `([a-zA-Z0-9]+(?:\.\d+)?%?)` and keeps what matches and what lies between.
fn numbers_and_words<'t>(text: &'t str, found: &mut impl FnMut(&'t str)) {
    let run_of = |text: &str, is: fn(&u8) -> bool| text.bytes().take_while(is).count();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = run_of(rest, u8::is_ascii_alphanumeric);
        if end == 0 {
            end = rest.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        } else {
            if let Some(decimals) = rest[end..].strip_prefix('.') {
                let digits = run_of(decimals, u8::is_ascii_digit);
                end += if digits > 0 { 1 + digits } else { 0 };
            }
            end += usize::from(rest[end..].starts_with('%'));
        }
        let (word, after) = rest.split_at(end);
        found(word);
        rest = after;
    }
}
