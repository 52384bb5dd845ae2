//! What is said to the reader.

use unroll::Error;

/// Something said to the reader, above the figures, until dismissed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The catalogue key of the sentence; at most one notice per key and arguments stands at a time.
    pub key: String,
    /// The sentence's arguments.
    pub args: Vec<(&'static str, String)>,
    /// Does it say that something went wrong?
    pub grave: bool,
}

impl Notice {
    /// A quiet notice.
    pub fn new<const N: usize>(key: &str, args: [(&'static str, String); N]) -> Self {
        Notice { key: key.to_owned(), args: args.into(), grave: false }
    }
}

impl From<&Error> for Notice {
    fn from(error: &Error) -> Self {
        Notice { key: error.key(), args: error.fields(), grave: true }
    }
}
