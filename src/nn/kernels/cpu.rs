//! The kernels on the CPU: Flex's tensors as the slices that [`unroll_kernels`] computes with.

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{DType, Flex};
use burn::tensor::{Bytes, Shape};

use unroll_kernels::backward::{self, Pass};
use unroll_kernels::{forward, linear, losses, optimizer};

use super::{Adam, AdamRates, Kernels, Layers, LinearShape, Loss, Scan, Taped, ThroughTime};

/// The elements of a tensor, row by row.
fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor } else { tensor.to_contiguous() }
}

/// The elements of a [`contiguous`] tensor of `f32`.
///
/// # Panics
/// If they have another type. That is a bug, and no numbers made from such a tensor would train anything.
#[track_caller]
fn values(tensor: &FlexTensor) -> &[f32] {
    match tensor.as_slice() {
        Some(values) => values,
        None => foreign(tensor, DType::F32),
    }
}

/// The elements of a [`contiguous`] tensor of `i32`.
///
/// # Panics
/// As [`values`].
#[track_caller]
fn whole_numbers(tensor: &FlexTensor) -> &[i32] {
    match tensor.as_slice() {
        Some(values) => values,
        None => foreign(tensor, DType::I32),
    }
}

/// Stops at a tensor of another type than a kernel computes with; the message has the kernel's place.
#[track_caller]
fn foreign(tensor: &FlexTensor, wanted: DType) -> ! {
    panic!("a kernel that computes with {wanted:?} was handed {:?}", tensor.dtype())
}

/// The elements of a [`contiguous`] tensor of `f32`, to be changed; copied first, if anybody else holds them.
///
/// # Panics
/// As [`values`].
#[track_caller]
fn values_mut(tensor: &mut FlexTensor) -> &mut [f32] {
    if tensor.dtype() != DType::F32 {
        foreign(tensor, DType::F32);
    }
    let (start, count) = (tensor.layout().start_offset(), tensor.layout().num_elements());
    &mut tensor.storage_mut()[start..start + count]
}

/// A tensor of these elements.
fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(shape.into()), DType::F32)
}

/// Rows and columns.
fn matrix(tensor: &FlexTensor) -> [usize; 2] {
    let shape = tensor.layout().shape();
    [shape[0], shape[1]]
}

impl Layers for Flex {
    fn recurrent(
        input: FloatTensor<Self>,
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        scan: Scan,
    ) -> FloatTensor<Self> {
        Self::recurrent_forward(input, block, initial, scan).packed
    }

    fn affine(input: FloatTensor<Self>, block: FloatTensor<Self>, shape: LinearShape) -> FloatTensor<Self> {
        let (input, block) = (contiguous(input), contiguous(block));
        let [rows, _] = matrix(&input);
        let output = linear::affine(shape, rows, values(&input), values(&block));
        tensor(output, [rows, shape.out_features])
    }

    fn cross_entropy(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
        ignore_index: Option<i32>,
    ) -> FloatTensor<Self> {
        Self::cross_entropy_forward(logits, targets, ignore_index).value
    }

    fn mean_squared_error(predicted: FloatTensor<Self>, target: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::mean_squared_error_forward(predicted, target).value
    }

    fn some_rows(tensor: FloatTensor<Self>, start: usize, count: usize) -> FloatTensor<Self> {
        tensor.narrow(0, start, count)
    }
}

impl Kernels for Flex {
    fn recurrent_forward(
        input: FloatTensor<Self>,
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        scan: Scan,
    ) -> Taped<Self> {
        let (input, block, initial) = (contiguous(input), contiguous(block), contiguous(initial));
        let forward = forward::run(&scan, values(&input), values(&block), values(&initial));
        Taped {
            packed: tensor(forward.packed, scan.packed_shape()),
            tape: tensor(forward.tape, [scan.rows(), scan.tape_width()]),
        }
    }

    fn recurrent_backward(
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        taped: Taped<Self>,
        gradient: FloatTensor<Self>,
        scan: Scan,
    ) -> ThroughTime<Self> {
        let (block, initial, gradient) = (contiguous(block), contiguous(initial), contiguous(gradient));
        let pass = Pass {
            scan: &scan,
            block: values(&block),
            initial: values(&initial),
            packed: values(&taped.packed),
            tape: values(&taped.tape),
        };
        let (gates, of_initial) = pass.through_time(values(&gradient));
        ThroughTime {
            gates: tensor(gates, [scan.rows(), backward::gate_width(&scan)]),
            initial: tensor(of_initial, [scan.cell.states(), scan.batch_size, scan.hidden_size]),
        }
    }

    fn recurrent_input_gradient(
        gates: FloatTensor<Self>,
        block: FloatTensor<Self>,
        rows: usize,
        scan: Scan,
    ) -> FloatTensor<Self> {
        let block = contiguous(block);
        let gradient = backward::of_input(&scan, values(&gates), values(&block), rows);
        tensor(gradient, [rows, scan.input_size])
    }

    fn recurrent_block_gradient(
        gates: FloatTensor<Self>,
        input: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        taped: Taped<Self>,
        scan: Scan,
    ) -> FloatTensor<Self> {
        let (input, initial) = (contiguous(input), contiguous(initial));
        let pass = Pass {
            scan: &scan,
            block: &[],
            initial: values(&initial),
            packed: values(&taped.packed),
            tape: values(&taped.tape),
        };
        tensor(pass.of_block(values(&gates), values(&input)), [scan.weights().len])
    }

    fn linear_input_gradient(
        gradient: FloatTensor<Self>,
        block: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        let (gradient, block) = (contiguous(gradient), contiguous(block));
        let [rows, _] = matrix(&gradient);
        let to = linear::of_input(shape, rows, values(&gradient), values(&block));
        tensor(to, [rows, shape.in_features])
    }

    fn linear_block_gradient(
        gradient: FloatTensor<Self>,
        input: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        let (gradient, input) = (contiguous(gradient), contiguous(input));
        let [rows, _] = matrix(&gradient);
        let to = linear::of_block(shape, rows, values(&gradient), values(&input));
        tensor(to, [shape.numbers()])
    }

    fn cross_entropy_forward(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
        ignore_index: Option<i32>,
    ) -> Loss<Self> {
        let (logits, targets) = (contiguous(logits), contiguous(targets));
        let [rows, classes] = matrix(&logits);
        let (loss, gradient) =
            losses::cross_entropy(values(&logits), classes, whole_numbers(&targets), ignore_index);
        Loss { value: tensor(vec![loss], [1]), gradient: tensor(gradient, [rows, classes]) }
    }

    fn mean_squared_error_forward(predicted: FloatTensor<Self>, target: FloatTensor<Self>) -> Loss<Self> {
        let shape = predicted.layout().shape().clone();
        let (predicted, target) = (contiguous(predicted), contiguous(target));
        let (loss, gradient) = losses::mean_squared_error(values(&predicted), values(&target));
        Loss { value: tensor(vec![loss], [1]), gradient: tensor(gradient, shape) }
    }

    fn pad_rows(gradient: FloatTensor<Self>, start: usize, rows: usize) -> FloatTensor<Self> {
        let gradient = contiguous(gradient);
        let mut shape = gradient.layout().shape().clone();
        let row = shape.num_elements() / shape[0].max(1);
        shape[0] = rows;
        let mut padded = Vec::with_capacity(rows * row);
        padded.resize(start * row, 0.0);
        padded.extend_from_slice(values(&gradient));
        padded.resize(rows * row, 0.0);
        tensor(padded, shape)
    }

    fn clip_by_norm(gradient: FloatTensor<Self>, max_norm: f32) -> Loss<Self> {
        let gradient = contiguous(gradient);
        let shape = gradient.layout().shape().clone();
        let (norm, clipped) = optimizer::clip_by_norm(values(&gradient), max_norm);
        let gradient = clipped.map_or(gradient, |clipped| tensor(clipped, shape));
        Loss { value: tensor(vec![norm], [1]), gradient }
    }

    fn adam(state: Adam<Self>, gradient: FloatTensor<Self>, rates: AdamRates) -> Adam<Self> {
        let gradient = contiguous(gradient);
        let Adam { parameters, mean, square } = state;
        let mut parameters = contiguous(parameters);
        let (mut mean, mut square) = (contiguous(mean), contiguous(square));
        optimizer::adam(
            values_mut(&mut parameters),
            values_mut(&mut mean),
            values_mut(&mut square),
            values(&gradient),
            rates,
        );
        Adam { parameters, mean, square }
    }
}
