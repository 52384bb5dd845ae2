//! Builds, serves and tests the playground: `cargo xtask <command>`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use xtask::{bench, bundle, check, parts, record, site, tools};

const USAGE: &str = "\
cargo xtask serve [--port N]   install what is missing, build, serve and print the address
cargo xtask build              make the static site in dist/ and print what a first visit downloads
cargo xtask test               everything that must pass: format, lints, native, browser and end-to-end tests
cargo xtask record [LESSON]    train each lesson's preset natively and keep the run that the page opens on
cargo xtask screenshots        pictures of the built page, three widths, both themes and languages
cargo xtask bench [OPTIONS]    time the reference workloads in the browser and natively; see docs/benchmark.md
    --workload airline|novel|charlm, --engine cpu|webgpu|native: one only
    --steps N: samples of each figure; --alone: without Burn's modules; --quick: built faster, runs about the same
    --peers FOLDER (or UNROLL_PEERS): run tfjs.mjs and torch_native.py there as well
    --text FILE: time how this text is cut into words instead; with --peers beside jieba and jieba-wasm";

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let done = if parts::is_bindgen(args.next().as_ref()) {
        parts::bindgen(args)
    } else {
        let args: Vec<String> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
        command(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[&str]) -> Result<()> {
    match args {
        ["serve"] => serve(8080),
        ["serve", "--port", port] => serve(port.parse()?),
        ["build"] => build(),
        ["test"] => check::everything(),
        ["record"] => record::record(None),
        ["record", lesson] => record::record(Some(lesson)),
        ["screenshots"] => check::screenshots(),
        ["bench", options @ ..] => bench::bench(&bench::Options::read(options)?),
        _ => bail!("usage:\n{USAGE}"),
    }
}

fn build() -> Result<()> {
    bundle::build(&tools::install()?)?;
    bundle::report()
}

fn serve(port: u16) -> Result<()> {
    bundle::build(&tools::install()?)?;
    let server = site::Server::start(&bundle::dist(), "/", port)?;
    println!("\nUnroll is at {}  (Ctrl+C stops it)", server.address());
    server.wait();
    Ok(())
}
