//! Finds the list of Chinese words that the crate jieba-rs brings, for the command line, which has it compiled in. The site
//! has the same list packed, see `xtask/src/dictionary.rs`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=Cargo.lock");
    if env::var_os("CARGO_FEATURE_DICTIONARY").is_none() {
        return;
    }
    match list() {
        Ok(list) => println!("cargo::rustc-env=UNROLL_DICTIONARY={}", list.display()),
        Err(reason) => println!("cargo::error=the dictionary of jieba-rs can't be found: {reason}"),
    }
}

/// The file of the list, beside the manifest of the crate.
fn list() -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--format-version", "1", "--offline"]);
    metadata.current_dir(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let output = metadata.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let metadata = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    // A package is its name, then its version; who depends on it names it without.
    let package = metadata.split_once(r#""name":"jieba-rs","version":"#).ok_or("it is no dependency")?.1;
    let manifest = package.split_once(r#""manifest_path":""#).ok_or("it has no manifest")?.1;
    let manifest = manifest.split('"').next().unwrap_or_default().replace(r"\\", r"\");
    let list = Path::new(&manifest).with_file_name("src").join("data/dict.txt");
    if list.is_file() { Ok(list) } else { Err(format!("{} is not there", list.display())) }
}
