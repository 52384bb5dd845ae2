//! The tokens that a model of language knows.

use serde::{Deserialize, Serialize};

use super::Tokens;

/// Stands for tokens that have no number.
pub const UNKNOWN: &str = "<unk>";
/// Fills up what is too short.
pub const PADDING: &str = "<pad>";
/// Stands before a sentence.
pub const BEGINNING: &str = "<s>";
/// Stands behind a sentence.
pub const END: &str = "<e>";

/// The tokens that have numbers, and how they stand together in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lexicon {
    /// Tokens by number. Where sentences are marked, the first four are [`UNKNOWN`], [`PADDING`], [`BEGINNING`] and
    /// [`END`]; else [`UNKNOWN`] stands first where some token of the text has no number.
    pub tokens: Tokens,
    /// Is each sentence marked by what stands behind it?
    pub is_marked: bool,
    /// Are there blanks between tokens, as between the words of English?
    pub is_spaced: bool,
}

impl Lexicon {
    /// The number of a token: the first, where it stands more than once.
    pub fn number(&self, token: &str) -> Option<usize> {
        self.tokens.number(token)
    }

    /// The number of [`UNKNOWN`], where it has one.
    pub fn unknown(&self) -> Option<usize> {
        (self.tokens.first().map(String::as_str) == Some(UNKNOWN)).then_some(0)
    }

    /// The numbers of tokens, and those tokens that have none. What has none is [`UNKNOWN`], or left out where there is
    /// no such number.
    pub fn encode<'t>(&self, tokens: impl IntoIterator<Item = &'t str>) -> (Vec<usize>, Vec<&'t str>) {
        let (mut numbers, mut foreign) = (Vec::new(), Vec::new());
        for token in tokens {
            let number = self.number(token);
            foreign.extend(number.is_none().then_some(token));
            numbers.extend(number.or(self.unknown()));
        }
        (numbers, foreign)
    }

    /// The token as it stands in a text: nothing for a mark, and a line's end for the end of a marked sentence.
    pub fn shown(&self, number: usize) -> &str {
        match self.tokens.get(number).map(String::as_str) {
            Some(END) if self.is_marked => "\n",
            Some(UNKNOWN) => "□",
            Some(PADDING | BEGINNING) | None => "",
            Some(token) => token,
        }
    }

    /// Is there a blank before the second of two tokens?
    pub fn is_blank_between(&self, before: &str, token: &str) -> bool {
        let closes = |c: char| ".,;:!?)]}%’”…".contains(c);
        let opens = |c: char| "([{‘“\n".contains(c);
        self.is_spaced
            && !before.is_empty()
            && !before.ends_with(opens)
            && !token.starts_with(closes)
            && !token.starts_with('\n')
    }

    /// Tokens as a text.
    pub fn join(&self, numbers: &[usize]) -> String {
        let mut text = String::new();
        let mut before = "";
        for &number in numbers {
            let token = self.shown(number);
            if self.is_blank_between(before, token) {
                text.push(' ');
            }
            text.push_str(token);
            if !token.is_empty() {
                before = token;
            }
        }
        text
    }

    /// Does a sentence end with this token?
    pub fn is_end(&self, number: usize) -> bool {
        match self.tokens.get(number).map(String::as_str) {
            Some(END) => true,
            Some("\n") => true,
            Some(token) => !self.is_marked && token.ends_with(['。', '！', '？', '.', '!', '?']),
            None => false,
        }
    }
}

/// The tokens that a model of language reads, and those that it writes. One that goes on with what it reads has one lexicon for
/// both; one that translates has two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexicons {
    /// What it reads.
    pub source: Lexicon,
    /// What it writes.
    pub target: Lexicon,
}

impl From<Lexicon> for Lexicons {
    fn from(lexicon: Lexicon) -> Self {
        Lexicons { source: lexicon.clone(), target: lexicon }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(tokens: &[&str], is_marked: bool, is_spaced: bool) -> Lexicon {
        Lexicon { tokens: tokens.iter().map(|token| (*token).to_owned()).collect(), is_marked, is_spaced }
    }

    #[test]
    fn words_are_joined_as_a_text_has_them() {
        let english =
            lexicon(&["<unk>", "<pad>", "<s>", "<e>", "Don't", "panic", ",", "she", "said", "."], true, true);
        assert_eq!(english.join(&[2, 4, 5, 6, 7, 8, 9, 3, 7, 0]), "Don't panic, she said.\nshe □");
        let chinese = lexicon(&["剑", "光", "。"], false, false);
        assert_eq!(chinese.join(&[0, 1, 2]), "剑光。");
        assert!(chinese.is_end(2) && !chinese.is_end(0) && english.is_end(3) && !english.is_end(9));
    }

    #[test]
    fn what_has_no_number_is_said() {
        let plain = lexicon(&["a", "b"], false, false);
        assert_eq!(plain.encode(["b", "c", "a"]), (vec![1, 0], vec!["c"]));
        let with = lexicon(&["<unk>", "a"], false, false);
        assert_eq!(with.encode(["a", "c"]), (vec![1, 0], vec!["c"]));
    }
}
