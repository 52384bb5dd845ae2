//! The glossary entry beside a label.

use leptos::prelude::*;

use crate::context::use_lesson;
use crate::i18n::{key_of, label_of, tr, tr_args};

/// A question mark that shows the glossary entry of a setting while it is hovered, focused or tapped.
#[component]
pub fn Help(
    /// The setting's key.
    key: &'static str,
) -> impl IntoView {
    let lesson = use_lesson();
    let label = move || tr_args("help.about", &[("name", label_of(lesson, key))]);
    let id = format!("help-{key}");
    let text = key_of(lesson, &format!("setting.{key}.help"));
    let described = id.clone();
    view! {
        <span class="help">
            <button type="button" class="help-mark" aria-label=label aria-describedby=described>
                "?"
            </button>
            <span class="help-text" role="tooltip" id=id>
                {move || tr(&text)}
            </span>
        </span>
    }
}
