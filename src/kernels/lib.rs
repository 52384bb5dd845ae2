//! What recurrent layers compute, on plain slices of numbers: cells through time and their gradients, linear layers, losses,
//! the optimiser's update.
//!
//! A crate of its own, because a step's time goes into this code: it is compiled for speed, and the engine around it, which a
//! reader waits for on the first visit, for size (see `xtask/src/modules.rs`). What is generic or inlined is
//! compiled as the code is that uses it; so nothing that is public here and computes is generic, and none of it is inlined.
//!
//! [`Cell`], [`Scan`] and [`LinearShape`] say what there is to compute; the page and the GPU's kernels have them too. The
//! rest stands behind the feature `cpu`.

mod cell;
mod scan;

#[cfg(feature = "cpu")]
mod activation;
#[cfg(feature = "cpu")]
pub mod backward;
#[cfg(feature = "cpu")]
pub mod forward;
pub mod linear;
#[cfg(feature = "cpu")]
pub mod losses;
pub mod optimizer;
#[cfg(feature = "cpu")]
mod product;

pub use cell::Cell;
pub use linear::LinearShape;
pub use optimizer::AdamRates;
pub use scan::{Place, Scan, Weights};
