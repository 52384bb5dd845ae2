//! Linear layers: x Wᵀ + b, and its gradients.

#[cfg(feature = "cpu")]
use crate::backward::column_sums;
#[cfg(feature = "cpu")]
use crate::product::{Before, Matrix, product};

/// The block of a linear layer: weight `[out_features, in_features]`, then the bias `[out_features]` if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinearShape {
    /// Columns of the input.
    pub in_features: usize,
    /// Columns of the output.
    pub out_features: usize,
    /// Is there a bias?
    pub bias: bool,
}

impl LinearShape {
    /// Numbers in the weight; the bias begins there.
    pub fn weights(self) -> usize {
        self.in_features * self.out_features
    }

    /// Numbers in the block.
    pub fn numbers(self) -> usize {
        self.weights() + if self.bias { self.out_features } else { 0 }
    }
}

/// x Wᵀ + b of `rows` rows: `input [rows, in_features]` to `[rows, out_features]`.
///
/// # Panics
/// If a slice is too short for its shape.
#[cfg(feature = "cpu")]
#[inline(never)]
pub fn affine(shape: LinearShape, rows: usize, input: &[f32], block: &[f32]) -> Vec<f32> {
    let (weight, bias) = block.split_at(shape.weights());
    let mut output = Vec::with_capacity(rows * shape.out_features);
    if shape.bias {
        (0..rows).for_each(|_| output.extend_from_slice(bias));
    } else {
        output.resize(rows * shape.out_features, 0.0);
    }
    product(
        Matrix::new(&mut output, rows, shape.out_features),
        Matrix::new(input, rows, shape.in_features),
        Matrix::new(weight, shape.out_features, shape.in_features).transposed(),
        Before::Kept,
    );
    output
}

/// The gradient by the input `[rows, in_features]`, from the one by the output `[rows, out_features]`.
///
/// # Panics
/// If a slice is too short for its shape.
#[cfg(feature = "cpu")]
#[inline(never)]
pub fn of_input(shape: LinearShape, rows: usize, gradient: &[f32], block: &[f32]) -> Vec<f32> {
    let mut to = vec![0.0; rows * shape.in_features];
    product(
        Matrix::new(&mut to, rows, shape.in_features),
        Matrix::new(gradient, rows, shape.out_features),
        Matrix::new(&block[..shape.weights()], shape.out_features, shape.in_features),
        Before::Ignored,
    );
    to
}

/// The gradient by the block, from the one by the output `[rows, out_features]`.
///
/// # Panics
/// If a slice is too short for its shape.
#[cfg(feature = "cpu")]
#[inline(never)]
pub fn of_block(shape: LinearShape, rows: usize, gradient: &[f32], input: &[f32]) -> Vec<f32> {
    let mut to = vec![0.0; shape.weights()];
    product(
        Matrix::new(&mut to, shape.out_features, shape.in_features),
        Matrix::new(gradient, rows, shape.out_features).transposed(),
        Matrix::new(input, rows, shape.in_features),
        Before::Ignored,
    );
    if shape.bias {
        to.extend(column_sums(gradient, shape.out_features));
    }
    to
}
