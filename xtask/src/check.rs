//! Everything that must pass, the cheapest first.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::tools::{self, Tools};
use crate::{bundle, root, run};

/// Runs all checks and stops at the first that fails.
///
/// # Errors
/// Says which check failed.
pub fn everything() -> Result<()> {
    let tools = step("tools", tools::install)?;
    step("format", || run(Command::new("cargo").args(["fmt", "--all", "--check"])))?;
    step("lints, host", || {
        run(Command::new("cargo").args(["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"]))
    })?;
    step("native tests", || {
        run(Command::new("cargo").args(["test", "--workspace", "--exclude", "unroll-e2e"]))
    })?;
    step("lints, wasm: page", || wasm_clippy(&["-p", "unroll-web", "--profile", "page"]))?;
    for engine in ["cpu", "webgpu", "text"] {
        // Not all binaries: `unroll` itself is for the machine, with files and a clock.
        let binary = format!("engine_{engine}");
        step(&format!("lints, wasm: {engine} engine"), || {
            wasm_clippy(&[
                "-p",
                "unroll",
                "--release",
                "--lib",
                "--bin",
                &binary,
                "--no-default-features",
                "--features",
                engine,
            ])
        })?;
    }
    for engine in ["cpu", "webgpu"] {
        step(&format!("lints, wasm: benchmark, {engine} engine"), || {
            wasm_clippy(&["-p", "unroll-bench", "--release", "--no-default-features", "--features", engine])
        })?;
    }
    step("site", || bundle::build(&tools))?;
    step("size", bundle::report)?;
    let (browser, driver) = step("browser", tools::browser)?;
    for engine in ["cpu", "webgpu"] {
        step(&format!("browser tests: {engine} engine"), || {
            run(browser_tests(&tools, engine).env("CHROME", &browser).env("CHROMEDRIVER", &driver))
        })?;
    }
    step("end-to-end tests", || {
        run(Command::new("cargo")
            .args(["test", "--package", "unroll-e2e", "--", "--test-threads=1"])
            .env("CHROME", &browser)
            .env("CHROMEDRIVER", &driver)
            .env("UNROLL_DIST", bundle::dist()))
    })
}

/// Takes pictures of the built page into `target/screenshots`.
///
/// # Errors
/// If the page can't be built or the browser can't be driven.
pub fn screenshots() -> Result<()> {
    bundle::build(&tools::install()?)?;
    let (browser, driver) = tools::browser()?;
    run(Command::new("cargo")
        .args(["run", "--package", "unroll-e2e", "--bin", "screenshots"])
        .env("CHROME", browser)
        .env("CHROMEDRIVER", driver)
        .env("UNROLL_DIST", bundle::dist()))
}

fn step<T>(name: &str, check: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n── {name}");
    let start = Instant::now();
    let result = check().with_context(|| format!("{name} failed"))?;
    println!("── {name}: {} s", start.elapsed().as_secs());
    Ok(result)
}

/// Clippy for the browser, with a list of its own: what compiles there but fails when it runs.
fn wasm_clippy(selection: &[&str]) -> Result<()> {
    run(Command::new("cargo")
        .args(["clippy", "--target", "wasm32-unknown-unknown"])
        .args(selection)
        .args(["--", "-Dwarnings"])
        .env("CLIPPY_CONF_DIR", root().join("xtask/clippy-wasm")))
}

/// The engine's tests in a dedicated worker of a real browser; built as the site's engines are, so that their
/// dependencies are shared.
fn browser_tests(tools: &Tools, engine: &str) -> Command {
    let mut command = tools.command("cargo");
    command.args(["test", "--release", "--target", "wasm32-unknown-unknown", "--package", "unroll"]).args([
        "--no-default-features",
        "--features",
        engine,
        "--test",
        "browser",
    ]);
    // Seconds before the runner gives up: a software adapter compiles every kernel for the first step.
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "900");
    command
}
