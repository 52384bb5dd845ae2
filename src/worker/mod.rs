//! Dedicated Web Workers: commands arrive as messages, events leave as messages. One trains, the other knows text.

#[cfg(feature = "engine")]
mod engine;
#[cfg(feature = "webgpu")]
pub mod gpu;
mod inbox;
#[cfg(feature = "engine")]
pub mod team;
#[cfg(feature = "text")]
pub mod text;
mod wire;

#[cfg(feature = "engine")]
pub use engine::start;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// Seconds since the worker began; every browser's workers have that clock.
fn seconds() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now() / 1000.0)
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
