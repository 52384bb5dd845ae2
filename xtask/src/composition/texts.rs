//! The texts among a module's data: the catalogues of messages, and the stories.
//!
//! Nothing in a built module says where they lie, so they are looked for by what they say.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

use super::Pieces;

/// The languages, as catalogues and stories name them.
const LANGUAGES: [&str; 2] = ["en", "zh"];
/// What is shorter is not looked for: it could stand anywhere.
const SHORTEST: usize = 8;
/// What lies between two finds of the same texts and is no longer than this is theirs: rust-i18n says there how
/// long the next message is.
const BETWEEN: usize = 16;

/// Texts of one kind in one language.
#[derive(Debug)]
pub struct Texts {
    /// What they are called in the report.
    pub name: String,
    /// Each of them.
    pub texts: Vec<String>,
}

/// What the page was built from: the catalogues, and the stories as its build script has made them.
///
/// # Errors
/// If a catalogue can't be read, or the page has not been built.
pub fn compiled_in(root: &Path) -> Result<Vec<Texts>> {
    let mut texts = Vec::new();
    let mut catalogues = String::new();
    for file in std::fs::read_dir(root.join("web/locales"))? {
        catalogues += &std::fs::read_to_string(file?.path())?;
    }
    for language in LANGUAGES {
        texts.push(Texts { name: format!("messages, {language}"), texts: messages(&catalogues, language) });
    }
    let stories = std::fs::read_to_string(newest_stories(root)?)?;
    for language in LANGUAGES {
        texts.push(Texts { name: format!("stories, {language}"), texts: literals(&stories, language) });
    }
    for Texts { name, texts } in &texts {
        ensure!(!texts.is_empty(), "there are no {name}");
    }
    Ok(texts)
}

/// What the page's build script has written last.
fn newest_stories(root: &Path) -> Result<PathBuf> {
    let scripts = root.join("target/wasm32-unknown-unknown/release/build");
    let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
    for folder in std::fs::read_dir(&scripts).with_context(|| scripts.display().to_string())? {
        let file = folder?.path().join("out/stories.rs");
        if let Ok(about) = file.metadata() {
            files.push((about.modified()?, file));
        }
    }
    files.into_iter().max().map(|(_, file)| file).context("the page's build script wrote no stories")
}

/// The messages of a language, and each together with its key, as rust-i18n puts them. Reads what the catalogues
/// use of YAML: `key:` with a line for each language under it, or both in braces; plain, quoted or folded text.
fn messages(catalogues: &str, language: &str) -> Vec<String> {
    let mut messages = Vec::new();
    let mut key = "";
    let mut lines = catalogues.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((name, value)) = line.split_once(':').filter(|_| !line.starts_with('#')) else { continue };
        let mut value = value.trim().to_owned();
        let mut is_ours = name.trim() == language;
        if !line.starts_with(' ') {
            key = name;
            let inside =
                value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).unwrap_or_default();
            let mut pairs = inside.split(',').filter_map(|pair| pair.split_once(':'));
            let pair = pairs.find(|(name, _)| name.trim() == language);
            is_ours = pair.is_some();
            value = pair.map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
        } else if value.starts_with('>') {
            let mut folded = Vec::new();
            while let Some(line) = lines.next_if(|line| line.starts_with("    ")) {
                folded.push(line.trim());
            }
            value = folded.join(" ");
        }
        if is_ours {
            let value = value.strip_prefix('"').map_or_else(|| value.clone(), |quoted| unquoted(quoted).0);
            messages.push(format!("{key}{value}"));
            messages.push(value);
        }
    }
    messages
}

/// What stands in the fields of this name in a Rust file.
fn literals(code: &str, field: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut rest = code;
    let begin = format!(" {field}: \"");
    while let Some((_, after)) = rest.split_once(&begin) {
        let (literal, length) = unquoted(after);
        literals.push(literal);
        rest = &after[length..];
    }
    literals
}

/// The text before the closing quotation mark, and how long it was with the escapes that Rust and YAML share.
fn unquoted(quoted: &str) -> (String, usize) {
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return (text, index),
            '\\' => match characters.next().map_or('\\', |(_, escaped)| escaped) {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'u' => {
                    let code: String = characters
                        .by_ref()
                        .map(|(_, digit)| digit)
                        .take_while(|digit| *digit != '}')
                        .collect();
                    let code = u32::from_str_radix(code.trim_start_matches('{'), 16);
                    text.extend(code.ok().and_then(char::from_u32));
                }
                escaped => text.push(escaped),
            },
            other => text.push(other),
        }
    }
    (text, quoted.len())
}

/// The bytes of each of the texts, and what is left of the segments.
pub(super) fn apart(segments: &[&[u8]], texts: &[Texts]) -> Pieces {
    // By how they begin: every place in the data is looked at once.
    let mut beginnings: HashMap<&[u8], Vec<(usize, &[u8])>> = HashMap::new();
    for (owner, group) in texts.iter().enumerate() {
        for text in group.texts.iter().map(String::as_bytes) {
            if let Some(beginning) = text.get(..SHORTEST) {
                beginnings.entry(beginning).or_default().push((owner, text));
            }
        }
    }
    let mut pieces: Pieces = texts.iter().map(|group| (group.name.clone(), Vec::new())).collect();
    let mut give = |owner: Option<usize>, bytes: &[u8]| {
        let name = owner.map_or("other data", |owner| texts[owner].name.as_str());
        pieces.entry(name.to_owned()).or_default().extend(bytes);
    };
    for segment in segments {
        let (mut at, mut last) = (0, (None, 0));
        while at < segment.len() {
            let rest = &segment[at..];
            let found = rest.get(..SHORTEST).and_then(|beginning| beginnings.get(beginning));
            let found = found.into_iter().flatten().filter(|(_, text)| rest.starts_with(text));
            // What both languages say alike belongs to what stands before it.
            let found = found.max_by_key(|(owner, text)| (text.len(), last.0 == Some(*owner)));
            let Some(&(owner, text)) = found else {
                at += 1;
                continue;
            };
            let is_between = last.0 == Some(owner) && at - last.1 <= BETWEEN;
            give(is_between.then_some(owner), &segment[last.1..at]);
            give(Some(owner), text);
            at += text.len();
            last = (Some(owner), at);
        }
        give(None, &segment[last.1..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOGUE: &str = "_version: 2\n\n# Said: often.\nplay.label:\n  en: \"Go on: \\\"Play\\\"\"\n  zh: 开始\n\
        play.help:\n  en: >-\n    In two\n    lines\n  zh: 一行：也行\nmonth.1: { en: Jan, zh: 1月 }\n";

    #[test]
    fn messages_are_read_however_a_catalogue_writes_them() {
        assert_eq!(
            messages(CATALOGUE, "en"),
            [
                "play.labelGo on: \"Play\"",
                "Go on: \"Play\"",
                "play.helpIn two lines",
                "In two lines",
                "month.1Jan",
                "Jan"
            ]
        );
        assert_eq!(
            messages(CATALOGUE, "zh"),
            ["play.label开始", "开始", "play.help一行：也行", "一行：也行", "month.11月", "1月"]
        );
    }

    #[test]
    fn every_message_of_the_catalogues_is_read_in_every_language() {
        let mut keys = 0;
        let mut read = [0; LANGUAGES.len()];
        for file in std::fs::read_dir(crate::root().join("web/locales")).unwrap() {
            let catalogue = std::fs::read_to_string(file.unwrap().path()).unwrap();
            keys += catalogue
                .lines()
                .filter(|line| line.starts_with(|first: char| first.is_alphabetic()))
                .count();
            for (language, read) in LANGUAGES.iter().zip(&mut read) {
                *read += messages(&catalogue, language).len() / 2;
            }
        }
        assert!(keys > 0);
        assert_eq!(read, [keys; LANGUAGES.len()]);
    }

    #[test]
    fn stories_are_read_from_what_the_build_script_writes() {
        let html = "<p class=\"a\">\\(x\\)\n\u{200b}“x”</p>";
        let code = format!("    Section {{ id: \"a\", en: {html:?}, zh: {:?} }},\n", "二");
        assert_eq!(literals(&code, "en"), [html]);
        assert_eq!(literals(&code, "zh"), ["二"]);
    }

    #[test]
    fn texts_are_found_with_what_lies_between_them() {
        let texts =
            [("en", ["play.labelPlay", "month.1January"]), ("zh", ["play.label开始", "month.1January"])].map(
                |(name, texts)| Texts { name: name.to_owned(), texts: texts.map(str::to_owned).to_vec() },
            );
        let (en, zh) = ("play.labelPlay7,7;month.1January", "play.label开始7,7;month.1January");
        let pieces = apart(&[format!("vtable{en}{zh}").as_bytes(), b"play.la"], &texts);
        let expected = [("en", en), ("other data", "vtableplay.la"), ("zh", zh)];
        assert_eq!(pieces, expected.map(|(name, bytes)| (name.to_owned(), bytes.as_bytes().to_vec())).into());
    }
}
