//! How a long text becomes the numbers of a language model, as the page asks for it, and what is found in it.

use serde::{Deserialize, Serialize};

use super::TextFacts;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorpusFacts {
    /// Characters, after cleaning.
    pub characters: usize,
    /// Tokens.
    pub tokens: usize,
    /// Sentences, where they are marked.
    pub sentences: usize,
    /// Tokens without a number of their own.
    pub unknown: usize,
    /// How the text was written.
    pub written: TextFacts,
}
