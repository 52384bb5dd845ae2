//! Recurrent layers with PyTorch's semantics, parameter names, shapes and initialisation.
//!
//! [`Cell`], [`RecurrentConfig`] and [`Layer`] say what a module is, without a tensor: the page has them too. The rest
//! computes, and stands behind the feature `engine`.
//!
//! A layer holds no numbers: it knows which block of `Parameters` is its own. So one value, the parameters, is what is
//! trained, saved, packed into links and compared with PyTorch.

mod cell;
mod config;
mod layer;

#[cfg(feature = "engine")]
mod dropout;
#[cfg(feature = "engine")]
mod embedding;
#[cfg(feature = "engine")]
pub mod kernels;
#[cfg(feature = "engine")]
mod linear;
#[cfg(feature = "engine")]
mod parameters;
#[cfg(feature = "engine")]
mod readback;
#[cfg(feature = "engine")]
mod recurrent;
#[cfg(feature = "engine")]
pub mod reference;
#[cfg(feature = "engine")]
mod tied;

pub use cell::Cell;
pub use config::{LayerDirection, RecurrentConfig};
pub use layer::Layer;

#[cfg(feature = "engine")]
pub use {
    embedding::Embedding,
    kernels::{cross_entropy, mean_squared_error},
    linear::Linear,
    parameters::{Block, Builder, Parameters, Spec},
    readback::read,
    recurrent::{Gates, HiddenState, Input, Output, Pass, Recurrent},
    tied::Tied,
};
