//! Reading numbers back from the device: always asynchronously, because a browser's GPU knows no other way, and
//! many at once, because each readback waits for the device.

use burn::tensor::{Tensor, Transaction};

use crate::Error;

/// The values of all `tensors`, each `[n]`, in one readback and in their order.
///
/// # Errors
/// [`Error::EngineLost`] if the device can't answer any more.
pub async fn read(tensors: impl IntoIterator<Item = Tensor<1>>) -> Result<Vec<Vec<f32>>, Error> {
    let lost = |reason: String| Error::EngineLost { reason };
    let mut transaction = Transaction::default();
    let mut any = false;
    for tensor in tensors {
        transaction = transaction.register(tensor.inner());
        any = true;
    }
    if !any {
        return Ok(Vec::new());
    }
    let data = transaction.execute_async().await.map_err(|error| lost(format!("{error:?}")))?;
    data.into_iter()
        .map(|data| data.try_into_vec::<f32>().map_err(|error| lost(format!("{error:?}"))))
        .collect()
}
