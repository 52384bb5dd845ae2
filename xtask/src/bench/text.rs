//! How fast a text is cut into words: natively and in the page, beside Python's jieba and npm's jieba-wasm.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{driver, lines};
use crate::bundle::{self, Site};
use crate::part::Clock;
use crate::{modules, root, tools};

/// How often each one cuts the text; the median counts.
const TIMES: usize = 5;

/// Cuts `file` with everything that is there, prints a line of JSON for each, and how they compare.
///
/// # Errors
/// If something can't be built or run.
pub fn bench(clock: Clock, file: &Path, peers: Option<&Path>) -> Result<()> {
    let file = file.canonicalize().with_context(|| file.display().to_string())?;
    bundle::build(clock)?;
    clock.heading("the engine for this machine");
    let program = modules::command_line()?;
    let cut = driver("text_cut")?;
    let megabytes = std::fs::metadata(&file)?.len() as f64 / 1e6;
    let (chrome, driver) = tools::browser()?;
    clock.heading("measuring");
    let mut found = vec![native(&program, &file)?];
    println!("{}", found[0]);
    let mut browser = Command::new(cut);
    browser.arg(&file).arg(TIMES.to_string()).current_dir(root());
    browser.env("CHROME", chrome).env("CHROMEDRIVER", driver).env("UNROLL_DIST", Site::published().folder);
    if let Some(folder) = peers {
        browser.arg(folder.join("node_modules/jieba-wasm/pkg/web"));
    }
    found.extend(lines(&mut browser)?);
    if peers.is_some() {
        let script = root().join("bench/peers/jieba_words.py");
        found.extend(lines(Command::new("python3").arg(script).arg(&file).arg(TIMES.to_string()))?);
    }
    println!("\n| | words | seconds | MB a second | × Python's jieba |\n| --- | ---: | ---: | ---: | ---: |");
    let seconds = |line: &Value| median(&line["seconds"]);
    let python = found.iter().find(|line| line["peer"] == "jieba").map(seconds);
    for line in &found {
        let name = format!(
            "{} {}",
            line["peer"].as_str().unwrap_or_default(),
            line["where"].as_str().unwrap_or_default()
        );
        let seconds = seconds(line);
        let times = python.map(|python| format!("{:.1}", python / seconds)).unwrap_or_default();
        println!(
            "| {} | {} | {seconds:.3} | {:.1} | {times} |",
            name.trim(),
            line["words"],
            megabytes / seconds
        );
    }
    Ok(())
}

/// `unroll tokenize`, without the time that it takes on no text at all: its dictionary.
fn native(program: &Path, file: &Path) -> Result<Value> {
    let timed = |input: Stdio| -> Result<(f64, usize)> {
        let start = Instant::now();
        let output = Command::new(program).arg("tokenize").stdin(input).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "unroll tokenize failed");
        let seconds = start.elapsed().as_secs_f64();
        let words = |line: &str| serde_json::from_str::<Vec<String>>(line).map_or(0, |words| words.len());
        Ok((seconds, String::from_utf8(output.stdout)?.lines().map(words).sum()))
    };
    let mut seconds = Vec::new();
    let mut words = 0;
    for _ in 0..TIMES {
        let (loading, _) = timed(Stdio::null())?;
        let (all, count) = timed(std::fs::File::open(file)?.into())?;
        seconds.push(all - loading);
        words = count;
    }
    Ok(json!({ "peer": "unroll", "where": "native", "words": words, "seconds": seconds }))
}

fn median(seconds: &Value) -> f64 {
    let mut seconds: Vec<f64> = seconds.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}
