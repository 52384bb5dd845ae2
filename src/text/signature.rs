//! Files that programs write for themselves, known by how they begin.

use crate::Error;
use crate::error::FileKind;

/// How files begin that are no text: at which byte, with what; what they are called, and what is to be done with them.
type Signature = (usize, &'static [u8], &'static str, FileKind);

/// All that are known. One of letters alone holds only where a zero follows: a text may begin so.
const SIGNATURES: [Signature; 38] = [
    (0, b"%PDF-", "PDF", FileKind::Document),
    (0, b"{\\rtf", "RTF", FileKind::Document),
    (0, b"AT&TFORM", "DjVu", FileKind::Document),
    (0, b"ITSF", "CHM", FileKind::Document),
    (60, b"BOOKMOBI", "MOBI", FileKind::Document),
    (60, b"TEXtREAd", "PalmDoc", FileKind::Document),
    (0, b"Rar!\x1a\x07", "RAR", FileKind::Archive),
    (0, b"7z\xbc\xaf\x27\x1c", "7z", FileKind::Archive),
    (0, b"\x1f\x8b\x08", "gzip", FileKind::Archive),
    (0, b"\x1f\x9d", "compress (.Z)", FileKind::Archive),
    (0, b"\xfd7zXZ\0", "xz", FileKind::Archive),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard", FileKind::Archive),
    (0, b"MSCF\0\0\0\0", "CAB", FileKind::Archive),
    (257, b"ustar", "tar", FileKind::Archive),
    (4, b"1AY&SY", "bzip2", FileKind::Archive),
    (0, b"\x89PNG\r\n\x1a\n", "PNG", FileKind::Media),
    (0, b"\xff\xd8\xff", "JPEG", FileKind::Media),
    (0, b"GIF87a", "GIF", FileKind::Media),
    (0, b"GIF89a", "GIF", FileKind::Media),
    (0, b"II*\0", "TIFF", FileKind::Media),
    (0, b"MM\0*", "TIFF", FileKind::Media),
    (8, b"WEBP", "WebP", FileKind::Media),
    (8, b"WAVE", "WAV", FileKind::Media),
    (8, b"AVI ", "AVI", FileKind::Media),
    (0, b"OggS\0", "Ogg", FileKind::Media),
    (0, b"fLaC\0", "FLAC", FileKind::Media),
    (0, b"ID3\x02", "MP3", FileKind::Media),
    (0, b"ID3\x03", "MP3", FileKind::Media),
    (0, b"ID3\x04", "MP3", FileKind::Media),
    (0, b"\x1a\x45\xdf\xa3", "Matroska", FileKind::Media),
    (4, b"ftyp", "MP4", FileKind::Media),
    (0, b"SQLite format 3\0", "SQLite", FileKind::Data),
    (0, b"PAR1", "Parquet", FileKind::Data),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5", FileKind::Data),
    (0, b"\x93NUMPY", "NumPy", FileKind::Data),
    (0, b"ARROW1\0\0", "Arrow", FileKind::Data),
    (0, b"\xff\xfe\0\0", "UTF-32", FileKind::Encoding),
    (0, b"\0\0\xfe\xff", "UTF-32", FileKind::Encoding),
];

/// The files of office programs in a ZIP, by a name that stands in it.
const ZIPPED: [(&[u8], &str, FileKind); 9] = [
    (b"xl/workbook", "Excel (.xlsx)", FileKind::Spreadsheet),
    (b"xl/worksheets", "Excel (.xlsx)", FileKind::Spreadsheet),
    (b"Index/Tables/", "Numbers", FileKind::Spreadsheet),
    (b"opendocument.spreadsheet", "OpenDocument (.ods)", FileKind::Spreadsheet),
    (b"word/document", "Word (.docx)", FileKind::Document),
    (b"word/styles", "Word (.docx)", FileKind::Document),
    (b"opendocument.text", "OpenDocument (.odt)", FileKind::Document),
    (b"ppt/", "PowerPoint (.pptx)", FileKind::Document),
    (b"application/epub+zip", "EPUB", FileKind::Document),
];

/// Bytes at the beginning and at the end of a ZIP in which the names of its files are looked for.
const NAMES: usize = 64 * 1024;

/// What a file is that is no text, if it says so.
pub fn find(bytes: &[u8]) -> Option<Error> {
    let (format, kind) = match bytes {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => zipped(bytes),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => compound(bytes),
        _ => {
            let has_zero = bytes.iter().take(1024).any(|byte| *byte == 0);
            let begins = |(at, magic, format, _): &&Signature| {
                let is_certain =
                    has_zero || matches!(*format, "PDF" | "RTF") || !magic.iter().all(u8::is_ascii_graphic);
                is_certain && bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic))
            };
            SIGNATURES.iter().find(begins).map(|&(_, _, format, kind)| (format, kind))?
        }
    };
    Some(Error::BinaryFile { format: format.into(), kind })
}

fn zipped(bytes: &[u8]) -> (&'static str, FileKind) {
    let ends = [&bytes[..bytes.len().min(NAMES)], &bytes[bytes.len().saturating_sub(NAMES)..]];
    let stands = |name: &[u8]| ends.into_iter().any(|end| contains(end, name));
    let known = ZIPPED.iter().find(|(name, ..)| stands(name));
    known.map_or(("ZIP", FileKind::Archive), |&(_, format, kind)| (format, kind))
}

/// A file of the office programs before they used ZIP: names stand in it in UTF-16.
fn compound(bytes: &[u8]) -> (&'static str, FileKind) {
    let stands = |name: &str| contains(bytes, &name.bytes().flat_map(|byte| [byte, 0]).collect::<Vec<_>>());
    if stands("Workbook") || stands("Book") {
        ("Excel (.xls)", FileKind::Spreadsheet)
    } else if stands("WordDocument") {
        ("Word (.doc)", FileKind::Document)
    } else {
        ("Microsoft Office", FileKind::Document)
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> Option<(String, FileKind)> {
        find(bytes).map(|error| match error {
            Error::BinaryFile { format, kind } => (format, kind),
            other => (other.to_string(), FileKind::Data),
        })
    }

    #[test]
    fn files_of_programs_are_known_by_their_beginning() {
        let zip = |name: &str| [b"PK\x03\x04\x14\0\0\0\0\0", name.as_bytes()].concat();
        let ole = |name: &str| {
            let name = name.bytes().flat_map(|byte| [byte, 0]);
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
                .iter()
                .copied()
                .chain([0; 600])
                .chain(name)
                .collect::<Vec<u8>>()
        };
        for (bytes, format, found) in [
            (zip("xl/workbook.xml"), "Excel (.xlsx)", FileKind::Spreadsheet),
            (zip("mimetypeapplication/epub+zip"), "EPUB", FileKind::Document),
            (zip("word/document.xml"), "Word (.docx)", FileKind::Document),
            (zip("book.txt"), "ZIP", FileKind::Archive),
            (ole("Workbook"), "Excel (.xls)", FileKind::Spreadsheet),
            (ole("WordDocument"), "Word (.doc)", FileKind::Document),
            (b"%PDF-1.7\n".to_vec(), "PDF", FileKind::Document),
            (b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), "JPEG", FileKind::Media),
            (b"BZh91AY&SY\0".to_vec(), "bzip2", FileKind::Archive),
            (b"\xff\xfe\0\0a\0\0\0".to_vec(), "UTF-32", FileKind::Encoding),
        ] {
            assert_eq!(kind(&bytes), Some((format.to_owned(), found)));
        }
        for text in ["PK is a word", "PDF", "日期,价\n", "GIF89a", "HOKUSAI WAVE", "PAR12,3", "see ftyp", ""]
        {
            assert_eq!(kind(text.as_bytes()), None, "{text}");
        }
    }
}
