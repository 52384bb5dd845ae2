//! The CPU engine: a Web Worker that computes with Burn Flex.

fn main() {
    #[cfg(target_arch = "wasm32")]
    unroll::worker::start(unroll::protocol::Engine::Cpu);
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("this is a Web Worker; on the command line use `unroll run`");
}
