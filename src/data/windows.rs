//! Windows: a series of vectors, cut into what a model sees and what it is to predict.

/// Every run of `window` vectors of a series, each with the vector that follows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Windows {
    /// How many there are.
    pub count: usize,
    /// Vectors that the model sees.
    pub window: usize,
    /// Values per vector.
    pub size: usize,
    /// `[count, window, size]`, row by row.
    pub inputs: Vec<f32>,
    /// `[count, size]`: the vector after each window.
    pub targets: Vec<f32>,
}

impl Windows {
    /// Cuts `values`, a whole number of vectors of `size` values, oldest first. Window `i` holds the vectors `i` to
    /// `i + window - 1`; a series of at most `window` vectors has none.
    pub fn cut(values: &[f32], window: usize, size: usize) -> Self {
        // Neither can be 0: then a vector, or a window, would be nothing.
        let (window, size) = (window.max(1), size.max(1));
        let vectors: Vec<&[f32]> = values.chunks_exact(size).collect();
        let count = vectors.len().saturating_sub(window);
        let inputs = vectors.windows(window).take(count).flatten().copied().flatten().copied().collect();
        let targets = vectors.iter().skip(window).copied().flatten().copied().collect();
        Windows { count, window, size, inputs, targets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_pairs_in_windows_of_two() {
        let values: Vec<f32> = (0..10).map(|number| number as f32).collect();
        let windows = Windows::cut(&values, 2, 2);
        assert_eq!(windows.count, 3);
        assert_eq!(windows.inputs, [0., 1., 2., 3., 2., 3., 4., 5., 4., 5., 6., 7.]);
        assert_eq!(windows.targets, [4., 5., 6., 7., 8., 9.]);
    }

    #[test]
    fn too_few_vectors_make_no_window() {
        let windows = Windows::cut(&[1.0, 2.0], 2, 1);
        assert_eq!((windows.count, windows.inputs.len(), windows.targets.len()), (0, 0, 0));
    }
}
