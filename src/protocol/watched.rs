//! What the gates of a trained model did while it read a sequence.

use serde::{Deserialize, Serialize};

/// Steps of a sequence that are watched.
pub const WATCHED_LIMIT: usize = 160;

/// Every recurrent layer of a model, step by step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// What was read at each step, as a figure can print it.
    pub columns: Vec<String>,
    /// The layers; of models side by side, those of each.
    pub layers: Vec<WatchedLayer>,
}

/// One layer in one direction.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WatchedLayer {
    /// PyTorch's name of the module: `LSTM`, `GRU`, `RNN`.
    pub cell: String,
    /// The layer, from 0.
    pub layer: usize,
    /// Is it the direction that begins at the end?
    pub reverse: bool,
    /// Units.
    pub hidden_size: usize,
    /// The names of its vectors: i, f, g, o, c and h of an LSTM; r, z, n and h of a GRU; h of an RNN.
    pub vectors: Vec<String>,
    /// `[steps, vectors, hidden_size]` as little-endian `f32`: one array of bytes crosses between workers at once.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl WatchedLayer {
    /// This layer with these values, `[steps, vectors, hidden_size]`.
    #[cfg(feature = "engine")]
    pub fn with_values(self, values: &[f32]) -> Self {
        WatchedLayer { bytes: values.iter().flat_map(|value| value.to_le_bytes()).collect(), ..self }
    }

    /// A unit of a vector after a step; 0 where there is no such number.
    pub fn value(&self, vector: usize, unit: usize, step: usize) -> f32 {
        let index = (step * self.vectors.len() + vector) * self.hidden_size + unit;
        let bytes = self.bytes.get(4 * index..4 * index + 4);
        bytes.and_then(|bytes| bytes.try_into().ok()).map_or(0.0, f32::from_le_bytes)
    }
}
