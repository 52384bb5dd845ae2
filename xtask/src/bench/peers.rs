//! What a user would otherwise pick: TensorFlow.js in the browser, PyTorch natively.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::lines;

/// What TensorFlow.js is asked for: backend, workload, steps. Its WebAssembly backend can't train an embedding.
const CASES: [&str; 8] = [
    "wasm,airline,200",
    "cpu,airline,100",
    "webgl,airline,20",
    "webgpu,airline,10",
    "webgl,novel,3",
    "webgpu,novel,2",
    "webgl,charlm,2",
    "webgpu,charlm,1",
];

/// Runs the scripts of `folder` that are there, and gives their lines.
///
/// # Errors
/// If there is none, or one fails.
pub fn run(folder: &Path, workload: Option<&str>) -> Result<Vec<Value>> {
    let (browser, native) = ("tfjs.mjs", "torch_native.py");
    let there = |script: &str| folder.join(script).is_file();
    ensure!(there(browser) || there(native), "no {browser} and no {native} in {}", folder.display());
    let mut found = Vec::new();
    if there(browser) {
        let wanted = |case: &&&str| workload.is_none_or(|only| case.split(',').nth(1) == Some(only));
        found.extend(lines(
            Command::new("node").arg(browser).args(CASES.iter().filter(wanted)).current_dir(folder),
        )?);
    }
    if there(native) {
        // On one thread, as the engine's worker.
        found.extend(lines(Command::new("python3").args([native, "1"]).current_dir(folder))?);
    }
    Ok(found)
}
