//! Beam search: the most probable continuations, several at a time.

use std::cmp::Ordering;

/// A continuation that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// Its tokens, with the one that ends a text where it came to that.
    pub tokens: Vec<usize>,
    /// log P of all its tokens.
    pub log_probability: f64,
    /// log P / Lᵅ for its L tokens.
    pub score: f64,
}

/// A search on its way.
///
/// In each round every open continuation is followed by every token, and the `width` most probable of all that gives are
/// kept; those that end with a token that ends a text are finished. At the end, finished or not, the score log P / Lᵅ
/// decides (d2l, section 9.8, where α is 0.75): without the division short continuations would always win. Of equally
/// good ones the one whose tokens have the smaller numbers comes first. A width of 1 takes the most probable token each
/// time.
#[derive(Debug, Clone)]
pub struct Beam {
    width: usize,
    /// Rounds that are left.
    left: usize,
    alpha: f64,
    open: Vec<Hypothesis>,
    finished: Vec<Hypothesis>,
}

impl Beam {
    /// A search for the `width` best continuations of at most `length` tokens.
    pub fn new(width: usize, length: usize, alpha: f64) -> Self {
        let nothing = Hypothesis { tokens: Vec::new(), log_probability: 0.0, score: 0.0 };
        Beam { width: width.max(1), left: length, alpha, open: vec![nothing], finished: Vec::new() }
    }

    /// The continuations that are to be followed; none when the search is at its end.
    pub fn open(&self) -> &[Hypothesis] {
        if self.left == 0 { &[] } else { &self.open }
    }

    /// One round: `logs` holds log P of every token after each of the open continuations. Returns which of them each of
    /// the now open ones goes on from.
    pub fn follow(&mut self, logs: &[Vec<f64>], is_end: impl Fn(usize) -> bool) -> Vec<usize> {
        self.left = self.left.saturating_sub(1);
        let mut candidates: Vec<(usize, usize, f64)> = Vec::new();
        for (parent, (hypothesis, logs)) in self.open.iter().zip(logs).enumerate() {
            let possible = logs.iter().enumerate().filter(|(_, log)| **log > f64::NEG_INFINITY);
            candidates.extend(possible.map(|(token, log)| (parent, token, hypothesis.log_probability + log)));
        }
        let tokens = |&(parent, token, _): &(usize, usize, f64)| {
            let before = &self.open[parent].tokens;
            before.iter().copied().chain([token]).collect::<Vec<_>>()
        };
        let better = |a: &(usize, usize, f64), b: &(usize, usize, f64)| {
            b.2.total_cmp(&a.2).then_with(|| tokens(a).cmp(&tokens(b)))
        };
        if candidates.len() > self.width {
            candidates.select_nth_unstable_by(self.width - 1, better);
            candidates.truncate(self.width);
        }
        candidates.sort_by(better);
        let (mut open, mut parents) = (Vec::new(), Vec::new());
        for candidate in &candidates {
            let (parent, token, log_probability) = *candidate;
            let tokens = tokens(candidate);
            let score = log_probability / (tokens.len() as f64).powf(self.alpha);
            let hypothesis = Hypothesis { tokens, log_probability, score };
            if is_end(token) {
                self.finished.push(hypothesis);
            } else {
                open.push(hypothesis);
                parents.push(parent);
            }
        }
        self.open = open;
        parents
    }

    /// The best continuations found so far, the best first.
    pub fn best(&self) -> Vec<Hypothesis> {
        let mut found = self.finished.clone();
        found.extend(self.open.iter().filter(|hypothesis| !hypothesis.tokens.is_empty()).cloned());
        found.sort_by(order);
        found.truncate(self.width);
        found
    }
}

fn order(a: &Hypothesis, b: &Hypothesis) -> Ordering {
    b.score.total_cmp(&a.score).then_with(|| a.tokens.cmp(&b.tokens))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;

    /// A whole search, where `next` gives log P of every token after these ones.
    fn beam_search(
        width: usize,
        length: usize,
        end: Option<usize>,
        alpha: f64,
        mut next: impl FnMut(&[usize]) -> Vec<f64>,
    ) -> Vec<Hypothesis> {
        let mut beam = Beam::new(width, length, alpha);
        while !beam.open().is_empty() {
            let logs: Vec<_> = beam.open().iter().map(|hypothesis| next(&hypothesis.tokens)).collect();
            let before = beam.clone();
            let parents = beam.follow(&logs, |token| Some(token) == end);
            for (hypothesis, parent) in beam.open().iter().zip(parents) {
                assert!(hypothesis.tokens.starts_with(&before.open[parent].tokens));
            }
        }
        beam.best()
    }

    const TOKENS: usize = 4;
    const END: usize = 3;

    /// A model in which each token depends on the two before it, with random probabilities.
    fn model(seed: u64) -> impl Fn(&[usize]) -> Vec<f64> {
        let mut stream = Stream::new(seed, 0);
        let table: Vec<f64> = (0..25 * TOKENS).map(|_| f64::from(stream.uniform()) + 0.05).collect();
        move |prefix: &[usize]| {
            let before = |back: usize| prefix.len().checked_sub(back).map_or(TOKENS, |index| prefix[index]);
            let row = &table[(before(2) * 5 + before(1)) * TOKENS..][..TOKENS];
            let total: f64 = row.iter().sum();
            row.iter().map(|weight| (weight / total).ln()).collect()
        }
    }

    /// Every continuation of at most `length` tokens.
    fn all(length: usize, alpha: f64, next: &dyn Fn(&[usize]) -> Vec<f64>) -> Vec<Hypothesis> {
        fn follow(
            tokens: &[usize],
            log_probability: f64,
            length: usize,
            alpha: f64,
            next: &dyn Fn(&[usize]) -> Vec<f64>,
            found: &mut Vec<Hypothesis>,
        ) {
            if tokens.len() == length || tokens.last() == Some(&END) {
                let score = log_probability / (tokens.len() as f64).powf(alpha);
                found.push(Hypothesis { tokens: tokens.to_vec(), log_probability, score });
                return;
            }
            for (token, log) in next(tokens).into_iter().enumerate() {
                follow(&[tokens, &[token]].concat(), log_probability + log, length, alpha, next, found);
            }
        }
        let mut found = Vec::new();
        follow(&[], 0.0, length, alpha, next, &mut found);
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found
    }

    #[test]
    fn a_wide_beam_finds_what_trying_everything_finds() {
        for seed in 0..20 {
            let next = model(seed);
            for (length, width) in [(2, TOKENS), (4, TOKENS.pow(3))] {
                let found = beam_search(width, length, Some(END), 0.75, &next);
                let expected = all(length, 0.75, &next);
                // Of two tokens, the ended and the best open ones all come through a beam as wide as the vocabulary.
                assert_eq!(found[0].tokens, expected[0].tokens, "seed {seed}, length {length}");
                assert!((found[0].score - expected[0].score).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_beam_of_one_takes_the_most_probable_token_each_time() {
        let next = model(3);
        let found = beam_search(1, 6, Some(END), 0.75, &next);
        let mut greedy: Vec<usize> = Vec::new();
        while greedy.len() < 6 && greedy.last() != Some(&END) {
            let logs = next(&greedy);
            let best = (0..TOKENS).max_by(|&a, &b| logs[a].total_cmp(&logs[b])).unwrap();
            greedy.push(best);
        }
        assert_eq!(found[0].tokens, greedy);
    }

    #[test]
    fn what_cannot_be_is_not_found() {
        let never = |_: &[usize]| vec![f64::NEG_INFINITY; 3];
        assert_eq!(beam_search(3, 4, None, 0.75, never), []);
        let only = |_: &[usize]| vec![f64::NEG_INFINITY, 0.0];
        assert_eq!(beam_search(3, 2, None, 0.75, only)[0].tokens, [1, 1]);
        assert_eq!(beam_search(3, 0, None, 0.75, only), []);
    }
}
