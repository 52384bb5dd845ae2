//! How often tokens stand side by side.

use std::collections::HashMap;

/// Runs of `n` tokens within a sentence and how often each occurs, the most frequent first; of equally frequent ones,
/// what came first. A sentence with fewer tokens has none.
///
/// # Panics
/// If `n` is 0.
pub fn count<'t>(sentences: impl IntoIterator<Item = &'t [u32]>, n: usize) -> Vec<(&'t [u32], usize)> {
    let mut places: HashMap<&[u32], usize> = HashMap::new();
    let mut counted: Vec<(&[u32], usize)> = Vec::new();
    for run in sentences.into_iter().flat_map(|sentence| sentence.windows(n)) {
        let place = *places.entry(run).or_insert(counted.len());
        if place == counted.len() {
            counted.push((run, 0));
        }
        counted[place].1 += 1;
    }
    counted.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    counted
}

/// The slope of a straight line through the logarithms of frequency over rank: Zipf's law has -1. Each octave of ranks
/// counts the same, for the few frequent words say as much as the many rare ones. Nothing where there is a single rank.
pub fn zipf_slope(counts: &[usize]) -> Option<f64> {
    let octaves =
        std::iter::successors(Some(1), |rank| Some(rank * 2)).take_while(|&rank| rank <= counts.len());
    let points: Vec<(f64, f64)> =
        octaves.map(|rank| ((rank as f64).ln(), (counts[rank - 1].max(1) as f64).ln())).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let variance: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let covariance: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    (variance > 0.0).then(|| covariance / variance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_in_the_order_of_frequency_and_appearance() {
        let text: [&[u32]; 2] = [&[7, 1, 2], &[1, 2, 3]];
        let pairs: Vec<(&[u32], usize)> = vec![(&[1, 2], 2), (&[7, 1], 1), (&[2, 3], 1)];
        assert_eq!(count(text, 2), pairs);
        assert_eq!(count(text, 4), []);
    }

    #[test]
    fn zipfs_law_has_slope_minus_one() {
        let counts: Vec<usize> = (1..=1000).map(|rank| 1_000_000 / rank).collect();
        assert!((zipf_slope(&counts).unwrap() + 1.0).abs() < 1e-3);
        assert_eq!(zipf_slope(&[3]), None);
    }
}
