//! Recurrent layers with PyTorch's semantics, parameter names, shapes and initialisation.
//!
//! [`Cell`], [`RecurrentConfig`] and [`Layer`] say what a module is, without a tensor: the page has them too. The rest
//! computes, and stands behind the feature `engine`.
//!
//! A layer holds no numbers: it knows which block of `Parameters` is its own. So one value, the parameters, is what is
//! trained, saved, packed into links and compared with PyTorch.
//!
//! An LSTM over two sequences of three steps, a linear layer on its last state, and the gradient of a loss:
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use unroll::nn::{Builder, Cell, Linear, Pass, Recurrent, RecurrentConfig, mean_squared_error};
//!
//! let device = Device::flex();
//! let mut builder = Builder::new(1);
//! let lstm = Recurrent::new(&mut builder, "lstm", RecurrentConfig::new(Cell::Lstm, 4, 8));
//! let linear = Linear::new(&mut builder, "linear", 8, 1);
//! let parameters = builder.build(&device).tracked();
//! assert_eq!(parameters.specs()[0].name, "lstm.weight_ih_l0");
//!
//! let x = Tensor::<3>::ones([2, 3, 4], &device);
//! let output = lstm.forward(&parameters, x, Pass::default());
//! assert_eq!(output.output().dims(), [2, 3, 8]);
//!
//! let predicted = linear.forward(&parameters, output.last());
//! let loss = mean_squared_error(predicted, Tensor::zeros([2, 1], &device));
//! assert_eq!(parameters.gradient(&loss).dims(), [parameters.count()]);
//! ```

mod config;
mod cost;
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

pub use config::{LayerDirection, RecurrentConfig};
pub use cost::{Cost, StepCost};
pub use layer::Layer;
pub use unroll_kernels::Cell;

#[cfg(feature = "engine")]
pub use {
    embedding::Embedding,
    kernels::{cross_entropy, mean_squared_error},
    linear::Linear,
    parameters::{Block, Builder, Parameters, Spec},
    readback::{read, read_all, read_number},
    recurrent::{Gates, HiddenState, Input, Output, Pass, Recurrent},
    tied::Tied,
};
