//! The reference workloads: their shapes, their data and their arithmetic.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unroll::Stream;
use unroll::nn::{Cost, StepCost};

/// A workload by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Workload {
    /// A tiny regression: everything but arithmetic counts.
    Airline,
    /// Words: the state after ten of them predicts the next.
    Novel,
    /// Characters: every state predicts the next.
    Charlm,
}

/// LSTM(features → hidden) over `steps` vectors, the last state through Linear(hidden → features), mean squared error.
#[derive(Debug, Clone, Copy)]
pub struct Series {
    pub batch: usize,
    pub steps: usize,
    pub features: usize,
    pub hidden: usize,
}

/// Embedding, LSTM, and what stands behind it; cross-entropy.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    pub batch: usize,
    pub steps: usize,
    pub vocabulary: usize,
    pub embedding: usize,
    pub hidden: usize,
    pub head: Head,
}

/// What follows the hidden states of a [`Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// Their sum over time through Linear(units), ReLU, Linear(vocabulary).
    Sum {
        /// Outputs of the first linear layer.
        units: usize,
    },
    /// Each through Linear(vocabulary).
    Each,
}

/// What a workload consists of.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Vectors to a vector.
    Series(Series),
    /// Tokens to tokens.
    Text(Text),
}

impl Workload {
    /// All, the cheapest first.
    pub const ALL: [Workload; 3] = [Workload::Airline, Workload::Novel, Workload::Charlm];

    /// Its sizes.
    pub fn shape(self) -> Shape {
        match self {
            Workload::Airline => Shape::Series(Series { batch: 8, steps: 4, features: 12, hidden: 10 }),
            Workload::Novel => Shape::Text(Text {
                batch: 128,
                steps: 10,
                vocabulary: 1524,
                embedding: 256,
                hidden: 256,
                head: Head::Sum { units: 512 },
            }),
            Workload::Charlm => Shape::Text(Text {
                batch: 64,
                steps: 40,
                vocabulary: 57,
                embedding: 256,
                hidden: 512,
                head: Head::Each,
            }),
        }
    }

    /// Adam's learning rate.
    pub fn learning_rate(self) -> f64 {
        match self {
            Workload::Airline | Workload::Novel => 0.01,
            Workload::Charlm => 0.003,
        }
    }

    /// Is a step cut into shards?
    #[cfg(any(feature = "cpu", target_arch = "wasm32"))]
    pub fn is_shared(self) -> bool {
        match self.shape() {
            Shape::Series(_) => false,
            Shape::Text(_) => unroll::train::team::shards_of(self.cost()) > 1,
        }
    }

    /// Floating-point operations of the matrix products of one training step as the model defines them: each
    /// multiplication and addition of the forward pass counts three times, once for itself and twice for the products
    /// of the backward pass.
    pub fn flops(self) -> f64 {
        let rows = match self.shape() {
            Shape::Series(series) => series.batch * series.steps,
            Shape::Text(text) => text.batch * text.steps,
        };
        self.flops_with(rows)
    }

    /// Floating-point operations of a step where the input's share of the gates is computed once for each distinct word that a step reads; the
    /// mean over all batches.
    pub fn flops_by_word(self) -> f64 {
        match self.shape() {
            Shape::Series(_) => self.flops(),
            Shape::Text(text) => {
                let distinct = |batch| text_batch(text, batch).0.into_iter().collect::<BTreeSet<i32>>().len();
                let flops = (0..BATCHES).map(|batch| self.flops_with(distinct(batch)));
                flops.sum::<f64>() / BATCHES as f64
            }
        }
    }

    /// What a step costs, as far as it says into how many shards it is cut.
    pub fn cost(self) -> StepCost {
        let rows = match self.shape() {
            Shape::Series(series) => series.batch,
            Shape::Text(text) => text.batch,
        };
        let row = Cost { flops: self.flops_by_word() / rows as f64, ..Cost::default() };
        StepCost { parameters: 0, rows, row }
    }

    /// Operations where so many rows are projected into the gates.
    fn flops_with(self, projected: usize) -> f64 {
        let multiplications = match self.shape() {
            Shape::Series(Series { batch, steps, features, hidden }) => {
                4 * hidden * (projected * features + batch * steps * hidden) + batch * hidden * features
            }
            Shape::Text(Text { batch, steps, vocabulary, embedding, hidden, head }) => {
                let head = match head {
                    Head::Sum { units } => batch * units * (hidden + vocabulary),
                    Head::Each => batch * steps * hidden * vocabulary,
                };
                4 * hidden * (projected * embedding + batch * steps * hidden) + head
            }
        };
        3.0 * 2.0 * multiplications as f64
    }
}

/// Batches that training goes through, over and over: so many that none is learnt by heart within a run. A model that
/// has nothing left to learn has gradients too small for normal numbers, with which processors are slow.
pub const BATCHES: usize = 64;

/// The vectors of a batch and what follows them, uniform in [0, 1): `[batch, steps, features]` and `[batch, features]`.
pub fn series_batch(series: Series, batch: usize) -> (Vec<f32>, Vec<f32>) {
    let mut stream = Stream::new(1, 1 + batch as u64);
    let mut numbers = |count: usize| (0..count).map(|_| stream.uniform()).collect();
    let Series { batch, steps, features, .. } = series;
    (numbers(batch * steps * features), numbers(batch * features))
}

/// The tokens of a batch and what is to be predicted from them, drawn evenly from the vocabulary: `[batch × steps]`,
/// and one for each prediction.
pub fn text_batch(text: Text, batch: usize) -> (Vec<i32>, Vec<i32>) {
    let mut stream = Stream::new(1, 1 + batch as u64);
    let mut tokens =
        |count: usize| (0..count).map(|_| (stream.uniform() * text.vocabulary as f32) as i32).collect();
    let read = text.batch * text.steps;
    let predictions = if text.head == Head::Each { read } else { text.batch };
    (tokens(read), tokens(predictions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_those_of_the_products() {
        // Per row of the airline: 4 gates of 10 units from 12 + 10 numbers; then 12 outputs from 10, once a sequence.
        assert_eq!(Workload::Airline.flops(), 6.0 * f64::from(32 * 4 * 10 * 22 + 8 * 120));
        let billions = |workload: Workload| (workload.flops() / 1e7).round() / 100.0;
        assert_eq!((billions(Workload::Novel), billions(Workload::Charlm)), (4.73, 24.61));
        // All 57 characters occur.
        let saved = 6.0 * f64::from(2048 * 256 * (64 * 40 - 57));
        assert_eq!(Workload::Charlm.flops() - Workload::Charlm.flops_by_word(), saved);
        assert_eq!(Workload::Airline.flops(), Workload::Airline.flops_by_word());
    }

    #[test]
    fn batches_differ_and_their_tokens_lie_within_the_vocabulary() {
        let Shape::Text(text) = Workload::Charlm.shape() else { unreachable!("characters") };
        let (read, predicted) = text_batch(text, 0);
        assert_eq!((read.iter().min(), read.iter().max()), (Some(&0), Some(&56)));
        assert!(read != predicted && read != text_batch(text, 1).0 && read == text_batch(text, 0).0);
    }
}
