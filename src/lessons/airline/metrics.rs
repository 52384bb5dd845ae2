//! How far predictions are from what happened.

use super::Scores;

impl Scores {
    /// Compares `predicted` with `actual`, value by value; both are 0 where there is nothing to compare.
    ///
    /// `RMSE = √(1/n Σ (ŷ − y)²)` and `MAPE = 100/n Σ |ŷ − y| / |y|`, the latter over the values that are not zero.
    pub fn of(actual: &[f64], predicted: &[f64]) -> Self {
        let pairs = || actual.iter().zip(predicted);
        let mse = mean(pairs().map(|(y, y_hat)| (y_hat - y).powi(2)));
        let nonzero = pairs().filter(|(y, _)| **y != 0.0);
        let mape = 100.0 * mean(nonzero.map(|(y, y_hat)| ((y_hat - y) / y).abs()));
        Scores { rmse: mse.sqrt(), mape }
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0_usize), |(sum, count), number| (sum + number, count + 1));
    if count == 0 { 0.0 } else { sum / count as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let scores = Scores::of(&[100.0, 200.0, 0.0, -50.0], &[110.0, 190.0, 10.0, -60.0]);
        assert_eq!(scores.rmse, 10.0);
        // 10 %, 5 % and 20 %; the zero has no percentage.
        assert!((scores.mape - 35.0 / 3.0).abs() < 1e-12);
        assert_eq!(Scores::of(&[], &[]), Scores { rmse: 0.0, mape: 0.0 });
        assert_eq!(Scores::of(&[0.0], &[3.0]), Scores { rmse: 3.0, mape: 0.0 });
    }
}
