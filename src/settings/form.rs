//! A value for every declared setting.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Condition, Misfit, Setting, Value};

/// The settings of one run as texts: a permitted value for every setting of the lesson's list.
///
/// Texts, because the form crosses from page to engine, stands in links, snapshots and the run notebook, and must
/// read the same in all of them. A typed setting reads its value from it ([`Choice::read`](super::Choice::read) and the
/// like), [`Form::get`] that of any setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form(BTreeMap<String, String>);

/// What was wrong with a text that was read as a form, and what was done about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Note {
    /// No setting has this key; it was left out.
    UnknownKey {
        /// The key as written.
        key: String,
    },
    /// The text is no value of this setting; the preset stands.
    Unreadable {
        /// The setting.
        key: String,
        /// The text as written.
        text: String,
    },
    /// The number was out of bounds; the nearest permitted value stands.
    Clamped {
        /// The setting.
        key: String,
        /// The text as written.
        text: String,
        /// What stands instead.
        used: String,
    },
}

impl Form {
    /// Every setting at its preset.
    pub fn preset(settings: &[&Setting]) -> Self {
        let mut form = Form(BTreeMap::new());
        // Added one by one: collecting would bring a sort of its own for these pairs, here and for every other type.
        form.0.extend(settings.iter().map(|setting| (setting.key.into(), setting.preset.to_string())));
        form
    }

    /// The preset, changed by `pairs` of key and text. What does not fit is noted, never silently dropped.
    pub fn read<'p>(
        settings: &[&Setting],
        pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> (Self, Vec<Note>) {
        let mut form = Form::preset(settings);
        let mut notes = Vec::new();
        for (key, text) in pairs {
            match settings.iter().find(|setting| setting.key == key) {
                None => notes.push(Note::UnknownKey { key: key.into() }),
                Some(setting) => notes.extend(form.write(setting, text)),
            }
        }
        (form, notes)
    }

    /// Sets one value from a text; a number out of bounds is clamped, an unreadable text changes nothing.
    pub fn write(&mut self, setting: &Setting, text: &str) -> Option<Note> {
        let key = || setting.key.to_owned();
        match setting.kind.read(text) {
            Ok(value) => {
                self.0.insert(key(), value.to_string());
                None
            }
            Err(Misfit::Clamped(value)) => {
                self.0.insert(key(), value.to_string());
                Some(Note::Clamped { key: key(), text: text.into(), used: value.to_string() })
            }
            Err(Misfit::Unreadable) => Some(Note::Unreadable { key: key(), text: text.into() }),
        }
    }

    /// The value of `setting`: its preset where the form has none (a form that came from another version).
    pub fn get(&self, setting: &Setting) -> Value {
        self.value(setting, |text| setting.kind.read(text), setting.preset.clone())
    }

    /// The value of `setting` as `read` reads its text; `preset` where the form has no such value.
    pub(super) fn value<T>(
        &self,
        setting: &Setting,
        read: impl Fn(&str) -> Result<T, Misfit<T>>,
        preset: T,
    ) -> T {
        match self.0.get(setting.key).map(|text| read(text)) {
            Some(Ok(value) | Err(Misfit::Clamped(value))) => value,
            Some(Err(Misfit::Unreadable)) | None => preset,
        }
    }

    /// Does `setting` mean anything beside the other values of this form?
    pub fn is_relevant(&self, setting: &Setting) -> bool {
        setting.only_when.is_none_or(|Condition { setting, words }| {
            matches!(self.get(setting), Value::Choice(word) if words.contains(&word))
        })
    }

    /// Keys and texts of what differs from the preset and matters, in the order of declaration.
    pub fn changed(&self, settings: &[&'static Setting]) -> Vec<(&'static str, String)> {
        settings
            .iter()
            .filter(|setting| self.is_relevant(setting))
            .map(|setting| (setting, self.get(setting)))
            .filter(|(setting, value)| *value != setting.preset)
            .map(|(setting, value)| (setting.key, value.to_string()))
            .collect()
    }
}
