//! What of the page is no code: messages, stories and styles.
//!
//! They are found by folder, and no lesson is named anywhere: `web/locales/*.yml` and `web/styles/*.css` are the page's own,
//! and a lesson's are all `*.yml` and `*.css` below `web/src/lessons/<lesson>/`, and its story `story/<language>.md`.
//!
//! What is published of them is one file for each language of the page itself (`page.en.txt`) and of each lesson
//! (`cell.en.txt`), and the page's stylesheet (`page.css`). A file for a language holds records, sorted by key, each ended
//! by U+001E: a key, U+001F, a text. Beside messages these are
//! - `story.<lesson>`: the ids of the story's sections in their order, with blanks between them;
//! - `story.<lesson>.<id>`: a section as HTML, with formulas in MathML, so that the page carries no parser;
//! - `style.<lesson>`: the lesson's stylesheet.

mod catalogue;
mod story;
mod style;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The languages, as catalogues and stories name them.
pub const LANGUAGES: [&str; 2] = ["en", "zh"];
/// Ends a record.
pub const RECORD_END: char = '\u{1e}';
/// Stands between a record's key and its text.
pub const KEY_END: char = '\u{1f}';
/// The page itself, beside the lessons.
pub const PAGE: &str = "page";

/// What the list of lessons says of a lesson, which is the page's to say: all else is fetched with the lesson.
const IN_THE_LIST: [&str; 2] = ["title", "chapter"];

/// Texts by key.
pub type Texts = BTreeMap<String, String>;

/// A message in every language, as a catalogue has it.
type Message = BTreeMap<String, String>;

/// The texts of the page or of a lesson in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// [`PAGE`], or the lesson's id.
    pub part: String,
    /// One of [`LANGUAGES`].
    pub language: &'static str,
    /// All of them.
    pub texts: Texts,
}

impl Words {
    /// What the file is called.
    pub fn name(&self) -> String {
        format!("{}.{}.txt", self.part, self.language)
    }

    /// What is in it.
    pub fn content(&self) -> String {
        self.texts.iter().map(|(key, text)| format!("{key}{KEY_END}{text}{RECORD_END}")).collect()
    }
}

/// All texts, from the sources of the page in `web`.
///
/// # Errors
/// If a file can't be read or says what it must not: a key twice, a message in one language only, arguments that differ.
pub fn words(web: &Path) -> Result<Vec<Words>> {
    let mut parts =
        vec![(PAGE.to_owned(), catalogue::read(&files(&web.join("locales"), "yml")?)?, Vec::new())];
    for (lesson, folder) in lessons(web)? {
        let mut messages = catalogue::read(&files(&folder, "yml")?)?;
        for part in IN_THE_LIST {
            parts[0].1.extend(messages.remove_entry(&format!("lesson.{lesson}.{part}")));
        }
        let mut texts: [Texts; LANGUAGES.len()] = Default::default();
        if folder.join("story").is_dir() {
            for (texts, story) in texts.iter_mut().zip(story::read(&folder.join("story"))?) {
                let ids: Vec<&str> = story.iter().map(|(id, _)| id.as_str()).collect();
                texts.insert(format!("story.{lesson}"), ids.join(" "));
                texts.extend(story.into_iter().map(|(id, html)| (format!("story.{lesson}.{id}"), html)));
            }
        }
        let styles = files(&folder, "css")?;
        if !styles.is_empty() {
            let style = style::joined(&styles)?;
            texts.iter_mut().for_each(|texts| drop(texts.insert(format!("style.{lesson}"), style.clone())));
        }
        parts.push((lesson, messages, texts.to_vec()));
    }
    let mut seen = BTreeMap::new();
    let mut words = Vec::new();
    for (part, messages, texts) in parts {
        for key in messages.keys() {
            let before = seen.insert(key.clone(), part.clone());
            ensure!(before.is_none(), "{key} is said by {part} and by {}", before.unwrap_or_default());
        }
        for (index, language) in LANGUAGES.into_iter().enumerate() {
            let mut texts = texts.get(index).cloned().unwrap_or_default();
            texts.extend(messages.iter().map(|(key, message)| (key.clone(), message[language].clone())));
            let marks = [RECORD_END, KEY_END];
            let marked = texts.iter().find(|(key, text)| key.contains(marks) || text.contains(marks));
            ensure!(marked.is_none(), "{part}: a text holds a control character: {marked:?}");
            words.push(Words { part: part.clone(), language, texts });
        }
    }
    Ok(words)
}

/// The page's stylesheet, from the sources of the page in `web`.
///
/// # Errors
/// If a file can't be read.
pub fn style(web: &Path) -> Result<String> {
    style::joined(&files(&web.join("styles"), "css")?)
}

/// Every lesson's id and folder.
fn lessons(web: &Path) -> Result<Vec<(String, PathBuf)>> {
    let folder = web.join("src/lessons");
    let mut lessons = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| path.is_dir()) {
            lessons.push((name.to_owned(), path.clone()));
        }
    }
    lessons.sort();
    Ok(lessons)
}

/// The files below `folder` whose names end like this, sorted.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == ending) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
    }

    #[test]
    fn every_lesson_has_its_words_and_the_page_has_the_line_in_the_list() {
        let words = words(&web()).unwrap();
        assert_eq!(words.len(), LANGUAGES.len() * (1 + lessons(&web()).unwrap().len()));
        let of = |part: &str, language| {
            &words.iter().find(|words| words.part == part && words.language == language).unwrap().texts
        };
        for (lesson, _) in lessons(&web()).unwrap() {
            for language in LANGUAGES {
                let (page, own) = (of(PAGE, language), of(&lesson, language));
                for key in IN_THE_LIST.map(|part| format!("lesson.{lesson}.{part}")) {
                    assert!(page.contains_key(&key) && !own.contains_key(&key), "{key}");
                }
                assert!(own.contains_key(&format!("lesson.{lesson}.lead")), "{lesson}");
            }
        }
    }

    #[test]
    fn a_file_holds_its_records_sorted_by_key() {
        let texts = [("b.b", "two\nlines"), ("b", ""), ("a", "甲")];
        let texts = texts.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
        let words = Words { part: "waves".to_owned(), language: "zh", texts };
        assert_eq!(words.name(), "waves.zh.txt");
        assert_eq!(words.content(), "a\u{1f}甲\u{1e}b\u{1f}\u{1e}b.b\u{1f}two\nlines\u{1e}");
    }
}
