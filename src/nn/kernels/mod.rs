//! Burn, extended by the operations that training a recurrent network is made of.
//!
//! [`Layers`] are differentiable operations on Burn's tensors. Their gradients are written by hand (`gradients`) from
//! [`Kernels`], which each backend provides: `cpu` for Flex, `gpu` for CubeCL. All parameters of a layer come in one
//! tensor, its *block* of the flat parameter vector, so that a step has few operations and few gradients to gather.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, DType, Dispatch, ExtensionType, backend_extension};
use burn::tensor::{Int, Tensor};

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "webgpu")]
mod gpu;
mod gradients;

pub use unroll_kernels::{AdamRates, LinearShape, Place, Scan, Weights};

/// Differentiable operations. Tensors of any layout; float elements are `f32`.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "webgpu"), Autodiff)]
pub trait Layers: Backend {
    /// A cell over all steps: `input [seq_length × batch_size, input_size]` (fewer rows, where [`Scan::gather`] says
    /// which are read), `block [weights().len]`,
    /// `initial [states, batch_size, hidden_size]` to [`Scan::packed_shape`].
    fn recurrent(
        input: FloatTensor<Self>,
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        scan: Scan,
    ) -> FloatTensor<Self>;

    /// x Wᵀ + b: `input [rows, in_features]` to `[rows, out_features]`.
    fn affine(input: FloatTensor<Self>, block: FloatTensor<Self>, shape: LinearShape) -> FloatTensor<Self>;

    /// The mean of −log softmax(logits)[target] over the rows whose target is not `ignore_index`, 0 where there is none:
    /// `logits [rows, classes]`, `targets [rows]` of `i32` to `[1]`. A target that names no class makes it not a number.
    fn cross_entropy(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
        ignore_index: Option<i32>,
    ) -> FloatTensor<Self>;

    /// The mean of (predicted − target)² over all elements, `[1]`. The target is a constant.
    fn mean_squared_error(predicted: FloatTensor<Self>, target: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The rows `start..start + count` of the first dimension; copied only where they have to be.
    fn some_rows(tensor: FloatTensor<Self>, start: usize, count: usize) -> FloatTensor<Self>;
}

/// What a backend computes so that [`Layers`] have values and gradients, and the optimiser's update.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "webgpu"))]
pub trait Kernels: Backend {
    /// [`Layers::recurrent`], and the tape of what its gradients need.
    fn recurrent_forward(
        input: FloatTensor<Self>,
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        scan: Scan,
    ) -> Taped<Self>;

    /// Backpropagation through time: from the gradient of [`Taped::packed`] to those of what goes into the gates and
    /// of the initial state.
    fn recurrent_backward(
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        #[extension_type] taped: Taped<Self>,
        gradient: FloatTensor<Self>,
        scan: Scan,
    ) -> ThroughTime<Self>;

    /// From the gradient of the gates to that of the input, which has `rows` rows.
    fn recurrent_input_gradient(
        gates: FloatTensor<Self>,
        block: FloatTensor<Self>,
        rows: usize,
        scan: Scan,
    ) -> FloatTensor<Self>;

    /// From the gradient of the gates to that of the block.
    fn recurrent_block_gradient(
        gates: FloatTensor<Self>,
        input: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        #[extension_type] taped: Taped<Self>,
        scan: Scan,
    ) -> FloatTensor<Self>;

    /// From the gradient of the output, `[rows, out_features]`, to that of the input, `[rows, in_features]`.
    fn linear_input_gradient(
        gradient: FloatTensor<Self>,
        block: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self>;

    /// From the gradient of the output to that of the block.
    fn linear_block_gradient(
        gradient: FloatTensor<Self>,
        input: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self>;

    /// [`Layers::cross_entropy`] and its gradient by the logits.
    fn cross_entropy_forward(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
        ignore_index: Option<i32>,
    ) -> Loss<Self>;

    /// [`Layers::mean_squared_error`] and its gradient by what was predicted.
    fn mean_squared_error_forward(predicted: FloatTensor<Self>, target: FloatTensor<Self>) -> Loss<Self>;

    /// The gradient of [`Layers::some_rows`]: `gradient` from row `start` on, and zeros around it, `rows` in all.
    fn pad_rows(gradient: FloatTensor<Self>, start: usize, rows: usize) -> FloatTensor<Self>;

    /// The Euclidean norm of `gradient [n]`, and the gradient scaled down to `max_norm` where it is longer: by
    /// max_norm / (norm + 1e-6), as PyTorch's `clip_grad_norm_`.
    fn clip_by_norm(gradient: FloatTensor<Self>, max_norm: f32) -> Loss<Self> {
        let square = Self::float_mul(gradient.clone(), gradient.clone());
        let norm = Self::float_sqrt(Self::float_sum(square));
        let scale = Self::float_recip(Self::float_add_scalar(norm.clone(), 1e-6.into()));
        let scale = Self::float_mul_scalar(scale, max_norm.into());
        let scale = Self::float_clamp_max(scale, 1.0.into());
        Loss { value: norm, gradient: Self::float_mul(gradient, scale) }
    }

    /// One step of Adam on vectors of one length.
    fn adam(#[extension_type] state: Adam<Self>, gradient: FloatTensor<Self>, rates: AdamRates)
    -> Adam<Self>;
}

/// Stops the run at a tensor of another type than kernels compute with. That is a bug of ours, never of what a reader has
/// put in: the worker's panic hook tells the page that the engine is lost, with this sentence.
#[track_caller]
fn expect(what: &str, found: DType, wanted: DType) {
    assert!(found == wanted, "{what} should be {wanted:?}, not {found:?}");
}

/// Checks what enters a [`Scan`].
#[track_caller]
fn expect_scan(input: &Tensor<2>, block: &Tensor<1>, initial: &Tensor<3>) {
    expect("recurrent's input", input.dtype(), DType::F32);
    expect("recurrent's block", block.dtype(), DType::F32);
    expect("recurrent's initial state", initial.dtype(), DType::F32);
}

/// [`Layers::recurrent`] on tensors: `input [seq_length × batch_size, input_size]`, `block [weights().len]` and `initial
/// [states, batch_size, hidden_size]` to [`Scan::packed_shape`].
///
/// # Panics
/// If the elements are no `f32`.
pub fn recurrent(input: Tensor<2>, block: Tensor<1>, initial: Tensor<3>, scan: Scan) -> Tensor<3> {
    expect_scan(&input, &block, &initial);
    let (input, block, initial) = (input.into_dispatch(), block.into_dispatch(), initial.into_dispatch());
    Tensor::from_dispatch(Dispatch::recurrent(input, block, initial, scan))
}

/// [`Kernels::recurrent_forward`] on tensors without gradients: what is packed ([`Scan::packed_shape`]), and the tape
/// `[seq_length × batch_size, tape_width]`.
///
/// # Panics
/// If the elements are no `f32`.
pub fn recurrent_taped(
    input: Tensor<2>,
    block: Tensor<1>,
    initial: Tensor<3>,
    scan: Scan,
) -> (Tensor<3>, Tensor<2>) {
    expect_scan(&input, &block, &initial);
    let (input, block, initial) = (input.into_dispatch(), block.into_dispatch(), initial.into_dispatch());
    let taped = Dispatch::recurrent_forward(input, block, initial, scan);
    (Tensor::from_dispatch(taped.packed), Tensor::from_dispatch(taped.tape))
}

/// [`Layers::affine`] on tensors: `input [rows, in_features]` and `block [shape.numbers()]` to `[rows, out_features]`.
///
/// # Panics
/// If the elements are no `f32`.
pub fn linear(input: Tensor<2>, block: Tensor<1>, shape: LinearShape) -> Tensor<2> {
    expect("linear's input", input.dtype(), DType::F32);
    expect("linear's block", block.dtype(), DType::F32);
    Tensor::from_dispatch(Dispatch::affine(input.into_dispatch(), block.into_dispatch(), shape))
}

/// The rows `start..start + count` of the first dimension. Burn's `narrow` is the same, but takes two operations on its
/// way back, and on a GPU often a copy on its way there.
pub fn rows<const D: usize>(tensor: Tensor<D>, start: usize, count: usize) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::some_rows(tensor.into_dispatch(), start, count))
}

/// The mean over the rows of −log softmax(logits)[target], `[1]`, in nats; PyTorch's `cross_entropy`. `logits [rows,
/// classes]`, `targets [rows]` of `i32`.
///
/// Rows whose target is `ignore_index`, such as the number of the padding, don't count: the mean is over the others, and
/// their gradient is zero. Where no row counts the loss is 0, so that a batch of nothing but padding changes nothing;
/// PyTorch's is not a number there. A target that counts and names no class makes the loss not a number, and reads
/// nothing.
///
/// # Panics
/// If there is not one target for each row, or the elements have another type.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>, ignore_index: Option<usize>) -> Tensor<1> {
    expect("cross_entropy's logits", logits.dtype(), DType::F32);
    expect("cross_entropy's targets", targets.dtype(), DType::I32);
    assert_eq!(logits.dims()[0], targets.dims()[0], "cross_entropy has not one target for each row");
    // What is no `i32` is no target.
    let ignore_index = ignore_index.and_then(|index| i32::try_from(index).ok());
    Tensor::from_dispatch(Dispatch::cross_entropy(
        logits.into_dispatch(),
        targets.into_dispatch(),
        ignore_index,
    ))
}

/// The mean of (predicted − target)² over all elements, `[1]`; PyTorch's `mse_loss`. The target is a constant.
///
/// # Panics
/// If the two have not one shape, or the elements are no `f32`.
pub fn mean_squared_error<const D: usize>(predicted: Tensor<D>, target: Tensor<D>) -> Tensor<1> {
    expect("mean_squared_error's prediction", predicted.dtype(), DType::F32);
    expect("mean_squared_error's target", target.dtype(), DType::F32);
    assert_eq!(predicted.dims(), target.dims(), "mean_squared_error's two sides have not one shape");
    let loss = Dispatch::mean_squared_error(predicted.into_dispatch(), target.into_dispatch());
    Tensor::from_dispatch(loss)
}

/// The gradient `[n]` scaled down to Euclidean norm `max_norm` where it is longer, as PyTorch's `clip_grad_norm_`; and
/// the norm that it had, `[1]`.
///
/// # Panics
/// If the elements are no `f32`.
pub fn clip_by_norm(gradient: Tensor<1>, max_norm: f64) -> (Tensor<1>, Tensor<1>) {
    expect("clip_by_norm's gradient", gradient.dtype(), DType::F32);
    let clipped = Dispatch::clip_by_norm(gradient.into_dispatch(), max_norm as f32);
    (Tensor::from_dispatch(clipped.gradient), Tensor::from_dispatch(clipped.value))
}

/// One step of [`Kernels::adam`] on tensors: θ, m and v, and the gradient, each `[n]`.
///
/// # Panics
/// If the elements are no `f32`.
pub fn adam(state: [Tensor<1>; 3], gradient: Tensor<1>, rates: AdamRates) -> [Tensor<1>; 3] {
    state
        .iter()
        .chain([&gradient])
        .for_each(|tensor| expect("adam's state or gradient", tensor.dtype(), DType::F32));
    let [parameters, mean, square] = state.map(Tensor::into_dispatch);
    let Adam { parameters, mean, square } =
        Dispatch::adam(Adam { parameters, mean, square }, gradient.into_dispatch(), rates);
    [parameters, mean, square].map(Tensor::from_dispatch)
}

/// A forward pass and what its gradients need.
#[derive(Debug, Clone, ExtensionType)]
pub struct Taped<B: Backend> {
    /// [`Scan::packed_shape`]
    pub packed: FloatTensor<B>,
    /// `[seq_length × batch_size, tape_width]`, see [`Cell::tape`](crate::nn::Cell::tape).
    pub tape: FloatTensor<B>,
}

/// Gradients by what entered a [`Scan`].
#[derive(Debug, Clone, ExtensionType)]
pub struct ThroughTime<B: Backend> {
    /// By the sums that enter the gates, in rows as the input's; the columns are the backend's own affair.
    pub gates: FloatTensor<B>,
    /// By the initial state, `[states, batch_size, hidden_size]`.
    pub initial: FloatTensor<B>,
}

/// A number and a gradient: a loss and what it gives its input, or a norm and what is left of it.
#[derive(Debug, Clone, ExtensionType)]
pub struct Loss<B: Backend> {
    /// `[1]`
    pub value: FloatTensor<B>,
    /// In the shape of what the loss is of.
    pub gradient: FloatTensor<B>,
}

/// What Adam changes, each `[n]`.
#[derive(Debug, Clone, ExtensionType)]
pub struct Adam<B: Backend> {
    /// θ
    pub parameters: FloatTensor<B>,
    /// m, PyTorch's `exp_avg`.
    pub mean: FloatTensor<B>,
    /// v, PyTorch's `exp_avg_sq`.
    pub square: FloatTensor<B>,
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::tensor::{Device, IntDType, Tensor};

    use super::*;

    #[test]
    #[should_panic = "cross_entropy's targets should be I32, not I64"]
    fn targets_of_another_type_stop_the_run() {
        let device = Device::flex();
        let targets = Tensor::<1, Int>::zeros([2], &device).cast(IntDType::I64);
        cross_entropy(Tensor::zeros([2, 3], &device), targets, None);
    }

    #[test]
    #[should_panic = "a kernel that computes with F32 was handed F64"]
    fn a_gradient_of_another_type_stops_the_run() {
        let device = Device::flex();
        let tensor = Tensor::<2>::zeros([4, 2], &device).cast(burn::tensor::FloatDType::F64);
        let tensor = tensor.autodiff().require_grad();
        rows(tensor, 1, 2).sum().backward();
    }
}
