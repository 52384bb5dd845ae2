//! The page in parts: a module that every visit fetches, and one for each lesson that is fetched when it is opened.
//!
//! Parts are taken out of the linked module before wasm-bindgen sees it, because only then does it still say what lies
//! where. Trunk has no step there (trunk-rs/trunk#1022), so it is given this program for its `wasm-bindgen`: the page's
//! module is taken apart, and everything else is handed on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};

use crate::tools::Tools;
use crate::{root, run};

/// The program that Trunk calls.
const BINDGEN: &str = "wasm-bindgen";
/// The page's binary.
const PAGE: &str = "unroll-web";
/// The script that fetches the parts, as the page's script names it, and the page's script, as that one does.
const NAMES: (&str, &str) = ("./parts.js", "./unroll-web.js");

/// Was this program started as wasm-bindgen?
pub fn is_bindgen(program: Option<&OsString>) -> bool {
    program.and_then(|program| Path::new(program).file_stem()).is_some_and(|name| name == BINDGEN)
}

/// Has `trunk` call this program as wasm-bindgen.
///
/// # Errors
/// If it can't be copied to where Trunk looks.
pub fn stand_in(tools: &Tools, trunk: &mut Command) -> Result<()> {
    let folder = root().join("target/tools/parts");
    std::fs::create_dir_all(&folder)?;
    let name = format!("{BINDGEN}{}", std::env::consts::EXE_SUFFIX);
    std::fs::copy(std::env::current_exe()?, folder.join(name)).context("can't stand in for wasm-bindgen")?;
    trunk.env("PATH", tools.with(&folder)?);
    Ok(())
}

/// What is done as wasm-bindgen: with its own arguments, but for the page with the module that is left.
///
/// # Errors
/// If the module can't be taken apart, and where wasm-bindgen fails.
pub fn bindgen(args: impl Iterator<Item = OsString>) -> Result<()> {
    let own = std::env::current_exe()?;
    let tools = Tools::besides(own.parent().context("no folder")?)?;
    let mut command = tools.command(BINDGEN);
    for arg in args {
        let file = Path::new(&arg);
        if file.extension().is_some_and(|kind| kind == "wasm")
            && file.file_stem().is_some_and(|name| name == PAGE)
        {
            command.arg(take_apart(file)?).arg("--keep-lld-exports");
        } else {
            command.arg(arg);
        }
    }
    run(&mut command)
}

/// Where the parts lie until [`add`] takes them.
fn folder() -> PathBuf {
    root().join("target/parts")
}

/// Splits a linked module; gives the path of what is left.
fn take_apart(file: &Path) -> Result<PathBuf> {
    let folder = folder();
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let main = folder.join("main.wasm");
    let module = std::fs::read(file)?;
    let mut options = wasm_split_cli_support::Options::new(&module);
    options.output_dir = &folder;
    options.main_out_path = &main;
    (options.link_name, options.main_module) = NAMES;
    let split = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:?}"))?;
    ensure!(!split.split_modules.is_empty(), "{PAGE} has no parts");
    Ok(main)
}

/// Adds the parts to Trunk's output, in a folder that is named as the page's script is: by its content.
///
/// # Errors
/// If the output is not that of a page in parts.
pub fn add(dist: &Path) -> Result<()> {
    let files = std::fs::read_dir(dist)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let script = files
        .into_iter()
        .find(|name| name.starts_with(PAGE) && name.ends_with(".js"))
        .context("Trunk made no script for the page")?;
    let version = script[PAGE.len()..].trim_start_matches('-').trim_end_matches(".js");
    let name = format!("parts-{version}");
    let parts = dist.join(&name);
    std::fs::create_dir_all(&parts)?;
    for entry in std::fs::read_dir(folder())? {
        let file = entry?.path();
        if let Some(own) = file.file_name().filter(|own| *own != "main.wasm") {
            std::fs::copy(&file, parts.join(own))?;
        }
    }
    // Only where it is imported: the module itself goes on calling it by its plain name.
    rename(&dist.join(&script), &from(NAMES.0), &from(&format!("./{name}/parts.js")))?;
    rename(&parts.join("parts.js"), &from(NAMES.1), &from(&format!("../{script}")))?;
    // The page's script waits for it; the browser need not wait for that script to know.
    rename(
        &dist.join("index.html"),
        "<link rel=\"modulepreload\"",
        &format!("<link rel=\"modulepreload\" href=\"./{name}/parts.js\"><link rel=\"modulepreload\""),
    )
}

/// How a script says where it imports from.
fn from(name: &str) -> String {
    format!("from \"{name}\"")
}

/// Writes another name for one that a file must hold.
fn rename(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    ensure!(text.contains(from), "{} does not name {from}", file.display());
    std::fs::write(file, text.replace(from, to))?;
    Ok(())
}
