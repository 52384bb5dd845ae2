//! From sentences to a table of numbers, and in which order its rows are trained on.

use super::EmbeddingConfig;
use crate::Stream;
use crate::data::{Sentence, Sentences};
use crate::text::{Vocabulary, table};

/// Words whose vectors the figures show.
pub const SHOWN_WORDS: usize = 40;
/// Sentences whose probabilities the figures show.
pub const SHOWN_SENTENCES: usize = 20;
/// The stream of the seed that draws the first epoch's order; each epoch has one of its own.
const FIRST_ORDER: u64 = 1;

/// The book's four sentences (section 7.4) with their labels, cut by jieba.
pub fn book() -> Sentences {
    labelled([
        (1, &["明天", "去", "看", "展览"]),
        (0, &["今天", "加班", "，", "天气", "不好"]),
        (1, &["明天", "有", "图书", "展览"]),
        (1, &["明天", "去"]),
    ])
}

/// Four in English on the same: going out, and not.
pub fn english() -> Sentences {
    labelled([
        (1, &["We", "go", "to", "the", "museum", "tomorrow"]),
        (0, &["It", "rains", ",", "and", "I", "work", "late", "today"]),
        (1, &["Old", "maps", "come", "to", "the", "museum", "tomorrow"]),
        (1, &["We", "go", "tomorrow"]),
    ])
}

fn labelled(rows: [(usize, &[&str]); 4]) -> Sentences {
    let sentence = |(label, tokens): (usize, &[&str])| Sentence {
        label,
        tokens: tokens.iter().map(|&token| token.to_owned()).collect(),
    };
    Sentences { labels: vec!["0".into(), "1".into()], sentences: rows.map(sentence).into() }
}

/// Sentences as numbers, ready for training.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Which words have a vector.
    pub vocabulary: Vocabulary,
    /// `[sentences, length]`: the numbers of each sentence's words, cut or padded to one length.
    pub table: Vec<Vec<usize>>,
    /// The class of each sentence.
    pub labels: Vec<usize>,
    /// The names of the classes.
    pub classes: Vec<String>,
    /// Steps that go once through all sentences.
    pub steps_per_epoch: usize,
    batch_size: usize,
    seed: u64,
}

impl Dataset {
    /// Numbers `sentences` as `config` asks.
    pub fn new(sentences: &Sentences, config: &EmbeddingConfig) -> Self {
        let words = |sentence: &Sentence| sentence.tokens.clone();
        let all: Vec<Vec<String>> = sentences.sentences.iter().map(words).collect();
        let vocabulary = Vocabulary::new(all.iter().flatten().map(String::as_str), &config.vocabulary);
        let rows: Vec<Vec<usize>> =
            all.iter().map(|tokens| vocabulary.encode(tokens.iter().map(String::as_str))).collect();
        let longest = all.iter().map(Vec::len).max().unwrap_or(0);
        let length = config.length(longest);
        // Where no number is reserved for padding, the first one fills up.
        let padding = vocabulary.index("<pad>").unwrap_or(0);
        Dataset {
            table: table(&rows, length, padding),
            vocabulary,
            labels: sentences.sentences.iter().map(|sentence| sentence.label).collect(),
            classes: sentences.labels.clone(),
            steps_per_epoch: config.steps_per_epoch(sentences),
            batch_size: config.batch_size.max(1),
            seed: config.seed,
        }
    }

    /// Words in a row.
    pub fn length(&self) -> usize {
        self.table.first().map_or(1, Vec::len)
    }

    /// The sentences of the step after `step` steps: a function of the seed and the step alone.
    pub fn batch(&self, step: usize) -> Vec<usize> {
        let (epoch, part) = (step / self.steps_per_epoch, step % self.steps_per_epoch);
        let mut order: Vec<usize> = (0..self.table.len()).collect();
        let mut stream = Stream::new(self.seed, FIRST_ORDER + epoch as u64);
        for last in (1..order.len()).rev() {
            order.swap(last, stream.below(last + 1));
        }
        let end = order.len().min((part + 1) * self.batch_size);
        order[part * self.batch_size..end].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::embedding::LESSON;
    use crate::settings::Form;

    fn dataset(pairs: &[(&'static str, &'static str)]) -> Dataset {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        Dataset::new(&book(), &EmbeddingConfig::from_form(&form))
    }

    #[test]
    fn the_preset_is_the_table_of_the_book() {
        let data = dataset(&[]);
        assert_eq!(data.table, [[2, 4, 6, 3], [0, 10, 5, 8], [2, 7, 9, 3], [2, 4, 1, 1]]);
        assert_eq!((data.vocabulary.len(), &data.labels[..]), (11, &[1, 0, 1, 1][..]));
        assert_eq!(data.vocabulary.index("明天"), Some(2));
    }

    #[test]
    fn an_epoch_meets_every_sentence_once_in_an_order_of_its_own() {
        let data = dataset(&[("seed", "4")]);
        assert_eq!(data.steps_per_epoch, 2);
        let epoch = |epoch: usize| {
            let (first, second) = (data.batch(2 * epoch), data.batch(2 * epoch + 1));
            assert_eq!((first.len(), second.len()), (3, 1));
            [first, second].concat()
        };
        let orders: Vec<Vec<usize>> = (0..20).map(epoch).collect();
        for order in &orders {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3]);
        }
        assert!(orders.iter().any(|order| order != &orders[0]));
        assert_eq!(dataset(&[("seed", "4")]).batch(7), data.batch(7));
        // A batch larger than all there is holds all there is.
        assert_eq!(dataset(&[("batch_size", "128")]).batch(0).len(), 4);
    }
}
