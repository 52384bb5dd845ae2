//! Sentences with a label each, cut into tokens.

use serde::{Deserialize, Serialize};

use super::kinds::{CutLine, between_blanks};
use crate::Error;
use crate::error::Counted;

/// Sentences that are read at most.
pub const SENTENCES_LIMIT: usize = 2_000;
/// Tokens of one sentence that are read at most.
pub const TOKENS_LIMIT: usize = 200;
/// Different labels at most.
pub const LABELS_LIMIT: usize = 20;

/// Sentences to be told apart by their label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentences {
    /// The names of the classes, at least two, sorted.
    pub labels: Vec<String>,
    /// The sentences in their order.
    pub sentences: Vec<Sentence>,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Its class: the place of its label in [`Sentences::labels`].
    pub label: usize,
    /// Its tokens, none of them with a blank in it.
    pub tokens: Vec<String>,
}

impl Sentences {
    /// Puts labels and tokens together, as [`labelled`] found them: row (from 1), label, tokens. Blank tokens are left
    /// out.
    ///
    /// # Errors
    /// [`Error::NoSentence`] where a row has no token, or where there is no row, [`Error::OneLabel`], [`Error::TooLarge`] (in sentences, tokens
    /// of one or labels).
    pub fn new(rows: Vec<(usize, String, Vec<String>)>) -> Result<Self, Error> {
        bounded(Counted::Sentences, rows.len(), SENTENCES_LIMIT)?;
        if rows.is_empty() {
            return Err(Error::NoSentence { row: 1 });
        }
        let mut labels: Vec<String> = rows.iter().map(|(_, label, _)| label.clone()).collect();
        labels.sort();
        labels.dedup();
        if labels.len() < 2 {
            return Err(Error::OneLabel { label: labels.concat() });
        }
        bounded(Counted::Labels, labels.len(), LABELS_LIMIT)?;
        let sentence = |(row, label, tokens): (usize, String, Vec<String>)| {
            let tokens: Vec<String> =
                tokens.into_iter().filter(|token| !token.contains(char::is_whitespace)).collect();
            bounded(Counted::Tokens, tokens.len(), TOKENS_LIMIT)?;
            if tokens.is_empty() {
                return Err(Error::NoSentence { row });
            }
            Ok(Sentence { label: labels.binary_search(&label).unwrap_or(0), tokens })
        };
        let sentences = rows.into_iter().map(sentence).collect::<Result<_, _>>()?;
        Ok(Sentences { labels, sentences })
    }

    /// Reads a line for each sentence: its label, a tab or a blank, and what `cut` finds tokens in.
    ///
    /// # Errors
    /// As [`labelled`] and [`new`](Self::new).
    pub fn read(text: &str, cut: CutLine) -> Result<Self, Error> {
        let rows = labelled(text)?.into_iter().map(|(row, label, line)| (row, label, cut(&line)));
        Sentences::new(rows.collect())
    }

    /// Reads what [`to_text`](Self::to_text) writes: the tokens of a line stand between blanks.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(text: &str) -> Result<Self, Error> {
        Sentences::read(text, &between_blanks)
    }

    /// A line for each sentence: its label, a tab, its tokens with blanks between them.
    pub fn to_text(&self) -> String {
        let line = |sentence: &Sentence| {
            let label = self.labels.get(sentence.label).map_or("", String::as_str);
            format!("{label}\t{}\n", sentence.tokens.join(" "))
        };
        self.sentences.iter().map(line).collect()
    }
}

/// The lines of a text that are not blank: row (from 1), label, and what stands behind it. A label ends at the first
/// tab, or where there is none, at the first blank.
///
/// # Errors
/// [`Error::NoSentence`] with the row where nothing stands behind the label, [`Error::TooLarge`] (in lines).
pub fn labelled(text: &str) -> Result<Vec<(usize, String, String)>, Error> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    bounded(Counted::Sentences, lines.clone().count(), SENTENCES_LIMIT)?;
    let split = |(row, line): (usize, &str)| {
        let line = line.trim();
        let (label, rest) = line
            .split_once('\t')
            .or_else(|| line.split_once(char::is_whitespace))
            .filter(|(_, rest)| !rest.trim().is_empty())
            .ok_or(Error::NoSentence { row })?;
        let label = label.split_whitespace().collect::<Vec<_>>().join("_");
        Ok((row, label, rest.trim().to_owned()))
    };
    lines.map(split).collect()
}

pub(super) fn bounded(counted: Counted, found: usize, limit: usize) -> Result<(), Error> {
    if found > limit { Err(Error::TooLarge { counted, found, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_text_reads_back() {
        let text = "1\t明天 去 看 展览\n0\t今天 加班 ， 天气 不好\n1\t明天 去\n";
        let sentences = Sentences::parse(text).unwrap();
        assert_eq!(sentences.labels, ["0", "1"]);
        assert_eq!(sentences.sentences[1].label, 0);
        assert_eq!(sentences.sentences[1].tokens.len(), 5);
        assert_eq!(sentences.to_text(), text);
        assert_eq!(Sentences::parse("好 a b\r\n\r\n坏 c\n").unwrap().labels, ["坏", "好"]);
    }

    #[test]
    fn what_is_missing_is_named_with_its_row() {
        assert_eq!(Sentences::parse("1 a\n\n0\n"), Err(Error::NoSentence { row: 3 }));
        assert_eq!(Sentences::parse("1 a\n1 b\n"), Err(Error::OneLabel { label: "1".into() }));
        assert_eq!(Sentences::parse("\n"), Err(Error::NoSentence { row: 1 }));
        let many = "1 a\n".repeat(SENTENCES_LIMIT + 1);
        assert_eq!(
            Sentences::parse(&many),
            Err(Error::TooLarge {
                counted: Counted::Sentences,
                found: SENTENCES_LIMIT + 1,
                limit: SENTENCES_LIMIT
            })
        );
        let long = format!("1 {}\n0 b", "a ".repeat(TOKENS_LIMIT + 1));
        assert!(matches!(Sentences::parse(&long), Err(Error::TooLarge { .. })));
        assert_eq!(labelled("很长的一句"), Err(Error::NoSentence { row: 1 }));
    }
}
