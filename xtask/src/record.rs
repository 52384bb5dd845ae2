//! The recorded runs that the page opens on, before any engine is there.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use unroll::lesson::{Lesson, Preset};
use unroll::lessons::{self, LESSONS};
use unroll::settings::Form;

use crate::part::Clock;
use crate::program::{self, Show};
use crate::{modules, root};

/// Trains every preset that has a recorded run natively, or those of one lesson, and keeps the run under
/// `static/recorded`; what a model of language has learnt is kept under `static/pretrained`.
///
/// # Errors
/// If there is no such lesson, or a run fails or can't be written.
pub fn record(clock: Clock, only: Option<&str>) -> Result<()> {
    if let Some(id) = only {
        lessons::find(id)?;
    }
    clock.heading("the engine for this machine");
    let unroll = modules::command_line()?;
    for lesson in LESSONS.into_iter().filter(|lesson| only.is_none_or(|id| lesson.id == id)) {
        for id in lesson.recorded {
            let Some(preset) = lesson.presets.iter().find(|preset| preset.id == *id) else {
                bail!("{} has no preset {id}", lesson.id);
            };
            let name = lesson.recording(preset.id);
            clock.heading(&name);
            record_preset(&unroll, lesson, preset, &name)?;
        }
    }
    Ok(())
}

fn record_preset(unroll: &Path, lesson: &Lesson, preset: &Preset, name: &str) -> Result<()> {
    let mut command = Command::new(unroll);
    command.args(["record", lesson.id]);
    command.args(preset.pairs.iter().map(|(key, value)| format!("{key}={value}")));
    if let Some(long_text) = &lesson.long_text {
        let (form, _) = Form::read(&lesson.all_settings(), preset.pairs.iter().copied());
        command.arg("--data").arg(format!("static/texts/{}.txt", (long_text.shipped)(&form)));
        command.arg("--model").arg(format!("static/pretrained/{}.safetensors", preset.id));
    }
    let run = program::bytes(&format!("training {name}"), Show::All, command.current_dir(root()))?;
    let file = root().join(format!("static/recorded/{name}.bin"));
    std::fs::write(&file, &run).with_context(|| file.display().to_string())?;
    println!("recorded {name}: {} bytes", run.len());
    Ok(())
}
