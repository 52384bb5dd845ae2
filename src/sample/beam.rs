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

/// The `width` best continuations of at most `length` tokens, the best first.
///
/// In each round every open continuation is followed by every token, and the `width` most probable of all that gives are
/// kept; those that end with `end` are finished. At the end, finished or not, the score log P / Lᵅ decides (d2l, section
/// 9.8, where α is 0.75): without the division short continuations would always win. `next` gives log P of every token
/// after these ones. Of equally good ones the one whose tokens have the smaller numbers comes first. A width of 1 takes
/// the most probable token each time.
pub fn beam_search(
    width: usize,
    length: usize,
    end: Option<usize>,
    alpha: f64,
    mut next: impl FnMut(&[usize]) -> Vec<f64>,
) -> Vec<Hypothesis> {
    let width = width.max(1);
    let scored = |tokens: Vec<usize>, log_probability: f64| {
        let score = log_probability / (tokens.len().max(1) as f64).powf(alpha);
        Hypothesis { tokens, log_probability, score }
    };
    let mut open = vec![scored(Vec::new(), 0.0)];
    let mut finished: Vec<Hypothesis> = Vec::new();
    for _ in 0..length {
        let mut candidates: Vec<Hypothesis> = Vec::new();
        for hypothesis in &open {
            for (token, log) in next(&hypothesis.tokens).into_iter().enumerate() {
                if log > f64::NEG_INFINITY {
                    let tokens = hypothesis.tokens.iter().copied().chain([token]).collect();
                    candidates.push(scored(tokens, hypothesis.log_probability + log));
                }
            }
        }
        candidates.sort_by(|a, b| order(a, b, |hypothesis| hypothesis.log_probability));
        candidates.truncate(width);
        let has_ended = |hypothesis: &Hypothesis| end.is_some() && hypothesis.tokens.last().copied() == end;
        let (ended, going_on) = candidates.into_iter().partition(has_ended);
        finished.extend::<Vec<_>>(ended);
        open = going_on;
        if open.is_empty() {
            break;
        }
    }
    finished.extend(open.into_iter().filter(|hypothesis| !hypothesis.tokens.is_empty()));
    finished.sort_by(|a, b| order(a, b, |hypothesis| hypothesis.score));
    finished.truncate(width);
    finished
}

fn order(a: &Hypothesis, b: &Hypothesis, by: fn(&Hypothesis) -> f64) -> Ordering {
    by(b).total_cmp(&by(a)).then_with(|| a.tokens.cmp(&b.tokens))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;

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
