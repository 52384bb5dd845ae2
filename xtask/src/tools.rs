//! The programs that the commands need beside Rust, installed where they are missing.
//!
//! What is already on `PATH` in a fitting version is used; everything else goes into `target/tools`, so that nothing
//! outside the checkout changes and a second start finds it there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::program::{self, Show};
use crate::root;

/// Newer releases want a newer compiler than the workspace's.
const TRUNK: &str = "0.21.14";

/// What the browser's tests need of Debian. The fonts let layouts be checked as readers of Chinese see them.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-driver", "fontconfig", "fonts-noto-cjk"];
const OTHERS: [&str; 3] = ["firefox-esr", "webkit2gtk-driver", "xvfb"];

/// Firefox's driver, which Debian does not have.
const GECKODRIVER: &str = "0.37.1";

/// A `PATH` that finds the programs of one more folder first, then those that are installed here.
///
/// # Errors
/// If a folder's name can't stand in a `PATH`.
pub fn path_with(folder: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = [folder.to_owned(), installed().join("bin")];
    Ok(std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path)))?)
}

/// Where programs are installed.
fn installed() -> PathBuf {
    root().join("target/tools")
}

/// Makes sure that the compiler knows the target of browsers.
///
/// # Errors
/// If it does not and can't be taught.
pub fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let Ok(listed) = Command::new("rustup").args(["target", "list", "--installed"]).output() else {
        println!("rustup is not here: taking it that the compiler knows {TARGET}");
        return Ok(());
    };
    if !String::from_utf8_lossy(&listed.stdout).lines().any(|line| line.trim() == TARGET) {
        let mut rustup = Command::new("rustup");
        program::run(
            "installing the compiler's target for browsers",
            Show::All,
            rustup.args(["target", "add", TARGET]),
        )?;
    }
    Ok(())
}

/// Trunk, from `PATH` or compiled here; gives the program.
///
/// # Errors
/// If it is missing and can't be installed.
pub fn trunk(show: Show) -> Result<PathBuf> {
    // It is to download nothing, so it needs no TLS.
    compiled("trunk", TRUNK, &["--no-default-features"], show)
}

/// A program that is on `PATH` in this version, or compiled here.
fn compiled(name: &str, wanted: &str, features: &[&str], show: Show) -> Result<PathBuf> {
    let own = installed().join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    for program in [own.clone(), PathBuf::from(name)] {
        if version(&program).as_deref() == Some(wanted) {
            return Ok(program);
        }
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["install", name, "--version", wanted, "--locked", "--root"]).arg(installed());
    // It copies files and calls others: unoptimised it does that as fast, and is there in a third of the time.
    cargo.args(["--debug", "--config", "profile.dev.debug=false"]).args(features);
    program::run(&format!("installing {name}"), show, cargo.env_remove("CARGO_NET_OFFLINE"))?;
    Ok(own)
}

/// The version that `program --version` prints, if it runs at all.
fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stdout).split_whitespace().nth(1).map(str::to_owned)
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
    install("Chromium", &CHROMIUM)?;
    look().context(
        "the browser tests need Chromium and chromedriver: install them (Debian, Ubuntu: sudo apt-get install \
         chromium chromium-driver), or name them in the variables CHROME and CHROMEDRIVER",
    )
}

/// Firefox and WebKit with their drivers, for the few journeys that are walked there too: from `PATH`, or installed as
/// [`browser`] does. Gives what their journeys are to know, or why they can't be walked.
///
/// # Errors
/// If Firefox's driver can't be compiled.
pub fn other_browsers() -> Result<Result<Vec<(&'static str, PathBuf)>, String>> {
    let look = || {
        let firefox = named("FIREFOX", &["firefox-esr", "firefox"])?;
        named("WEBKITDRIVER", &["WebKitWebDriver"]).and(named("XVFB", &["Xvfb"])).map(|_| firefox)
    };
    let found = look().or_else(|| {
        // Where Debian's packages are not to be had, Chromium has to do.
        install("Firefox and WebKit", &OTHERS).ok()?;
        look()
    });
    let Some(firefox) = found else {
        return Ok(Err(format!("not all of them are here; on Debian: apt-get install {}", OTHERS.join(" "))));
    };
    let driver = match named("GECKODRIVER", &[]) {
        Some(driver) => driver,
        None => compiled("geckodriver", GECKODRIVER, &[], Show::Nothing)?,
    };
    Ok(Ok(vec![("FIREFOX", firefox), ("GECKODRIVER", driver)]))
}

/// Has Debian's package manager install packages, where it is there and may.
fn install(what: &str, packages: &[&str]) -> Result<()> {
    let id = Command::new("id").arg("-u").output();
    let is_root = id.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !is_root || !Path::new("/usr/bin/apt-get").exists() {
        return Ok(());
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-qq", "-y", "--no-install-recommends"]).args(arguments);
        let title = format!("installing {what}");
        program::run(&title, Show::Nothing, command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])?;
    Ok(apt(&[&["install"][..], packages].concat())?)
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

/// The version of a package in `Cargo.lock`.
///
/// # Errors
/// If it is not named there.
pub fn locked(package: &str) -> Result<String> {
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
