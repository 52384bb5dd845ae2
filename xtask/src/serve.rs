//! The playground on this machine: the page and the CPU engine first, the other engines while the reader looks already.

use std::sync::Arc;

use anyhow::Result;
use unroll_site::{Pending, Server};

use crate::bundle::Site;
use crate::modules::{CPU, Module, PAGE, TEXT, WEBGPU};
use crate::part::Clock;
use crate::program::Show;

/// Where the server is looked for, unless the reader says otherwise.
pub const PORT: u16 = 8080;

/// Compiles what a visit begins with, prints the address, and then compiles the rest; serves until it is stopped.
///
/// # Errors
/// If the page or the CPU engine can't be built, or no port can be had.
pub fn serve(clock: Clock, port: u16) -> Result<()> {
    let site = Site::served();
    let later = [&TEXT, &WEBGPU];
    site.make(clock, &[&PAGE, &CPU], &later)?;
    let pending = later.map(|module| Arc::new(Pending::new(&format!("building/{}", module.binary))));
    let server = Server::start_with(&site.folder, "/", port, pending.to_vec())?;
    println!("\nUnroll is at {}  (Ctrl+C stops it)\n", server.address());
    for (module, pending) in later.iter().zip(&pending) {
        clock.heading(module.title);
        match follow(&site, module) {
            Ok(folder) => pending.settle(Ok(site.folder.join(folder))),
            // The page says so where the engine is wanted; the others are built all the same.
            Err(error) => {
                eprintln!("xtask: {error}");
                pending.settle(Err(error.to_string()));
            }
        }
    }
    clock.heading("all engines are there");
    server.wait();
    Ok(())
}

/// Builds an engine that is announced already.
fn follow(site: &Site, module: &Module) -> Result<String> {
    site.add_worker(module, &module.compile(site.speed, Show::All)?)
}
