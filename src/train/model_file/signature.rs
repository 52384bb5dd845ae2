//! What a file is that is no safetensors file, told by how it begins.

use crate::Error;
use crate::error::ModelFault;

/// Bytes by which formats of files are told apart: where they stand, what they are, and what the format is called.
const SIGNATURES: [(usize, &[u8], &str); 17] = [
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"BZh", "bzip2"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (257, b"ustar", "tar"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5 (Keras)"),
    (0, b"GGUF", "GGUF"),
    (0, b"\x93NUMPY", "NumPy"),
    (4, b"TFL3", "TensorFlow Lite"),
    (0, b"PAR1", "Parquet"),
    (0, b"SQLite format 3\0", "SQLite"),
    (0, b"%PDF-", "PDF"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Microsoft Office"),
];

/// How the pointer begins that Git keeps in the place of a large file.
const POINTER: &str = "version https://git-lfs.github.com/spec/";
/// How a ZIP file begins.
const ZIP: &[u8] = b"PK\x03\x04";
/// What stands in the first names of a ZIP file by `torch.save`.
const IN_TORCH_ZIP: [&[u8]; 3] = [b"/data.pkl", b"/byteorder", b"/.format_version"];
/// Bytes in which those names are looked for.
const ZIP_HEAD: usize = 4096;
/// Characters of a text that are shown.
const SHOWN: usize = 60;

/// What `bytes` are, where they are no safetensors file.
pub fn other(bytes: &[u8]) -> Option<Error> {
    if bytes.is_empty() {
        return Some(ModelFault::Empty.error("", "", ""));
    }
    let is_at = |(place, signature, _): &&(usize, &[u8], &str)| {
        bytes.get(*place..).is_some_and(|rest| rest.starts_with(signature))
    };
    // Two bytes of a length may be anything; a header begins where it should.
    let length = bytes.first_chunk::<8>().map(|length| u64::from_le_bytes(*length));
    if bytes.get(8) == Some(&b'{') && length.is_some_and(|length| length < 1 << 32) {
        return None;
    }
    if bytes.starts_with(ZIP) {
        let head = &bytes[..bytes.len().min(ZIP_HEAD)];
        let is_torch = IN_TORCH_ZIP.iter().any(|name| head.windows(name.len()).any(|part| part == *name));
        let [torch, zip] = [ModelFault::Pickle.error("", "", ""), ModelFault::Format.error("", "ZIP", "")];
        return Some(if is_torch { torch } else { zip });
    }
    // PROTO, and the version of the protocol.
    if matches!(bytes, [0x80, 2..=5, ..]) {
        return Some(ModelFault::Pickle.error("", "", ""));
    }
    if let Some((.., format)) = SIGNATURES.iter().find(is_at) {
        return Some(ModelFault::Format.error("", format, ""));
    }
    text_in(bytes).map(|text| {
        if let Some(pointer) = text.strip_prefix(POINTER) {
            let size = pointer.lines().find_map(|line| line.strip_prefix("size ")?.trim().parse().ok());
            return ModelFault::Pointer.error("", "", size.map(size_text).unwrap_or_default());
        }
        if text.starts_with('<') {
            return ModelFault::WebPage.error("", "", "");
        }
        let line = text.lines().next().unwrap_or_default();
        ModelFault::Text.error("", line.chars().take(SHOWN).collect::<String>(), "")
    })
}

/// The beginning of a file that is a text. The length with which a safetensors file begins has zeros among its bytes.
fn text_in(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(1024)];
    let text = match str::from_utf8(head) {
        Ok(text) => text,
        // What is cut in the middle of a character is a text still.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    let text = text.trim_start_matches('\u{feff}').trim_start();
    (!text.is_empty() && !text.contains(is_control)).then_some(text)
}

/// A number of bytes as a reader takes it in: decimal units, one digit behind the point.
pub fn size_text(bytes: usize) -> String {
    let units = ["B", "KB", "MB", "GB", "TB", "PB"];
    let (mut unit, mut tenths) = (0, bytes as u128 * 10);
    while tenths >= 10_000 && unit + 1 < units.len() {
        (unit, tenths) = (unit + 1, tenths / 1000);
    }
    match tenths % 10 {
        0 => format!("{} {}", tenths / 10, units[unit]),
        digit => format!("{}.{digit} {}", tenths / 10, units[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 999, 1000, 3_000_000, 6_148_576, usize::MAX].map(size_text);
        assert_eq!(sizes[..5], ["0 B", "999 B", "1 KB", "3 MB", "6.1 MB"]);
    }
}
