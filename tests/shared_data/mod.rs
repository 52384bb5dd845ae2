//! Real public data for tests; it is not part of this repository, and where it is absent a test says so and ends.

/// The bytes of a file, unpacked where its name ends with `.gz`.
pub fn read(name: &str) -> Option<Vec<u8>> {
    let path = format!("{}/../shared/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: no {name}");
        return None;
    };
    Some(if name.ends_with(".gz") { gunzip(&bytes) } else { bytes })
}

/// What a gzip file of one member holds.
fn gunzip(packed: &[u8]) -> Vec<u8> {
    let named = packed[3] & 8 != 0;
    let name = if named { packed[10..].iter().position(|&byte| byte == 0).unwrap() + 1 } else { 0 };
    miniz_oxide::inflate::decompress_to_vec(&packed[10 + name..]).unwrap()
}
