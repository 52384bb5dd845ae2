//! The recorded runs that the page opens on, before any engine is there.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::root;

/// The lessons with a recorded run.
const LESSONS: [&str; 2] = ["airline", "embedding"];

/// Trains the preset of every lesson natively and keeps the run under `static/recorded`.
///
/// # Errors
/// If a run fails or can't be written.
pub fn record() -> Result<()> {
    for lesson in LESSONS {
        let output = Command::new("cargo")
            .args(["run", "--quiet", "--release", "--bin", "unroll", "--", "record", lesson])
            .current_dir(root())
            .stderr(std::process::Stdio::inherit())
            .output()
            .context("can't start cargo")?;
        ensure!(output.status.success(), "the run of {lesson} failed");
        let file = root().join(format!("static/recorded/{lesson}.json"));
        std::fs::write(&file, &output.stdout).with_context(|| file.display().to_string())?;
        println!("recorded {lesson}: {} bytes", output.stdout.len());
    }
    Ok(())
}
