//! The controls: PyTorch's arguments, each number with a slider under its field.

use leptos::prelude::*;
use unroll::lessons::cell::config;
use unroll::settings::{Kind, Setting};

use crate::controls::{Field, Slider};

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
        Kind::Integer { .. } => {
            view! { <div class="bench-field"><Field setting/><Slider setting/></div> }.into_any()
        }
        _ => view! { <div class="bench-field"><Field setting/></div> }.into_any(),
    });
    view! { <div class="bench-fields shapes-fields">{fields.collect_view()}</div> }
}
