//! What the page and the worker for text say to each other.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::data::{Corpus, Data};
use crate::text::{
    Beginning, Charset, Choices, CorpusFacts, CorpusOptions, Cut, CutOptions, Reading, Source, TextFacts,
    Tokenizer,
};
use crate::word2vec::{self, Near, WordMap};

/// From the page to the worker for text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(serialize = "", deserialize = "B: Default"))]
pub enum TextCommand<B = Vec<u8>> {
    /// A text as the reader types it.
    Write {
        /// The text.
        text: String,
    },
    /// The bytes of a file; answered by [`TextEvent::Read`].
    Read {
        /// The file.
        #[serde(skip)]
        bytes: B,
    },
    /// Read the last file again, in this encoding; answered by [`TextEvent::Read`].
    ReadAs {
        /// The encoding.
        charset: Charset,
    },
    /// Cut the text; answered by [`TextEvent::Cut`], after [`TextEvent::Loading`] where the dictionary is not there yet.
    Cut {
        /// Returned with the answer. Of several in a row only the last is answered.
        request: u32,
        /// How.
        options: CutOptions,
    },
    /// Learn vectors for the words of the text, from the beginning; answered by [`TextEvent::Learnt`], at most a few
    /// times a second.
    Learn {
        /// What is a word.
        options: CutOptions,
        /// How.
        config: word2vec::Config,
    },
    /// Learn no more. What has been learnt stays.
    Stop,
    /// Read data of a kind; answered by [`TextEvent::Data`]. The text in hand stays as it is.
    Data {
        /// Returned with the answer.
        request: u32,
        /// The [id](crate::data::Kind::id) of the kind.
        kind: String,
        /// The text.
        source: Source<B>,
        /// What the reader has decided about it.
        choices: Choices,
        /// What counts as a token, where the kind has tokens. The dictionary is fetched only for a tokenizer that needs
        /// it.
        tokenizer: Option<Tokenizer>,
    },
    /// Read a long text, clean it and number its tokens; answered by [`TextEvent::Corpus`]. The text in hand stays as it
    /// is.
    Corpus {
        /// Returned with the answer.
        request: u32,
        /// The text.
        source: Source<B>,
        /// What the reader has decided about it.
        choices: Choices,
        /// How.
        options: CorpusOptions,
    },
    /// How a file reads in each encoding; answered by [`TextEvent::Beginnings`].
    Beginnings {
        /// Returned with the answer.
        request: u32,
        /// The file; nothing for the one in hand.
        source: Option<Source<B>>,
    },
    /// Cut a few words as a text of this language is cut; answered by [`TextEvent::Words`].
    Words {
        /// Returned with the answer.
        request: u32,
        /// The words.
        text: String,
    },
    /// Which words are near another one, or in the place of a fourth; answered by [`TextEvent::Near`].
    Find {
        /// One word, or three: what is to the third as the second is to the first?
        words: Vec<String>,
    },
}

/// From the worker for text to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextEvent {
    /// The worker is up.
    Ready {
        /// [`PROTOCOL_VERSION`](super::PROTOCOL_VERSION) of its build.
        protocol: u32,
    },
    /// The dictionary is on its way.
    Loading {
        /// Bytes that have arrived.
        loaded: usize,
        /// Bytes of all, where the server says.
        total: Option<usize>,
    },
    /// A file has been read.
    Read {
        /// What it was.
        file: TextFacts,
        /// The text, if it is short enough for the page's text field.
        text: Option<String>,
    },
    /// The text has been cut.
    Cut {
        /// As asked.
        request: u32,
        /// What was found.
        cut: Box<Cut>,
    },
    /// Vectors have been learnt for a while, or to the end.
    Learnt {
        /// Where the words are.
        map: WordMap,
    },
    /// The words that were looked for.
    Near(Near),
    /// Data has been read, or why it could not.
    Data {
        /// As asked.
        request: u32,
        /// What came of it.
        reading: Reading<Data>,
    },
    /// A long text has become numbers, or why it could not. The worker keeps them under the request's number, and hands
    /// them to an engine over a port.
    Corpus {
        /// As asked.
        request: u32,
        /// The text without its numbers, what was found in it, and its first tokens as they stand in it.
        reading: Reading<(Corpus, CorpusFacts, String)>,
    },
    /// How a file reads in each encoding.
    Beginnings {
        /// As asked.
        request: u32,
        /// One for each.
        beginnings: Vec<Beginning>,
    },
    /// A corpus has been handed over, as a port asked.
    HandedOver {
        /// Its number.
        corpus: u32,
        /// Was it still kept?
        is_there: bool,
    },
    /// A few words have been cut, or why they could not.
    Words {
        /// As asked.
        request: u32,
        /// What came of it.
        outcome: Result<Vec<String>, Error>,
    },
    /// A command could not be carried out. The text stays as it was.
    Failed {
        /// What is wrong.
        error: Error,
    },
}
