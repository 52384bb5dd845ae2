//! Recurrent layers with PyTorch's semantics, parameter names, shapes and initialisation.
//!
//! A layer holds no numbers: it knows which entries of [`Parameters`] are its own. So one value, the parameters, is
//! what is trained, saved, packed into links and compared with PyTorch.

mod linear;
mod parameters;
mod recurrence;
mod recurrent;

pub use linear::Linear;
pub use parameters::{Builder, Handle, Parameters, Spec, uniform_constants};
pub use recurrence::Cell;
pub use recurrent::{Output, Recurrent, RecurrentConfig, State};
