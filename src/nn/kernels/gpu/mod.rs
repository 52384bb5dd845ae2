//! The kernels on the GPU, in CubeCL.
//!
//! A launch costs the same however little it does, so a pass through time is one dispatch each way, and a layer's
//! parameters are updated from one buffer.

mod backward;
mod forward;
mod losses;
mod product;

use burn::backend::ops::{FloatTensorOps, IntTensorOps};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{DType, TensorMetadata};
use burn::tensor::{Shape, Slice, TensorData};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{Adam, AdamRates, Kernels, Layers, LinearShape, Loss, Scan, Taped, ThroughTime};
use crate::nn::Cell;
use product::{Bias, Product, matrix, rows, transposed};

/// Threads of a workgroup at most: what every WebGPU device has.
const THREADS: usize = 256;

/// An uninitialised tensor beside another one.
fn empty(like: &CubeTensor, shape: impl Into<Shape>) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), DType::F32)
}

/// The sizes of a tensor of two dimensions.
trait Shaped {
    fn matrix(&self) -> [usize; 2];
}

impl Shaped for CubeTensor {
    fn matrix(&self) -> [usize; 2] {
        let shape = self.shape();
        [shape[0], shape[1]]
    }
}

/// How a [`Scan`] is spread over the GPU.
struct DeviceScan {
    scan: Scan,
    /// Sequences that a workgroup takes: a weight that it reads serves all of them.
    rows: usize,
    /// Real steps of each sequence; one number of no meaning where all are full.
    lengths: CubeTensor,
}

impl DeviceScan {
    fn new(scan: &Scan, like: &CubeTensor) -> Self {
        let lengths = integers(like, scan.lengths.as_deref().unwrap_or(&[0]));
        // Enough workgroups first, then as few readings of the weights as possible.
        let rows = match scan.batch_size {
            0..16 => 1,
            16..32 => 2,
            _ => 4,
        };
        DeviceScan { scan: scan.clone(), rows, lengths }
    }

    fn groups(&self) -> CubeCount {
        CubeCount::Static(self.scan.batch_size.div_ceil(self.rows) as u32, 1, 1)
    }

    fn threads(&self) -> CubeDim {
        CubeDim::new_1d(self.scan.hidden_size.next_multiple_of(4).min(THREADS) as u32)
    }
}

/// Columns of the gates' gradient in units of `hidden_size`: a gate each, and the state before the step.
fn gradient_slots(cell: Cell) -> usize {
    cell.tape().len().min(4) + 1
}

/// Rows of W_ih and the columns of tape and gradient that belong to them, in units of `hidden_size`.
fn input_parts(cell: Cell) -> &'static [(usize, usize, usize)] {
    match cell {
        Cell::RnnTanh | Cell::RnnRelu => &[(0, 0, 1)],
        Cell::Lstm | Cell::LstmConcatenated => &[(0, 0, 4)],
        Cell::Gru | Cell::GruResetBefore => &[(0, 0, 2), (2, 3, 1)],
    }
}

/// The input with a row for every step of every sequence.
fn spread(input: CubeTensor, scan: &Scan) -> CubeTensor {
    match &scan.gather {
        Some(places) => {
            let places = integers(&input, places);
            into_contiguous(CubeBackend::float_select(input, 0, places))
        }
        None => into_contiguous(input),
    }
}

/// Workgroups and threads for so many elements: groups of 64 in rows of at most 32,768, for a dimension has a limit.
fn spread_out(count: usize) -> (CubeCount, CubeDim) {
    let groups = count.div_ceil(64).max(1);
    let across = groups.min(32_768);
    (CubeCount::Static(across as u32, groups.div_ceil(across) as u32, 1), CubeDim::new_1d(64))
}

/// Whole numbers beside a tensor.
fn integers(like: &CubeTensor, values: &[usize]) -> CubeTensor {
    let values: Vec<i32> = values.iter().map(|&value| value as i32).collect();
    let count = values.len();
    CubeBackend::int_from_data(TensorData::new(values, [count]), &like.device)
}

impl Layers for CubeBackend {
    fn recurrent(
        input: FloatTensor<Self>,
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        scan: Scan,
    ) -> FloatTensor<Self> {
        Self::recurrent_forward(input, block, initial, scan).packed
    }

    fn affine(input: FloatTensor<Self>, block: FloatTensor<Self>, shape: LinearShape) -> FloatTensor<Self> {
        let (input, block) = (into_contiguous(input), into_contiguous(block));
        let [count, _] = input.matrix();
        let output = empty(&input, [count, shape.out_features]);
        Product {
            size: [count, shape.out_features, shape.in_features],
            left: matrix(&input),
            right: (&block, transposed(rows(0, shape.in_features))),
            result: (&output, [0, shape.out_features]),
            keep: false,
            bias: if shape.bias { Bias::Added(shape.weights()) } else { Bias::None },
        }
        .launch();
        output
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
        let tensor = into_contiguous(tensor);
        let mut shape = tensor.shape();
        let row = (shape.num_elements() / shape[0].max(1) * tensor.dtype.size()) as u64;
        let [before, after] = [start, shape[0] - start - count].map(|rows| rows as u64 * row);
        shape[0] = count;
        if before.is_multiple_of(tensor.client.properties().memory.alignment) {
            // The same memory.
            let handle = tensor.handle.offset_start(before).offset_end(after);
            return CubeTensor::new_contiguous(tensor.client, tensor.device, shape, handle, tensor.dtype);
        }
        let slices: Vec<Slice> = shape
            .iter()
            .enumerate()
            .map(|(dimension, &size)| {
                let start = if dimension == 0 { start } else { 0 };
                (start..start + size).into()
            })
            .collect();
        Self::float_slice(tensor, &slices)
    }
}

impl Kernels for CubeBackend {
    fn recurrent_forward(
        input: FloatTensor<Self>,
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        scan: Scan,
    ) -> Taped<Self> {
        let input = spread(input, &scan);
        let (block, initial) = (into_contiguous(block), into_contiguous(initial));
        let (hidden, weights) = (scan.hidden_size, scan.weights());
        let tape = empty(&input, [scan.rows(), scan.tape_width()]);
        for &(row, column, count) in input_parts(scan.cell) {
            let place = rows(weights.ih.offset + row * hidden * weights.ih.stride, weights.ih.stride);
            Product {
                size: [scan.rows(), count * hidden, scan.input_size],
                left: matrix(&input),
                right: (&block, transposed(place)),
                result: (&tape, [column * hidden, scan.tape_width()]),
                keep: false,
                bias: weights.bias_ih.map_or(Bias::None, |at| Bias::Added(at + row * hidden)),
            }
            .launch();
        }
        let packed = empty(&input, scan.packed_shape());
        forward::launch(&DeviceScan::new(&scan, &input), &tape, &packed, &initial, &block);
        Taped { packed, tape }
    }

    fn recurrent_backward(
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        taped: Taped<Self>,
        gradient: FloatTensor<Self>,
        scan: Scan,
    ) -> ThroughTime<Self> {
        let (block, initial) = (into_contiguous(block), into_contiguous(initial));
        let gradient = into_contiguous(gradient);
        let gates = empty(&gradient, [scan.rows(), gradient_slots(scan.cell) * scan.hidden_size]);
        let of_initial = empty(&gradient, [scan.cell.states(), scan.batch_size, scan.hidden_size]);
        backward::Back {
            tape: &taped.tape,
            packed: &taped.packed,
            initial: &initial,
            block: &block,
            gradient: &gradient,
            gates: &gates,
            of_initial: &of_initial,
        }
        .launch(&DeviceScan::new(&scan, &gradient));
        ThroughTime { gates, initial: of_initial }
    }

    fn recurrent_input_gradient(
        gates: FloatTensor<Self>,
        block: FloatTensor<Self>,
        rows_of_input: usize,
        scan: Scan,
    ) -> FloatTensor<Self> {
        let block = into_contiguous(block);
        let (hidden, weights) = (scan.hidden_size, scan.weights());
        let width = gradient_slots(scan.cell) * hidden;
        let of_input = empty(&gates, [scan.rows(), scan.input_size]);
        for (index, &(row, column, count)) in input_parts(scan.cell).iter().enumerate() {
            Product {
                size: [scan.rows(), scan.input_size, count * hidden],
                left: (&gates, rows(column * hidden, width)),
                right: (
                    &block,
                    rows(weights.ih.offset + row * hidden * weights.ih.stride, weights.ih.stride),
                ),
                result: (&of_input, [0, scan.input_size]),
                keep: index > 0,
                bias: Bias::None,
            }
            .launch();
        }
        match &scan.gather {
            Some(places) => {
                let zeros = Self::float_zeros(
                    Shape::from([rows_of_input, scan.input_size]),
                    &of_input.device,
                    burn::tensor::FloatDType::F32,
                );
                let places = integers(&of_input, places);
                Self::float_select_assign(
                    zeros,
                    0,
                    places,
                    of_input,
                    burn::backend::tensor::IndexingUpdateOp::Add,
                )
            }
            None => of_input,
        }
    }

    fn recurrent_block_gradient(
        gates: FloatTensor<Self>,
        input: FloatTensor<Self>,
        _initial: FloatTensor<Self>,
        taped: Taped<Self>,
        scan: Scan,
    ) -> FloatTensor<Self> {
        let input = spread(input, &scan);
        let (hidden, weights) = (scan.hidden_size, scan.weights());
        let width = gradient_slots(scan.cell) * hidden;
        let to = empty(&gates, [weights.len]);
        let resets_before = scan.cell == Cell::GruResetBefore;
        // A GRU's third gate has another gradient on the state's side than on the input's.
        let apart = scan.cell == Cell::Gru;
        for &(row, column, count) in input_parts(scan.cell) {
            let more = weights.bias_hh.filter(|_| !(apart && row > 0)).map(|at| at + row * hidden);
            Product {
                size: [count * hidden, scan.input_size, scan.rows()],
                left: (&gates, transposed(rows(column * hidden, width))),
                right: matrix(&input),
                result: (&to, [weights.ih.offset + row * hidden * weights.ih.stride, weights.ih.stride]),
                keep: false,
                bias: weights.bias_ih.map_or(Bias::None, |at| Bias::Summed(at + row * hidden, more)),
            }
            .launch();
        }
        let before = rows((gradient_slots(scan.cell) - 1) * hidden, width);
        let reset = rows(2 * hidden, scan.tape_width());
        // Rows of W_hh, the columns of their gradient, what they met, and whether a bias is left to do.
        let mut parts = match scan.cell {
            Cell::Gru => vec![(0, 0, 2, (&gates, before), false), (2, 2, 1, (&gates, before), true)],
            Cell::GruResetBefore => vec![(0, 0, 2, (&gates, before), false)],
            _ => vec![(0, 0, scan.cell.gates(), (&gates, before), false)],
        };
        if resets_before {
            parts.push((2, 3, 1, (&taped.tape, reset), false));
        }
        for (row, column, count, met, summed) in parts {
            let bias = weights.bias_hh.filter(|_| summed).map(|at| at + row * hidden);
            Product {
                size: [count * hidden, hidden, scan.rows()],
                left: (&gates, transposed(rows(column * hidden, width))),
                right: met,
                result: (&to, [weights.hh.offset + row * hidden * weights.hh.stride, weights.hh.stride]),
                keep: false,
                bias: bias.map_or(Bias::None, |at| Bias::Summed(at, None)),
            }
            .launch();
        }
        to
    }

    fn linear_input_gradient(
        gradient: FloatTensor<Self>,
        block: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        let (gradient, block) = (into_contiguous(gradient), into_contiguous(block));
        let [count, _] = gradient.matrix();
        let to = empty(&gradient, [count, shape.in_features]);
        Product {
            size: [count, shape.in_features, shape.out_features],
            left: matrix(&gradient),
            right: (&block, rows(0, shape.in_features)),
            result: (&to, [0, shape.in_features]),
            keep: false,
            bias: Bias::None,
        }
        .launch();
        to
    }

    fn linear_block_gradient(
        gradient: FloatTensor<Self>,
        input: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        let (gradient, input) = (into_contiguous(gradient), into_contiguous(input));
        let [count, _] = gradient.matrix();
        let to = empty(&gradient, [shape.numbers()]);
        Product {
            size: [shape.out_features, shape.in_features, count],
            left: (&gradient, transposed(rows(0, shape.out_features))),
            right: matrix(&input),
            result: (&to, [0, shape.in_features]),
            keep: false,
            bias: if shape.bias { Bias::Summed(shape.weights(), None) } else { Bias::None },
        }
        .launch();
        to
    }

    fn cross_entropy_forward(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
        ignore_index: Option<i32>,
    ) -> Loss<Self> {
        let (logits, targets) = (into_contiguous(logits), into_contiguous(targets));
        let [count, classes] = logits.matrix();
        let (gradient, losses, value) =
            (empty(&logits, [count, classes]), empty(&logits, [count]), empty(&logits, [1]));
        // One number; of no meaning where every target counts.
        let counted = empty(&logits, [1]);
        if let Some(ignored) = ignore_index {
            losses::counted_kernel::launch(
                &logits.client,
                CubeCount::Static(1, 1, 1),
                CubeDim::new_1d(losses::SUMMING),
                targets.clone().into_buffer_arg(),
                counted.clone().into_buffer_arg(),
                count,
                ignored,
            );
        }
        losses::cross_entropy_kernel::launch(
            &logits.client,
            CubeCount::Static(count.div_ceil(32) as u32, 1, 1),
            CubeDim::new_1d(32),
            logits.clone().into_buffer_arg(),
            targets.into_buffer_arg(),
            counted.clone().into_buffer_arg(),
            gradient.clone().into_buffer_arg(),
            losses.clone().into_buffer_arg(),
            count,
            classes,
            ignore_index.unwrap_or_default(),
            ignore_index.is_some(),
        );
        losses::mean_kernel::launch(
            &logits.client,
            CubeCount::Static(1, 1, 1),
            CubeDim::new_1d(losses::SUMMING),
            losses.into_buffer_arg(),
            counted.into_buffer_arg(),
            value.clone().into_buffer_arg(),
            count,
            ignore_index.is_some(),
        );
        Loss { value, gradient }
    }

    fn mean_squared_error_forward(predicted: FloatTensor<Self>, target: FloatTensor<Self>) -> Loss<Self> {
        let (predicted, target) = (into_contiguous(predicted), into_contiguous(target));
        let shape = predicted.shape();
        let count = shape.num_elements();
        let (gradient, value) = (empty(&predicted, shape), empty(&predicted, [1]));
        losses::mean_squared_error_kernel::launch(
            &predicted.client,
            CubeCount::Static(1, 1, 1),
            CubeDim::new_1d(losses::SUMMING),
            predicted.clone().into_buffer_arg(),
            target.into_buffer_arg(),
            gradient.clone().into_buffer_arg(),
            value.clone().into_buffer_arg(),
            count,
        );
        Loss { value, gradient }
    }

    fn pad_rows(gradient: FloatTensor<Self>, start: usize, rows: usize) -> FloatTensor<Self> {
        let gradient = into_contiguous(gradient);
        let mut shape = gradient.shape();
        let row = shape.num_elements() / shape[0].max(1);
        let end = start + shape[0];
        shape[0] = rows;
        let padded = empty(&gradient, shape);
        let (groups, threads) = spread_out(rows * row);
        losses::pad_kernel::launch(
            &gradient.client,
            groups,
            threads,
            gradient.clone().into_buffer_arg(),
            padded.clone().into_buffer_arg(),
            start * row,
            end * row,
            rows * row,
        );
        padded
    }

    fn adam(state: Adam<Self>, gradient: FloatTensor<Self>, rates: AdamRates) -> Adam<Self> {
        let gradient = into_contiguous(gradient);
        let Adam { parameters, mean, square } = state;
        let (parameters, mean, square) =
            (into_contiguous(parameters), into_contiguous(mean), into_contiguous(square));
        let count = gradient.shape().num_elements();
        let new = || empty(&gradient, [count]);
        let next: Adam<Self> = Adam { parameters: new(), mean: new(), square: new() };
        let AdamRates { beta_1, beta_2, epsilon, step_size, root } = rates;
        let (groups, threads) = spread_out(count);
        losses::adam_kernel::launch(
            &gradient.client,
            groups,
            threads,
            parameters.into_buffer_arg(),
            mean.into_buffer_arg(),
            square.into_buffer_arg(),
            gradient.clone().into_buffer_arg(),
            next.parameters.clone().into_buffer_arg(),
            next.mean.clone().into_buffer_arg(),
            next.square.clone().into_buffer_arg(),
            count,
            beta_1,
            beta_2,
            epsilon,
            step_size,
            root,
        );
        next
    }
}
