//! What a text is cut into, as the page asks for it and shows it.

use serde::{Deserialize, Serialize};

use super::{Tokenizer, UserWord, VocabularyConfig};

/// Points of a curve over ranks, for each factor of ten.
pub const POINTS: f64 = 24.0;

/// How a text is cut, and what is to be known of its tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CutOptions {
    /// What counts as a token.
    pub tokenizer: Tokenizer,
    /// Are full-width letters and digits read as ordinary ones?
    pub narrow: bool,
    /// Words of the reader's own.
    pub user_words: Vec<UserWord>,
    /// Are parts of speech wanted?
    pub parts_of_speech: bool,
    /// Which tokens get a number.
    pub vocabulary: VocabularyConfig,
    /// How long the rows of the table of numbers are, in percent of the longest sentence; rounded down, at least 1.
    pub table_percent: usize,
}

/// What is known of a text once it is cut. Lists are long enough for a page; the numbers are those of the whole text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Characters of the text.
    pub characters: usize,
    /// Control and invisible characters that were left out of it.
    pub left_out: usize,
    /// Lines that are not blank.
    pub sentences: usize,
    /// Tokens in the text.
    pub tokens: usize,
    /// How many different ones.
    pub types: usize,
    /// Tokens that have no number.
    pub unknown: usize,
    /// The first tokens, sentence by sentence.
    pub shown: Vec<Vec<ShownToken>>,
    /// For runs of one, two and three tokens: which are the most frequent, and how frequency falls with rank.
    pub ngrams: Vec<Ngrams>,
    /// The first tokens of the vocabulary, by number, and how often each occurs.
    pub vocabulary: Vec<(String, usize)>,
    /// Tokens in the vocabulary.
    pub vocabulary_size: usize,
    /// The first sentences as numbers, all rows of one length.
    pub table: Vec<Vec<usize>>,
    /// Seconds that cutting and counting took.
    pub seconds: f64,
}

/// A token as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownToken {
    /// The token.
    pub text: String,
    /// Its number, where it has one.
    pub index: Option<usize>,
    /// Its part of speech, where it was asked for.
    pub part_of_speech: Option<String>,
}

/// Runs of tokens within a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ngrams {
    /// Tokens in a run.
    pub n: usize,
    /// Runs in the text.
    pub runs: usize,
    /// How many different ones.
    pub types: usize,
    /// The most frequent, and how often each occurs.
    pub most_frequent: Vec<(Vec<String>, usize)>,
    /// Rank, counted from 1, and frequency, at [`POINTS`] ranks for each factor of ten, evenly on a logarithmic axis; the
    /// first ones repeat, for there is nothing between rank 1 and rank 2.
    pub by_rank: Vec<(usize, usize)>,
    /// The slope of frequency over rank, both logarithmic; Zipf's law has -1.
    pub slope: Option<f64>,
}
