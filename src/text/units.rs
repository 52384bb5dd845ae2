//! UTF-16 that has lost a byte: from there on every unit would be half of one character and half of the next.

use super::evidence;

/// Bytes that are looked at to see whether units begin one byte later.
const WINDOW: usize = 48;
/// So few say nothing.
const SHORTEST: usize = 8;

/// The runs of a file in which units follow each other, without the single bytes between them.
pub fn runs(bytes: &[u8], is_big_endian: bool) -> Vec<&[u8]> {
    let unit = |pair: &[u8]| match is_big_endian {
        true => u16::from_be_bytes([pair[0], pair[1]]),
        false => u16::from_le_bytes([pair[0], pair[1]]),
    };
    let cost = |part: &[u8]| evidence::cost_of_units(part.chunks_exact(2).map(unit));
    let mut runs = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at + SHORTEST < bytes.len() {
        let window = &bytes[at..bytes.len().min(at + WINDOW + 1)];
        let even = (window.len() - 1) / 2 * 2;
        if cost(&window[..even]) > cost(&window[1..=even]) + evidence::BAD_PLACE {
            // The byte without which the window and the one behind it cost least: between even and odd.
            let wide = &bytes[at..bytes.len().min(at + 2 * WINDOW + 1)];
            let without = |place: &usize| cost(&wide[..*place]) + cost(&wide[place + 1..]);
            let lost = (0..even).step_by(2).min_by_key(without).unwrap_or(0);
            runs.push(&bytes[start..at + lost]);
            start = at + lost + 1;
            at = start;
        } else {
            at += WINDOW / 2;
        }
    }
    runs.push(&bytes[start..]);
    runs
}
