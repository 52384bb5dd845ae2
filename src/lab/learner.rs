//! Vectors for the words of a text, learnt in slices.

use crate::word2vec::{Config, Corpus, Trainer, Vectors, WordMap, principal_components};

/// Words that the map shows.
const MAPPED: usize = 250;
/// Seconds of learning before the worker looks whether it is wanted otherwise.
const SLICE: f64 = 0.025;
/// Words at least that are learnt from between two looks at the clock.
const STRIDE: usize = 200;
/// Seconds between two maps.
const MAP_EVERY: f64 = 0.25;

/// A model in training, and what is told of it.
#[derive(Debug)]
pub struct Learner {
    trainer: Trainer,
    config: Config,
    loss: Option<f64>,
    epochs: f64,
    words: usize,
    seconds: f64,
    mapped_at: f64,
    is_stopped: bool,
}

impl Learner {
    /// Untrained, for these sentences. A blank between words is no word.
    pub fn new(mut sentences: Vec<Vec<&str>>, config: Config) -> Self {
        sentences.iter_mut().for_each(|sentence| sentence.retain(|token| !token.trim().is_empty()));
        Learner {
            trainer: Trainer::new(Corpus::new(&sentences, config.min_count), config),
            config,
            loss: None,
            epochs: 0.0,
            words: 0,
            seconds: 0.0,
            mapped_at: f64::NEG_INFINITY,
            is_stopped: false,
        }
    }

    /// Is there something left to learn?
    pub fn is_learning(&self) -> bool {
        !self.is_stopped && !self.trainer.is_done()
    }

    /// Learns no more.
    pub fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// Learns for a moment; gives a map from time to time, and one at the end. `clock` gives seconds.
    pub fn advance(&mut self, clock: impl Fn() -> f64) -> Option<WordMap> {
        let start = clock();
        while self.is_learning() && clock() - start < SLICE {
            let trained = self.trainer.train(STRIDE);
            self.words += trained.words;
            self.epochs = trained.epochs;
            self.loss = trained.loss.or(self.loss);
        }
        let now = clock();
        self.seconds += now - start;
        let is_due = now - self.mapped_at >= MAP_EVERY || !self.is_learning();
        is_due.then(|| {
            self.mapped_at = now;
            self.map()
        })
    }

    /// Where the words are now.
    pub fn map(&self) -> WordMap {
        let vocabulary = self.trainer.corpus().vocabulary();
        let shown = vocabulary.len().min(MAPPED);
        let vectors = &self.trainer.vectors()[..shown * self.config.vector_size];
        let places = principal_components(vectors, self.config.vector_size);
        WordMap {
            epochs: self.epochs,
            planned: self.config.epochs,
            loss: self.loss,
            words_per_s: if self.seconds > 0.0 { self.words as f64 / self.seconds } else { 0.0 },
            words: vocabulary.len(),
            is_done: !self.is_learning(),
            places: (0..shown).map(|word| self.name(word)).zip(places).collect(),
        }
    }

    /// The words nearest to one, or in the place of the fourth of an analogy; nothing where a word has no vector, or for
    /// another number of words.
    pub fn find(&self, words: &[String], count: usize) -> Vec<(String, f32)> {
        let vocabulary = self.trainer.corpus().vocabulary();
        let known: Option<Vec<usize>> = words.iter().map(|word| vocabulary.index(word)).collect();
        let vectors = Vectors::new(self.trainer.vectors(), self.config.vector_size);
        let found = match known.as_deref() {
            Some(&[word]) => vectors.nearest(word, count),
            Some(&[first, second, third]) => vectors.analogy(first, second, third, count),
            _ => Vec::new(),
        };
        found.into_iter().map(|(word, cosine)| (self.name(word), cosine)).collect()
    }

    /// A word that has a vector: each of them is a token.
    fn name(&self, word: usize) -> String {
        self.trainer.corpus().vocabulary().token(word).unwrap_or_default().to_owned()
    }
}
