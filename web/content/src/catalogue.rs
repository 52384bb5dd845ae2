//! Catalogues: YAML files in which the languages stand side by side under each key.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::{LANGUAGES, Message};

/// The messages of these files.
///
/// # Errors
/// If a file is no catalogue, and for what [`add`] refuses.
pub fn read(files: &[PathBuf]) -> Result<BTreeMap<String, Message>> {
    let mut messages = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        add(&text, &mut messages).with_context(|| file.display().to_string())?;
    }
    Ok(messages)
}

/// Adds a catalogue's messages.
///
/// # Errors
/// If a key was there before, and if a message is not there in every language with the same arguments.
fn add(catalogue: &str, messages: &mut BTreeMap<String, Message>) -> Result<()> {
    let read: BTreeMap<String, Message> = serde_saphyr::from_str(catalogue)?;
    for (key, message) in read {
        ensure!(message.keys().eq(LANGUAGES), "{key} is there in {:?}", message.keys());
        let [first, second] = LANGUAGES.map(|language| arguments(&message[language]));
        ensure!(first == second, "{key} has other arguments in each language: {first:?}, {second:?}");
        ensure!(messages.insert(key.clone(), message).is_none(), "{key} is there twice");
    }
    Ok(())
}

/// The names in `%{name}`, sorted. What a lesson counts is known to every message.
fn arguments(message: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        message.split("%{").skip(1).map(|rest| rest.split('}').next().unwrap_or_default()).collect();
    names.retain(|name| !name.starts_with("unit"));
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(catalogue: &str) -> String {
        let mut messages = BTreeMap::from([("before".to_owned(), Message::new())]);
        add(catalogue, &mut messages).unwrap_err().to_string()
    }

    #[test]
    fn messages_are_read_however_a_catalogue_writes_them() {
        let catalogue = "# Said: often.\nplay:\n  en: \"Go on: \\\"%{what}\\\"\"\n  zh: 开始%{what}\n\
            help:\n  en: >-\n    In two\n    lines, %{unit}\n  zh: 一行：也行\nmonth.1: { en: Jan, zh: 1月 }\n";
        let mut messages = BTreeMap::new();
        add(catalogue, &mut messages).unwrap();
        let message = |key: &str| LANGUAGES.map(|language| messages[key][language].as_str());
        assert_eq!(message("play"), ["Go on: \"%{what}\"", "开始%{what}"]);
        assert_eq!(message("help"), ["In two lines, %{unit}", "一行：也行"]);
        assert_eq!(message("month.1"), ["Jan", "1月"]);
    }

    #[test]
    fn a_gap_is_refused_with_its_key() {
        assert!(refused("play: { en: Go }").contains("play is there in [\"en\"]"));
        assert!(refused("play: { en: Go, zh: 开始, de: Los }").contains("play"));
        assert!(refused("play: { en: \"%{a}\", zh: \"%{b}\" }").contains("play has other arguments"));
        assert!(refused("before: { en: Go, zh: 开始 }").contains("before is there twice"));
    }
}
