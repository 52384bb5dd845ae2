//! What PyTorch computes, and the checks that this engine computes the same: one body for the native tests and for both
//! engines in the browser.

mod airline;
#[cfg(feature = "cpu")]
mod bits;
mod cell;
mod embedding;
mod fixture;
mod lessons;
mod losses;
mod memory;
mod modules;
mod novel;

pub use airline::airline_equals_pytorch;
#[cfg(feature = "cpu")]
pub use bits::bits_are_the_same_everywhere;
pub use cell::gradients_through_time_equal_pytorch;
pub use embedding::embedding_equals_pytorch;
pub use losses::cross_entropy_ignores_as_pytorch_does;
pub use memory::memory_equals_pytorch;
pub use modules::{losses_and_updates_equal_pytorch, modules_equal_pytorch, variants_equal_pytorch};
pub use novel::novel_equals_pytorch;
