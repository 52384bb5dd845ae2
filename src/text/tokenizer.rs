//! How a text is cut into tokens.

use serde::{Deserialize, Serialize};
#[cfg(feature = "text")]
use unicode_segmentation::UnicodeSegmentation;

#[cfg(feature = "text")]
use super::Segmenter;

/// Which words of a sentence are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// `jieba.cut`: the most probable words, each character in exactly one of them.
    Precise,
    /// `jieba.cut(cut_all=True)`: every word of the dictionary that stands in the text. The empty words that Python
    /// gives between blanks are left out.
    Full,
    /// `jieba.cut_for_search`: precise, and before each long word the shorter ones in it.
    Search,
}

/// What counts as one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tokenizer {
    /// Chinese words; see [`Mode`].
    Jieba {
        /// Which words.
        mode: Mode,
        /// Are words guessed that the dictionary does not know?
        hmm: bool,
    },
    /// Every character, blanks and ends of lines too.
    Characters,
    /// Words, numbers and punctuation marks as Unicode's rules bound them (UAX #29); blanks are left out.
    Words,
    /// What stands between blanks, as `str.split` of Python.
    Blanks,
}

impl Tokenizer {
    /// All of them, by the names that links and catalogues have for them.
    pub const NAMED: [(&'static str, Tokenizer); 4] = [
        ("jieba", Tokenizer::Jieba { mode: Mode::Precise, hmm: true }),
        ("characters", Tokenizer::Characters),
        ("words", Tokenizer::Words),
        ("blanks", Tokenizer::Blanks),
    ];

    /// Does it need the dictionary?
    pub fn needs_dictionary(self) -> bool {
        matches!(self, Tokenizer::Jieba { .. })
    }

    /// The tokens of a text, in order. Without a dictionary, a tokenizer that needs one gives characters.
    #[cfg(feature = "text")]
    pub fn tokens<'t>(self, text: &'t str, dictionary: Option<&Segmenter>) -> Vec<&'t str> {
        match (self, dictionary) {
            (Tokenizer::Jieba { mode, hmm }, Some(segmenter)) => segmenter.cut(text, mode, hmm),
            (Tokenizer::Jieba { .. }, None) | (Tokenizer::Characters, _) => {
                text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect()
            }
            (Tokenizer::Words, _) => {
                text.split_word_bounds().filter(|token| !token.trim().is_empty()).collect()
            }
            (Tokenizer::Blanks, _) => text.split_whitespace().collect(),
        }
    }
}

/// The characters of a text, one by one.
pub fn characters(text: &str) -> Vec<String> {
    text.chars().map(String::from).collect()
}

#[cfg(all(test, feature = "text"))]
mod tests {
    use super::*;

    #[test]
    fn words_and_punctuation() {
        let tokens = Tokenizer::Words.tokens("Don't panic: it costs 3.50, \"roughly\".\r\n", None);
        assert_eq!(tokens, ["Don't", "panic", ":", "it", "costs", "3.50", ",", "\"", "roughly", "\"", "."]);
    }

    #[test]
    fn characters_keep_everything() {
        let text = "a 天\n👩‍🚀𠮷";
        assert_eq!(Tokenizer::Characters.tokens(text, None).concat(), text);
    }
}
