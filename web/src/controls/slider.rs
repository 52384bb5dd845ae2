//! A slider under a setting's field: the same value, by hand.

use leptos::prelude::*;
use unroll::number::{Written, read};
use unroll::settings::{Kind, Setting};

use super::form::use_form;
use crate::i18n::label_of;

/// Digits behind the point that a slider's step can have.
const PLACES: usize = 2;

/// A range input in step with the setting. Bounds are the setting's; a value from a link that lies between two of the
/// slider's steps stays what it is.
#[component]
pub fn Slider(
    /// A number.
    setting: &'static Setting,
    /// How far one key press goes.
    #[prop(default = 1.0)]
    step: f64,
) -> impl IntoView {
    let form = use_form();
    let present = form.select(move |form| form.get(setting).to_string());
    let (min, max) = match setting.kind {
        Kind::Integer { min, max } => (f64::from(min), f64::from(max)),
        Kind::Real { min, max, .. } => (min, max),
        Kind::Choice(_) | Kind::Text { .. } => (0.0, 1.0),
    };
    view! {
        <span class="setting-slider">
            <input
                type="range"
                data-slider=setting.key
                aria-label=move || label_of(form.lesson, setting.key)
                min=Written(min).to_string()
                max=Written(max).to_string()
                step=Written(step).to_string()
                prop:value=move || present.get()
                on:input=move |event| {
                    if let Some(text) = plain(&event_target_value(&event)) {
                        form.set.run((setting.key, text));
                    }
                }
            />
            <span class="setting-slider-value" aria-hidden="true">{move || present.get()}</span>
        </span>
    }
}

/// The value as links write it: 0.3, where a sum of steps may have come to 0.30000000000000004.
fn plain(text: &str) -> Option<String> {
    let text = format!("{:.PLACES$}", Written(read(text)?));
    Some(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text })
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_slider_gives_plain_numbers() {
        let given = ["0.30000000000000004", "3", "120", "1.05", "1.50", "x"].map(plain);
        let right = [Some("0.3"), Some("3"), Some("120"), Some("1.05"), Some("1.5"), None];
        assert_eq!(given, right.map(|text| text.map(str::to_owned)));
    }
}
