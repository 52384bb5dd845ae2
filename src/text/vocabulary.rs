//! Which tokens have a number.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// The order of the words in a vocabulary, after the reserved ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The most frequent first; of equally frequent ones, what came first in the text: `Counter.most_common` of Python,
    /// as d2l (section 8.2) uses it.
    Frequency,
    /// The most frequent first; of equally frequent ones, the one whose characters have the greater code:
    /// `sorted((count, word), reverse=True)`, as the textbook (section 7.4) has it.
    FrequencyThenWord,
}

/// What a vocabulary keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VocabularyConfig {
    /// Tokens that stand first, in this order, whether the text has them or not. The first one stands for everything
    /// that is not known; without any, unknown tokens are left out.
    pub reserved: Vec<String>,
    /// A token must occur at least so often.
    pub min_freq: usize,
    /// Numbers at most, the reserved tokens' included.
    pub max_size: Option<usize>,
    /// How the rest is ordered.
    pub order: Order,
    /// So many words at the end of that order are left out; the textbook drops two.
    pub drop_last: usize,
}

impl VocabularyConfig {
    /// The textbook's for its four sentences (section 7.4).
    pub fn textbook() -> Self {
        VocabularyConfig {
            reserved: vec!["<unk>".into(), "<pad>".into()],
            min_freq: 1,
            max_size: None,
            order: Order::FrequencyThenWord,
            drop_last: 2,
        }
    }

    /// d2l's (section 8.2).
    pub fn d2l() -> Self {
        VocabularyConfig {
            reserved: vec!["<unk>".into()],
            min_freq: 1,
            max_size: None,
            order: Order::Frequency,
            drop_last: 0,
        }
    }
}

/// Tokens and their numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    /// By number.
    tokens: Vec<String>,
    /// How often each token stands in the text it was made of.
    counts: Vec<usize>,
    indices: HashMap<String, usize>,
    /// The first of them are reserved.
    reserved: usize,
    /// Tokens of that text that it does not know.
    unknown: usize,
}

impl Vocabulary {
    /// Counts the tokens of a text and numbers them.
    pub fn new<'t>(text: impl IntoIterator<Item = &'t str>, config: &VocabularyConfig) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        // In the order in which the text brings them.
        let mut counted: Vec<(&str, usize)> = Vec::new();
        let mut total = 0;
        for token in text {
            let place = *places.entry(token).or_insert(counted.len());
            if place == counted.len() {
                counted.push((token, 0));
            }
            counted[place].1 += 1;
            total += 1;
        }
        let mut tokens: Vec<String> = Vec::new();
        let mut counts = Vec::new();
        for name in &config.reserved {
            if !tokens.contains(name) {
                tokens.push(name.clone());
                counts.push(places.get(name.as_str()).map_or(0, |&place| counted[place].1));
            }
        }
        let reserved = tokens.len();
        counted.retain(|(token, _)| !config.reserved.iter().any(|name| name == token));
        match config.order {
            // A stable sort keeps the text's order.
            Order::Frequency => counted.sort_by_key(|&(_, count)| std::cmp::Reverse(count)),
            Order::FrequencyThenWord => {
                counted.sort_by(|(a, n), (b, m)| (m, b).cmp(&(n, a)));
            }
        }
        counted.truncate(counted.len().saturating_sub(config.drop_last));
        counted.retain(|&(_, count)| count >= config.min_freq);
        if let Some(size) = config.max_size {
            counted.truncate(size.saturating_sub(reserved));
        }
        for (token, count) in counted {
            tokens.push(token.into());
            counts.push(count);
        }
        let indices = tokens.iter().cloned().zip(0..).collect();
        let unknown = total - counts.iter().sum::<usize>();
        Vocabulary { tokens, counts, indices, reserved, unknown }
    }

    /// Tokens that have a number.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Has none a number?
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// How many of the first are reserved.
    pub fn reserved(&self) -> usize {
        self.reserved
    }

    /// Tokens of the text it was made of that have no number.
    pub fn unknown(&self) -> usize {
        self.unknown
    }

    /// The number of a token.
    pub fn index(&self, token: &str) -> Option<usize> {
        self.indices.get(token).copied()
    }

    /// The token with a number.
    pub fn token(&self, index: usize) -> Option<&str> {
        self.tokens.get(index).map(String::as_str)
    }

    /// How often the token with a number stands in the text that the vocabulary was made of; 0 where there is none.
    pub fn count(&self, index: usize) -> usize {
        self.counts.get(index).copied().unwrap_or(0)
    }

    /// The numbers of a text's tokens. One that is not known gets the first reserved number; where nothing is reserved
    /// it is left out.
    pub fn encode<'t>(&self, tokens: impl IntoIterator<Item = &'t str>) -> Vec<usize> {
        let unknown = (self.reserved > 0).then_some(0);
        tokens.into_iter().filter_map(|token| self.index(token).or(unknown)).collect()
    }

    /// The tokens of numbers; the first that is none.
    ///
    /// # Errors
    /// The number that no token has.
    pub fn decode(&self, indices: &[usize]) -> Result<Vec<&str>, usize> {
        indices.iter().map(|&index| self.token(index).ok_or(index)).collect()
    }
}

/// Rows of the same length `[rows, length]`: what is longer is cut at the end, what is shorter is filled up with
/// `padding` behind it.
pub fn table(rows: &[Vec<usize>], length: usize, padding: usize) -> Vec<Vec<usize>> {
    let fitted = |row: &Vec<usize>| {
        let mut row = row.clone();
        row.resize(length, padding);
        row
    };
    rows.iter().map(fitted).collect()
}
