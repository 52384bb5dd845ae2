//! Messages in the reader's language. The catalogues, where `en` and `zh` stand side by side under each key, are published
//! as one file for each language of the page and of each lesson (`web/content`); of these only what is read is fetched.

mod reason;
#[cfg(test)]
mod tests;
mod words;

use std::cell::Cell;

use leptos::prelude::*;

use unroll::lesson::{Lesson, Unit};
use unroll::lessons::LESSONS;
use unroll::settings::Kind;

use crate::state::Language;

/// What every message may use, and from where: what the present lesson counts, after a number and by itself. No argument
/// has such a name.
const COMMON: [(&str, &str); 2] = [("unit", ""), ("unit_name", ".name")];

/// The message of `key` in the present language; follows a switch of language where it is read in a closure or an
/// effect. `%{unit}` and `%{unit_name}` stand for what the present lesson counts.
pub fn tr(key: &str) -> String {
    tr_args(key, &[])
}

/// The key of a message that a lesson may have in words of its own, under `lesson.<lesson>.<key>`.
pub fn key_of(lesson: &Lesson, key: &str) -> String {
    let own = format!("lesson.{}.{key}", lesson.id);
    if words::find(LANGUAGE.with(ArcRwSignal::get_untracked), &own).is_some() { own } else { key.to_owned() }
}

/// What a setting is called, in the lesson's own words where it has some.
pub fn label_of(lesson: &Lesson, key: &str) -> String {
    tr(&key_of(lesson, &format!("setting.{key}.label")))
}

/// A setting's value as the page shows it: a choice by its name, a number as written.
pub fn value_text(key: &str, value: &str) -> String {
    let named = LESSONS.iter().flat_map(|lesson| lesson.all_settings()).any(
        |setting| matches!(setting.kind, Kind::Choice(words) if setting.key == key && words.contains(&value)),
    );
    if named { choice_text(key, value) } else { value.to_owned() }
}

/// What a word of a choice is called. Where the choice is one of lessons, nothing need be said of them: they have titles.
pub fn choice_text(key: &str, word: &str) -> String {
    let [own, title] = choice_keys(key, word);
    tr(if words::find(language(), &own).is_some() { &own } else { &title })
}

/// The keys under which a word of a choice may be named.
fn choice_keys(key: &str, word: &str) -> [String; 2] {
    [format!("setting.{key}.choice.{word}"), format!("lesson.{word}.title")]
}

/// [`tr`] with `%{name}` in the message replaced by the argument of that name. Of a `reason`, which is what the browser said,
/// the message says what it means; of what is `counted`, its name.
pub fn tr_args(key: &str, args: &[(&str, String)]) -> String {
    let mut parts = message(language(), key).split("%{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    // What an argument holds is put in as it is, even where it looks like a name.
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        let argument = args.iter().find(|(own, _)| *own == name);
        match (argument, COMMON.iter().find(|(common, _)| *common == name)) {
            (Some(("reason", value)), _) => text += &tr(&format!("reason.{}", reason::meaning(value))),
            (Some(("counted", word)), _) => text += &tr(&format!("counted.{word}")),
            (Some((_, value)), _) => text += value,
            (None, Some((_, part))) => {
                text += message(language(), &format!("unit.{}{part}", UNIT.get().word()));
            }
            // A gap is seen.
            (None, None) => text += &format!("%{{{name}}}"),
        }
        text += rest;
    }
    text
}

/// What is no message but is published with them, in the present language: a story, a stylesheet. Empty where the lesson
/// has none. It lives as long as the page.
pub fn text(key: &str) -> &'static str {
    words::find(language(), key).unwrap_or_default()
}

/// The present language, tracked.
pub fn language() -> Language {
    LANGUAGE.with(|language| language.get())
}

/// Sets what the messages count; only the app's root calls it, before it makes a lesson's page.
pub fn count_in(unit: Option<Unit>) {
    UNIT.set(unit.unwrap_or(Unit::Epoch));
}

/// Has the page speak `language` as soon as its own words and those of this lesson are here; they are asked for at once.
/// Until then, and where they can't be had, it speaks on as before. False for the latter.
pub fn speak(language: Language, lesson: &'static Lesson) -> impl Future<Output = bool> {
    WANTED.set(language);
    let (page, own) = (words::fetch(words::PAGE, language), words::fetch(lesson.id, language));
    async move {
        let is_here = page.await && own.await;
        // The reader may want another one by now.
        if is_here && WANTED.get() == language {
            LANGUAGE.with(|present| present.maybe_update(|now| std::mem::replace(now, language) != language));
        }
        is_here
    }
}

thread_local! {
    /// Outside the tree of components, so that event handlers can speak too.
    static UNIT: Cell<Unit> = const { Cell::new(Unit::Epoch) };
    static LANGUAGE: ArcRwSignal<Language> = ArcRwSignal::new(Language::En);
    static WANTED: Cell<Language> = const { Cell::new(Language::En) };
}

/// The message of `key` in `language`; the key itself if there is none, so that a gap is seen.
pub fn message(language: Language, key: &str) -> &str {
    words::find(language, key).unwrap_or(key)
}
