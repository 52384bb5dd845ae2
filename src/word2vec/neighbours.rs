//! What vectors say about words.

/// Vectors of length 1, a row for each word.
#[derive(Debug, Clone)]
pub struct Vectors {
    rows: Vec<f32>,
    size: usize,
}

impl Vectors {
    /// Of rows `[words, size]`, each divided by its length.
    ///
    /// # Panics
    /// If the numbers are not whole rows, or `size` is 0.
    pub fn new(rows: &[f32], size: usize) -> Self {
        assert!(size > 0 && rows.len().is_multiple_of(size), "{} numbers in rows of {size}", rows.len());
        let mut rows = rows.to_vec();
        for row in rows.chunks_exact_mut(size) {
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            row.iter_mut().for_each(|x| *x /= length.max(f32::MIN_POSITIVE));
        }
        Vectors { rows, size }
    }

    /// The cosine of the angle between two words.
    pub fn similarity(&self, one: usize, other: usize) -> f32 {
        dot(self.row(one), self.row(other))
    }

    /// The `count` words nearest to one, by cosine, the nearest first; without itself.
    pub fn nearest(&self, word: usize, count: usize) -> Vec<(usize, f32)> {
        self.nearest_to(self.row(word), &[word], count)
    }

    /// What is to `third` as `second` is to `first`: the words nearest to second − first + third, without these.
    pub fn analogy(&self, first: usize, second: usize, third: usize, count: usize) -> Vec<(usize, f32)> {
        let rows = self.row(first).iter().zip(self.row(second)).zip(self.row(third));
        let target: Vec<f32> = rows.map(|((first, second), third)| second - first + third).collect();
        let length = dot(&target, &target).sqrt().max(f32::MIN_POSITIVE);
        let target: Vec<f32> = target.into_iter().map(|x| x / length).collect();
        self.nearest_to(&target, &[first, second, third], count)
    }

    fn nearest_to(&self, target: &[f32], without: &[usize], count: usize) -> Vec<(usize, f32)> {
        let rows = self.rows.chunks_exact(self.size).enumerate();
        let others = rows.filter(|(word, _)| !without.contains(word));
        let mut found: Vec<(usize, f32)> = others.map(|(word, row)| (word, dot(row, target))).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.truncate(count);
        found
    }

    fn row(&self, word: usize) -> &[f32] {
        &self.rows[word * self.size..(word + 1) * self.size]
    }
}

/// The sum of products. In eight sums side by side, for which processors have instructions.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_and_analogy_by_hand() {
        // Two kinds of things, each in two places.
        let rows = [[1.0, 0.0, 1.0], [1.0, 0.0, -1.0], [0.0, 2.0, 2.0], [0.0, 3.0, -3.0], [-1.0, -1.0, 0.1]];
        let vectors = Vectors::new(rows.as_flattened(), 3);
        assert_eq!(vectors.analogy(0, 1, 2, 1)[0].0, 3);
        assert!((vectors.similarity(0, 2) - 0.5).abs() < 1e-6);
        let nearest = vectors.nearest(0, 9);
        assert_eq!((nearest.len(), nearest[0].0), (4, 2));
    }

    #[test]
    fn products_are_summed_to_the_last() {
        let a: Vec<f32> = (0..19).map(|i| i as f32).collect();
        assert_eq!(dot(&a, &a), 2109.0);
    }
}
