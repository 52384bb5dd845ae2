//! Links: what a run is, in a text short enough to send.

use serde::{Deserialize, Serialize};

/// How many bits a weight keeps in a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// IEEE half precision.
    Half,
    /// One byte per weight, with a scale and an offset per tensor.
    Byte,
}
