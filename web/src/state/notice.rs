//! What is said to the reader.

use unroll::Error;
use unroll::error::OUT_OF_REACH;

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

    /// The browser would not keep something: `<key>_full` where it has no room, `<key>_refused` for what it said else.
    pub fn not_kept(key: &str, reason: String) -> Self {
        match reason.contains("Quota") {
            true => Notice::new(&format!("{key}_full"), []),
            false => Notice::new(&format!("{key}_refused"), [("reason", reason)]),
        }
    }

    /// Does it say that something could not be fetched, which may be there the next time?
    pub fn is_out_of_reach(&self) -> bool {
        self.key.strip_prefix("error.").is_some_and(|name| OUT_OF_REACH.contains(&name))
    }
}

impl From<&Error> for Notice {
    fn from(error: &Error) -> Self {
        Notice { key: error.key(), args: error.fields(), grave: true }
    }
}
