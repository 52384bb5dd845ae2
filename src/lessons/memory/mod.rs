//! Memory tasks that tell cells apart: the adding problem and delayed recall (Hochreiter and Schmidhuber, 1997; Arjovsky,
//! Shah and Bengio, 2016), and parity. An RNN, a GRU and an LSTM with as many parameters train side by side in one run.

mod config;
#[cfg(feature = "engine")]
mod run;
mod tasks;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Row;
use crate::protocol::{Figures, rounded};
#[cfg(feature = "engine")]
use crate::train::EngineLesson;

pub use config::{LESSON, MemoryConfig};
#[cfg(feature = "engine")]
pub use run::{Networks, build};
pub use tasks::{Exercises, RECALLED, SYMBOLS, Task};

/// The cells side by side, by the names of their figures.
pub const CELLS: [&str; 3] = ["rnn", "gru", "lstm"];
/// Sequences whose answers the figures show.
pub const SHOWN: usize = 6;

/// The lesson's row in the list of all.
pub(super) static ROW: Row = Row {
    lesson: &LESSON,
    #[cfg(feature = "engine")]
    engine: EngineLesson::trains::<Recall>(&LESSON, run::build),
};

/// What the figures of this lesson show at one step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recall {
    /// The loss of each of [`CELLS`] on sequences that are never trained on.
    pub losses: Vec<f64>,
    /// The share of their answers that is right, in percent; see [`Task::is_right`].
    pub accuracies: Vec<f64>,
    /// The answers of each cell to the first [`SHOWN`] of these sequences, one sequence after the other.
    pub answers: Vec<Vec<f32>>,
}

impl Figures for Recall {
    /// The losses, by the names of the cells.
    fn metrics(&self) -> BTreeMap<String, f64> {
        CELLS.iter().map(|cell| (*cell).to_owned()).zip(self.losses.iter().copied()).collect()
    }

    /// The largest difference between any two losses.
    fn deviation(&self, other: &Self) -> f64 {
        let differences = self.losses.iter().zip(&other.losses).map(|(a, b)| (a - b).abs());
        differences.fold(0.0, f64::max)
    }

    fn short(mut self) -> Self {
        self.losses.iter_mut().for_each(|loss| *loss = rounded(*loss, 17));
        for answer in self.answers.iter_mut().flatten() {
            *answer = rounded(f64::from(*answer), 10) as f32;
        }
        self
    }
}
