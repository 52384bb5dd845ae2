//! The controls: PyTorch's arguments, each number with a slider under its field.

use leptos::prelude::*;
use unroll::lessons::cell::config;
use unroll::settings::{Kind, Setting};

use crate::controls::{Field, Slider};

/// The settings in the order of PyTorch's constructor, then those of the batch.
static SETTINGS: [&Setting; 10] = [
    &config::SHAPE_CELL.setting,
    &config::INPUT_SIZE.setting,
    &config::HIDDEN_SIZE.setting,
    &config::NUM_LAYERS.setting,
    &config::BIAS.setting,
    &config::BATCH_FIRST.setting,
    &config::DROPOUT.setting,
    &config::BIDIRECTIONAL.setting,
    &config::BATCH_SIZE.setting,
    &config::SEQ_LENGTH.setting,
];

/// All controls of the section.
#[component]
pub fn Fields() -> impl IntoView {
    let fields = SETTINGS.into_iter().map(|setting| match setting.kind {
        Kind::Integer { .. } => {
            view! { <div class="bench-field"><Field setting/><Slider setting/></div> }.into_any()
        }
        _ => view! { <div class="bench-field"><Field setting/></div> }.into_any(),
    });
    view! { <div class="bench-fields shapes-fields">{fields.collect_view()}</div> }
}
