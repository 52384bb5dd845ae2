//! The kernels on the CPU: plain slices, the compiler's SIMD, and products of their own.

mod activation;
mod backward;
mod forward;
mod losses;
mod product;

use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{DType, Flex};
use burn::tensor::{Bytes, Shape};

use super::{Adam, AdamRates, Kernels, Layers, LinearShape, Loss, Scan, Taped, ThroughTime};
use backward::Pass;
use product::{Before, Matrix, product};

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
        let [rows, columns] = matrix(&input);
        let (weight, bias) = values(&block).split_at(shape.weights());
        let mut output = Vec::with_capacity(rows * shape.out_features);
        if shape.bias {
            (0..rows).for_each(|_| output.extend_from_slice(bias));
        } else {
            output.resize(rows * shape.out_features, 0.0);
        }
        product(
            Matrix::new(&mut output, rows, shape.out_features),
            Matrix::new(values(&input), rows, columns),
            Matrix::new(weight, shape.out_features, shape.in_features).transposed(),
            Before::Kept,
        );
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
        let [rows, columns] = matrix(&gradient);
        let mut to = vec![0.0; rows * shape.in_features];
        product(
            Matrix::new(&mut to, rows, shape.in_features),
            Matrix::new(values(&gradient), rows, columns),
            Matrix::new(&values(&block)[..shape.weights()], shape.out_features, shape.in_features),
            Before::Ignored,
        );
        tensor(to, [rows, shape.in_features])
    }

    fn linear_block_gradient(
        gradient: FloatTensor<Self>,
        input: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        let (gradient, input) = (contiguous(gradient), contiguous(input));
        let [rows, columns] = matrix(&gradient);
        let mut to = vec![0.0; shape.weights()];
        product(
            Matrix::new(&mut to, shape.out_features, shape.in_features),
            Matrix::new(values(&gradient), rows, columns).transposed(),
            Matrix::new(values(&input), rows, shape.in_features),
            Before::Ignored,
        );
        if shape.bias {
            to.extend(backward::column_sums(values(&gradient), columns));
        }
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
        let of = values(&gradient);
        let norm = losses::sum_of_squares(of).sqrt();
        let scale = max_norm / (norm + 1e-6);
        let gradient =
            if scale < 1.0 { tensor(of.iter().map(|g| g * scale).collect(), shape) } else { gradient };
        Loss { value: tensor(vec![norm], [1]), gradient }
    }

    fn adam(state: Adam<Self>, gradient: FloatTensor<Self>, rates: AdamRates) -> Adam<Self> {
        let gradient = contiguous(gradient);
        let Adam { parameters, mean, square } = state;
        let mut parameters = contiguous(parameters);
        let (mut mean, mut square) = (contiguous(mean), contiguous(square));
        let state = values_mut(&mut parameters).iter_mut();
        let state = state.zip(values_mut(&mut mean)).zip(values_mut(&mut square));
        let AdamRates { beta_1, beta_2, epsilon, step_size, root } = rates;
        for (((parameter, m), v), g) in state.zip(values(&gradient)) {
            *m = beta_1 * *m + (1.0 - beta_1) * g;
            *v = beta_2 * *v + (1.0 - beta_2) * g * g;
            *parameter -= step_size * *m / (v.sqrt() / root + epsilon);
        }
        Adam { parameters, mean, square }
    }
}
