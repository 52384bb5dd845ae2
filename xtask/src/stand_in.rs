//! This program under other names: Trunk and Cargo call it as wasm-bindgen and as its test runner, so that neither has to be
//! compiled and installed as a program of its own.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{parts, root, tools};

/// What Trunk calls with the page's linked module.
const BINDGEN: &str = "wasm-bindgen";
/// What Cargo calls with a test of the browser; `.cargo/config.toml` names it.
const TEST_RUNNER: &str = "wasm-bindgen-test-runner";

/// Does what is asked of this program under the name it was started by; nothing where that is its own.
pub fn play(program: Option<&OsString>, args: impl Iterator<Item = OsString>) -> Option<Result<()>> {
    match Path::new(program?).file_stem().and_then(OsStr::to_str)? {
        BINDGEN => Some(parts::bindgen(args)),
        #[cfg(feature = "test-runner")]
        TEST_RUNNER => {
            let args = std::iter::once(TEST_RUNNER.into()).chain(args);
            Some(wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args))
        }
        _ => None,
    }
}

/// Puts this program where the others look for it under the names above. That comes first of all: a later build of the
/// builder takes its own file away.
///
/// # Errors
/// If it can't be copied there.
pub fn prepare() -> Result<()> {
    let folder = folder()?;
    let own = std::env::current_exe()?;
    for name in [BINDGEN, TEST_RUNNER] {
        let file = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        // One that runs can't be written to, but it can be replaced.
        let new = file.with_extension("new");
        std::fs::copy(&own, &new)
            .and_then(|_| std::fs::rename(&new, &file))
            .with_context(|| format!("can't stand in for {name}"))?;
    }
    Ok(())
}

/// Has a program find this one under the names above.
///
/// # Errors
/// If a folder's name can't stand in a `PATH`.
pub fn cast(command: &mut Command) -> Result<()> {
    command.env("PATH", tools::path_with(&folder()?)?);
    Ok(())
}

fn folder() -> Result<PathBuf> {
    let folder = root().join("target/tools/stand_in");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
