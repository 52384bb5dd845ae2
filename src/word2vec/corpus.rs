//! The text to learn from.

use crate::text::{Vocabulary, VocabularyConfig};

/// Words of a sentence at most: what is longer counts as several, as in gensim. A text without ends of lines is one sentence,
/// and commands are heard between them.
const LONGEST: usize = 10_000;

/// Sentences as numbers of words.
#[derive(Debug, Clone)]
pub struct Corpus {
    vocabulary: Vocabulary,
    /// All sentences, one after the other.
    words: Vec<u32>,
    /// Where each sentence ends.
    ends: Vec<usize>,
}

impl Corpus {
    /// Numbers the words that occur at least `min_count` times, the most frequent first, and leaves out all others.
    pub fn new(sentences: &[Vec<&str>], min_count: usize) -> Self {
        let config =
            VocabularyConfig { reserved: Vec::new(), min_freq: min_count, ..VocabularyConfig::d2l() };
        let vocabulary = Vocabulary::new(sentences.iter().flatten().copied(), &config);
        let mut words = Vec::new();
        let mut ends = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let start = words.len();
            words.extend(vocabulary.encode(sentence.iter().copied()).into_iter().map(|word| word as u32));
            ends.extend((start + LONGEST..words.len()).step_by(LONGEST));
            ends.push(words.len());
        }
        Corpus { vocabulary, words, ends }
    }

    /// The words that vectors are learnt for.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// How often each of them occurs.
    pub fn counts(&self) -> Vec<usize> {
        (0..self.vocabulary.len()).map(|word| self.vocabulary.count(word)).collect()
    }

    /// Words in all sentences.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Is there nothing to learn from?
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Sentences, those without a word that is known included.
    pub fn sentences(&self) -> usize {
        self.ends.len()
    }

    /// One of them.
    pub fn sentence(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.words[start..self.ends[index]]
    }
}
