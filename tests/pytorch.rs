//! The engine against PyTorch, natively.
#![cfg(all(feature = "cpu", not(target_arch = "wasm32")))]

mod reference;

#[test]
fn first_steps_equal_pytorch() {
    pollster::block_on(reference::equals_pytorch(&burn::tensor::Device::flex(), 1e-4));
}
