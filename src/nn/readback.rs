//! Reading numbers back from the device: always asynchronously, because a browser's GPU knows no other way, and
//! many at once, because each readback waits for the device.

use burn::tensor::{Tensor, Transaction};

use crate::Error;

/// The values of `tensors`, each `[n]`, in one readback and in their order.
///
/// # Errors
/// As [`read_all`].
pub async fn read<const N: usize>(tensors: [Tensor<1>; N]) -> Result<[Vec<f32>; N], Error> {
    let values = read_all(tensors).await?;
    values.try_into().map_err(|values: Vec<_>| short(N, values.len()))
}

/// The number in `tensor [1]`.
///
/// # Errors
/// As [`read_all`].
pub async fn read_number(tensor: Tensor<1>) -> Result<f32, Error> {
    match read([tensor]).await?.concat()[..] {
        [number] => Ok(number),
        ref numbers => Err(short(1, numbers.len())),
    }
}

/// The values of as many tensors as there are, each `[n]`, in one readback and in their order.
///
/// # Errors
/// [`Error::EngineLost`] if the device can't answer any more, or answers something else.
pub async fn read_all(tensors: impl IntoIterator<Item = Tensor<1>>) -> Result<Vec<Vec<f32>>, Error> {
    let mut transaction = Transaction::default();
    let mut lengths = Vec::new();
    for tensor in tensors {
        lengths.push(tensor.dims()[0]);
        transaction = transaction.register(tensor.inner());
    }
    if lengths.is_empty() {
        return Ok(Vec::new());
    }
    let data = transaction.execute_async().await.map_err(|error| lost(format!("{error:?}")))?;
    let values = data.into_iter().map(|data| data.try_into_vec::<f32>());
    let values = values.collect::<Result<Vec<_>, _>>().map_err(|error| lost(format!("{error:?}")))?;
    if !values.iter().map(Vec::len).eq(lengths.iter().copied()) {
        return Err(short(lengths.iter().sum(), values.iter().map(Vec::len).sum()));
    }
    Ok(values)
}

fn short(asked: usize, found: usize) -> Error {
    lost(format!("a readback of {asked} gave {found}"))
}

fn lost(reason: String) -> Error {
    Error::EngineLost { reason }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::tensor::Device;
    use pollster::block_on;

    use super::*;

    #[test]
    fn as_many_come_back_as_were_asked_for() {
        let of = |values: &[f32]| Tensor::<1>::from_floats(values, &Device::flex());
        assert_eq!(block_on(read([of(&[1.0, 2.0]), of(&[3.0])])), Ok([vec![1.0, 2.0], vec![3.0]]));
        assert_eq!(block_on(read_all([])), Ok(Vec::new()));
        assert_eq!(block_on(read_number(of(&[4.0]))), Ok(4.0));
        assert!(matches!(block_on(read_number(of(&[4.0, 5.0]))), Err(Error::EngineLost { .. })));
    }
}
