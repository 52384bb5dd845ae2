//! The controls: PyTorch's arguments, each number with a slider under its field.

use leptos::prelude::*;
use unroll::lessons::cell::config;
use unroll::settings::{Kind, Setting};

use crate::controls::{Field, use_form};
use crate::i18n::{key_of, tr};

/// The settings in the order of PyTorch's constructor, then those of the batch.
static SETTINGS: [&Setting; 10] = [
    &config::SHAPE_CELL,
    &config::INPUT_SIZE,
    &config::HIDDEN_SIZE,
    &config::NUM_LAYERS,
    &config::BIAS,
    &config::BATCH_FIRST,
    &config::DROPOUT,
    &config::BIDIRECTIONAL,
    &config::BATCH_SIZE,
    &config::SEQ_LENGTH,
];

/// All controls of the section.
#[component]
pub fn Fields() -> impl IntoView {
    let fields = SETTINGS.into_iter().map(|setting| match setting.kind {
        Kind::Integer { min, max } => {
            view! { <div class="bench-field"><Field setting/><Slider setting min max/></div> }.into_any()
        }
        _ => view! { <div class="bench-field"><Field setting/></div> }.into_any(),
    });
    view! { <div class="bench-fields shapes-fields">{fields.collect_view()}</div> }
}

/// A slider for a whole number, in step with the setting's field.
#[component]
fn Slider(
    /// The setting.
    setting: &'static Setting,
    /// Its smallest value.
    min: i64,
    /// Its largest.
    max: i64,
) -> impl IntoView {
    let form = use_form();
    let present = form.select(move |form| form.integer(setting));
    let label = key_of(form.lesson, &format!("setting.{}.label", setting.key));
    view! {
        <input
            type="range"
            data-slider=setting.key
            aria-label=move || tr(&label)
            min=min
            max=max
            step="1"
            prop:value=move || present.get().to_string()
            on:input=move |event| form.set.run((setting.key, event_target_value(&event)))
        />
    }
}
