//! Sentences of which every token has a tag.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::sentences::bounded;
use crate::Error;
use crate::error::Counted;

/// Sentences that are read at most.
pub const TAGGED_LIMIT: usize = 20_000;
/// Different tags at most.
pub const TAGS_LIMIT: usize = 100;

/// Sentences of tokens with a tag each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged {
    /// The names of the tags, sorted.
    pub tags: Vec<String>,
    /// The sentences in their order, none of them empty.
    pub sentences: Vec<TaggedSentence>,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggedSentence {
    /// Its tokens, none of them with a blank in it.
    pub tokens: Vec<String>,
    /// Of each token, the place of its tag in [`Tagged::tags`].
    pub tags: Vec<usize>,
}

impl Tagged {
    /// Reads a line for each sentence, `word/TAG` between blanks, or a line for each token with an empty line between
    /// sentences: `word`, a tab, `TAG`, or the ten columns of [CoNLL-U](https://universaldependencies.org/format.html), of
    /// which the second is the word and the fourth its tag; ranges, empty nodes and comments are left out there.
    ///
    /// # Errors
    /// [`Error::RaggedRow`] with the row (from 1) where a word does not have exactly one tag, [`Error::NoSentence`] where there is
    /// none, [`Error::TooLarge`] (in sentences or tags).
    pub fn read(text: &str) -> Result<Self, Error> {
        let rows = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#'));
        let in_columns = rows.clone().any(|(_, line)| line.contains('\t'));
        let mut sentences = vec![Vec::new()];
        for (row, line) in rows {
            let line = line.trim();
            if line.is_empty() {
                sentences.push(Vec::new());
            } else if in_columns {
                let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
                let pair = match columns[..] {
                    [word, tag] => Some((word, tag)),
                    [id, ..] if columns.len() == 10 && id.contains(['-', '.']) => None,
                    [_, word, _, tag, ..] if columns.len() == 10 => Some((word, tag)),
                    _ => return Err(Error::RaggedRow { row, expected: 2, found: columns.len() }),
                };
                let pair = pair.map(|pair| checked(row, pair)).transpose()?;
                if let Some(sentence) = sentences.last_mut() {
                    sentence.extend(pair);
                }
            } else {
                let pair = |word: &str| match word.split('/').collect::<Vec<_>>()[..] {
                    [word, tag] => checked(row, (word, tag)),
                    ref parts => Err(Error::RaggedRow { row, expected: 2, found: parts.len() }),
                };
                sentences.push(line.split_whitespace().map(pair).collect::<Result<_, _>>()?);
            }
        }
        sentences.retain(|sentence| !sentence.is_empty());
        Tagged::new(sentences)
    }

    /// Puts sentences of tokens and tags together.
    fn new(sentences: Vec<Vec<(String, String)>>) -> Result<Self, Error> {
        bounded(Counted::Sentences, sentences.len(), TAGGED_LIMIT)?;
        if sentences.is_empty() {
            return Err(Error::NoSentence { row: 1 });
        }
        let tags: BTreeSet<&str> = sentences.iter().flatten().map(|(_, tag)| tag.as_str()).collect();
        let tags: Vec<String> = tags.into_iter().map(str::to_owned).collect();
        bounded(Counted::Tags, tags.len(), TAGS_LIMIT)?;
        let sentence = |pairs: Vec<(String, String)>| {
            // Every tag is in the list that was made of them.
            let place = |tag: &String| tags.partition_point(|known| known < tag);
            let places = pairs.iter().map(|(_, tag)| place(tag)).collect();
            TaggedSentence { tokens: pairs.into_iter().map(|(token, _)| token).collect(), tags: places }
        };
        let sentences = sentences.into_iter().map(sentence).collect();
        Ok(Tagged { tags, sentences })
    }

    /// A line for each token: the word, a tab, its tag; an empty line behind each sentence.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for sentence in &self.sentences {
            for (token, &tag) in sentence.tokens.iter().zip(&sentence.tags) {
                let tag = self.tags.get(tag).map_or("", String::as_str);
                text.extend([token, "\t", tag, "\n"]);
            }
            text.push('\n');
        }
        text
    }
}

/// A word and its tag, both without blanks.
fn checked(row: usize, (word, tag): (&str, &str)) -> Result<(String, String), Error> {
    match (word.split_whitespace().count(), tag.split_whitespace().count()) {
        (1, 1) => Ok((word.to_owned(), tag.to_owned())),
        (words, tags) => Err(Error::RaggedRow { row, expected: 2, found: words + tags }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_say_one_thing() {
        let lines = Tagged::read("他/PRON 去/VERB 山里/NOUN\n\n去/VERB\n").unwrap();
        let columns = "他\tPRON\n去\tVERB\n山里\tNOUN\n\n去\tVERB\n\n";
        let conllu = "# text = 他去山里\n1\t他\t_\tPRON\t_\t_\t2\t_\t_\t_\n2-3\t去山里\t_\t_\t_\t_\t_\t_\t_\t_\n\
            2\t去\t_\tVERB\t_\t_\t0\t_\t_\t_\n3\t山里\t_\tNOUN\t_\t_\t2\t_\t_\t_\n\n1\t去\t_\tVERB\t_\t_\t0\t_\t_\t_\n";
        assert_eq!(Tagged::read(columns).as_ref(), Ok(&lines));
        assert_eq!(Tagged::read(conllu).as_ref(), Ok(&lines));
        assert_eq!(lines.to_text(), columns);
        assert_eq!(lines.tags, ["NOUN", "PRON", "VERB"]);
        assert_eq!(lines.sentences[0].tags, [1, 2, 0]);
    }

    #[test]
    fn a_word_without_exactly_one_tag_is_named_with_its_row() {
        let ragged = |row, found| Err(Error::RaggedRow { row, expected: 2, found });
        assert_eq!(Tagged::read("a/X b/Y\nc\n"), ragged(2, 1));
        assert_eq!(Tagged::read("a/X 1/2/NUM\n"), ragged(1, 3));
        assert_eq!(Tagged::read("a\tX\n\nb\tY\tZ\n"), ragged(3, 3));
        assert_eq!(Tagged::read("a\tX\nb c\tY\n"), ragged(2, 3));
        assert_eq!(Tagged::read("a/\n"), ragged(1, 1));
        assert_eq!(Tagged::read("\n\n"), Err(Error::NoSentence { row: 1 }));
        let many = "a/X\n".repeat(TAGGED_LIMIT + 1);
        assert_eq!(
            Tagged::read(&many),
            Err(Error::TooLarge {
                counted: Counted::Sentences,
                found: TAGGED_LIMIT + 1,
                limit: TAGGED_LIMIT
            })
        );
    }
}
