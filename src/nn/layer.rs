//! A layer as the parameter table shows it.

use serde::{Deserialize, Serialize};

/// One layer of a model: its name, and the names and shapes of what it learns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// As PyTorch prints it: `LSTM(12, 10)`, `Linear(10, 12)`.
    pub name: String,
    /// Names as in PyTorch's `state_dict` and shapes of its parameters.
    pub parameters: Vec<(String, Vec<usize>)>,
}

impl Layer {
    /// How many numbers the layer learns.
    pub fn count(&self) -> usize {
        self.parameters.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
    }
}
