//! How the figures of a run are made: by examining the model.

use std::pin::Pin;

use burn::tensor::Tensor;

use crate::Error;
use crate::nn::read;
use crate::protocol::Picture;

/// Figures in the making.
pub trait Examination {
    /// Goes on for a while, some tens of milliseconds where the model allows it. The figures, once they are made.
    ///
    /// # Errors
    /// [`Error::EngineLost`](crate::Error::EngineLost) if the device fails.
    fn advance(&mut self) -> Examined<'_>;
}

/// What [`Examination::advance`] promises.
pub type Examined<'a> = Pin<Box<dyn Future<Output = Result<Option<Picture>, Error>> + 'a>>;

/// An examination that is done after one look at the device.
pub struct Look<const N: usize, D> {
    outputs: [Tensor<1>; N],
    draw: D,
}

impl<const N: usize, D: FnMut([Vec<f32>; N]) -> Picture + 'static> Look<N, D> {
    /// Reads `outputs` together; `draw` makes the figures of their values.
    pub fn begin(outputs: [Tensor<1>; N], draw: D) -> Box<dyn Examination> {
        Box::new(Look { outputs, draw })
    }
}

impl<const N: usize, D: FnMut([Vec<f32>; N]) -> Picture> Examination for Look<N, D> {
    fn advance(&mut self) -> Examined<'_> {
        Box::pin(async {
            let values = read(self.outputs.clone()).await?;
            Ok(Some((self.draw)(values)))
        })
    }
}

/// Makes the figures, however long that takes.
///
/// # Errors
/// As [`Examination::advance`].
pub async fn to_the_end(mut examination: Box<dyn Examination>) -> Result<Picture, Error> {
    loop {
        if let Some(picture) = examination.advance().await? {
            return Ok(picture);
        }
    }
}
