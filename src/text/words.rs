//! The words of a dictionary and how often each is seen, as Python's jieba holds them.
//!
//! jieba-rs counts in the machine's own numbers, which end at 2³² in a browser, and has no word for "never": a frequency of 0
//! that a user's dictionary says. So the words and the most probable path through them are here, and jieba-rs guesses
//! what they lack.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

/// The beginning of every word: no character. No other beginning leads there.
const ROOT: u32 = 0;
/// Characters whose beginnings stand in a table: those of the first plane.
const FIRST: usize = 0x1_0000;

/// Words, by the characters that they begin with.
#[derive(Debug, Clone)]
pub struct Words {
    /// Where each character of the first plane leads from no character: most steps that are taken; [`ROOT`] where no word
    /// begins so.
    first: Vec<u32>,
    /// Where a character leads from a beginning, by both numbers in one.
    next: HashMap<u64, u32, FxBuildHasher>,
    /// What is known of each beginning.
    beginnings: Vec<Beginning>,
    /// The parts of speech that words have.
    parts: Vec<String>,
    /// The sum of all frequencies that were ever given: Python takes none away when a word is given another one.
    total: f64,
}

/// A run of characters that words begin with.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    /// How often it is seen as a word: 0 where it is none, and where it shall never be one. Whole numbers, in a type that is
    /// the same on every machine.
    frequency: f64,
    /// Its logarithm.
    logarithm: f64,
    /// The number of its part of speech, or that of none.
    part: u32,
    /// Does a longer word begin so?
    goes_on: bool,
}

const NOTHING: Beginning = Beginning { frequency: 0.0, logarithm: 0.0, part: u32::MAX, goes_on: false };

/// A beginning and the character behind it.
fn key(at: u32, c: char) -> u64 {
    u64::from(at) << 32 | u64::from(u32::from(c))
}

impl Words {
    /// No word yet.
    pub fn new() -> Self {
        Words {
            first: vec![ROOT; FIRST],
            next: HashMap::default(),
            beginnings: vec![NOTHING],
            parts: Vec::new(),
            total: 0.0,
        }
    }

    /// Where a character leads from a beginning.
    fn step(&self, at: u32, c: char) -> Option<u32> {
        match self.first.get(c as usize) {
            Some(first) if at == ROOT => Some(*first).filter(|first| *first != ROOT),
            _ if self.beginnings[at as usize].goes_on => self.next.get(&key(at, c)).copied(),
            _ => None,
        }
    }

    /// Adds a word, or says how often it is seen from now on.
    pub fn insert(&mut self, word: &str, frequency: f64, part: Option<&str>) {
        let mut at = ROOT;
        for c in word.chars() {
            at = match self.step(at, c) {
                Some(next) => next,
                None => {
                    let fresh = self.beginnings.len() as u32;
                    match self.first.get_mut(c as usize).filter(|_| at == ROOT) {
                        Some(first) => *first = fresh,
                        None => drop(self.next.insert(key(at, c), fresh)),
                    }
                    self.beginnings[at as usize].goes_on = true;
                    self.beginnings.push(NOTHING);
                    fresh
                }
            };
        }
        let part = part.map(|part| self.part(part));
        let beginning = &mut self.beginnings[at as usize];
        beginning.frequency = frequency;
        beginning.logarithm = frequency.max(1.0).ln();
        beginning.part = part.unwrap_or(beginning.part);
        self.total += frequency;
    }

    fn part(&mut self, part: &str) -> u32 {
        // There are a few dozen.
        let known = self.parts.iter().position(|known| known == part);
        let place = known.unwrap_or_else(|| {
            self.parts.push(part.to_owned());
            self.parts.len() - 1
        });
        place as u32
    }

    fn find(&self, word: &str) -> Option<&Beginning> {
        let mut at = ROOT;
        for c in word.chars() {
            at = self.step(at, c)?;
        }
        self.beginnings.get(at as usize)
    }

    /// Is it a word?
    pub fn has(&self, word: &str) -> bool {
        self.find(word).is_some_and(|found| found.frequency > 0.0)
    }

    /// The part of speech of a word, where the dictionary says one.
    pub fn part_of_speech(&self, word: &str) -> Option<&str> {
        let found = self.find(word)?;
        self.parts.get(found.part as usize).map(String::as_str).filter(|part| !part.is_empty())
    }

    /// Where words end that begin at the first of these characters: how many characters they have, and the logarithm of how
    /// often each is seen. The shortest first.
    pub fn from<'w>(&'w self, characters: &'w [(usize, char)]) -> impl Iterator<Item = (usize, f64)> + 'w {
        let mut at = ROOT;
        let reached = characters.iter().map_while(move |(_, c)| {
            at = self.step(at, *c)?;
            Some(self.beginnings[at as usize])
        });
        let words = reached.enumerate().filter(|(_, found)| found.frequency > 0.0);
        words.map(|(index, found)| (index + 1, found.logarithm))
    }

    /// Where the words of the most probable path end, counted in characters from the first one on.
    pub fn path(&self, characters: &[(usize, char)]) -> Vec<usize> {
        let all = self.total.ln();
        // From each character on: the probability of the rest, and where its word ends.
        let mut best = vec![(0.0_f64, 0_usize); characters.len() + 1];
        for at in (0..characters.len()).rev() {
            let mut found: Option<(f64, usize)> = None;
            for (length, logarithm) in self.from(&characters[at..]) {
                let end = at + length;
                let probability = logarithm - all + best[end].0;
                // Of two as good as each other Python takes the longer one.
                if found.is_none_or(|(other, _)| probability >= other) {
                    found = Some((probability, end));
                }
            }
            // What is no word is as if it were seen once.
            best[at] = found.unwrap_or((0.0 - all + best[at + 1].0, at + 1));
        }
        let mut ends = Vec::new();
        let mut at = 0;
        while at < characters.len() {
            at = best[at].1;
            ends.push(at);
        }
        ends
    }

    /// The least frequency that keeps a word together, where without it these words stand in its place.
    pub fn joining<'w>(&self, word: &str, pieces: impl IntoIterator<Item = &'w str>) -> f64 {
        // Python counts what is not even the beginning of a word as seen once, and a mere beginning as never seen.
        let frequency = |word: &str| self.find(word).map_or(1.0, |found| found.frequency);
        let together: f64 = pieces.into_iter().map(|piece| frequency(piece) / self.total).product();
        ((together * self.total).floor() + 1.0).max(frequency(word))
    }

    /// Is there no word?
    pub fn is_empty(&self) -> bool {
        self.total <= 0.0
    }
}
