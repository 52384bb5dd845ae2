//! Text: how it is cut into tokens, which of them a vocabulary knows, and how often they stand beside each other.
//!
//! ```
//! use unroll::data::kinds::SERIES;
//! use unroll::text::{Charset, Choices, Source, Tokenizer, Vocabulary, VocabularyConfig, reader};
//!
//! // A table as a Chinese spreadsheet writes it: 日期,价 in GBK.
//! let bytes = b"\xc8\xd5\xc6\xda,\xbc\xdb\r\n2024-01,131.5\r\n2024-02,128\r\n".to_vec();
//! let read = reader::data(&SERIES, Source::File { bytes }, &Choices::default(), None, None);
//! assert_eq!(read.facts.and_then(|facts| facts.charset), Some(Charset::Gb18030));
//! assert_eq!(read.outcome?.series().map(|series| series.columns[0].name.as_str()), Some("价"));
//!
//! let tokens = Tokenizer::Words.tokens("To be, or not to be.", None);
//! let vocabulary = Vocabulary::new(tokens, &VocabularyConfig::d2l());
//! assert_eq!(vocabulary.token(1), Some("be"));
//! assert_eq!(vocabulary.encode(["be", "or", "die"]), [1, 4, 0]);
//! # Ok::<(), unroll::Error>(())
//! ```
//!
//! Nothing here needs Burn. What the page shows of it comes from a worker, because a dictionary is large and a novel
//! is long; without the feature `text` this is what the page needs to ask it, without the libraries that answer.

mod charset;
#[cfg(feature = "text")]
mod cleaning;
mod corpus_options;
mod cut;
pub mod dictionary;
#[cfg(feature = "text")]
mod encoding;
#[cfg(feature = "text")]
mod evidence;
#[cfg(feature = "text")]
pub mod long_text;
pub mod ngrams;
#[cfg(feature = "text")]
pub mod reader;
#[cfg(feature = "text")]
mod segmenter;
#[cfg(feature = "text")]
mod signature;
mod source;
mod tokenizer;
#[cfg(feature = "text")]
mod units;
mod user_words;
mod vocabulary;
#[cfg(feature = "text")]
mod width;
#[cfg(feature = "text")]
mod words;
#[cfg(feature = "text")]
pub use width::narrowed;

pub use charset::Charset;
pub use corpus_options::{CorpusFacts, CorpusOptions, Spaces};
pub use cut::{Cut, CutOptions, Ngrams, POINTS, ShownToken};
#[cfg(feature = "text")]
pub use segmenter::Segmenter;
pub use source::{Beginning, Choices, Decoded, Place, Reading, Source, TextFacts};
pub use tokenizer::{Mode, Tokenizer, characters};
pub use user_words::{Doubt, DoubtfulLine, UserWord};
pub use vocabulary::{Order, Vocabulary, VocabularyConfig, table};
