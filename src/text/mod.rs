//! Text: how it is cut into tokens, which of them a vocabulary knows, and how often they stand beside each other.
//!
//! Nothing here needs Burn. What the page shows of it comes from a worker, because a dictionary is large and a novel
//! is long.

mod encoding;
pub mod ngrams;
mod segmenter;
mod tokenizer;
mod user_words;
mod vocabulary;

pub use encoding::{Charset, Decoded};
pub use segmenter::{Mode, Segmenter};
pub use tokenizer::Tokenizer;
pub use user_words::UserWord;
pub use vocabulary::{Order, Vocabulary, VocabularyConfig, table};
