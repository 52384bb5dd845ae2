//! The texts that are here, by key.

use std::cell::RefCell;

use crate::fetch;
use crate::state::Language;
use crate::worker_client::address;

/// The page itself, beside the lessons.
pub const PAGE: &str = "page";

/// End a record of a file, and its key (`web/content` writes them).
const RECORD_END: char = '\u{1e}';
const KEY_END: char = '\u{1f}';

/// What the page or a lesson says in a language.
struct Words {
    part: &'static str,
    language: Language,
    /// Sorted by key. They live as long as the page.
    texts: Vec<(&'static str, &'static str)>,
}

impl Words {
    fn read(part: &'static str, language: Language, file: &'static str) -> Self {
        let texts = file.split(RECORD_END).filter_map(|record| record.split_once(KEY_END)).collect();
        Words { part, language, texts }
    }
}

thread_local! {
    static WORDS: RefCell<Vec<Words>> = RefCell::new(at_first());
}

/// What is here before anything is fetched.
#[cfg(not(test))]
fn at_first() -> Vec<Words> {
    Vec::new()
}

/// Tests have no server: all is here.
#[cfg(test)]
fn at_first() -> Vec<Words> {
    let read =
        |(part, language, file): &'static (String, Language, String)| Words::read(part, *language, file);
    published().iter().map(read).collect()
}

/// Every file by part and language.
#[cfg(test)]
pub fn published() -> &'static [(String, Language, String)] {
    static FILES: std::sync::OnceLock<Vec<(String, Language, String)>> = std::sync::OnceLock::new();
    FILES.get_or_init(|| {
        let words = unroll_content::words(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap();
        let file = |words: unroll_content::Words| {
            let content = words.content();
            (words.part, Language::read(words.language).unwrap(), content)
        };
        words.into_iter().map(file).collect()
    })
}

/// The text of `key`, if it is here.
pub fn find(language: Language, key: &str) -> Option<&'static str> {
    WORDS.with_borrow(|all| {
        let mut spoken = all.iter().filter(|words| words.language == language);
        spoken.find_map(|words| {
            let index = words.texts.binary_search_by_key(&key, |(key, _)| key).ok()?;
            Some(words.texts[index].1)
        })
    })
}

/// Fetches a file that is not here, at once; false if it can't be had.
pub fn fetch(part: &'static str, language: Language) -> impl Future<Output = bool> {
    let is_here = move || {
        WORDS.with_borrow(|all| all.iter().any(|words| words.part == part && words.language == language))
    };
    let fetching =
        (!is_here()).then(|| fetch::text(&format!("{}{part}.{}.txt", address("content"), language.word())));
    async move {
        let Some(fetching) = fetching else { return true };
        let Some(file) = fetching.await else { return is_here() };
        if !is_here() {
            WORDS.with_borrow_mut(|all| all.push(Words::read(part, language, file.leak())));
        }
        true
    }
}
