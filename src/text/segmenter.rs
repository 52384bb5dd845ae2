//! Chinese words, as Python's jieba 0.42.1 cuts them.
//!
//! The crate jieba-rs finds the most probable path through the dictionary and guesses words that the dictionary lacks.
//! Around these it has rules of its own since 0.10: it keeps `WES-5.4.5` whole, knows more rare characters, and its
//! full mode gives single characters that a longer word covers. What courses and textbooks print comes from Python, so
//! the rules here are Python's, and jieba-rs does the two things above.

use std::ops::Range;

use jieba_rs::Jieba;

use super::{Mode, UserWord};
use crate::Error;

/// A dictionary, and what cuts text with it.
#[derive(Debug, Clone)]
pub struct Segmenter {
    dictionary: Jieba,
    /// Knows no word, so that it guesses all of them.
    guesser: Jieba,
    /// Characters of its longest word.
    longest: usize,
}

/// Characters of the longest word in the dictionary that jieba-rs brings.
#[cfg(feature = "dictionary")]
const LONGEST: usize = 16;

impl Segmenter {
    /// Reads a dictionary: on each line a word, how often it is seen, and its part of speech, separated by blanks.
    ///
    /// # Errors
    /// [`Error::DictionaryDamaged`] if a line can't be read, or if there is none.
    pub fn new(words: &str) -> Result<Self, Error> {
        let damaged = |what: String| Error::DictionaryDamaged { what };
        let lengths =
            words.lines().filter_map(|line| line.split_whitespace().next()).map(|word| word.chars().count());
        let longest = lengths.max().unwrap_or(0);
        let dictionary =
            Jieba::with_dict(&mut words.as_bytes()).map_err(|error| damaged(error.to_string()))?;
        // Without a word the probabilities would be divided by nothing.
        if !dictionary.has_word("的") {
            return Err(damaged("的".into()));
        }
        Ok(Segmenter { dictionary, guesser: Jieba::empty(), longest })
    }

    /// The dictionary that jieba-rs brings, which is Python's.
    #[cfg(feature = "dictionary")]
    pub fn with_default_dictionary() -> Self {
        Segmenter { dictionary: Jieba::new(), guesser: Jieba::empty(), longest: LONGEST }
    }

    /// Adds a word of the user's own; without a frequency it gets one that keeps it together, as in Python.
    pub fn add(&mut self, word: &UserWord) {
        self.longest = self.longest.max(word.text.chars().count());
        self.dictionary.add_word(&word.text, word.frequency, word.part_of_speech.as_deref());
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
        match &self.dictionary.tag(word, false)[..] {
            [only] if !only.tag.is_empty() => only.tag.to_owned(),
            _ => "x".into(),
        }
    }

    fn precise<'t>(&self, text: &'t str, hmm: bool, found: &mut impl FnMut(&'t str)) {
        for (block, is_block) in runs(text, is_block_character) {
            match (is_block, hmm) {
                (true, true) => self.block_with_guesses(block, found),
                (true, false) => self.dictionary.cut(block, false).iter().for_each(|word| found(word.word)),
                (false, _) => each_character(block, found),
            }
        }
    }

    /// A block where what the most probable path leaves as single characters is guessed, run by run.
    fn block_with_guesses<'t>(&self, block: &'t str, found: &mut impl FnMut(&'t str)) {
        let mut singles: Range<usize> = 0..0;
        for token in self.dictionary.cut(block, false) {
            let is_single = token.end - token.start == 1
                // Without guesses, jieba joins single letters and digits.
                || token.word.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && !self.dictionary.has_word(token.word);
            if is_single {
                singles.end = token.byte_end;
            } else {
                self.guess(&block[singles], found);
                found(token.word);
                singles = token.byte_end..token.byte_end;
            }
        }
        self.guess(&block[singles], found);
    }

    /// Words in a run of characters that the path leaves single.
    fn guess<'t>(&self, run: &'t str, found: &mut impl FnMut(&'t str)) {
        if run.chars().nth(1).is_none() {
            // One character, or nothing.
            Some(run).filter(|run| !run.is_empty()).into_iter().for_each(found);
        } else if self.dictionary.has_word(run) {
            // Python means that its characters are more probable apart.
            run.char_indices().for_each(|(at, c)| found(&run[at..at + c.len_utf8()]));
        } else {
            for (piece, is_han) in runs(run, is_han) {
                if is_han {
                    self.guesser.cut(piece, true).iter().for_each(|word| found(word.word));
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
        let places: Vec<usize> = block.char_indices().map(|(at, _)| at).chain([block.len()]).collect();
        let mut longer = self.longer_words(block, &places).into_iter().peekable();
        let mut covered = 0;
        // What has been joined of letters and digits.
        let mut joined: Option<Range<usize>> = None;
        for (at, place) in places.windows(2).enumerate() {
            let is_latin = block.as_bytes()[place[0]].is_ascii_alphanumeric();
            if !is_latin && let Some(joined) = joined.take() {
                words.push(&block[joined]);
            }
            let single = &block[place[0]..place[1]];
            let mut ends = Vec::new();
            while let Some((_, end)) = longer.next_if(|&(start, _)| start == at) {
                ends.push(end);
            }
            if ends.is_empty() || self.dictionary.has_word(single) {
                ends.insert(0, at + 1);
            }
            match ends[..] {
                [end] if at >= covered => {
                    let word = place[0]..places[end];
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
                        words.push(&block[place[0]..places[end]]);
                        covered = end;
                    }
                }
            }
        }
        words.extend(joined.map(|joined| &block[joined]));
    }

    /// Where words of at least two characters begin and end, counted in characters, in order.
    fn longer_words(&self, block: &str, places: &[usize]) -> Vec<(usize, usize)> {
        if block.chars().all(is_han) {
            let found = self.dictionary.cut_all(block);
            let spans = found.iter().map(|token| (token.start, token.end));
            return spans.filter(|(start, end)| end - start > 1).collect();
        }
        // jieba-rs looks for Han characters only.
        let count = places.len() - 1;
        let spans = (0..count)
            .flat_map(|start| (start + 2..=count.min(start + self.longest)).map(move |end| (start, end)));
        spans.filter(|&(start, end)| self.dictionary.has_word(&block[places[start]..places[end]])).collect()
    }

    /// The words of two and three characters in a longer word, then itself.
    fn parts<'t>(&self, word: &'t str, words: &mut Vec<&'t str>) {
        // Where each character begins, and the end.
        let places: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        for length in [2, 3] {
            if places.len() > length + 1 {
                let parts = places.windows(length + 1).map(|place| &word[place[0]..place[length]]);
                words.extend(parts.filter(|part| self.dictionary.has_word(part)));
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
