//! What counting alone reaches: the models that a network has to beat.

use std::collections::HashMap;

use super::Losses;

/// Taken off every count of a pair, for the pairs that were not seen (absolute discounting; Ney, Essen and Kneser,
/// 1994).
const DISCOUNT: f64 = 0.75;

/// Counted tokens and pairs of a text.
#[derive(Debug, Clone)]
pub struct Baselines {
    unigrams: Vec<f64>,
    total: f64,
    pairs: HashMap<(u16, u16), u32>,
    /// How often each token is followed by another, and by how many different ones.
    followed: Vec<(f64, f64)>,
}

impl Baselines {
    /// Counts a text of so many different tokens.
    pub fn new(text: &[u16], vocabulary: usize) -> Self {
        let mut unigrams = vec![0.0; vocabulary];
        text.iter().for_each(|&token| unigrams[usize::from(token)] += 1.0);
        let mut pairs: HashMap<(u16, u16), u32> = HashMap::new();
        text.windows(2).for_each(|pair| *pairs.entry((pair[0], pair[1])).or_insert(0) += 1);
        let mut followed = vec![(0.0, 0.0); vocabulary];
        for (&(first, _), &count) in &pairs {
            let (times, different) = &mut followed[usize::from(first)];
            *times += f64::from(count);
            *different += 1.0;
        }
        Baselines { unigrams, total: text.len() as f64, pairs, followed }
    }

    /// (c(w) + 1) / (N + V): what was never seen is not impossible.
    pub fn unigram(&self, token: u16) -> f64 {
        (self.unigrams[usize::from(token)] + 1.0) / (self.total + self.unigrams.len() as f64)
    }

    /// max(c(v, w) − d, 0) / c(v) + d · N₁₊(v ·) / c(v) · P(w), with d = 0.75.
    pub fn bigram(&self, before: u16, token: u16) -> f64 {
        let (times, different) = self.followed[usize::from(before)];
        if times == 0.0 {
            return self.unigram(token);
        }
        let seen = self.pairs.get(&(before, token)).map_or(0.0, |&count| f64::from(count));
        (seen - DISCOUNT).max(0.0) / times + DISCOUNT * different / times * self.unigram(token)
    }

    /// The mean of −log P over a text, but for its first token.
    pub fn losses(&self, text: &[u16]) -> Losses {
        let count = text.len().saturating_sub(1).max(1) as f64;
        let mean = |log: &dyn Fn(&[u16]) -> f64| -text.windows(2).map(log).sum::<f64>() / count;
        Losses {
            unigram: mean(&|pair| self.unigram(pair[1]).ln()),
            bigram: mean(&|pair| self.bigram(pair[0], pair[1]).ln()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_sum_to_one() {
        let text = [0, 1, 2, 0, 1, 0, 3, 0, 1, 2];
        let counted = Baselines::new(&text, 6);
        let unigrams: f64 = (0..6).map(|token| counted.unigram(token)).sum();
        assert!((unigrams - 1.0).abs() < 1e-12);
        for before in 0..6 {
            let bigrams: f64 = (0..6).map(|token| counted.bigram(before, token)).sum();
            assert!((bigrams - 1.0).abs() < 1e-12, "{before}: {bigrams}");
        }
        // 0 stands before 1 three times of four.
        let expected = (3.0 - 0.75) / 4.0 + 0.75 * 2.0 / 4.0 * (4.0 / 16.0);
        assert!((counted.bigram(0, 1) - expected).abs() < 1e-12);
    }

    #[test]
    fn pairs_say_more_than_single_tokens() {
        let text: Vec<u16> = (0..200).map(|index| index % 4).collect();
        let Losses { unigram, bigram } = Baselines::new(&text, 4).losses(&text);
        assert!((unigram - 4f64.ln()).abs() < 0.01 && bigram < 0.05, "{unigram} {bigram}");
    }
}
