//! A text as numbers, ready for a language model.

use serde::{Deserialize, Serialize};

use super::Lexicon;
use crate::Error;
use crate::error::Counted;

/// Different tokens at most: a token's number takes two bytes.
pub const VOCABULARY_LIMIT: usize = 60_000;

/// A text as numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corpus {
    /// Its tokens.
    pub lexicon: Lexicon,
    /// The numbers of its tokens in order, two bytes each, the lower one first: millions of them go from one worker to
    /// another as one array.
    #[serde(with = "serde_bytes")]
    numbers: Vec<u8>,
    /// Where the numbers are elsewhere: the number under which they are kept there, and how many they are.
    kept: Option<(u32, usize)>,
}

impl Corpus {
    /// A text of these tokens.
    ///
    /// # Errors
    /// [`Error::TooLarge`] with more different tokens than [`VOCABULARY_LIMIT`].
    pub fn new(lexicon: Lexicon, numbers: impl IntoIterator<Item = usize>) -> Result<Self, Error> {
        let found = lexicon.tokens.len();
        if found > VOCABULARY_LIMIT {
            return Err(Error::TooLarge { counted: Counted::Types, found, limit: VOCABULARY_LIMIT });
        }
        let numbers = numbers.into_iter().flat_map(|number| (number as u16).to_le_bytes()).collect();
        Ok(Corpus { lexicon, numbers, kept: None })
    }

    /// How many tokens the text has.
    pub fn len(&self) -> usize {
        self.kept.map_or(self.numbers.len() / 2, |(_, len)| len)
    }

    /// This text without its numbers, which whoever gives it out keeps under `number`.
    pub fn kept(&self, number: u32) -> Self {
        Corpus { lexicon: self.lexicon.clone(), numbers: Vec::new(), kept: Some((number, self.len())) }
    }

    /// This text with other names for its tokens.
    pub fn with_lexicon(&self, lexicon: Lexicon) -> Self {
        Corpus { lexicon, numbers: self.numbers.clone(), kept: self.kept }
    }

    /// What an engine must be told of a text whose numbers are kept elsewhere: it gets the tokens with them.
    pub fn name(&self) -> Self {
        Corpus { lexicon: Lexicon::default(), numbers: Vec::new(), kept: self.kept }
    }

    /// This text with numbers that were kept elsewhere, as [`bytes`](Self::bytes) gave them there.
    pub fn with_bytes(&self, bytes: Vec<u8>) -> Self {
        Corpus { lexicon: self.lexicon.clone(), numbers: bytes, kept: None }
    }

    /// The numbers of its tokens in order, two bytes each, the lower one first. None where they are kept elsewhere.
    pub fn bytes(&self) -> &[u8] {
        &self.numbers
    }

    /// The number under which the numbers are kept elsewhere; nothing where they are here.
    pub fn kept_as(&self) -> Option<u32> {
        self.kept.map(|(number, _)| number)
    }

    /// Is there no token?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers of its tokens, `[len]`; one that no token has becomes the first. None where they are kept elsewhere.
    pub fn numbers(&self) -> Vec<u16> {
        self.each().collect()
    }

    /// This text in the numbers of another lexicon, and how many of its tokens that knows. What it does not know is
    /// [`UNKNOWN`](super::UNKNOWN), or left out where there is no such number.
    ///
    /// # Errors
    /// [`Error::TooLarge`] with more different tokens than [`VOCABULARY_LIMIT`].
    pub fn in_tokens_of(&self, lexicon: &Lexicon) -> Result<(Self, usize), Error> {
        let numbers: Vec<Option<usize>> =
            self.lexicon.tokens.iter().map(|token| lexicon.number(token)).collect();
        let unknown = lexicon.unknown();
        let is_known = |number: &Option<usize>| number.is_some() && *number != unknown;
        let each = || self.each().map(|number| numbers.get(usize::from(number)).copied().flatten());
        let known = each().filter(is_known).count();
        let translated = Corpus::new(lexicon.clone(), each().filter_map(|number| number.or(unknown)))?;
        Ok((translated, known))
    }

    /// The text's first tokens, as they stand in it.
    pub fn beginning(&self, tokens: usize) -> String {
        let numbers: Vec<usize> = self.each().take(tokens).map(usize::from).collect();
        self.lexicon.join(&numbers)
    }

    fn each(&self) -> impl Iterator<Item = u16> {
        let known = self.lexicon.tokens.len();
        let number =
            move |bytes: &[u8; 2]| Some(u16::from_le_bytes(*bytes)).filter(|n| usize::from(*n) < known);
        self.numbers.as_chunks::<2>().0.iter().map(move |bytes| number(bytes).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_none_is_out_of_bounds() {
        let tokens = (0..400).map(|number| number.to_string()).collect();
        let lexicon = Lexicon { tokens, is_marked: false, is_spaced: false };
        let corpus = Corpus::new(lexicon, [0, 399, 256, 65_000]).unwrap();
        assert_eq!((corpus.len(), corpus.numbers()), (4, vec![0, 399, 256, 0]));
        let kept = corpus.kept(7);
        assert_eq!((kept.len(), kept.kept_as(), kept.numbers()), (4, Some(7), vec![]));
        assert_eq!((&kept.lexicon, corpus.kept_as()), (&corpus.lexicon, None));
        assert_eq!((kept.name().kept_as(), kept.name().len()), (Some(7), 4));
        assert_eq!(kept.with_bytes(corpus.bytes().to_vec()), corpus);
        let many = Lexicon { tokens: vec![String::new(); VOCABULARY_LIMIT + 1].into(), ..Lexicon::default() };
        assert!(matches!(Corpus::new(many, []), Err(Error::TooLarge { .. })));
    }
}
