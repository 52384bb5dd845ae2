//! Real public data for tests; it is not part of this repository, and where it is absent a test says so and ends.

use std::io::Write;

/// The bytes of a file, unpacked where its name ends with `.gz`; nothing, and a word about it, where it is absent.
pub fn read(name: &str) -> Option<Vec<u8>> {
    let path = format!("{}/../shared/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let Ok(bytes) = std::fs::read(&path) else {
        skipped(name, "the file is not there");
        return None;
    };
    Some(if name.ends_with(".gz") { gunzip(&bytes) } else { bytes })
}

/// Says that a test has not checked something, and why; also in the file that `UNROLL_SKIPPED` names, from which
/// `cargo xtask test` lists it at its end.
pub fn skipped(what: &str, reason: &str) {
    println!("skipped: {what}: {reason}");
    if let Some(file) = std::env::var_os("UNROLL_SKIPPED") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        writeln!(file, "{what}: {reason}").unwrap();
    }
}

/// What a gzip file of one member holds.
fn gunzip(packed: &[u8]) -> Vec<u8> {
    let named = packed[3] & 8 != 0;
    let name = if named { packed[10..].iter().position(|&byte| byte == 0).unwrap() + 1 } else { 0 };
    miniz_oxide::inflate::decompress_to_vec(&packed[10 + name..]).unwrap()
}
