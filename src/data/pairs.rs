//! Sentences and their translations.

use serde::{Deserialize, Serialize};

use super::kinds::CutLine;
use super::sentences::bounded;
use crate::Error;
use crate::error::Counted;

/// Pairs that are read at most.
pub const PAIRS_LIMIT: usize = 200_000;

/// Sentences in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairs {
    /// The pairs in their order.
    pub pairs: Vec<Pair>,
}

/// A sentence and its translation, in tokens of which none has a blank in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// What is read.
    pub source: Vec<String>,
    /// What is to be written.
    pub target: Vec<String>,
}

impl Pairs {
    /// Reads a line for each pair: the sentence, a tab, its translation, both cut by `cut`. What stands behind another tab, such
    /// as where a pair comes from, is left out.
    ///
    /// # Errors
    /// [`Error::NoSentence`] with the row (from 1) where one of the two is missing, or where there is no row;
    /// [`Error::TooLarge`] (in pairs).
    pub fn read(text: &str, cut: CutLine) -> Result<Self, Error> {
        let rows = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        bounded(Counted::Pairs, rows.clone().count(), PAIRS_LIMIT)?;
        let tokens = |part: &str| -> Vec<String> {
            cut(part).into_iter().filter(|token| !token.contains(char::is_whitespace)).collect()
        };
        let pair = |(row, line): (usize, &str)| {
            let (source, rest) = line.split_once('\t').ok_or(Error::NoSentence { row })?;
            let target = rest.split('\t').next().unwrap_or(rest);
            let pair = Pair { source: tokens(source), target: tokens(target) };
            let is_whole = !pair.source.is_empty() && !pair.target.is_empty();
            if is_whole { Ok(pair) } else { Err(Error::NoSentence { row }) }
        };
        let pairs: Vec<Pair> = rows.map(pair).collect::<Result<_, _>>()?;
        if pairs.is_empty() { Err(Error::NoSentence { row: 1 }) } else { Ok(Pairs { pairs }) }
    }

    /// A line for each pair: the tokens of the sentence with blanks between them, a tab, those of its translation.
    pub fn to_text(&self) -> String {
        let line = |pair: &Pair| format!("{}\t{}\n", pair.source.join(" "), pair.target.join(" "));
        self.pairs.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::kinds::between_blanks;
    use super::*;

    #[test]
    fn a_pair_is_what_stands_around_the_first_tab() {
        let pairs = Pairs::read("go .\t走 。\tfrom a friend\r\n\nI see\t我 懂\n", &between_blanks).unwrap();
        assert_eq!(pairs.to_text(), "go .\t走 。\nI see\t我 懂\n");
        assert_eq!(Pairs::read(&pairs.to_text(), &between_blanks), Ok(pairs));
    }

    #[test]
    fn half_a_pair_is_named_with_its_row() {
        for text in ["a\tb\nc\n", "a\tb\nc\t \n", "a\tb\n \tc\n"] {
            assert_eq!(Pairs::read(text, &between_blanks), Err(Error::NoSentence { row: 2 }), "{text:?}");
        }
        assert_eq!(Pairs::read("\n", &between_blanks), Err(Error::NoSentence { row: 1 }));
    }
}
