//! Airline passengers (chapters 7.1 and 7.2 of the source textbook): forecast the next vector of a series from the
//! vectors before it, with an LSTM, a GRU or a recurrent network built from scratch.

mod baselines;
mod config;
mod dataset;
mod metrics;
#[cfg(feature = "engine")]
mod model;
mod passengers;
#[cfg(feature = "engine")]
mod run;

pub use baselines::{Baseline, baselines};
pub use config::{AirlineConfig, Granularity, InitialState, LESSON, Scaling};
pub use dataset::Dataset;
pub use passengers::{PASSENGERS, passengers};
#[cfg(feature = "engine")]
pub use {model::Model, run::build};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Row;
use crate::protocol::{Figures, rounded};
#[cfg(feature = "engine")]
use crate::train::EngineLesson;

/// The lesson's row in the list of all.
pub(super) static ROW: Row = Row {
    lesson: &LESSON,
    #[cfg(feature = "engine")]
    engine: EngineLesson::trains::<Forecast>(&LESSON, run::build),
};

/// What the figures of this lesson show at one step. All values are in the unit of the series (thousands of
/// passengers).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Index in the (trimmed) series of the first value of `fitted`: `window × granularity`.
    pub first: usize,
    /// One-step predictions for the training targets, value by value from `first` on.
    pub fitted: Vec<f64>,
    /// One-step predictions for the held-out vectors, right after `fitted`; empty without hold-out.
    pub holdout: Vec<f64>,
    /// Multi-step forecast beyond the end of the series, each prediction fed back as input.
    pub forecast: Vec<f64>,
    /// Errors over the training targets.
    pub train_scores: Scores,
    /// Errors over the held-out vectors.
    pub holdout_scores: Option<Scores>,
}

impl Figures for Forecast {
    /// `rmse` and `mape`, and with hold-out `holdout_rmse` and `holdout_mape`.
    fn metrics(&self) -> BTreeMap<String, f64> {
        let mut metrics = BTreeMap::from([
            ("rmse".to_owned(), self.train_scores.rmse),
            ("mape".to_owned(), self.train_scores.mape),
        ]);
        if let Some(scores) = self.holdout_scores {
            metrics.insert("holdout_rmse".into(), scores.rmse);
            metrics.insert("holdout_mape".into(), scores.mape);
        }
        metrics
    }

    /// The largest difference between any two values.
    fn deviation(&self, other: &Self) -> f64 {
        let values = |forecast: &Forecast| {
            [&forecast.fitted[..], &forecast.holdout[..], &forecast.forecast[..]].concat()
        };
        let differences = values(self).into_iter().zip(values(other)).map(|(a, b)| (a - b).abs());
        differences.fold(0.0, f64::max)
    }

    fn short(mut self) -> Self {
        for values in [&mut self.fitted, &mut self.holdout, &mut self.forecast] {
            values.iter_mut().for_each(|value| *value = rounded(*value, 4));
        }
        self
    }
}

/// Errors in the unit of the series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Root mean squared error, thousands of passengers.
    pub rmse: f64,
    /// Mean absolute percentage error, in percent.
    pub mape: f64,
}
