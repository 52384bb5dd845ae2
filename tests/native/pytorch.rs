//! The engine against PyTorch, and against itself elsewhere, natively.

use burn::tensor::Device;
use pollster::block_on;

use crate::reference;

const TOLERANCE: f64 = 1e-4;

#[test]
fn first_steps_equal_pytorch() {
    block_on(reference::airline_equals_pytorch(&Device::flex(), TOLERANCE));
    block_on(reference::embedding_equals_pytorch(&Device::flex(), TOLERANCE));
    block_on(reference::novel_equals_pytorch(&Device::flex(), TOLERANCE));
    block_on(reference::memory_equals_pytorch(&Device::flex(), TOLERANCE));
}

#[test]
fn modules_equal_pytorch() {
    block_on(reference::modules_equal_pytorch(&Device::flex(), TOLERANCE));
}

#[test]
fn variants_equal_pytorch() {
    block_on(reference::variants_equal_pytorch(&Device::flex(), TOLERANCE));
}

#[test]
fn losses_and_updates_equal_pytorch() {
    block_on(reference::losses_and_updates_equal_pytorch(&Device::flex(), TOLERANCE));
}

#[test]
fn bits_are_the_same_everywhere() {
    block_on(reference::bits_are_the_same_everywhere(&Device::flex()));
}

#[test]
fn gradients_through_time_equal_pytorch() {
    block_on(reference::gradients_through_time_equal_pytorch(&Device::flex(), TOLERANCE));
}

#[test]
fn cross_entropy_ignores_as_pytorch_does() {
    block_on(reference::cross_entropy_ignores_as_pytorch_does(&Device::flex(), TOLERANCE));
}
