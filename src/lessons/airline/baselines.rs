//! What a model must beat: forecasts that learn nothing.
//!
//! Both predict the very targets that the model predicts, and know for each what the model knows: every value before
//! the target's vector. With a season of m = 12 values and a vector that begins at s ≤ t:
//!
//! - last year's value: `ŷ[t] = y[t − m]`
//! - seasonal naive forecast with drift: `ŷ[t] = y[t − m] + (mean of y[s − m..s] − mean of y[s − 2m..s − m])`, last
//!   year's value moved by what the last known year had over the one before.
//!
//! Vectors hold at most 12 values, so `t − m` always lies before the vector. Where a series has only just begun, the
//! last known value `y[s − 1]` stands for last year's, and without two known years there is no drift. A baseline that
//! could not be told from a simpler one for any training target is left out.

use super::{Dataset, Scores};

/// Values of a season.
const SEASON: usize = 12;

/// One baseline over the targets of a [`Dataset`], in the unit of the series.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// `last_year` or `seasonal_naive`; the catalogues name it.
    pub id: &'static str,
    /// Predictions for the training targets.
    pub fitted: Vec<f64>,
    /// Predictions for the held-out targets.
    pub holdout: Vec<f64>,
    /// Errors over the training targets.
    pub train_scores: Scores,
    /// Errors over the held-out targets.
    pub holdout_scores: Option<Scores>,
}

/// The baselines that the series is long enough for.
pub fn baselines(data: &Dataset) -> Vec<Baseline> {
    // The vector of the last training target begins here.
    let last = data.split - data.size;
    let candidates: [(&str, usize, Rule); 2] =
        [("last_year", SEASON + 1 - data.size, last_year), ("seasonal_naive", 2 * SEASON, seasonal_naive)];
    candidates
        .into_iter()
        .filter(|(_, history, _)| last >= *history)
        .map(|(id, _, rule)| baseline(id, data, rule))
        .collect()
}

/// From the known values (all before the target's vector) and the target's index to the prediction.
type Rule = fn(&[f64], usize) -> f64;

fn last_year(known: &[f64], t: usize) -> f64 {
    // Before the first target stands at least one window, so something is known.
    t.checked_sub(SEASON).and_then(|index| known.get(index)).or(known.last()).copied().unwrap_or(0.0)
}

fn seasonal_naive(known: &[f64], t: usize) -> f64 {
    let mut years = known.rchunks_exact(SEASON).map(|year| year.iter().sum::<f64>() / SEASON as f64);
    let drift = match (years.next(), years.next()) {
        (Some(last), Some(before)) => last - before,
        _ => 0.0,
    };
    last_year(known, t) + drift
}

fn baseline(id: &'static str, data: &Dataset, rule: Rule) -> Baseline {
    let predict = |t: usize| rule(&data.values[..t - t % data.size], t);
    let fitted: Vec<f64> = (data.first()..data.split).map(predict).collect();
    let holdout: Vec<f64> = (data.split..data.values.len()).map(predict).collect();
    Baseline {
        id,
        train_scores: Scores::of(data.train_actual(), &fitted),
        holdout_scores: (!holdout.is_empty()).then(|| Scores::of(data.holdout_actual(), &holdout)),
        fitted,
        holdout,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Series;
    use crate::lessons::airline::{AirlineConfig, LESSON, passengers};
    use crate::settings::Form;

    fn dataset(series: &Series, pairs: &[(&'static str, &'static str)]) -> Dataset {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        Dataset::new(series, &AirlineConfig::from_form(&form)).unwrap()
    }

    fn counting(length: usize) -> Series {
        let values = (0..length).map(|index| index as f64).collect();
        Series::single(vec![String::new(); length], values)
    }

    #[test]
    fn the_years_of_the_lesson() {
        let data = dataset(&passengers(), &[("holdout", "1")]);
        let [last_year, naive] = &baselines(&data)[..] else { panic!("two baselines") };
        // 1953 is predicted by 1952, moved by what 1952 had over 1951 (197.0 and 170.17 on average).
        assert_eq!((last_year.id, last_year.fitted[0], last_year.holdout[11]), ("last_year", 171.0, 405.0));
        assert_eq!(naive.id, "seasonal_naive");
        assert!((naive.fitted[0] - (171.0 + 2364.0 / 12.0 - 2042.0 / 12.0)).abs() < 1e-9);
        assert_eq!((naive.fitted.len(), naive.holdout.len()), (data.train_actual().len(), 12));
        assert!(naive.train_scores.rmse < last_year.train_scores.rmse);
        assert!(naive.holdout_scores.unwrap().rmse < last_year.holdout_scores.unwrap().rmse);
    }

    #[test]
    fn a_straight_line_has_no_season_but_a_drift() {
        for granularity in ["year", "quarter", "month"] {
            let data = dataset(&counting(120), &[("granularity", granularity), ("window", "2")]);
            let [last_year, naive] = &baselines(&data)[..] else { panic!("two baselines") };
            let t = data.split - 1;
            assert_eq!(last_year.fitted.last(), Some(&(t as f64 - 12.0)), "{granularity}");
            assert_eq!(naive.fitted.last(), Some(&(t as f64)), "{granularity}");
        }
    }

    #[test]
    fn what_is_predicted_is_not_looked_at() {
        for granularity in ["year", "quarter", "month"] {
            let mut series = counting(120);
            let pairs = [("granularity", granularity), ("window", "2")];
            let before = baselines(&dataset(&series, &pairs));
            let size = dataset(&series, &pairs).size;
            for value in series.columns[0].values.iter_mut().rev().take(size) {
                *value += 1000.0;
            }
            for (before, after) in before.iter().zip(baselines(&dataset(&series, &pairs))) {
                assert_eq!(before.fitted, after.fitted, "{granularity}");
            }
        }
    }

    #[test]
    fn a_series_that_has_just_begun() {
        let data = dataset(&counting(20), &[("granularity", "month")]);
        let [last_year] = &baselines(&data)[..] else { panic!("one baseline") };
        assert_eq!(last_year.fitted[..3], [3.0, 4.0, 5.0]);
        assert_eq!(last_year.fitted[8..10], [0.0, 1.0]);
        assert_eq!(baselines(&dataset(&counting(12), &[("granularity", "month")])), []);
    }
}
