//! The GPU's kernels against PyTorch, natively: on Vulkan, Metal or DirectX, whatever the machine has; a software adapter
//! will do. Where there is none, this says so and passes: the browser's tests run them in any case.
//!
//! `cargo test --features webgpu --test gpu`
#![cfg(all(feature = "webgpu", not(target_arch = "wasm32")))]

mod reference;

use burn::tensor::Device;
use pollster::block_on;

const TOLERANCE: f64 = 1e-3;

#[test]
fn the_gpu_equals_pytorch() {
    let device = match block_on(Device::wgpu_options().init_async()) {
        Ok(device) => device,
        Err(error) => return println!("skipped, there is no GPU: {error}"),
    };
    block_on(async {
        reference::losses_and_updates_equal_pytorch(&device, TOLERANCE).await;
        reference::variants_equal_pytorch(&device, TOLERANCE).await;
        reference::modules_equal_pytorch(&device, TOLERANCE).await;
        reference::airline_equals_pytorch(&device, TOLERANCE).await;
        reference::embedding_equals_pytorch(&device, TOLERANCE).await;
        reference::novel_equals_pytorch(&device, TOLERANCE).await;
        reference::gradients_through_time_equal_pytorch(&device, TOLERANCE).await;
    });
}
