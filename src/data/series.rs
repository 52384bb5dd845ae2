//! A series of numbers with a label each.

use serde::{Deserialize, Serialize};

/// A series, oldest value first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// One label per value, as the source has it; the position counted from 1 where the source has none.
    pub labels: Vec<String>,
    /// The values, all finite.
    pub values: Vec<f64>,
}
