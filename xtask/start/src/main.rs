//! The first program of `cargo xtask`: it is compiled in a second, says what will happen, fetches every package, compiles the
//! builder and hands over to it.

use std::ffi::OsString;
use std::process::{Command as Program, ExitCode};

use start::commands::{self, Command};
use start::part::{self, Clock};
use start::program::{self, Failure, Show};
use start::root;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let name = args.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(command) = Command::find(&name) else {
        eprintln!("{}", commands::usage());
        return ExitCode::FAILURE;
    };
    match begin(command, &args) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn begin(command: &Command, args: &[OsString]) -> Result<ExitCode, Failure> {
    let clock = Clock::start();
    let builder = root().join("target/debug").join(format!("xtask{}", std::env::consts::EXE_SUFFIX));
    println!("cargo xtask {} {}.", command.name(), command.does);
    if builder.is_file() {
        println!("About {} where nothing has changed since the last time.", command.next);
    } else {
        println!(
            "About {} on two cores the first time (packages, the builder, the work itself), then {}.",
            command.first, command.next
        );
    }
    fetch(clock)?;
    clock.heading("the builder");
    let mut build = cargo("build");
    build.args(["--offline", "--package", "xtask"]);
    if command.name() == "test" {
        build.args(["--features", "test-runner"]);
    }
    program::run("compiling the builder", Show::All, &mut build)?;
    let status = Program::new(&builder)
        .args(args)
        .env(part::STARTED, clock.started.to_string())
        // What is compiled from here on has been fetched: what was not would be missing on a fresh machine too.
        .env("CARGO_NET_OFFLINE", "true")
        .status()
        .map_err(|error| Failure::new("starting the builder", &error.to_string()))?;
    // Where it failed, it has said why.
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Fetches every package that `Cargo.lock` names, whatever feature or platform it is for.
fn fetch(clock: Clock) -> Result<(), Failure> {
    if program::run("looking for the packages", Show::Nothing, cargo("fetch").arg("--offline")).is_ok() {
        return Ok(());
    }
    clock.heading("packages");
    program::run("fetching the packages", Show::All, &mut cargo("fetch"))
}

fn cargo(command: &str) -> Program {
    let mut cargo = Program::new("cargo");
    cargo.arg(command).current_dir(root());
    cargo
}
