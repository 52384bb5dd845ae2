//! The order of the modules, which ARCHITECTURE.md draws, and what of a lesson stands outside its folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The crate's modules from the ground up: each knows those above it in this list, and no other.
const ENGINE: [&str; 18] = [
    "number", "error", "stream", "codec", "data", "settings", "text", "word2vec", "lab", "nn", "protocol",
    "lesson", "share", "sample", "train", "lessons", "worker", "bin",
];

/// The page's modules in the same manner.
const PAGE: [&str; 34] = [
    "messages",
    "fetch",
    "worker_client",
    "state",
    "i18n",
    "quantity",
    "context",
    "version",
    "details",
    "late",
    "frames",
    "clipboard",
    "download",
    "files",
    "picture",
    "storage",
    "route",
    "library",
    "text_client",
    "engine_client",
    "reading",
    "offline",
    "charts",
    "own_data",
    "controls",
    "figures",
    "lesson",
    "frame",
    "story",
    "share",
    "notebook",
    "lessons",
    "effects",
    "app",
];

/// All Rust files of a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the project's own folder") {
        let path = entry.expect("an entry of it").path();
        match path.is_dir() {
            // A crate of its own has an order of its own.
            true if path.join("Cargo.toml").exists() => {}
            true => found.extend(files(&path)),
            false => found.extend(path.extension().is_some_and(|end| end == "rs").then_some(path)),
        }
    }
    found.sort();
    found
}

/// The code of a file without comments and without its tests; nothing for a file of tests.
fn code(path: &Path) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    if name == "tests" || name.ends_with("_tests") || name == "declarations" {
        return String::new();
    }
    let text = fs::read_to_string(path).expect("a file of ours");
    let before_tests = text.split("\nmod tests {").next().unwrap_or_default();
    before_tests
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The modules that `crate::…` names in a text: `crate::a::b` and `crate::{a::b, c}`.
fn named(code: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => found.push(word(rest)),
            Some(list) => {
                let (mut depth, mut start) = (0, true);
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            found.push(word(&list[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    // What the crate gives out at its root.
    let home = |name: String| match &*name {
        "Error" => "error".to_owned(),
        "Stream" => "stream".to_owned(),
        _ => name,
    };
    found.into_iter().map(home).filter(|name| !name.is_empty()).collect()
}

/// Every import that goes up, as `module → module (file)`.
fn upward(root: &str, order: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
    let place: BTreeMap<&str, usize> = order.iter().copied().zip(0..).collect();
    let mut found = Vec::new();
    for path in files(&root) {
        let inner = path.strip_prefix(&root).expect("a file of the folder");
        let module = inner.iter().next().unwrap_or_default().to_string_lossy().replace(".rs", "");
        if module == "lib" || module == "main" {
            continue;
        }
        let own = place.get(&*module).unwrap_or_else(|| panic!("{module} has no place in the order"));
        for name in named(&code(&path)) {
            let is_up = place.get(&*name).is_none_or(|other| other > own);
            found.extend(is_up.then(|| format!("{module} → {name} ({})", inner.display())));
        }
    }
    found.dedup();
    found
}

#[test]
fn a_module_of_the_crate_knows_only_those_below_it() {
    assert_eq!(upward("src", &ENGINE), [""; 0]);
}

#[test]
fn a_module_of_the_page_knows_only_those_below_it() {
    assert_eq!(upward("web/src", &PAGE), [""; 0]);
}

#[test]
fn imports_are_read_as_they_are_written() {
    let code = "use crate::data::{Corpus, Lexicon};\nuse crate::{Error, codec, nn::{Cell, Layer}};\nlet x = crate::text::cut();";
    assert_eq!(named(code), ["data", "error", "codec", "nn", "text"]);
}

/// "The same" sends a reader to another place, and seldom says to which.
#[test]
fn no_description_begins_with_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = [
        "src",
        "src/kernels",
        "web/src",
        "web/content/src",
        "xtask",
        "xtask/start/src",
        "xtask/site/src",
        "bench/src",
        "tests/reference",
    ]
    .map(|folder| files(&root.join(folder)));
    let begins = |line: &str| {
        let line = line.trim_start();
        line.starts_with("/// The same ") || line.starts_with("//! The same ")
    };
    let has = |path: &&PathBuf| fs::read_to_string(path).expect("a file of ours").lines().any(begins);
    let found: Vec<&PathBuf> = all.iter().flatten().filter(has).collect();
    assert!(found.is_empty(), "{found:?}");
}
