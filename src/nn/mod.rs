//! Recurrent layers with PyTorch's semantics, parameter names, shapes and initialisation.
//!
//! A layer holds no numbers: it knows which block of [`Parameters`] is its own. So one value, the parameters, is
//! what is trained, saved, packed into links and compared with PyTorch.

mod cell;
mod dropout;
mod embedding;
pub mod kernels;
mod linear;
mod parameters;
mod recurrent;
pub mod reference;
mod tied;

use crate::Stream;

pub use cell::Cell;
pub use embedding::Embedding;
pub use kernels::{cross_entropy, mean_squared_error};
pub use linear::Linear;
pub use parameters::{Block, Builder, Parameters, Spec};
pub use recurrent::{Gates, Input, Output, Recurrent, RecurrentConfig, Run, State};
pub use tied::Tied;
