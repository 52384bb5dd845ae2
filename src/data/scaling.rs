//! Scaling: from the unit of a series to the range in which networks train well, and back.

use serde::{Deserialize, Serialize};

/// A scale fitted on part of a series. The two numbers are in the unit of the series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaler {
    /// `(x − min) / (max − min)`: the smallest value becomes 0, the largest 1.
    MinMax {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// `(x − μ) / σ`: mean 0, standard deviation 1.
    Standard {
        /// Mean, μ.
        mean: f64,
        /// Standard deviation of the population (divided by n), σ.
        std: f64,
    },
}

impl Scaler {
    /// Fits a min–max scale on `values`.
    pub fn min_max(values: &[f64]) -> Self {
        let min = values.iter().copied().reduce(f64::min).unwrap_or(0.0);
        let max = values.iter().copied().reduce(f64::max).unwrap_or(0.0);
        Scaler::MinMax { min, max }
    }

    /// Fits a standardising scale on `values`.
    pub fn standard(values: &[f64]) -> Self {
        // Of nothing the mean is 0.
        let count = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        Scaler::Standard { mean, std: variance.sqrt() }
    }

    /// From the unit of the series to the model's.
    pub fn scale(&self, value: f64) -> f64 {
        let (offset, unit) = self.parts();
        (value - offset) / unit
    }

    /// From the model's unit to that of the series.
    pub fn unscale(&self, value: f64) -> f64 {
        let (offset, unit) = self.parts();
        value * unit + offset
    }

    fn parts(&self) -> (f64, f64) {
        let (offset, unit) = match *self {
            Scaler::MinMax { min, max } => (min, max - min),
            Scaler::Standard { mean, std } => (mean, std),
        };
        // A part of a series may be constant: it becomes 0 and is not stretched.
        (offset, if unit > 0.0 { unit } else { 1.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(Scaler::min_max(&values), Scaler::MinMax { min: 2.0, max: 9.0 });
        assert_eq!(Scaler::standard(&values), Scaler::Standard { mean: 5.0, std: 2.0 });
        assert_eq!(Scaler::standard(&values).scale(9.0), 2.0);
        assert_eq!(Scaler::min_max(&values).scale(5.5), 0.5);
    }

    #[test]
    fn a_constant_part_is_not_stretched() {
        for scaler in [Scaler::min_max(&[3.0; 4]), Scaler::standard(&[3.0; 4])] {
            assert_eq!((scaler.scale(3.0), scaler.scale(5.0), scaler.unscale(2.0)), (0.0, 2.0, 5.0));
        }
    }
}
