//! The list of Chinese words that the text engine's dictionary is packed from.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::program::{self, Show};
use crate::root;

/// jieba's dictionary as the crate jieba-rs brings it.
///
/// # Errors
/// If the crate is not there.
pub fn list() -> Result<String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version", "1", "--all-features"]).current_dir(root());
    let metadata = program::output("looking for the dictionary of jieba-rs", Show::Nothing, &mut cargo)?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == "jieba-rs")
        .find_map(|package| package["manifest_path"].as_str())
        .context("jieba-rs is no dependency")?;
    let file = std::path::Path::new(manifest).with_file_name("src").join("data/dict.txt");
    std::fs::read_to_string(&file).with_context(|| file.display().to_string())
}
