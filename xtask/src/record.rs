//! The recorded runs that the page opens on, before any engine is there.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use unroll::lessons::{LESSONS, Lesson, Preset, Takes, novel};
use unroll::settings::Form;

use crate::root;

/// Trains every preset that has a recorded run natively, or those of one lesson, and keeps the run under
/// `static/recorded`; what a model of language has learnt is kept under `static/pretrained`.
///
/// # Errors
/// If there is no such lesson, or a run fails or can't be written.
pub fn record(only: Option<&str>) -> Result<()> {
    if let Some(id) = only {
        Lesson::find(id)?;
    }
    for lesson in LESSONS.into_iter().filter(|lesson| only.is_none_or(|id| lesson.id == id)) {
        for id in lesson.recorded {
            let Some(preset) = lesson.presets.iter().find(|preset| preset.id == *id) else {
                bail!("{} has no preset {id}", lesson.id);
            };
            record_preset(lesson, preset)?;
        }
    }
    Ok(())
}

fn record_preset(lesson: &Lesson, preset: &Preset) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--release", "--bin", "unroll", "--", "record", lesson.id]);
    command.args(preset.pairs.iter().map(|(key, value)| format!("{key}={value}")));
    if lesson.takes == Takes::LongText {
        let (form, _) = Form::read(&lesson.all_settings(), preset.pairs.iter().copied());
        command.arg("--data").arg(format!("static/texts/{}.txt", novel::story(&form)));
        command.arg("--model").arg(format!("static/pretrained/{}.safetensors", preset.id));
    }
    let output = command
        .current_dir(root())
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("can't start cargo")?;
    let name = lesson.recording(preset.id);
    ensure!(output.status.success(), "the run of {name} failed");
    let file = root().join(format!("static/recorded/{name}.json"));
    std::fs::write(&file, &output.stdout).with_context(|| file.display().to_string())?;
    println!("recorded {name}: {} bytes", output.stdout.len());
    Ok(())
}
