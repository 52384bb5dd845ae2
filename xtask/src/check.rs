//! Everything that must pass. Two lanes run side by side, what is compiled for this machine and what for the browser, because
//! linking, optimising a whole module and many tests keep one core alone busy; what drives a browser comes after both.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::bundle::{self, Site};
use crate::lanes::{Steps, both, joined};
use crate::modules::{CPU, Module, PAGE, Speed, TEXT, WEBGPU};
use crate::part::Clock;
use crate::program::{self, Show};
use crate::{root, stand_in, tools};

/// Runs all checks and stops at the first that fails; says at the end how long each took, and what was skipped.
///
/// # Errors
/// Says which check failed.
pub fn everything(clock: Clock) -> Result<()> {
    let steps = Steps::new(clock);
    let done = checks(&steps);
    println!("{}", steps.table());
    done
}

fn checks(steps: &Steps) -> Result<()> {
    steps.step("wasm target", tools::wasm_target)?;
    let (((), ()), ((chrome, driver), others)) = std::thread::scope(|scope| {
        let trunk = scope.spawn(|| steps.step("Trunk", || tools::trunk(Show::Nothing)));
        let browser = scope.spawn(|| {
            let chromium = steps.step("Chromium", tools::browser)?;
            Ok((chromium, steps.step("Firefox and WebKit", tools::other_browsers)?))
        });
        let site = scope.spawn(|| {
            site(steps, || joined("installing Trunk", trunk.join()))?;
            wasm_lints(steps)
        });
        let host = host(steps);
        both(
            both(host, joined("the browser's lane", site.join())),
            joined("installing browsers", browser.join()),
        )
    })?;
    for module in [&CPU, &WEBGPU, &TEXT] {
        let name = format!("browser tests, {}", module.title);
        steps.step(&name, || {
            let mut command = browser_tests(module);
            stand_in::cast(&mut command)?;
            // Seconds before the runner gives up: a software adapter compiles every kernel for the first step.
            command
                .env("WASM_BINDGEN_TEST_TIMEOUT", "900")
                .env("CHROME", &chrome)
                .env("CHROMEDRIVER", &driver);
            Ok(program::run(&name, Show::All, &mut command)?)
        })?;
    }
    let journeys = |name: &str, arguments: &[&str]| {
        steps.step(name, || {
            let mut command = native(&["--test", "journeys", "--test", "harness", "--", "--ignored"]);
            command.args(arguments).env("CHROME", &chrome).env("CHROMEDRIVER", &driver);
            command.env("UNROLL_DIST", Site::published().folder).envs(others.iter().flatten().cloned());
            Ok(program::run(name, Show::All, &mut command)?)
        })
    };
    journeys("journeys, two at a time", &["--skip", "alone::", "--skip", "engines::", "--test-threads=2"])?;
    match &others {
        Ok(_) => journeys("journeys, Firefox and WebKit", &["engines::", "--test-threads=2"])?,
        Err(reason) => steps.skipped("journeys, Firefox and WebKit", reason),
    }
    journeys("journeys, one at a time", &["alone::", "--test-threads=1"])?;
    steps.skipped(
        "kernels over Vulkan",
        "not in a browser they need a GPU; `cargo xtask gpu-kit` packs them for one",
    );
    Ok(())
}

/// What is compiled for this machine: one build, which is linted while it is compiled, and its tests.
fn host(steps: &Steps) -> Result<()> {
    const LANE: Show = Show::Under("host");
    steps.step("format", || {
        for workspace in ["Cargo.toml", "xtask/start/Cargo.toml"] {
            let mut command = Command::new("cargo");
            command.args(["fmt", "--all", "--check", "--manifest-path", workspace]).current_dir(root());
            program::run("checking the format", Show::Nothing, &mut command)?;
        }
        Ok(())
    })?;
    steps.step("host: lints and tests, built", || {
        Ok(program::run("compiling for this machine", LANE, &mut native(&["--no-run"]))?)
    })?;
    steps.step("native tests", || {
        let skipped = root().join("target/skipped.txt");
        std::fs::write(&skipped, "")?;
        let mut tests = native(&["--quiet"]);
        // Here properties are tried with the same inputs each time, so that what fails has to do with what was changed;
        // whoever types `cargo test` tries others.
        tests.env("UNROLL_SKIPPED", &skipped).env("PROPTEST_RNG_SEED", "1");
        program::run("the native tests", LANE, &mut tests)?;
        for line in std::fs::read_to_string(&skipped)?.lines() {
            let (what, why) = line.split_once(": ").unwrap_or((line, ""));
            steps.skipped(what, why);
        }
        Ok(())
    })?;
    steps.step("the builder's tests", || {
        let mut command = linted("test");
        command.args(["--quiet", "--package", "xtask", "--features", "test-runner"]);
        program::run("the builder's tests", LANE, &mut command)?;
        let mut command = linted("test");
        command.args(["--quiet", "--manifest-path", "xtask/start/Cargo.toml"]);
        Ok(program::run("the first program's tests", LANE, &mut command)?)
    })
}

/// The site, as it is published.
fn site(steps: &Steps, trunk: impl FnOnce() -> Result<PathBuf>) -> Result<()> {
    const LANE: Show = Show::Under("wasm");
    let site = Site::published();
    let mut linked = Vec::new();
    for module in [&PAGE, &CPU, &TEXT, &WEBGPU] {
        linked.push((module, steps.step(module.title, || module.compile(site.speed, LANE))?));
    }
    let trunk = trunk()?;
    steps.step("site", || site.assemble(&trunk, &linked, &[]))?;
    steps.step("size", bundle::report)
}

/// Takes pictures of the built page into `target/screenshots`.
///
/// # Errors
/// If the page can't be built or the browser can't be driven.
pub fn screenshots(clock: Clock) -> Result<()> {
    bundle::build(clock)?;
    let (browser, driver) = tools::browser()?;
    clock.heading("pictures");
    let mut command = Command::new("cargo");
    command.args(["run", "--package", "unroll-e2e", "--bin", "screenshots"]).current_dir(root());
    command.env("CHROME", browser).env("CHROMEDRIVER", driver).env("UNROLL_DIST", Site::published().folder);
    Ok(program::run("taking pictures", Show::All, &mut command)?)
}

/// A Cargo command whose compiler is Clippy's: it compiles as well as it lints, so that nothing is compiled twice. A warning
/// is an error.
fn linted(command: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.arg(command).current_dir(root());
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
    cargo
}

/// The tests for this machine: always the same packages, so that their dependencies always have the same features and are
/// compiled once.
fn native(arguments: &[&str]) -> Command {
    let mut cargo = linted("test");
    cargo.args(["--workspace", "--exclude", "xtask"]).args(arguments);
    cargo
}

/// An engine's tests for a dedicated worker of a real browser; compiled as the site's engine is, so that its dependencies are
/// there already.
fn browser_tests(module: &Module) -> Command {
    let mut command = linted("test");
    module.select(&mut command, Speed::Full);
    let test = if module.binary == TEXT.binary { "browser_text" } else { "browser" };
    command.args(["--test", test]).env("CLIPPY_CONF_DIR", wasm_lints_folder());
    command
}

/// Lints what only the browser compiles: the engines' tests, which are compiled on the way, the text engine, and the benchmark.
fn wasm_lints(steps: &Steps) -> Result<()> {
    const LANE: Show = Show::Under("wasm");
    for module in [&CPU, &WEBGPU, &TEXT] {
        steps.step(&format!("lints and tests of {}, built", module.title), || {
            Ok(program::run(module.title, LANE, browser_tests(module).arg("--no-run"))?)
        })?;
    }
    steps.step("lints, text engine and benchmark", || {
        for (package, features) in [("unroll", TEXT.features), ("unroll-bench", CPU.features)] {
            let mut command = Command::new("cargo");
            command.args(["clippy", "--release", "--target", "wasm32-unknown-unknown", "--package", package]);
            command.args(["--no-default-features", "--features", features.unwrap_or_default()]);
            command.args(["--", "-Dwarnings"]).env("CLIPPY_CONF_DIR", wasm_lints_folder());
            program::run("linting for the browser", LANE, command.current_dir(root()))?;
        }
        Ok(())
    })
}

/// Where the list stands of what compiles for the browser but fails when it runs there.
fn wasm_lints_folder() -> PathBuf {
    root().join("web")
}
