//! What the page and the worker for text say to each other.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::data::{Corpus, Sentences};
use crate::text::{Charset, Tokenizer, UserWord, VocabularyConfig};
use crate::word2vec;

/// Bytes of a file that is read.
pub const FILE_LIMIT: usize = 64 * 1024 * 1024;
/// Points of a curve over ranks, for each factor of ten.
pub const POINTS: f64 = 24.0;

/// From the page to the worker for text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(serialize = "", deserialize = "B: Default"))]
pub enum TextCommand<B = Vec<u8>> {
    /// A text as the reader types it.
    Write {
        /// The text.
        text: String,
    },
    /// The bytes of a file; answered by [`TextEvent::Read`].
    Read {
        /// The file.
        #[serde(skip)]
        bytes: B,
    },
    /// Read the last file again, in this encoding; answered by [`TextEvent::Read`].
    ReadAs {
        /// The encoding.
        charset: Charset,
    },
    /// Cut the text; answered by [`TextEvent::Cut`], after [`TextEvent::Loading`] where the dictionary is not there yet.
    Cut {
        /// Returned with the answer. Of several in a row only the last is answered.
        request: u32,
        /// How.
        options: CutOptions,
    },
    /// Learn vectors for the words of the text, from the beginning; answered by [`TextEvent::Learnt`], at most a few
    /// times a second.
    Learn {
        /// What is a word.
        options: CutOptions,
        /// How.
        config: word2vec::Config,
    },
    /// Learn no more. What has been learnt stays.
    Stop,
    /// Read sentences with labels, a line each, and cut them; answered by [`TextEvent::Labelled`]. The text in hand
    /// stays as it is.
    Label {
        /// The lines.
        source: Source<B>,
        /// What counts as a token.
        tokenizer: Tokenizer,
    },
    /// Read a long text, clean it and number its tokens; answered by [`TextEvent::Corpus`]. The text in hand stays as it
    /// is.
    Corpus {
        /// Returned with the answer.
        request: u32,
        /// The text.
        source: Source<B>,
        /// How.
        options: CorpusOptions,
    },
    /// Cut a few words as a text of this language is cut; answered by [`TextEvent::Words`].
    Words {
        /// Returned with the answer.
        request: u32,
        /// The words.
        text: String,
    },
    /// Which words are near another one, or in the place of a fourth; answered by [`TextEvent::Near`].
    Find {
        /// One word, or three: what is to the third as the second is to the first?
        words: Vec<String>,
    },
}

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source<B = Vec<u8>> {
    /// The reader wrote it.
    Text {
        /// As it stands.
        text: String,
    },
    /// The bytes of a file, in any of the known encodings.
    File {
        /// All of them.
        #[serde(skip)]
        bytes: B,
    },
}

/// How a long text becomes the numbers of a language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorpusOptions {
    /// Is a token a word? Else it is a character.
    pub words: bool,
    /// Is the text cut into sentences, each with a mark behind it? Else it is one run of tokens.
    pub marks: bool,
    /// Is what Project Gutenberg puts around a book left out?
    pub trim: bool,
    /// Are lines that follow each other one paragraph?
    pub join_lines: bool,
    /// Are capital letters made small?
    pub lower_case: bool,
    /// What becomes of blanks.
    pub spaces: Spaces,
    /// A token must occur at least so often to have a number.
    pub min_freq: usize,
    /// Numbers at most.
    pub max_size: usize,
}

/// What becomes of the blanks of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spaces {
    /// They stay.
    Keep,
    /// One between words, none at the ends of lines, one empty line at most.
    Squeeze,
    /// None is left, and no empty line.
    Remove,
}

/// What was found in a long text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorpusFacts {
    /// Characters, after cleaning.
    pub characters: usize,
    /// Tokens.
    pub tokens: usize,
    /// Sentences, where they are marked.
    pub sentences: usize,
    /// Tokens without a number of their own.
    pub unknown: usize,
    /// How the file was read, where it was one.
    pub charset: Option<Charset>,
    /// Places where its bytes mean nothing.
    pub ill_formed: usize,
}

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

/// From the worker for text to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextEvent {
    /// The worker is up.
    Ready {
        /// [`PROTOCOL_VERSION`](super::PROTOCOL_VERSION) of its build.
        protocol: u32,
    },
    /// The dictionary is on its way.
    Loading {
        /// Bytes that have arrived.
        loaded: usize,
        /// Bytes of all, where the server says.
        total: Option<usize>,
    },
    /// A file has been read.
    Read {
        /// What it was.
        file: FileFacts,
        /// The text, if it is short enough for the page's text field.
        text: Option<String>,
    },
    /// The text has been cut.
    Cut {
        /// As asked.
        request: u32,
        /// What was found.
        cut: Box<Cut>,
    },
    /// Vectors have been learnt for a while, or to the end.
    Learnt {
        /// Where the words are.
        map: WordMap,
    },
    /// The words that were looked for.
    Near(Near),
    /// Sentences with labels have been read and cut, or why they could not.
    Labelled {
        /// What came of it.
        outcome: Result<Sentences, Error>,
    },
    /// A long text has become numbers, or why it could not.
    Corpus {
        /// As asked.
        request: u32,
        /// What came of it.
        outcome: Result<(Corpus, CorpusFacts), Error>,
    },
    /// A few words have been cut, or why they could not.
    Words {
        /// As asked.
        request: u32,
        /// What came of it.
        outcome: Result<Vec<String>, Error>,
    },
    /// A command could not be carried out. The text stays as it was.
    Failed {
        /// What is wrong.
        error: Error,
    },
}

/// The most frequent words in the plane, while their vectors are learnt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordMap {
    /// Times that the text has been gone through.
    pub epochs: f64,
    /// Times that it is to be.
    pub planned: usize,
    /// Mean loss of the last predictions; none before the first.
    pub loss: Option<f64>,
    /// Words learnt from in a second, while learning.
    pub words_per_s: f64,
    /// Words that have a vector.
    pub words: usize,
    /// Is learning at an end, or stopped?
    pub is_done: bool,
    /// The most frequent words and where they are: the two directions in which these vectors vary most.
    pub places: Vec<(String, [f32; 2])>,
}

/// Words near another one, or in the place of the fourth word of an analogy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// One word, or three, as asked.
    pub words: Vec<String>,
    /// The nearest, and the cosine of the angle to each; empty where one of the words has no vector.
    pub found: Vec<(String, f32)>,
}

/// How a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// How its bytes were read.
    pub charset: Charset,
    /// Did it begin with a byte order mark?
    pub mark: bool,
    /// Lines that ended with `\r\n` or `\r`.
    pub foreign_line_ends: usize,
    /// Places where bytes mean nothing in this encoding.
    pub ill_formed: usize,
    /// Letters, digits and blanks in their wide forms, as Chinese typewriters have them.
    pub full_width: usize,
}

/// What is known of a text once it is cut. Lists are long enough for a page; the numbers are those of the whole text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Characters of the text.
    pub characters: usize,
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
