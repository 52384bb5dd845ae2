//! The page in parts: a module that every visit fetches, and one for each lesson that is fetched when it is opened.
//!
//! Parts are taken out of the linked module before wasm-bindgen sees it, because only then does it still say what lies
//! where. Trunk has no step there (trunk-rs/trunk#1022), so it is given this program for its `wasm-bindgen`
//! ([`crate::stand_in`]): the page's module is taken apart, and what is left is bound to JavaScript.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{imports, packs, root, tools};

/// The page's binary.
const PAGE: &str = "unroll-web";
/// The script that fetches the parts, as the page's script names it, and the page's script, as that one does.
const NAMES: (&str, &str) = ("./parts.js", "./unroll-web.js");

/// What is done as wasm-bindgen, with the arguments that Trunk gives.
///
/// # Errors
/// If the module can't be taken apart or bound, and for arguments that are not known here.
pub fn bindgen(args: impl Iterator<Item = OsString>) -> Result<()> {
    let mut bindgen = Bindgen::new();
    let mut folder = None;
    for arg in args {
        let arg = arg.into_string().map_err(|arg| anyhow!("{arg:?} is no text"))?;
        match arg.split_once('=').unwrap_or((&arg, "")) {
            ("--version", _) => {
                println!("wasm-bindgen {}", tools::locked("wasm-bindgen")?);
                return Ok(());
            }
            ("--target", "web") => {
                bindgen.web(true)?;
            }
            ("--out-dir", name) => folder = Some(PathBuf::from(name)),
            ("--out-name", name) => {
                bindgen.out_name(name);
            }
            ("--no-typescript", _) => {}
            (file, "") if file.ends_with(".wasm") => {
                bindgen.input_path(take_apart(Path::new(file))?);
            }
            _ => bail!("wasm-bindgen was given {arg}, which is not known here"),
        }
    }
    // What fetches the parts calls exports that the linker made.
    bindgen.typescript(false).omit_default_module_path(false).keep_lld_exports(true);
    bindgen.generate(folder.context("wasm-bindgen was given no folder")?)
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
    packs::pack(&folder, NAMES.0)?;
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
    imports::shorten(&dist.join(script.replace(".js", "_bg.wasm")), &dist.join(&script))?;
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
