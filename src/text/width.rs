//! Full-width forms: letters and digits as wide as a Chinese character.

use std::borrow::Cow;

/// The ordinary letter or digit that `c` is the full-width form of. Punctuation stays: in Chinese the wide form is the
/// ordinary one.
fn narrow(c: char) -> Option<char> {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(c) - 0xfee0),
        '\u{3000}' => Some(' '),
        _ => None,
    }
}

/// How many letters, digits and blanks of `text` are full-width.
pub fn full_width(text: &str) -> usize {
    text.chars().filter(|c| narrow(*c).is_some()).count()
}

/// The text with ordinary letters, digits and blanks in the place of full-width ones.
pub fn narrowed(text: &str) -> Cow<'_, str> {
    if full_width(text) == 0 {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| narrow(c).unwrap_or(c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_become_narrow_and_signs_stay() {
        assert_eq!(narrowed("ＡＢｃ１２３，（好）！\u{3000}ok"), "ABc123，（好）！ ok");
        assert_eq!(full_width("ＡＢｃ１２３，（好）！\u{3000}ok"), 7);
        assert!(matches!(narrowed("好，ok 1"), Cow::Borrowed(_)));
    }
}
