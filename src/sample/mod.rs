//! How the next token is chosen from what a model says of all tokens: drawn at random, the most probable one, or by a
//! search that looks further ahead.

mod beam;
pub mod inspection;
#[cfg(feature = "engine")]
mod writer;

use crate::Stream;
use crate::protocol::{Choice, Sampling};

pub use beam::{Beam, Hypothesis};
#[cfg(feature = "engine")]
pub use writer::{LanguageModel, Memory, Writer};

impl Sampling {
    /// How probable each token is to be drawn after `history`: they sum to 1, and what is cut off is 0. Equally probable
    /// tokens at the edge of `top_k` or `top_p` are kept by their number, the smaller first. Logits that are not numbers
    /// count as the least; without any logit there is nothing.
    pub fn probabilities(&self, logits: &[f32], history: &[usize]) -> Vec<f64> {
        let mut scores: Vec<f64> = logits
            .iter()
            .map(|&logit| if logit.is_nan() { f64::NEG_INFINITY } else { f64::from(logit) })
            .collect();
        let mut seen = history.to_vec();
        seen.sort_unstable();
        seen.dedup();
        for token in seen {
            if let Some(score) = scores.get_mut(token) {
                *score = if *score > 0.0 {
                    *score / self.repetition_penalty
                } else {
                    *score * self.repetition_penalty
                };
            }
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        let Some(&best) = order.first() else { return Vec::new() };
        let mut probabilities = vec![0.0; scores.len()];
        if self.temperature <= 0.0 {
            probabilities[best] = 1.0;
            return probabilities;
        }
        order.truncate(self.top_k.unwrap_or(usize::MAX).max(1));
        let weights: Vec<f64> =
            order.iter().map(|&token| ((scores[token] - scores[best]) / self.temperature).exp()).collect();
        let total: f64 = weights.iter().sum();
        let mut reached = 0.0;
        let kept = weights
            .iter()
            .take_while(|weight| {
                let is_needed = reached < self.top_p;
                reached += *weight / total;
                is_needed
            })
            .count()
            .max(1);
        let total: f64 = weights[..kept].iter().sum();
        for (&token, weight) in order[..kept].iter().zip(weights) {
            probabilities[token] = weight / total;
        }
        probabilities
    }

    /// Draws a token, and names the `alternatives` most probable ones. `None` where there is no logit.
    pub fn choose(
        &self,
        logits: &[f32],
        history: &[usize],
        alternatives: usize,
        stream: &mut Stream,
    ) -> Option<Choice> {
        let probabilities = self.probabilities(logits, history);
        let mut order: Vec<usize> =
            (0..probabilities.len()).filter(|&token| probabilities[token] > 0.0).collect();
        order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]).then(a.cmp(&b)));
        let place = f64::from(stream.uniform());
        let mut reached = 0.0;
        let drawn = order.iter().find(|&&token| {
            reached += probabilities[token];
            place < reached
        });
        // Rounding may leave the sum a little below 1.
        let token = *drawn.or(order.last())?;
        order.truncate(alternatives);
        let alternatives = order.into_iter().map(|token| (token, probabilities[token])).collect();
        Some(Choice { token, probability: probabilities[token], alternatives })
    }
}

/// The most probable token; of equal ones the first. PyTorch's `argmax`.
pub fn greedy(logits: &[f32]) -> Option<usize> {
    let best = logits.iter().copied().filter(|logit| !logit.is_nan()).max_by(f32::total_cmp)?;
    logits.iter().position(|logit| *logit == best)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 5] = [1.0, 3.0, -1.0, 2.0, 2.0];

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        let off = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(off < 1e-12, "{found:?} {expected:?}");
    }

    fn softmax(scores: &[f64]) -> Vec<f64> {
        let weights: Vec<f64> = scores.iter().map(|score| score.exp()).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    }

    #[test]
    fn each_setting_does_what_its_source_says() {
        let plain = Sampling::default();
        close(&plain.probabilities(&LOGITS, &[]), &softmax(&[1.0, 3.0, -1.0, 2.0, 2.0]));
        let cold = Sampling { temperature: 0.5, ..plain };
        close(&cold.probabilities(&LOGITS, &[]), &softmax(&[2.0, 6.0, -2.0, 4.0, 4.0]));
        let coldest = Sampling { temperature: 0.0, ..plain };
        close(&coldest.probabilities(&LOGITS, &[]), &[0.0, 1.0, 0.0, 0.0, 0.0]);

        let two = Sampling { top_k: Some(2), ..plain };
        let kept = softmax(&[3.0, 2.0]);
        close(&two.probabilities(&LOGITS, &[]), &[0.0, kept[0], 0.0, kept[1], 0.0]);

        // 0.50, 0.18, 0.18, 0.07, 0.01: the first two reach 0.6, the first alone 0.4.
        let nucleus = |top_p| Sampling { top_p, ..plain }.probabilities(&LOGITS, &[]);
        close(&nucleus(0.6), &[0.0, kept[0], 0.0, kept[1], 0.0]);
        close(&nucleus(0.4), &[0.0, 1.0, 0.0, 0.0, 0.0]);
        close(&nucleus(0.0), &[0.0, 1.0, 0.0, 0.0, 0.0]);

        let fresh = Sampling { repetition_penalty: 2.0, ..plain };
        close(&fresh.probabilities(&LOGITS, &[1, 2, 1, 99]), &softmax(&[1.0, 1.5, -2.0, 2.0, 2.0]));
    }

    #[test]
    fn whatever_the_logits_something_sensible_is_drawn() {
        let odd = [f32::NAN, f32::NEG_INFINITY, 0.0, f32::NAN];
        let mut stream = Stream::new(1, 0);
        for _ in 0..20 {
            assert_eq!(Sampling::default().choose(&odd, &[], 3, &mut stream).unwrap().token, 2);
        }
        assert_eq!(Sampling::default().choose(&[], &[], 3, &mut stream), None);
        assert_eq!((greedy(&LOGITS), greedy(&odd), greedy(&[])), (Some(1), Some(2), None));
        assert_eq!(greedy(&[2.0, 2.0]), Some(0));
    }

    /// χ² with four degrees of freedom is below 18.5 in 999 of 1,000 runs; the seed is fixed.
    #[test]
    fn tokens_are_drawn_as_often_as_they_are_probable() {
        let sampling = Sampling { temperature: 1.5, ..Sampling::default() };
        let expected = sampling.probabilities(&LOGITS, &[]);
        let mut stream = Stream::new(7, 0);
        let mut counts = [0.0; 5];
        for _ in 0..20_000 {
            let choice = sampling.choose(&LOGITS, &[], 2, &mut stream).unwrap();
            assert_eq!(choice.alternatives.iter().map(|(token, _)| *token).collect::<Vec<_>>(), [1, 3]);
            assert_eq!(choice.probability, expected[choice.token]);
            counts[choice.token] += 1.0;
        }
        let chi: f64 = counts.iter().zip(&expected).map(|(n, p)| (n - p * 2e4_f64).powi(2) / (p * 2e4)).sum();
        assert!(chi < 18.5, "{chi} {counts:?}");
    }
}
