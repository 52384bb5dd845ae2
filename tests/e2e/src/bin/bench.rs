//! Runs the benchmark in a browser's worker: `bench FOLDER ENGINE REQUEST` opens the benchmark's page, which is in
//! `FOLDER`, and prints the lines that it gives. `cargo xtask bench` builds the folder and calls this.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use unroll_e2e::{Browser, Options, Site};

/// Answers of "nothing yet", one a minute, before it is given up: a software adapter takes its time.
const PATIENCE: usize = 30;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, engine, request] = &args[..] else { bail!("usage: bench FOLDER ENGINE REQUEST") };
    let request: Value = serde_json::from_str(request).context("the request is no JSON")?;
    let site = Site::serve_folder(folder.as_ref())?;
    let options = Options { webgpu: engine == "webgpu", ..Options::default() };
    let mut browser = Browser::open(&options, site.address(), site.origin())?;
    browser.visit("")?;
    browser.eval_with::<Value>("(start(...arg), null)", json!([engine, request]))?;
    let mut silent = 0;
    loop {
        // A line, `null` after the last one, or nothing yet.
        match browser.settle::<Vec<Value>>("[await next()].filter((line) => line !== undefined)")?.pop() {
            None => silent += 1,
            Some(Value::String(line)) => {
                println!("{line}");
                silent = 0;
            }
            Some(Value::Null) => break,
            Some(other) => bail!("the worker failed: {other}"),
        }
        ensure!(silent < PATIENCE, "no line for {PATIENCE} minutes");
    }
    let (faults, _) = browser.close()?;
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}
