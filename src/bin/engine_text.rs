//! The worker that cuts text.

fn main() {
    #[cfg(target_arch = "wasm32")]
    unroll::worker::text::start();
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("this is a Web Worker; on the command line use `unroll tokenize`");
}
