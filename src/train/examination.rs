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
pub struct Look<D> {
    outputs: Vec<Tensor<1>>,
    draw: D,
}

impl<D: FnMut(&[Vec<f32>]) -> Picture + 'static> Look<D> {
    /// Reads `outputs` together; `draw` makes the figures of their values.
    pub fn begin(outputs: Vec<Tensor<1>>, draw: D) -> Box<dyn Examination> {
        Box::new(Look { outputs, draw })
    }
}

impl<D: FnMut(&[Vec<f32>]) -> Picture> Examination for Look<D> {
    fn advance(&mut self) -> Examined<'_> {
        Box::pin(async {
            let values = read(std::mem::take(&mut self.outputs)).await?;
            Ok(Some((self.draw)(&values)))
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
