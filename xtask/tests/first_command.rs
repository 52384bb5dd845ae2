//! Every command works as the first one on a machine that has Rust and nothing else: it begins by fetching whatever
//! `Cargo.lock` names, and what it compiles afterwards needs no network.

use std::path::Path;
use std::process::{Command, Output};

/// What `cargo xtask` alone prints begins each command's line so.
const LINE: &str = "  cargo xtask ";

/// The names of all commands.
fn commands() -> Vec<String> {
    let output = xtask(&[]).output().unwrap();
    let usage = String::from_utf8(output.stderr).unwrap();
    let names = usage.lines().filter_map(|line| line.strip_prefix(LINE)?.split_whitespace().next());
    names.map(str::to_owned).collect()
}

fn xtask(arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.arg("xtask").args(arguments).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    cargo
}

/// A command typed where no package is, and none can be had.
fn without_packages(command: &str) -> Output {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no_packages");
    if home.exists() {
        std::fs::remove_dir_all(&home).unwrap();
    }
    std::fs::create_dir_all(&home).unwrap();
    xtask(&[command]).env("CARGO_HOME", home).env("CARGO_NET_OFFLINE", "true").output().unwrap()
}

#[test]
fn every_command_begins_by_fetching_and_says_what_it_could_not_fetch() {
    let commands = commands();
    let known = ["serve", "build", "test", "record", "screenshots", "bench"];
    assert!(known.iter().all(|name| commands.iter().any(|command| command == name)), "{commands:?}");
    for command in &commands {
        let output = without_packages(command);
        let said = String::from_utf8(output.stdout).unwrap();
        let failed = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{command}: {said}");
        let mut lines = said.lines();
        // What will happen and how long it takes, before anything is fetched.
        assert!(lines.next().unwrap().starts_with(&format!("cargo xtask {command} ")), "{said}");
        assert!(lines.next().unwrap().starts_with("About "), "{said}");
        assert!(lines.next().unwrap().ends_with(" packages"), "{said}");
        assert_eq!(lines.next(), None, "{said}");
        // The end of it: what was being done, Cargo's own error with the package's name, what to do.
        let (_, end) = failed.split_once("xtask: ").unwrap();
        assert!(end.starts_with("fetching the packages failed:"), "{end}");
        assert!(end.contains("package named `") && end.contains("Check the network"), "{end}");
        assert!(end.lines().count() <= 10, "{end}");
    }
}

/// All features on, for every platform: a dependency of a feature that nothing fetches would be missed here.
#[test]
fn what_was_fetched_is_enough_for_every_feature() {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--offline", "--locked", "--all-features", "--format-version", "1"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
