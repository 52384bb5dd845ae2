//! What `cargo xtask` does once its first program (`xtask/start`) has fetched the packages and compiled this one.

mod bench;
mod bundle;
mod check;
mod composition;
mod content;
mod dictionary;
mod elf;
mod gpu_kit;
mod imports;
mod lanes;
mod modules;
// The first program's, which is no package of this workspace.
mod packs;
#[path = "../start/src/part.rs"]
mod part;
mod parts;
#[path = "../start/src/program.rs"]
mod program;
mod record;
mod serve;
mod stand_in;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::part::Clock;
use crate::program::Failure;

/// The folder that holds the workspace's `Cargo.toml`.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let program = args.next();
    let args: Vec<_> = args.collect();
    let done = stand_in::play(program.as_ref(), args.iter().cloned()).unwrap_or_else(|| {
        let args: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        command(&args.iter().map(String::as_str).collect::<Vec<_>>())
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match error.downcast_ref::<Failure>() {
                Some(failure) => eprintln!("\nxtask: {failure}"),
                None => eprintln!("\nxtask: {error:#}"),
            }
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[&str]) -> Result<()> {
    let clock = Clock::start();
    stand_in::prepare()?;
    match args {
        ["serve"] => serve::serve(clock, serve::PORT),
        ["serve", "--port", port] => serve::serve(clock, port.parse()?),
        ["build"] => {
            bundle::build(clock)?;
            bundle::report()
        }
        ["test"] => check::everything(clock),
        ["record"] => record::record(clock, None),
        ["record", lesson] => record::record(clock, Some(lesson)),
        ["screenshots"] => check::screenshots(clock),
        ["bench", options @ ..] => bench::bench(clock, &bench::Options::read(options)?),
        ["gpu-kit"] => gpu_kit::build(clock),
        _ => bail!("{} is not understood; `cargo xtask` alone prints what there is", args.join(" ")),
    }
}
