//! Text: how it is cut into tokens, which of them a vocabulary knows, and how often they stand beside each other.
//!
//! Nothing here needs Burn. What the page shows of it comes from a worker, because a dictionary is large and a novel
//! is long; without the feature `text` this is what the page needs to ask it, without the libraries that answer.

mod charset;
mod corpus_options;
mod cut;
pub mod dictionary;
#[cfg(feature = "text")]
mod encoding;
#[cfg(feature = "text")]
pub mod long_text;
pub mod ngrams;
#[cfg(feature = "text")]
mod segmenter;
mod tokenizer;
mod user_words;
mod vocabulary;
#[cfg(feature = "text")]
pub mod width;

pub use charset::{Charset, Decoded, FILE_LIMIT, FileFacts, Source};
pub use corpus_options::{CorpusFacts, CorpusOptions, Spaces};
pub use cut::{Cut, CutOptions, Ngrams, POINTS, ShownToken};
#[cfg(feature = "text")]
pub use segmenter::Segmenter;
pub use tokenizer::{Mode, Tokenizer, characters};
pub use user_words::UserWord;
pub use vocabulary::{Order, Vocabulary, VocabularyConfig, table};
