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
pub use config::{AirlineConfig, Cell, Granularity, InitialState, LESSON, Optimizer, Scaling};
pub use dataset::Dataset;
pub use passengers::{PASSENGERS, passengers};
#[cfg(feature = "engine")]
pub use {model::Model, run::build};

use serde::{Deserialize, Serialize};

/// What the figures of this lesson show at one epoch. All values are in the unit of the series (thousands of
/// passengers).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Epochs trained so far.
    pub epoch: usize,
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

/// Errors in the unit of the series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Root mean squared error, thousands of passengers.
    pub rmse: f64,
    /// Mean absolute percentage error, in percent.
    pub mape: f64,
}
