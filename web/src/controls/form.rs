//! The settings that controls show and change, whoever holds them.

use leptos::prelude::*;
use unroll::lesson::Lesson;
use unroll::settings::Form;

use crate::state::Notice;

/// The settings in hand. A page that has some provides them as a context.
#[derive(Clone, Copy)]
pub struct FormInHand {
    /// Whose settings they are.
    pub lesson: &'static Lesson,
    /// Their values.
    pub form: Signal<Form>,
    /// What was not taken as the reader wrote it.
    pub notes: Signal<Vec<Notice>>,
    /// Changes one: its key, and its value as links write it.
    pub set: Callback<(&'static str, String)>,
    /// Takes one of the lesson's presets, by its id.
    pub preset: Callback<&'static str>,
}

impl FormInHand {
    /// A part of the values that notifies only when that part has changed.
    pub fn select<T>(self, part: impl Fn(&Form) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.form.with(&part))
    }
}

/// The settings in hand.
pub fn use_form() -> FormInHand {
    expect_context()
}
