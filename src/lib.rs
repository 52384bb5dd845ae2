//! Unroll trains recurrent networks in the browser.
//!
//! The crate has two faces. With its default features it is the engine: layers, training, lessons. With
//! `default-features = false` it is what the page sees of the engine: the settings of every lesson, the data,
//! the link codec and the protocol; never Burn.

pub mod codec;
pub mod data;
pub mod error;
#[cfg(feature = "text")]
pub mod lab;
pub mod lesson;
pub mod lessons;
pub mod nn;
pub mod number;
pub mod protocol;
pub mod sample;
pub mod settings;
pub mod share;
mod stream;

pub mod text;
#[cfg(feature = "engine")]
pub mod train;
pub mod word2vec;
#[cfg(all(any(feature = "engine", feature = "text"), target_arch = "wasm32"))]
pub mod worker;

pub use error::{Error, FileKind};
pub use stream::Stream;
