//! What the worker for text knows: the text in hand and what is to be seen of it, the dictionary, and the vectors that are
//! being learnt.

mod learner;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::Error;
use crate::data::{Corpus, Data, Kind, kinds};
use crate::text::{
    Beginning, Charset, Choices, CorpusFacts, CorpusOptions, Cut, CutOptions, Decoded, Ngrams, POINTS,
    Reading, Segmenter, ShownToken, Source, TextFacts, Tokenizer, UserWord, Vocabulary, dictionary,
    long_text, narrowed, ngrams, reader, table,
};
use crate::word2vec;

pub use learner::Learner;

/// Characters of a text that the page's field takes.
const FIELD_LIMIT: usize = 20_000;
/// Tokens that the page shows one by one.
const SHOWN_TOKENS: usize = 400;
/// Runs that a table of the most frequent lists.
const MOST_FREQUENT: usize = 20;
/// Tokens of the vocabulary that are listed.
const LISTED: usize = 1_000;
/// Rows of the table of numbers.
const ROWS: usize = 20;
/// Numbers in one of its rows.
const COLUMNS: usize = 30;

/// The text in hand and the dictionary, once it has been needed.
#[derive(Debug, Default)]
pub struct Lab {
    text: String,
    /// Characters that were left out of it.
    left_out: usize,
    /// The last file, to be read in another encoding.
    file: Vec<u8>,
    plain: Option<Segmenter>,
    /// The dictionary with these words added.
    taught: Option<(Vec<UserWord>, Segmenter)>,
    learner: Option<Learner>,
}

impl Lab {
    /// Takes a text as it stands, but for what is not seen of it.
    pub fn write(&mut self, text: String) {
        let Decoded { text, facts } = Decoded::written(text);
        self.text = text;
        self.left_out = facts.left_out;
        self.file = Vec::new();
    }

    /// Takes a file. The text comes with it if it is short enough for a field.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::NotText`]; the text in hand stays.
    pub fn read(&mut self, bytes: Vec<u8>) -> Result<(TextFacts, Option<String>), Error> {
        kinds::TEXT.bound(bytes.len())?;
        let decoded = Decoded::read(&bytes, None)?;
        self.file = bytes;
        Ok(self.take(decoded))
    }

    /// Reads the last file again in another encoding.
    ///
    /// # Errors
    /// [`Error::NotText`]; the text in hand stays.
    pub fn read_as(&mut self, charset: Charset) -> Result<(TextFacts, Option<String>), Error> {
        let decoded = Decoded::read(&self.file, Some(charset))?;
        Ok(self.take(decoded))
    }

    /// How the last file reads in each encoding.
    pub fn beginnings(&self) -> Vec<Beginning> {
        reader::beginnings(&self.file)
    }

    fn take(&mut self, decoded: Decoded) -> (TextFacts, Option<String>) {
        let Decoded { text, facts } = decoded;
        let field = (text.chars().nth(FIELD_LIMIT).is_none()).then(|| text.clone());
        self.text = text;
        self.left_out = facts.left_out;
        (facts, field)
    }

    /// Does cutting so need the dictionary, and is it missing?
    pub fn lacks_dictionary(&self, tokenizer: Tokenizer) -> bool {
        tokenizer.needs_dictionary() && self.plain.is_none()
    }

    /// Takes the dictionary as the site carries it.
    ///
    /// # Errors
    /// [`Error::DictionaryDamaged`].
    pub fn load(&mut self, packed: &[u8]) -> Result<(), Error> {
        self.plain = Some(Segmenter::new(&dictionary::unpack(packed)?)?);
        self.taught = None;
        Ok(())
    }

    /// Cuts the text, each line that is not blank a sentence; `clock` gives seconds.
    pub fn cut(&mut self, options: &CutOptions, clock: impl Fn() -> f64) -> Cut {
        let start = clock();
        self.teach(&options.user_words);
        let segmenter = self.segmenter();
        let text = self.cleaned(options);
        let sentences = self.sentences(&text, options.tokenizer);
        let tokens: usize = sentences.iter().map(Vec::len).sum();
        let vocabulary = Vocabulary::new(sentences.iter().flatten().copied(), &options.vocabulary);
        let counted = Counted::new(&sentences);
        let length = sentences.iter().map(Vec::len).max().unwrap_or(0) * options.table_percent / 100;
        let rows: Vec<Vec<usize>> =
            sentences.iter().take(ROWS).map(|sentence| vocabulary.encode(sentence.iter().copied())).collect();
        // Where no number is reserved for padding, the first one fills up.
        let padding = vocabulary.index("<pad>").unwrap_or(0);
        let mut left = SHOWN_TOKENS;
        let shown = sentences
            .iter()
            .map_while(|sentence| {
                let count = sentence.len().min(left);
                left -= count;
                let show = |token: &&str| ShownToken {
                    text: (*token).to_owned(),
                    index: vocabulary.index(token),
                    part_of_speech: segmenter
                        .filter(|_| options.parts_of_speech)
                        .map(|segmenter| segmenter.part_of_speech(token)),
                };
                (count > 0).then(|| sentence[..count].iter().map(show).collect())
            })
            .collect();
        let listed = vocabulary.len().min(LISTED);
        // Every number below its length is a token's.
        let name = |index| (vocabulary.token(index).unwrap_or_default().to_owned(), vocabulary.count(index));
        Cut {
            characters: self.text.chars().count(),
            left_out: self.left_out,
            sentences: sentences.len(),
            tokens,
            types: counted.names.len(),
            unknown: vocabulary.unknown(),
            shown,
            ngrams: (1..=3).map(|n| counted.ngrams(n)).collect(),
            vocabulary: (0..listed).map(name).collect(),
            vocabulary_size: vocabulary.len(),
            table: table(&rows, length.clamp(1, COLUMNS), padding),
            seconds: clock() - start,
        }
    }

    /// Reads data of a kind, its lines cut by the plain dictionary; as [`reader::data`].
    pub fn data(
        &self,
        kind: &Kind,
        source: Source,
        choices: &Choices,
        tokenizer: Option<Tokenizer>,
    ) -> Reading<Data> {
        reader::data(kind, source, choices, tokenizer, self.plain.as_ref())
    }

    /// Numbers the tokens of a text that has been [`cleaned`](long_text::cleaned), its words cut by the plain dictionary.
    ///
    /// # Errors
    /// As [`long_text::corpus`].
    pub fn corpus(&self, text: &str, options: &CorpusOptions) -> Result<(Corpus, CorpusFacts), Error> {
        long_text::corpus(text, options, self.plain.as_ref())
    }

    /// A few words, cut by the plain dictionary.
    pub fn words(&self, text: &str, tokenizer: Tokenizer) -> Vec<String> {
        let tokens = tokenizer.tokens(text, self.plain.as_ref());
        tokens.into_iter().filter(|token| !token.trim().is_empty()).map(str::to_owned).collect()
    }

    /// Begins to learn vectors for the words of the text.
    pub fn learn(&mut self, options: &CutOptions, config: word2vec::Config) {
        self.teach(&options.user_words);
        let text = self.cleaned(options);
        let learner = Learner::new(self.sentences(&text, options.tokenizer), config);
        drop(text);
        self.learner = Some(learner);
    }

    /// The model that was learnt last, or is being learnt.
    pub fn learner(&mut self) -> Option<&mut Learner> {
        self.learner.as_mut()
    }

    /// The text by the rules that the reader chose.
    fn cleaned(&self, options: &CutOptions) -> Cow<'_, str> {
        if options.narrow { narrowed(&self.text) } else { Cow::Borrowed(&self.text) }
    }

    /// The tokens of each line that is not blank.
    fn sentences<'t>(&self, text: &'t str, tokenizer: Tokenizer) -> Vec<Vec<&'t str>> {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| tokenizer.tokens(line, self.segmenter())).collect()
    }

    fn segmenter(&self) -> Option<&Segmenter> {
        self.taught.as_ref().map(|(_, taught)| taught).or(self.plain.as_ref())
    }

    /// Adds the reader's own words to a copy of the dictionary, unless they are there already.
    fn teach(&mut self, words: &[UserWord]) {
        if words.is_empty() {
            self.taught = None;
        } else if self.taught.as_ref().is_none_or(|(known, _)| known != words) {
            self.taught = self.plain.clone().map(|mut segmenter| {
                words.iter().for_each(|word| segmenter.add(word));
                (words.to_vec(), segmenter)
            });
        }
    }
}

/// Sentences with a number for every token, known to a vocabulary or not.
struct Counted<'t> {
    names: Vec<&'t str>,
    sentences: Vec<Vec<u32>>,
}

impl<'t> Counted<'t> {
    fn new(sentences: &[Vec<&'t str>]) -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut names = Vec::new();
        let mut number = |token: &&'t str| {
            *numbers.entry(token).or_insert_with(|| {
                names.push(*token);
                names.len() as u32 - 1
            })
        };
        let sentences = sentences.iter().map(|sentence| sentence.iter().map(&mut number).collect()).collect();
        Counted { names, sentences }
    }

    fn ngrams(&self, n: usize) -> Ngrams {
        let counted = ngrams::count(self.sentences.iter().map(Vec::as_slice), n);
        let name = |run: &[u32]| run.iter().map(|&token| self.names[token as usize].to_owned()).collect();
        let counts: Vec<usize> = counted.iter().map(|&(_, count)| count).collect();
        let ranks = (0..)
            .map(|point| 10_f64.powf(f64::from(point) / POINTS).round() as usize)
            .take_while(|&rank| rank <= counts.len());
        Ngrams {
            n,
            runs: counts.iter().sum(),
            types: counted.len(),
            most_frequent: counted
                .iter()
                .take(MOST_FREQUENT)
                .map(|&(run, count)| (name(run), count))
                .collect(),
            by_rank: ranks.map(|rank| (rank, counts[rank - 1])).collect(),
            slope: ngrams::zipf_slope(&counts),
        }
    }
}
