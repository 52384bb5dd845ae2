//! A link as a QR code, drawn as one SVG path.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Light modules that the standard asks for around the code.
const QUIET_ZONE: usize = 4;

/// A QR code in a coordinate system of one unit per module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrPath {
    /// Modules along one side, the quiet zone on both sides included.
    pub side: usize,
    /// The dark modules as SVG path data: one rectangle for each run of them in a row.
    pub path: String,
}

/// The QR code of `text` with the least redundancy (a screen has no dirt on it, and a long link needs the room);
/// `None` if the text is longer than any QR code holds (2,953 bytes).
pub fn draw(text: &str) -> Option<QrPath> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let modules = code.into_colors();
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let length = run.len();
                // Writing to a `String` can't fail.
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += run.len();
        }
    }
    Some(QrPath { side: width + 2 * QUIET_ZONE, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paints the path as a camera would see it, `scale` pixels per module, dark on white.
    fn paint(qr: &QrPath, scale: usize) -> (usize, Vec<u8>) {
        let side = qr.side * scale;
        let mut pixels = vec![255; side * side];
        for rectangle in qr.path.split('M').filter(|piece| !piece.is_empty()) {
            let numbers: Vec<usize> = rectangle
                .split(|c: char| !c.is_ascii_digit())
                .filter(|digits| !digits.is_empty())
                .take(3)
                .map(|digits| digits.parse().unwrap())
                .collect();
            let [x, y, length] = numbers[..] else { panic!("{rectangle}") };
            for row in y * scale..(y + 1) * scale {
                pixels[row * side + x * scale..row * side + (x + length) * scale].fill(0);
            }
        }
        (side, pixels)
    }

    /// What a QR reader reads from the drawn path.
    fn read(qr: &QrPath) -> String {
        let (side, pixels) = paint(qr, 4);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * side + x]);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code in the picture");
        grids[0].decode().unwrap().1
    }

    #[test]
    fn a_reader_reads_the_link_back() {
        let settings = "https://example.org/unroll/#/airline?cell=gru&seed=7";
        let long = format!("{settings}&w={}", "Qx-_9".repeat(300));
        for link in [settings, &long] {
            assert_eq!(read(&draw(link).unwrap()), link);
        }
    }

    #[test]
    fn a_link_that_no_code_holds_gives_none() {
        assert!(draw(&"x".repeat(2_953)).is_some());
        assert_eq!(draw(&"x".repeat(2_954)), None);
    }
}
