//! Dropout.

use burn::tensor::{Device, Tensor, TensorData};

use crate::Stream;

impl Stream {
    /// Dropout's mask: 0 with probability `p`, else 1 / (1 − p).
    pub fn dropout(&mut self, p: f64, shape: [usize; 2], device: &Device) -> Tensor<2> {
        let kept = (1.0 / (1.0 - p)) as f32;
        let values = (0..shape[0] * shape[1])
            .map(|_| if f64::from(self.uniform()) < p { 0.0 } else { kept })
            .collect::<Vec<_>>();
        Tensor::from_data(TensorData::new(values, shape), &device.clone().inner())
    }
}
