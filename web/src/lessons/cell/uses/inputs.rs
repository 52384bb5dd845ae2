//! What goes into the small model: a slider for each number.

use leptos::prelude::*;

use super::{Scene, at_step, brief};
use crate::i18n::{tr, tr_args};
use crate::lessons::cell::state::Msg;
use crate::lessons::cell::use_workbench;

/// The sliders. They are made anew only for another arrangement, never under the reader's hand.
#[component]
pub fn Inputs(
    /// What is shown.
    scene: Scene,
) -> impl IntoView {
    let bench = use_workbench();
    let slider = move |index: usize| {
        let arrangement = scene.arrangement.get_untracked();
        let present =
            Memo::new(move |_| scene.input.with(|input| input.get(index).copied().unwrap_or_default()));
        let change = move |event| {
            let Ok(number) = event_target_value(&event).parse::<f32>() else { return };
            let mut input = scene.input.get_untracked();
            if let Some(present) = input.get_mut(index) {
                *present = number.clamp(-1.0, 1.0);
            }
            bench.dispatch(Msg::Input(arrangement, input));
        };
        view! {
            <label class="uses-input">
                <span aria-hidden="true">{at_step('x', index)}</span>
                <input
                    type="range"
                    data-use-input=index
                    aria-label=move || tr_args("cell.uses.input", &[("step", (index + 1).to_string())])
                    min="-1"
                    max="1"
                    step="0.05"
                    prop:value=move || present.get().to_string()
                    on:input=change
                />
                <span class="number" aria-hidden="true">{move || brief(present.get())}</span>
            </label>
        }
    };
    view! {
        <div class="uses-inputs" role="group" aria-label=move || tr("cell.uses.inputs")>
            {move || scene.arrangement.get().inputs().map(slider).collect_view()}
        </div>
    }
}
