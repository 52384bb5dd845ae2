//! word2vec: vectors for words, learnt from which words stand near each other.
//!
//! Mikolov and others, "Efficient Estimation of Word Representations in Vector Space" and "Distributed Representations
//! of Words and Phrases and their Compositionality" (both 2013); settings, defaults and details are gensim's. Each word
//! moves a handful of vectors a little, one example after the other, which is why this is not a model in tensors: a
//! tensor library would touch all vectors in every step.

#[cfg(feature = "text")]
mod corpus;
#[cfg(feature = "text")]
mod huffman;
#[cfg(feature = "text")]
mod neighbours;
#[cfg(feature = "text")]
mod projection;
#[cfg(feature = "text")]
mod trainer;
mod word_map;

#[cfg(feature = "text")]
pub use {
    corpus::Corpus,
    neighbours::Vectors,
    projection::principal_components,
    trainer::{Trained, Trainer},
};

pub use word_map::{Near, WordMap};

use serde::{Deserialize, Serialize};

/// What is predicted from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// A word from the mean of those around it: continuous bag of words.
    Cbow,
    /// A word from each of those around it.
    SkipGram,
}

/// How a word is told from all others without a softmax over the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Against so many others, drawn by frequency to the power 0.75.
    NegativeSampling {
        /// How many.
        negative: usize,
    },
    /// By the turns of a path through a Huffman tree.
    HierarchicalSoftmax,
}

/// Settings under gensim's names.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// What is predicted from what; gensim's `sg`.
    pub architecture: Architecture,
    /// gensim's `hs` and `negative`.
    pub output: Output,
    /// Length of a vector.
    pub vector_size: usize,
    /// Words to each side that count as near, at most: each time a number from 1 to this is drawn, so that nearer words
    /// count more.
    pub window: usize,
    /// Rarer words are left out.
    pub min_count: usize,
    /// Words with a larger share of the text than about this are skipped now and then; 0 keeps all.
    pub sample: f64,
    /// The learning rate at the beginning.
    pub alpha: f64,
    /// The learning rate at the end, which it falls to in a straight line.
    pub min_alpha: f64,
    /// Times that the text is gone through.
    pub epochs: usize,
    /// Draws the initial vectors, windows and negative words.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            architecture: Architecture::Cbow,
            output: Output::NegativeSampling { negative: 5 },
            vector_size: 100,
            window: 5,
            min_count: 5,
            sample: 1e-3,
            alpha: 0.025,
            min_alpha: 1e-4,
            epochs: 5,
            seed: 1,
        }
    }
}
