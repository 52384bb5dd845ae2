//! What stands behind `cargo xtask`, one module per concern.
//!
//! A library as well as a program, because the end-to-end tests serve the built site with [`site::Server`].

pub mod bench;
pub mod bundle;
pub mod check;
pub mod parts;
pub mod record;
pub mod site;
pub mod tools;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Runs a command in the workspace and fails if it does.
///
/// # Errors
/// If the program can't be started or exits with a failure.
pub fn run(command: &mut Command) -> Result<()> {
    command.current_dir(root());
    let status = command.status().with_context(|| format!("can't start {command:?}"))?;
    ensure!(status.success(), "{command:?} failed ({status})");
    Ok(())
}
