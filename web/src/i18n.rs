//! Messages in the reader's language, from the catalogues in `locales/`, where `en` and `zh` stand side by side
//! under each key.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::state::Language;

/// The message of `key` in the present language; follows a switch of language where it is read in a closure or an
/// effect, for example `{move || tr("play.label")}`.
pub fn tr(key: &str) -> String {
    message(language(), key)
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

/// Switches the language of all messages on the page; only the app's root calls it, following the state.
pub fn switch_language(language: Language) {
    LANGUAGE.with(|present| present.set(language));
}

thread_local! {
    /// Outside the tree of components, so that event handlers can speak too.
    static LANGUAGE: ArcRwSignal<Language> = ArcRwSignal::new(Language::En);
}

/// The message of `key` in `language`; the key itself if there is none, so that a gap is seen.
pub fn message(language: Language, key: &str) -> String {
    crate::_rust_i18n_translate(language.word(), key).into_owned()
}

fn fill<'a>(message: String, args: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    args.fold(message, |text, (name, value)| text.replace(&format!("%{{{name}}}"), value))
}
