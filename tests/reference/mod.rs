//! What PyTorch computes, and the checks that this engine computes the same: one body for the native tests and for both
//! engines in the browser.

mod airline;
mod fixture;
mod modules;

pub use airline::equals_pytorch;
pub use modules::{losses_and_updates_equal_pytorch, modules_equal_pytorch, variants_equal_pytorch};
