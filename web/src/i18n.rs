//! Messages in the reader's language, from the catalogues in `locales/`, where `en` and `zh` stand side by side
//! under each key.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

use leptos::prelude::*;

use unroll::lesson::{Lesson, Unit};

use crate::state::Language;

/// The message of `key` in the present language; follows a switch of language where it is read in a closure or an
/// effect. `%{unit}` and `%{unit_name}` stand for what the present lesson counts.
pub fn tr(key: &str) -> String {
    let message = message(language(), key);
    if !message.contains("%{unit") {
        return message;
    }
    let unit = UNIT.get().word();
    let words = ["", ".name"].map(|part| self::message(language(), &format!("unit.{unit}{part}")));
    message.replace("%{unit}", &words[0]).replace("%{unit_name}", &words[1])
}

/// The key of a message that a lesson may have in words of its own, under `lesson.<lesson>.<key>`.
pub fn key_of(lesson: &Lesson, key: &str) -> String {
    let own = format!("lesson.{}.{key}", lesson.id);
    if message(Language::En, &own) == own { key.to_owned() } else { own }
}

/// What a setting is called, in the lesson's own words where it has some.
pub fn label_of(lesson: &Lesson, key: &str) -> String {
    tr(&key_of(lesson, &format!("setting.{key}.label")))
}

/// [`tr`] with `%{name}` in the message replaced by the argument of that name.
pub fn tr_args(key: &str, args: &[(&str, String)]) -> String {
    fill(tr(key), args.iter().map(|(name, value)| (*name, value.as_str())))
}

/// [`tr_args`] for the arguments of a notice or an error.
pub fn tr_map(key: &str, args: &BTreeMap<String, String>) -> String {
    fill(tr(key), args.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// The present language, tracked.
pub fn language() -> Language {
    LANGUAGE.with(|language| language.get())
}

/// Sets what the messages count; only the app's root calls it, before it makes a lesson's page.
pub fn count_in(unit: Option<Unit>) {
    UNIT.set(unit.unwrap_or(Unit::Epoch));
}

/// Switches the language of all messages on the page; only the app's root calls it, following the state.
pub fn switch_language(language: Language) {
    LANGUAGE.with(|present| present.set(language));
}

thread_local! {
    /// Outside the tree of components, so that event handlers can speak too.
    static UNIT: Cell<Unit> = const { Cell::new(Unit::Epoch) };
    static LANGUAGE: ArcRwSignal<Language> = ArcRwSignal::new(Language::En);
}

/// The message of `key` in `language`; the key itself if there is none, so that a gap is seen.
pub fn message(language: Language, key: &str) -> String {
    crate::_rust_i18n_try_translate(language.word(), key).map_or_else(|| key.to_owned(), Cow::into_owned)
}

fn fill<'a>(message: String, args: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    args.fold(message, |text, (name, value)| text.replace(&format!("%{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use unroll::Error;
    use unroll::lessons::LESSONS;
    use unroll::settings::Kind;

    use super::*;

    fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|found| found == ending) {
                    found.push(path);
                }
            }
        }
        found
    }

    /// Every key of every catalogue with its messages by language.
    fn catalogues() -> BTreeMap<String, BTreeMap<String, String>> {
        fn walk(
            prefix: &str,
            value: &serde_json::Value,
            found: &mut BTreeMap<String, BTreeMap<String, String>>,
        ) {
            let Some(map) = value.as_object() else { return };
            for (name, below) in map {
                match below.as_str() {
                    Some(text) => {
                        found.entry(prefix.to_owned()).or_default().insert(name.clone(), text.to_owned());
                    }
                    None if prefix.is_empty() => walk(name, below, found),
                    None => walk(&format!("{prefix}.{name}"), below, found),
                }
            }
        }
        let mut found = BTreeMap::new();
        for path in files("locales", "yml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let value: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
            walk("", &value, &mut found);
        }
        found
    }

    fn arguments(message: &str) -> Vec<String> {
        let mut names: Vec<String> = message
            .split("%{")
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap_or_default().to_owned())
            .collect();
        // What a lesson counts is known to every message.
        names.retain(|name| !name.starts_with("unit"));
        names.sort();
        names.dedup();
        names
    }

    #[test]
    fn every_message_is_there_in_both_languages_with_the_same_arguments() {
        let catalogues = catalogues();
        assert!(catalogues.len() > 100);
        for (key, messages) in catalogues {
            let languages: Vec<&str> = messages.keys().map(String::as_str).collect();
            assert_eq!(languages, ["en", "zh"], "{key}");
            assert_eq!(arguments(&messages["en"]), arguments(&messages["zh"]), "{key}");
            for language in [Language::En, Language::Zh] {
                assert_ne!(message(language, &key), key, "{key} is not compiled in");
            }
        }
    }

    #[test]
    fn every_declaration_and_every_error_has_its_message() {
        let mut keys = Vec::new();
        for lesson in LESSONS {
            for part in ["title", "chapter", "lead"] {
                keys.push(format!("lesson.{}.{part}", lesson.id));
            }
            for metric in lesson.metrics() {
                keys.push(format!("metric.{}", metric.key));
                keys.push(format!("notebook.column.{}", metric.key));
            }
            if lesson.is_trained() {
                keys.push(format!("lesson.{}.loss", lesson.id));
            }
            keys.extend(
                lesson.presets.iter().map(|preset| format!("lesson.{}.preset.{}", lesson.id, preset.id)),
            );
            for setting in lesson.all_settings() {
                keys.push(format!("setting.{}.label", setting.key));
                keys.push(format!("setting.{}.help", setting.key));
                if let Kind::Choice(words) = setting.kind {
                    keys.extend(words.iter().map(|word| format!("setting.{}.choice.{word}", setting.key)));
                }
            }
        }
        let text = String::new;
        let errors = [
            Error::NotANumber { row: 1, column: 1, text: text() },
            Error::Hole { row: 1 },
            Error::RaggedRow { row: 1, expected: 1, found: 2 },
            Error::ColumnCount { found: 3 },
            Error::SeriesTooShort { found: 1, needed: 2 },
            Error::BadStep { step: 1, text: text() },
            Error::TooLarge { found: 2, limit: 1 },
            Error::ConstantSeries,
            Error::NoSentence { row: 1 },
            Error::OneLabel { label: text() },
            Error::NotText,
            Error::TextTooShort { found: 1, needed: 2 },
            Error::NoSuchText { name: text() },
            Error::Unreachable { address: text(), reason: text() },
            Error::NotAModel { what: text() },
            Error::LinkCut { found: 1, expected: 2 },
            Error::LinkDamaged,
            Error::ForeignVersion { version: text() },
            Error::DictionaryUnreachable { reason: text() },
            Error::DictionaryDamaged { what: text() },
            Error::WeightsMismatch { found: 1, expected: 2 },
            Error::SnapshotDamaged { what: text() },
            Error::UnknownLesson { name: text() },
            Error::Diverged { step: 1, learning_rate: 1.0 },
            Error::EngineUnavailable { reason: text() },
            Error::EngineLost { reason: text() },
        ];
        let catalogues = catalogues();
        for error in &errors {
            let key = error.key();
            let given = error.fields();
            for argument in catalogues.get(&key).iter().flat_map(|messages| arguments(&messages["en"])) {
                assert!(given.contains_key(&argument), "{key} has no argument {argument}");
            }
            keys.push(key);
        }
        let missing: Vec<&String> = keys.iter().filter(|key| !catalogues.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_lesson_says_in_its_own_words_what_it_has_words_for() {
        let [airline, _, _, _, embedding, _] = LESSONS;
        let key = "notebook.compare.button";
        assert_eq!(key_of(airline, key), key);
        assert_eq!(key_of(embedding, key), "lesson.embedding.notebook.compare.button");
        assert_eq!(message(Language::Zh, "no.such.key"), "no.such.key");
    }

    #[test]
    fn every_key_in_the_code_has_its_message() {
        let catalogues = catalogues();
        for path in files("src", "rs") {
            let code = std::fs::read_to_string(&path).unwrap();
            for call in ["tr(\"", "tr_args(\"", "Notice::new(\""] {
                for rest in code.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap_or_default();
                    // What is put together at run time is walked from the declarations above.
                    let literal = key.contains('.') && !key.ends_with('.') && !key.contains('{');
                    assert!(!literal || catalogues.contains_key(key), "{key} in {}", path.display());
                }
            }
        }
    }
}
