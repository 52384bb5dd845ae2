//! The WebGPU engine: a Web Worker that computes with Burn on wgpu.

fn main() {
    #[cfg(target_arch = "wasm32")]
    unroll::worker::start(unroll::protocol::Engine::Webgpu);
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("this is a Web Worker; on the command line use `unroll run`");
}
