//! Times training steps and sampling on the reference workloads, with Unroll's layers and with Burn's stock modules
//! in turn, so that whatever else the machine does slows both. `cargo xtask bench` runs it in a browser's worker and
//! natively, `cargo xtask gpu-kit` packs it for a machine with a GPU; docs/benchmark.md says how to read what it prints.

#[cfg(target_arch = "wasm32")]
mod browser;
/// The table that `cargo xtask bench` prints.
#[cfg(not(target_arch = "wasm32"))]
#[path = "../../xtask/src/bench/goals.rs"]
mod goals;
#[cfg(not(target_arch = "wasm32"))]
mod kernels;
mod line;
mod measure;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod ours;
#[cfg(target_arch = "wasm32")]
mod peak;
mod sampling;
mod stock;
mod workload;

#[cfg(target_arch = "wasm32")]
use browser as host;
#[cfg(not(target_arch = "wasm32"))]
use native as host;

fn main() -> std::process::ExitCode {
    host::main()
}
