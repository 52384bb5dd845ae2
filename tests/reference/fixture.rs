//! Numbers of a fixture file, and how near to them is near enough.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;

/// ‖actual − expected‖ ≤ tolerance ‖expected‖: single elements near zero carry no digits to compare.
pub fn assert_close(what: &str, actual: &[f32], expected: &[f32], tolerance: f64) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>().sqrt();
    let difference = norm(&mut actual.iter().zip(expected).map(|(a, b)| f64::from(*a) - f64::from(*b)));
    let size = norm(&mut expected.iter().map(|value| f64::from(*value)));
    assert!(size > 0.0 && difference <= tolerance * size, "{what}: off by {difference:e} of {size:e}");
}

pub fn tensor<const D: usize>(
    fixture: &SafeTensors,
    name: &str,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers(fixture, name), shape), device)
}

pub fn numbers(fixture: &SafeTensors, name: &str) -> Vec<f32> {
    let data = fixture.tensor(name).unwrap();
    data.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}
