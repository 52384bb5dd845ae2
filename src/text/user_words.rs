//! Words of the user's own for the dictionary.

use serde::{Deserialize, Serialize};

/// A word that the dictionary shall know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserWord {
    /// The word.
    pub text: String,
    /// How often it is seen, by the dictionary's count; where it is not said, enough to keep the word together.
    pub frequency: Option<usize>,
    /// Its part of speech.
    pub part_of_speech: Option<String>,
}

impl UserWord {
    /// Reads a list in the form of jieba's user dictionaries: on each line a word, which may hold blanks, then perhaps
    /// a frequency, then perhaps a part of speech in small letters.
    pub fn parse(text: &str) -> Vec<UserWord> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        text.lines().filter_map(|line| UserWord::parse_line(line.trim())).collect()
    }

    fn parse_line(line: &str) -> Option<UserWord> {
        let mut rest = line;
        let mut part_of_speech = None;
        let mut frequency = None;
        if let Some((before, last)) = rest.rsplit_once(' ')
            && last.bytes().all(|byte| byte.is_ascii_lowercase())
            && !last.is_empty()
        {
            part_of_speech = Some(last.to_owned());
            rest = before.trim_end();
        }
        if let Some((before, last)) = rest.rsplit_once(' ')
            && let Ok(count) = last.parse()
        {
            frequency = Some(count);
            rest = before.trim_end();
        }
        (!rest.is_empty()).then(|| UserWord { text: rest.into(), frequency, part_of_speech })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequency_and_part_of_speech_may_be_missing() {
        let word = |text: &str, frequency, part: Option<&str>| UserWord {
            text: text.into(),
            frequency,
            part_of_speech: part.map(Into::into),
        };
        let list = "\u{feff}云计算 5 n\r\n\n李小福 2\n 创新办 i \neasy_install\nWindows 10 3 eng\n";
        let expected = [
            word("云计算", Some(5), Some("n")),
            word("李小福", Some(2), None),
            word("创新办", None, Some("i")),
            word("easy_install", None, None),
            word("Windows 10", Some(3), Some("eng")),
        ];
        assert_eq!(UserWord::parse(list), expected);
    }
}
