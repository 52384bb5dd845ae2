//! The gradients of [`Layers`], from each backend's [`Kernels`].

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, TensorMetadata};

use super::{Kernels, Layers, LinearShape, Scan, Taped};

impl<B: Kernels + Layers, C: CheckpointStrategy> Layers for Autodiff<B, C> {
    fn recurrent(
        input: FloatTensor<Self>,
        block: FloatTensor<Self>,
        initial: FloatTensor<Self>,
        scan: Scan,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (block, block_node) = block.into_parts();
        let (initial, initial_node) = initial.into_parts();
        match Recurrent.prepare::<C>([input_node, block_node, initial_node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let taped = B::recurrent_forward(input.clone(), block.clone(), initial.clone(), scan.clone());
                let packed = taped.packed.clone();
                step.finish(RecurrentState { input, block, initial, taped, scan }, packed)
            }
            OpsKind::UnTracked(step) => step.finish(B::recurrent(input, block, initial, scan)),
        }
    }

    fn affine(input: FloatTensor<Self>, block: FloatTensor<Self>, shape: LinearShape) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (block, block_node) = block.into_parts();
        let output = B::affine(input.clone(), block.clone(), shape);
        match Linear.prepare::<C>([input_node, block_node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish((input, block, shape), output),
            OpsKind::UnTracked(step) => step.finish(output),
        }
    }

    fn cross_entropy(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
        ignore_index: Option<i32>,
    ) -> FloatTensor<Self> {
        let (logits, node) = logits.into_parts();
        let loss = B::cross_entropy_forward(logits, targets, ignore_index);
        match Scaled.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish(loss.gradient, loss.value),
            OpsKind::UnTracked(step) => step.finish(loss.value),
        }
    }

    fn mean_squared_error(predicted: FloatTensor<Self>, target: FloatTensor<Self>) -> FloatTensor<Self> {
        let (predicted, node) = predicted.into_parts();
        let loss = B::mean_squared_error_forward(predicted, target.into_primitive());
        match Scaled.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish(loss.gradient, loss.value),
            OpsKind::UnTracked(step) => step.finish(loss.value),
        }
    }

    fn some_rows(tensor: FloatTensor<Self>, start: usize, count: usize) -> FloatTensor<Self> {
        let (tensor, node) = tensor.into_parts();
        let rows = tensor.shape()[0];
        let some = B::some_rows(tensor, start, count);
        match SomeRows.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(step) => step.finish((start, rows), some),
            OpsKind::UnTracked(step) => step.finish(some),
        }
    }
}

/// The step back from [`Layers::some_rows`].
#[derive(Debug)]
struct SomeRows;

impl<B: Kernels> Backward<B, 1> for SomeRows {
    /// Where they begin, and how many rows there are.
    type State = (usize, usize);

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let gradient = gradients.consume::<B>(&ops.node);
        let (start, rows) = ops.state;
        let [of_all] = ops.parents;
        if let Some(node) = of_all {
            gradients.register::<B>(node.id, B::pad_rows(gradient, start, rows));
        }
    }
}

/// The step back from [`Layers::recurrent`].
#[derive(Debug)]
struct Recurrent;

#[derive(Debug, Clone)]
struct RecurrentState<B: Backend> {
    input: FloatTensor<B>,
    block: FloatTensor<B>,
    initial: FloatTensor<B>,
    taped: Taped<B>,
    scan: Scan,
}

impl<B: Kernels> Backward<B, 3> for Recurrent {
    type State = RecurrentState<B>;

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let gradient = gradients.consume::<B>(&ops.node);
        let RecurrentState { input, block, initial, taped, scan } = ops.state;
        let through =
            B::recurrent_backward(block.clone(), initial.clone(), taped.clone(), gradient, scan.clone());
        let [of_input, of_block, of_initial] = ops.parents;
        if let Some(node) = of_input {
            let gradient =
                B::recurrent_input_gradient(through.gates.clone(), block, input.shape()[0], scan.clone());
            gradients.register::<B>(node.id, gradient);
        }
        if let Some(node) = of_block {
            let gradient = B::recurrent_block_gradient(through.gates, input, initial, taped, scan);
            gradients.register::<B>(node.id, gradient);
        }
        if let Some(node) = of_initial {
            gradients.register::<B>(node.id, through.initial);
        }
    }
}

/// The step back from [`Layers::affine`].
#[derive(Debug)]
struct Linear;

impl<B: Kernels> Backward<B, 2> for Linear {
    type State = (FloatTensor<B>, FloatTensor<B>, LinearShape);

    fn backward(self, ops: Ops<Self::State, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let gradient = gradients.consume::<B>(&ops.node);
        let (input, block, shape) = ops.state;
        let [of_input, of_block] = ops.parents;
        if let Some(node) = of_input {
            gradients.register::<B>(node.id, B::linear_input_gradient(gradient.clone(), block, shape));
        }
        if let Some(node) = of_block {
            gradients.register::<B>(node.id, B::linear_block_gradient(gradient, input, shape));
        }
    }
}

/// The step back from a loss whose gradient is known already: it is scaled by what comes from above.
#[derive(Debug)]
struct Scaled;

impl<B: Backend> Backward<B, 1> for Scaled {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let scale = gradients.consume::<B>(&ops.node);
        let [of_loss] = ops.parents;
        if let Some(node) = of_loss {
            let ones = burn::tensor::Shape::from(vec![1; ops.state.shape().num_dims()]);
            let gradient = B::float_mul(ops.state, B::float_reshape(scale, ones));
            gradients.register::<B>(node.id, gradient);
        }
    }
}
