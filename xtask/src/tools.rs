//! The programs that a build needs beside Rust, installed where they are missing.
//!
//! What is already on `PATH` in a fitting version is used; everything else goes into `target/tools`, so that nothing
//! outside the checkout changes and a second start finds it there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::{root, run};

/// Newer releases want a newer compiler than the workspace's.
const TRUNK: &str = "0.21.14";

/// The installed tools, as a `PATH` that finds them first.
pub struct Tools {
    path: OsString,
}

impl Tools {
    /// A command that finds the installed tools first.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program).unwrap_or_else(|| program.into()));
        command.env("PATH", &self.path);
        command
    }

    /// A `PATH` that finds the programs of one more folder first.
    ///
    /// # Errors
    /// If the folder's name can't stand in a `PATH`.
    pub fn with(&self, folder: &Path) -> Result<OsString> {
        let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&self.path));
        Ok(std::env::join_paths(folders)?)
    }

    /// What is installed, without one folder.
    ///
    /// # Errors
    /// If a folder's name can't stand in a `PATH`.
    pub fn besides(folder: &Path) -> Result<Self> {
        let all = Tools::installed()?;
        let folder = folder.canonicalize()?;
        let is_other = |other: &PathBuf| other.canonicalize().map_or(true, |other| other != folder);
        let others = std::env::split_paths(&all.path).filter(is_other);
        Ok(Tools { path: std::env::join_paths(others)? })
    }

    fn installed() -> Result<Self> {
        let mut folders = vec![folder().join("bin")];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        Ok(Tools { path: std::env::join_paths(folders)? })
    }

    fn find(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path).map(|folder| folder.join(program)).find(|file| file.is_file())
    }
}

/// Where programs are installed.
fn folder() -> PathBuf {
    root().join("target/tools")
}

/// Makes sure that the wasm target, Trunk and wasm-bindgen (in the version of `Cargo.lock`) are there.
///
/// # Errors
/// If one of them is missing and can't be installed.
pub fn install() -> Result<Tools> {
    let tools = Tools::installed()?;

    wasm_target()?;
    if version(&tools, "trunk").as_deref() != Some(TRUNK) {
        // It copies files and calls others: unoptimised it does that as fast, and is there in a third of the time.
        let options = ["--locked", "--debug", "--config", "profile.dev.debug=false"];
        cargo_install(&folder(), "trunk", TRUNK, &options, "about 3 minutes")?;
    }
    let bindgen = locked("wasm-bindgen")?;
    if version(&tools, "wasm-bindgen").as_deref() != Some(&bindgen) {
        cargo_install(&folder(), "wasm-bindgen-cli", &bindgen, &[], "about 2 minutes")?;
    }
    Ok(tools)
}

/// Chromium and its driver, which the tests drive: from `CHROME` and `CHROMEDRIVER`, from `PATH`, or installed by
/// Debian's package manager where that is possible.
///
/// # Errors
/// If they are missing and can't be installed; the message says what to type.
pub fn browser() -> Result<(PathBuf, PathBuf)> {
    let look = || {
        let browser =
            named("CHROME", &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]);
        browser.zip(named("CHROMEDRIVER", &["chromedriver"]))
    };
    if let Some(found) = look() {
        return Ok(found);
    }
    let packages = ["chromium", "chromium-driver"];
    let id = Command::new("id").arg("-u").output();
    let is_root = id.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if is_root && Path::new("/usr/bin/apt-get").exists() {
        println!("installing {} (about a minute)", packages.join(" and "));
        run(Command::new("apt-get").args(["update", "-qq"]))?;
        run(Command::new("apt-get")
            .args(["install", "-qq", "-y", "--no-install-recommends"])
            .args(packages))?;
    }
    look().context(
        "the browser tests need Chromium and chromedriver: install them (Debian, Ubuntu: sudo apt-get install \
         chromium chromium-driver), or name them in the variables CHROME and CHROMEDRIVER",
    )
}

fn named(variable: &str, programs: &[&str]) -> Option<PathBuf> {
    if let Some(file) = std::env::var_os(variable) {
        return Some(file.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    programs
        .iter()
        .flat_map(|program| folders.iter().map(move |folder| folder.join(program)))
        .find(|file| file.is_file())
}

fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let Ok(listed) = Command::new("rustup").args(["target", "list", "--installed"]).output() else {
        println!("rustup is not here: taking it that the compiler knows {TARGET}");
        return Ok(());
    };
    if !String::from_utf8_lossy(&listed.stdout).lines().any(|line| line.trim() == TARGET) {
        println!("installing the target {TARGET} (some seconds)");
        run(Command::new("rustup").args(["target", "add", TARGET]))?;
    }
    Ok(())
}

/// The version that `program --version` prints, if it runs at all.
fn version(tools: &Tools, program: &str) -> Option<String> {
    let output = tools.command(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stdout).split_whitespace().nth(1).map(str::to_owned)
}

fn cargo_install(folder: &Path, package: &str, version: &str, options: &[&str], takes: &str) -> Result<()> {
    println!("installing {package} {version} into {} ({takes}, once)", folder.display());
    let start = Instant::now();
    run(Command::new("cargo")
        .args(["install", package, "--version", version, "--root"])
        .arg(folder)
        .args(["--quiet"])
        .args(options))?;
    println!("installed {package} in {} s", start.elapsed().as_secs());
    Ok(())
}

/// The version of a package in `Cargo.lock`.
fn locked(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock")?;
    let mut lines = lock.lines();
    while let Some(line) = lines.next() {
        if line == format!("name = \"{package}\"")
            && let Some(version) = lines.next().and_then(|line| line.strip_prefix("version = "))
        {
            return Ok(version.trim_matches('"').to_owned());
        }
    }
    bail!("Cargo.lock names no package {package}")
}
