//! Going through the text, word by word.

use super::huffman::{self, Path};
use super::neighbours::dot;
use super::{Architecture, Config, Corpus, Output};
use crate::Stream;

/// Where training stands after some words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trained {
    /// Times that the whole text has been gone through, and the part of the present one.
    pub epochs: f64,
    /// How many words these were, skipped ones included.
    pub words: usize,
    /// Mean over the predictions of these words: −ln of the probability that the model gave to what was right. None where
    /// nothing was predicted: each word was skipped or stood alone.
    pub loss: Option<f64>,
}

/// A model in training.
#[derive(Debug, Clone)]
pub struct Trainer {
    config: Config,
    corpus: Corpus,
    /// What the words are looked up as `[words, vector_size]`; what is learnt.
    vectors: Vec<f32>,
    /// What they are compared with: a row for each word, or for each inner node of the tree.
    outputs: Vec<f32>,
    /// Below which number a word is kept, out of 1.
    kept: Vec<f32>,
    /// For negative sampling: up to each word, the share of all frequencies to the power 0.75.
    cumulated: Vec<f32>,
    /// For hierarchical softmax.
    paths: Vec<Path>,
    stream: Stream,
    epoch: usize,
    sentence: usize,
    /// Words gone through in all epochs, skipped ones included.
    words_done: usize,
}

/// Frequencies are raised to this power before negative words are drawn.
const POWER: f64 = 0.75;

impl Trainer {
    /// Untrained: vectors uniform within ±1 / `vector_size`, what they are compared with 0, as gensim has it.
    pub fn new(corpus: Corpus, config: Config) -> Self {
        let counts = corpus.counts();
        let size = config.vector_size;
        let mut stream = Stream::new(config.seed, 0);
        let vectors =
            (0..counts.len() * size).map(|_| (2.0 * stream.uniform() - 1.0) / size as f32).collect();
        let threshold = config.sample * corpus.len() as f64;
        let kept = counts.iter().map(|&count| {
            let ratio = count as f64 / threshold;
            if config.sample > 0.0 { ((ratio.sqrt() + 1.0) / ratio) as f32 } else { 1.0 }
        });
        let powers: Vec<f64> = counts.iter().map(|&count| (count as f64).powf(POWER)).collect();
        let all: f64 = powers.iter().sum();
        let cumulated = powers.iter().scan(0.0, |sum, power| {
            *sum += power;
            Some((*sum / all) as f32)
        });
        let (rows, paths) = match config.output {
            Output::NegativeSampling { .. } => (counts.len(), Vec::new()),
            Output::HierarchicalSoftmax => (counts.len().saturating_sub(1), huffman::paths(&counts)),
        };
        Trainer {
            kept: kept.collect(),
            cumulated: cumulated.collect(),
            outputs: vec![0.0; rows * size],
            vectors,
            paths,
            stream: Stream::new(config.seed, 1),
            epoch: 0,
            sentence: 0,
            words_done: 0,
            corpus,
            config,
        }
    }

    /// What is learnt, a row for each word of the vocabulary `[words, vector_size]`.
    pub fn vectors(&self) -> &[f32] {
        &self.vectors
    }

    /// The text and its vocabulary.
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// Is there nothing left to do?
    pub fn is_done(&self) -> bool {
        self.epoch >= self.config.epochs || self.corpus.is_empty()
    }

    /// Trains on whole sentences until at least so many words have been gone through, or all is done.
    pub fn train(&mut self, words: usize) -> Trained {
        let begun = self.words_done;
        let enough = begun.saturating_add(words);
        let (mut loss, mut predictions) = (0.0, 0_usize);
        let mut work = Work::new(self.config.vector_size);
        while self.words_done < enough && !self.is_done() {
            let rate = self.rate();
            let sentence = self.corpus.sentence(self.sentence);
            self.words_done += sentence.len();
            let mut kept = std::mem::take(&mut work.sentence);
            kept.clear();
            for &word in sentence {
                if self.stream.uniform() < self.kept[word as usize] {
                    kept.push(word);
                }
            }
            for at in 0..kept.len() {
                // The window is drawn anew for each word.
                let reach = self.config.window - self.stream.below(self.config.window);
                let around = at.saturating_sub(reach)..kept.len().min(at + reach + 1);
                let near = around.filter(|&other| other != at).map(|other| kept[other]);
                work.near.clear();
                work.near.extend(near);
                let (sum, count) = self.learn(kept[at], rate, &mut work);
                loss += sum;
                predictions += count;
            }
            work.sentence = kept;
            self.sentence += 1;
            if self.sentence == self.corpus.sentences() {
                self.sentence = 0;
                self.epoch += 1;
            }
        }
        let epochs = self.words_done as f64 / self.corpus.len().max(1) as f64;
        let loss = (predictions > 0).then(|| loss / predictions as f64);
        Trained { epochs, words: self.words_done - begun, loss }
    }

    /// The learning rate now.
    fn rate(&self) -> f32 {
        let all = (self.config.epochs * self.corpus.len()).max(1);
        let done = self.words_done as f64 / all as f64;
        (self.config.alpha - (self.config.alpha - self.config.min_alpha) * done) as f32
    }

    /// Learns that a word stands near those in `work`; gives the loss and how often it was predicted.
    fn learn(&mut self, word: u32, rate: f32, work: &mut Work) -> (f64, usize) {
        let size = self.config.vector_size;
        let row = |word: u32| word as usize * size..(word as usize + 1) * size;
        match self.config.architecture {
            Architecture::Cbow => {
                if work.near.is_empty() {
                    return (0.0, 0);
                }
                work.hidden.fill(0.0);
                let share = 1.0 / work.near.len() as f32;
                for &other in &work.near {
                    add(&mut work.hidden, share, &self.vectors[row(other)]);
                }
                let loss = self.predict(word, rate, work);
                // Each by the whole error, as in gensim, not by its share of the mean.
                for &other in &work.near {
                    add(&mut self.vectors[row(other)], 1.0, &work.error);
                }
                (loss, 1)
            }
            Architecture::SkipGram => {
                let mut loss = 0.0;
                for index in 0..work.near.len() {
                    let other = work.near[index];
                    work.hidden.copy_from_slice(&self.vectors[row(other)]);
                    loss += self.predict(word, rate, work);
                    add(&mut self.vectors[row(other)], 1.0, &work.error);
                }
                (loss, work.near.len())
            }
        }
    }

    /// Predicts a word from `work.hidden`: moves what it is compared with, leaves in `work.error` how what it was
    /// predicted from should move, and gives the loss before.
    fn predict(&mut self, word: u32, rate: f32, work: &mut Work) -> f64 {
        work.error.fill(0.0);
        match self.config.output {
            Output::NegativeSampling { negative } => {
                let mut loss = self.tell(word as usize, 1.0, rate, work);
                for _ in 0..negative {
                    let draw = self.stream.uniform();
                    let other = self.cumulated.partition_point(|&share| share <= draw);
                    if other != word as usize && other < self.cumulated.len() {
                        loss += self.tell(other, 0.0, rate, work);
                    }
                }
                loss
            }
            Output::HierarchicalSoftmax => {
                let path = std::mem::take(&mut self.paths[word as usize]);
                let loss = path.iter().map(|&(node, turn)| self.tell(node, 1.0 - turn, rate, work)).sum();
                self.paths[word as usize] = path;
                loss
            }
        }
    }

    /// One yes or no, by logistic regression: should `work.hidden` and a row of outputs go together?
    fn tell(&mut self, row: usize, label: f32, rate: f32, work: &mut Work) -> f64 {
        let size = self.config.vector_size;
        let output = &mut self.outputs[row * size..(row + 1) * size];
        let score = dot(&work.hidden, output);
        let probability = 1.0 / (1.0 + (-score).exp());
        let step = (label - probability) * rate;
        add(&mut work.error, step, output);
        add(output, step, &work.hidden);
        // −ln σ(±score), without an overflow: ln(1 + exp(−x)) = max(−x, 0) + ln(1 + exp(−|x|)).
        let right = f64::from(if label > 0.5 { score } else { -score });
        (-right).max(0.0) + (-right.abs()).exp().ln_1p()
    }
}

/// Room that every word needs.
struct Work {
    sentence: Vec<u32>,
    near: Vec<u32>,
    hidden: Vec<f32>,
    error: Vec<f32>,
}

impl Work {
    fn new(size: usize) -> Self {
        Work { sentence: Vec::new(), near: Vec::new(), hidden: vec![0.0; size], error: vec![0.0; size] }
    }
}

fn add(to: &mut [f32], times: f32, what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}
