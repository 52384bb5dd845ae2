//! The site's WebAssembly modules: how Cargo compiles each, and what wasm-bindgen makes of an engine.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

use crate::bundle::{hash, names};
use crate::program::{self, Failure, Show};
use crate::{dictionary, root};

/// How long the compiler may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// For publishing: optimised across crates.
    Full,
    /// For looking at: without that, which takes half the time; kernels run about the same (docs/benchmark.md).
    Quick,
}

/// A module of the site.
#[derive(Debug)]
pub struct Module {
    /// Its binary's name.
    pub binary: &'static str,
    /// What it is called in messages.
    pub title: &'static str,
    /// The page's `<meta>` that says where it is.
    pub meta: &'static str,
    package: &'static str,
    /// The features of its package; none where that has no choice.
    pub features: Option<&'static str>,
    /// Optimisation across crates: `fat` gains a few percent over `thin`, and takes one core alone.
    lto: &'static str,
    /// The packages that are compiled for size, though the module as a whole is compiled for speed.
    for_size: &'static [&'static str],
}

/// What stands around the kernels of the CPU engine. A step's time goes into `unroll-kernels` and `gemm`; this is called some
/// hundred times a step, and a reader waits for it on the first visit: 552 KB of it with all compiled for speed,
/// 431 so, at the same steps per second.
const AROUND_THE_KERNELS: [&str; 16] = [
    "base64",
    "burn-autodiff",
    "burn-backend",
    "burn-core",
    "burn-dispatch",
    "burn-flex",
    "burn-std",
    "burn-tensor",
    "csv",
    "hashbrown",
    "miniz_oxide",
    "postcard",
    "safetensors",
    "serde_core",
    "serde_json",
    "unroll",
];

/// The page.
pub const PAGE: Module = Module {
    binary: "unroll-web",
    title: "the page",
    meta: "",
    package: "unroll-web",
    features: None,
    lto: "fat",
    for_size: &[],
};

/// The engine that every page begins with.
pub const CPU: Module = Module {
    binary: "engine_cpu",
    title: "the CPU engine",
    meta: "engine-cpu",
    package: "unroll",
    features: Some("cpu"),
    lto: "fat",
    for_size: &AROUND_THE_KERNELS,
};

/// The engine for text.
pub const TEXT: Module = Module {
    binary: "engine_text",
    title: "the text engine",
    meta: "engine-text",
    package: "unroll",
    features: Some("text"),
    lto: "thin",
    for_size: &[],
};

/// The engine for GPUs.
pub const WEBGPU: Module = Module {
    binary: "engine_webgpu",
    title: "the WebGPU engine",
    meta: "engine-webgpu",
    package: "unroll",
    features: Some("webgpu"),
    lto: "thin",
    for_size: &[],
};

impl Module {
    /// The release profile as this module is compiled with it, in the variables that Cargo reads. One profile for all of
    /// them: its macros and build scripts are compiled once.
    pub fn profile(&self, speed: Speed) -> Vec<(&'static str, &'static str)> {
        let mut profile = Vec::new();
        if self.features.is_none() {
            // The page is views and messages: bytes are what a reader waits for.
            profile.push(("CARGO_PROFILE_RELEASE_OPT_LEVEL", if speed == Speed::Full { "z" } else { "1" }));
        }
        match speed {
            Speed::Full => profile.push(("CARGO_PROFILE_RELEASE_LTO", self.lto)),
            Speed::Quick => profile.extend(QUICK),
        }
        profile
    }

    /// Has a command of Cargo's compile for this module: its package, its features, its profile.
    pub fn select(&self, cargo: &mut Command, speed: Speed) {
        cargo.args(["--release", "--target", "wasm32-unknown-unknown", "--package", self.package]);
        cargo.envs(self.profile(speed));
        self.compile_for_size(cargo);
        if let Some(features) = self.features {
            cargo.args(["--no-default-features", "--features", features]);
        }
    }

    /// Has a command of Cargo's compile some packages for size.
    pub fn compile_for_size(&self, cargo: &mut Command) {
        for package in self.for_size {
            // "s" still computes with vectors, "z" does not.
            cargo.args(["--config", &format!("profile.release.package.{package}.opt-level = \"s\"")]);
        }
    }

    /// Compiles and links it; gives the linked module.
    ///
    /// # Errors
    /// What Cargo said.
    pub fn compile(&self, speed: Speed, show: Show) -> Result<PathBuf> {
        let mut cargo = Command::new("cargo");
        self.select(cargo.args(["rustc", "--bin", self.binary, MESSAGES[0], MESSAGES[1]]), speed);
        if !self.for_size.is_empty() {
            // Loops become vectors where the crates are joined, which is done as the last of them is compiled: for speed.
            cargo.args(["--", "-Copt-level=3"]);
        }
        found(&format!("compiling {}", self.title), show, &mut cargo, self.binary)
    }
}

/// What is changed in the release profile where compiling must be quick.
pub const QUICK: [(&str, &str); 2] =
    [("CARGO_PROFILE_RELEASE_LTO", "off"), ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")];

/// Has Cargo say which files it makes.
const MESSAGES: [&str; 2] = ["--message-format", "json-render-diagnostics"];

/// Runs a `cargo build`; gives the file that it makes for the target `name`.
///
/// # Errors
/// What Cargo said.
pub fn artifact(doing: &str, show: Show, cargo: &mut Command, name: &str) -> Result<PathBuf> {
    found(doing, show, cargo.args(MESSAGES), name)
}

/// Runs a command of Cargo's that gives [`MESSAGES`]; gives the file that it makes for the target `name`.
fn found(doing: &str, show: Show, cargo: &mut Command, name: &str) -> Result<PathBuf> {
    let messages = program::output(doing, show, cargo.current_dir(root()))?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| {
            let executable = message["executable"].as_str();
            // A module for the browser is no executable for every version of Cargo.
            let files = || message["filenames"].as_array()?.iter().filter_map(Value::as_str).find(is_module);
            executable.or_else(files).map(PathBuf::from)
        })
        .with_context(|| format!("cargo made no {name}"))
}

fn is_module(file: &&str) -> bool {
    file.ends_with(".wasm")
}

/// The program `unroll` for this machine.
///
/// # Errors
/// What Cargo said.
pub fn command_line() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package", "unroll", "--bin", "unroll"]);
    artifact("compiling the engine for this machine", Show::All, &mut cargo, "unroll")
}

/// Makes of a linked module what a browser loads: `<name>.js` and `<name>_bg.wasm` in `folder`.
///
/// # Errors
/// If wasm-bindgen can't read the module, or a file can't be written.
pub fn bind(linked: &Path, folder: &Path, name: &str) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(linked).web(true)?.typescript(false).omit_default_module_path(false).out_name(name);
    let failed = |error| Failure::new(&format!("binding {name} to JavaScript"), &format!("{error:#}"));
    Ok(bindgen.generate(folder).map_err(failed)?)
}

/// A linked engine as a worker: a folder with its module, its script, and the loader that a page starts; and the name under
/// which a site has it, after its content, so that a page never meets an engine of another build, whatever a cache between
/// them holds.
///
/// # Errors
/// If wasm-bindgen can't read the module, or a file can't be written.
pub fn worker(module: &Module, linked: &Path) -> Result<(PathBuf, String)> {
    let folder = root().join("target/workers").join(module.binary);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    bind(linked, &folder, module.binary)?;
    if module.binary == TEXT.binary {
        let packed = unroll::text::dictionary::pack(&dictionary::list()?);
        std::fs::write(folder.join("engine_text_dictionary.zz"), packed)?;
    }
    let loader = format!("import init from './{}.js';await init();", module.binary);
    std::fs::write(folder.join(format!("{}_loader.js", module.binary)), loader)?;
    let name = format!("{}-{}", module.binary, hash(&folder, &names(&folder)?)?);
    Ok((folder, name))
}
