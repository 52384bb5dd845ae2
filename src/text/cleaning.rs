//! What of a text its reader does not see: control characters, invisible ones, and the ends of lines in all their ways.

/// A text without what is not seen.
pub struct Cleaned {
    /// With `\n` at the end of each line.
    pub text: String,
    /// Lines that ended otherwise.
    pub foreign_line_ends: usize,
    /// Characters that were left out.
    pub left_out: usize,
}

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Stays,
    /// It ends a line.
    Ends,
    /// It is not seen, and says nothing.
    Goes,
    /// It is not seen, but shapes what stands before it in some scripts.
    Joins,
}

/// What becomes of a character, wherever it stands.
fn fate(c: char) -> Fate {
    match c {
        '\t' | '\n' | ' '..='~' => Fate::Stays,
        // Also the line and page feeds of old printers, and the separators of Unicode.
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Ends,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Fate::Goes,
        // A hyphen where a line may break; marks of direction; joiners of words; operators that are not seen; the byte order
        // mark, which stands where files were put together.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => Fate::Goes,
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' => {
            Fate::Goes
        }
        '\u{fffe}' | '\u{ffff}' | '\u{e0100}'..='\u{e01ef}' => Fate::Goes,
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => Fate::Joins,
        _ => Fate::Stays,
    }
}

/// Is this a character that joiners and variants shape? Those of Arabic, of India, and emoji are; letters of Latin and Chinese
/// characters are not.
fn is_shaped(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{1fff}' | '\u{2100}'..='\u{2bff}' | '\u{1f000}'..='\u{1ffff}')
        || matches!(fate(c), Fate::Joins)
        || matches!(c, '#' | '*' | '0'..='9')
}

/// The text without what is not seen.
pub fn cleaned(text: String) -> Cleaned {
    let is_clean = text.bytes().all(|byte| matches!(byte, b'\t' | b'\n' | b' '..=b'~'))
        || text.chars().all(|c| fate(c) == Fate::Stays);
    if is_clean {
        return Cleaned { text, foreign_line_ends: 0, left_out: 0 };
    }
    let mut clean = String::with_capacity(text.len());
    let (mut foreign_line_ends, mut left_out) = (0, 0);
    let mut characters = text.chars().peekable();
    let mut before = None;
    while let Some(c) = characters.next() {
        match fate(c) {
            Fate::Stays => clean.push(c),
            Fate::Ends => {
                if c == '\r' {
                    characters.next_if_eq(&'\n');
                }
                foreign_line_ends += 1;
                clean.push('\n');
            }
            Fate::Joins if before.is_some_and(is_shaped) => clean.push(c),
            Fate::Joins | Fate::Goes => {
                left_out += 1;
                continue;
            }
        }
        before = Some(c);
    }
    Cleaned { text: clean, foreign_line_ends, left_out }
}

/// Is this no text at all? Half of it are control characters, or some of it are, of nearly all kinds, as in what is packed or
/// compiled.
pub fn is_mostly_control(text: &str) -> bool {
    /// Kinds of control characters that no text has all of.
    const KINDS: u32 = 12;
    let is_control = |c: &char| matches!(*c, '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}');
    let (mut found, mut all, mut kinds) = (0, 0, 0_u32);
    for c in text.chars() {
        all += 1;
        if is_control(&c) && c != '\u{85}' {
            found += 1;
            kinds |= 1 << (u32::from(c) % 32);
        }
    }
    2 * found > all || (20 * found > all && kinds.count_ones() >= KINDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> (String, usize, usize) {
        let Cleaned { text, foreign_line_ends, left_out } = cleaned(text.into());
        (text, foreign_line_ends, left_out)
    }

    #[test]
    fn lines_end_in_one_way_and_what_is_not_seen_goes() {
        let mixed = "一\r\n二\r三\n四\u{2028}五\u{2029}六\u{85}七\u{b}八\u{c}九\r\n\r\n";
        assert_eq!(clean(mixed), ("一\n二\n三\n四\n五\n六\n七\n八\n九\n\n".into(), 9, 0));
        assert_eq!(
            clean("\u{feff}天\u{200b}气\u{2060}co\u{ad}op\0\u{1e}\u{7f}\u{9d}"),
            ("天气coop".into(), 0, 8)
        );
        assert_eq!(clean("a\t b\n"), ("a\t b\n".into(), 0, 0));
    }

    #[test]
    fn what_shapes_its_neighbour_stays_there() {
        for shaped in
            ["👨\u{200d}👩\u{200d}👧", "❤\u{fe0f}", "می\u{200c}خواهم", "क्\u{200d}ष", "1\u{fe0f}\u{20e3}"]
        {
            assert_eq!(clean(shaped), (shaped.into(), 0, 0));
        }
        assert_eq!(clean("天\u{200d}气 wo\u{200c}rd 葛\u{fe00}"), ("天气 word 葛".into(), 0, 3));
    }

    #[test]
    fn a_few_control_characters_are_text_and_many_are_not() {
        assert!(!is_mostly_control("天\0"));
        assert!(!is_mostly_control(&"field\u{1e}".repeat(100)));
        assert!(is_mostly_control("\u{7f}ELF\u{2}\u{1}\u{1}\0\0\0"));
        let packed: String = (0..4000_u32).map(|n| char::from((n * n % 251) as u8)).collect();
        assert!(is_mostly_control(&packed));
        assert!(!is_mostly_control(""));
    }
}
