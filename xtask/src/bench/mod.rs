//! The benchmark: builds it, runs it in a browser and natively, lets the peers run beside it, and compares.

mod goals;
mod peers;
mod text;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::modules::{CPU, WEBGPU, artifact, bind};
use crate::part::Clock;
use crate::program::Show;
use crate::{modules, root, tools};

/// What of the benchmark to run; the default is all.
#[derive(Debug, Default)]
pub struct Options {
    /// `airline`, `novel` or `charlm`.
    workload: Option<String>,
    /// `cpu`, `webgpu` or `native`.
    engine: Option<String>,
    /// Samples of each figure.
    steps: Option<usize>,
    /// Our layers alone, without Burn's.
    alone: bool,
    /// Built faster, without optimisation across crates: for a look at a kernel that is being worked on.
    quick: bool,
    /// A text to be cut into words: that alone is timed.
    text: Option<PathBuf>,
    /// The folder with the peers' scripts and what they need.
    peers: Option<PathBuf>,
}

impl Options {
    /// Reads `[--workload W] [--engine E] [--steps N] [--peers FOLDER] [--alone] [--quick] [--text FILE]`; the variable
    /// `UNROLL_PEERS` names the folder as well.
    ///
    /// # Errors
    /// Says what could not be read.
    pub fn read(args: &[&str]) -> Result<Self> {
        let mut options =
            Options { peers: std::env::var_os("UNROLL_PEERS").map(PathBuf::from), ..Options::default() };
        let mut args = args.iter();
        while let Some(&name) = args.next() {
            let mut value =
                || args.next().map(|value| (*value).to_owned()).context(format!("{name} of what?"));
            match name {
                "--workload" => options.workload = Some(value()?),
                "--engine" => options.engine = Some(value()?),
                "--steps" => options.steps = Some(value()?.parse()?),
                "--text" => options.text = Some(value()?.into()),
                "--peers" => options.peers = Some(value()?.into()),
                "--alone" => options.alone = true,
                "--quick" => options.quick = true,
                _ => bail!("no option of the benchmark: {name}"),
            }
        }
        Ok(options)
    }

    /// What is changed in the profile by which the benchmark is compiled.
    fn profile(&self) -> &'static [(&'static str, &'static str)] {
        if self.quick { &modules::QUICK } else { &[] }
    }
}

/// Runs what is asked for, prints every figure as a line of JSON, and at the end how they compare.
///
/// # Errors
/// If something can't be built or run.
pub fn bench(clock: Clock, options: &Options) -> Result<()> {
    if let Some(file) = &options.text {
        return text::bench(clock, file, options.peers.as_deref());
    }
    let engines = ["cpu", "webgpu", "native"];
    let wanted = |engine: &str| options.engine.as_deref().is_none_or(|only| only == engine);
    ensure!(engines.into_iter().any(wanted), "the engines are {}", engines.join(", "));
    tools::wasm_target()?;
    // All is built before anything is measured: a compiler is a bad neighbour.
    let mut commands = Vec::new();
    for engine in engines.into_iter().filter(|engine| wanted(engine)) {
        clock.heading(&format!("the benchmark, {engine}"));
        commands.push(if engine == "native" { native(options)? } else { browser(engine, options)? });
    }
    clock.heading("measuring");
    let mut found = Vec::new();
    for command in &mut commands {
        found.extend(lines(command)?);
    }
    if let Some(folder) = &options.peers {
        found.extend(peers::run(folder, options.workload.as_deref())?);
    }
    print!("\n{}", goals::table(&found));
    Ok(())
}

/// Builds the benchmark natively; gives the command that runs it.
fn native(options: &Options) -> Result<Command> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package", "unroll-bench"]).envs(options.profile().iter().copied());
    let mut command =
        Command::new(artifact("compiling the benchmark", Show::All, &mut cargo, "unroll-bench")?);
    for (name, value) in
        [("--workload", options.workload.clone()), ("--steps", options.steps.map(|n| n.to_string()))]
    {
        command.args(value.into_iter().flat_map(|value| [name.to_owned(), value]));
    }
    command.args(options.alone.then_some("--alone"));
    Ok(command)
}

/// Builds the benchmark for one engine of the browser; gives the command that runs it there.
fn browser(engine: &str, options: &Options) -> Result<Command> {
    let site = root().join("target/bench");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--target", "wasm32-unknown-unknown", "--package", "unroll-bench"]);
    cargo.args(["--no-default-features", "--features", engine]).envs(options.profile().iter().copied());
    // What is measured is compiled as what is published.
    for module in [&CPU, &WEBGPU].into_iter().filter(|module| module.features == Some(engine)) {
        module.compile_for_size(&mut cargo);
    }
    let module = artifact("compiling the benchmark", Show::All, &mut cargo, "unroll-bench")?;
    bind(&module, &site.join(engine), "unroll-bench")?;
    for file in ["index.html", "worker.js"] {
        std::fs::copy(root().join("bench/page").join(file), site.join(file)).context(file)?;
    }
    let (chrome, chromedriver) = tools::browser()?;
    let request = json!({ "workload": options.workload, "steps": options.steps, "alone": options.alone });
    let mut command = Command::new(driver("bench")?);
    command.args([&site, Path::new(engine)]).arg(request.to_string());
    command.env("CHROME", chrome).env("CHROMEDRIVER", chromedriver);
    Ok(command)
}

/// The program of `unroll-e2e` that drives the browser for a measurement.
fn driver(name: &str) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--package", "unroll-e2e", "--bin", name]);
    artifact("compiling what drives the browser", Show::All, &mut cargo, name)
}

/// Runs a command that prints lines of JSON, and prints them on as they come.
fn lines(command: &mut Command) -> Result<Vec<Value>> {
    let mut process =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("can't start {command:?}"))?;
    let mut found = Vec::new();
    for line in BufReader::new(process.stdout.take().context("no output")?).lines() {
        let line = line?;
        println!("{line}");
        found.extend(serde_json::from_str::<Value>(&line).ok());
    }
    let status = process.wait()?;
    ensure!(status.success(), "{command:?} failed ({status})");
    Ok(found)
}
