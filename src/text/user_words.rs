//! Words of the user's own for the dictionary.

use serde::{Deserialize, Serialize};

/// A word that the dictionary shall know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserWord {
    /// The word.
    pub text: String,
    /// How often it is seen, by the dictionary's count; with 0 it is never a word. Where it is not said, enough to keep the
    /// word together.
    pub frequency: Option<u64>,
    /// Its part of speech.
    pub part_of_speech: Option<String>,
}

/// A line of a list that does not say what its writer meant. What Python makes of it is made of it here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulLine {
    /// The line, counted from 1.
    pub row: usize,
    /// What stands there.
    pub text: String,
    /// What is wrong with it.
    pub doubt: Doubt,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// What stands in the place of the frequency is no whole number.
    Frequency,
    /// The frequency is larger than 2⁶⁴, and read as that.
    TooLarge,
    /// The part of speech stands before the frequency.
    Order,
    /// There is a part of speech and a frequency, but no word.
    NoWord,
    /// The word has a blank or a tab in it: no text is cut so that it could be found.
    Blank,
}

/// The parts of speech of jieba's dictionary that have two letters or more: no words that a list of Chinese ones would have.
const PARTS: [&str; 31] = [
    "ad", "ag", "an", "dg", "df", "eng", "mg", "mq", "ng", "nr", "nrfg", "nrt", "ns", "nt", "nz", "rg", "rr",
    "rz", "tg", "ud", "ug", "uj", "ul", "uv", "uz", "vd", "vg", "vi", "vn", "vq", "zg",
];

impl UserWord {
    /// Reads a list in the form of jieba's user dictionaries: on each line a word, which may hold blanks, then perhaps
    /// a frequency, then perhaps a part of speech in small letters. Lines that can't mean what they say are named.
    pub fn parse(text: &str) -> (Vec<UserWord>, Vec<DoubtfulLine>) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (mut words, mut doubtful) = (Vec::new(), Vec::new());
        for (index, line) in text.lines().enumerate() {
            let Some((word, doubt)) = UserWord::parse_line(line.trim()) else { continue };
            words.push(word);
            let named = |doubt| DoubtfulLine { row: index + 1, text: line.trim().to_owned(), doubt };
            doubtful.extend(doubt.map(named));
        }
        (words, doubtful)
    }

    fn parse_line(line: &str) -> Option<(UserWord, Option<Doubt>)> {
        let is_part = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let mut rest = line;
        let (mut part_of_speech, mut frequency, mut doubt) = (None, None, None);
        if let Some((before, last)) = rest.rsplit_once(' ').filter(|(_, last)| is_part(last)) {
            part_of_speech = Some(last.to_owned());
            rest = before.trim_end();
        }
        if let Some((before, last)) = rest.rsplit_once(' ').filter(|(_, last)| is_number(last)) {
            let count = last.parse();
            doubt = count.is_err().then_some(Doubt::TooLarge);
            frequency = Some(count.unwrap_or(u64::MAX));
            rest = before.trim_end();
        }
        if rest.is_empty() {
            return None;
        }
        let misread = match rest.rsplit_once(char::is_whitespace) {
            Some((_, last)) if frequency.is_some() && is_part(last) => Some(Doubt::Order),
            Some((_, last)) if frequency.is_none() && last.contains(char::is_numeric) => {
                Some(Doubt::Frequency)
            }
            Some(_) => Some(Doubt::Blank),
            None if frequency.is_some() && part_of_speech.is_none() && PARTS.contains(&rest) => {
                Some(Doubt::NoWord)
            }
            None => None,
        };
        Some((UserWord { text: rest.into(), frequency, part_of_speech }, misread.or(doubt)))
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
        assert_eq!(UserWord::parse(list).0, expected);
    }

    #[test]
    fn lines_that_can_not_mean_what_they_say_are_named() {
        let list = "直肠 -5\n石墨烯 10 n\nnr 5\n李小福 nr 5\n云计算\t5\n太贵 0\n好 1.5\n大 ５\n\n直肠 5000000000\n\
                    多 99999999999999999999\nWindows 10 3 eng\n";
        let (words, doubtful) = UserWord::parse(list);
        let named: Vec<_> = doubtful.iter().map(|line| (line.row, line.doubt)).collect();
        let expected = [
            (1, Doubt::Frequency),
            (3, Doubt::NoWord),
            (4, Doubt::Order),
            (5, Doubt::Frequency),
            (7, Doubt::Frequency),
            (8, Doubt::Frequency),
            (11, Doubt::TooLarge),
            (12, Doubt::Blank),
        ];
        assert_eq!(named, expected);
        assert_eq!(doubtful[0].text, "直肠 -5");
        let frequency =
            |text: &str| words.iter().find(|word| word.text == text).and_then(|word| word.frequency);
        assert_eq!(frequency("直肠"), Some(5_000_000_000));
        assert_eq!((frequency("太贵"), frequency("多")), (Some(0), Some(u64::MAX)));
    }
}
