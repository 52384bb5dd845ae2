//! Going back through a run: the figures at an earlier step.

use leptos::prelude::*;

use crate::context::use_app;
use crate::i18n::{tr, tr_args};
use crate::state::{Msg, Phase, RECORDED};

/// A slider over the steps of the run in the figures, and whether that run is a recorded one.
#[component]
pub fn Scrubber() -> impl IntoView {
    let app = use_app();
    let recorded = app.select(|state| state.current == Some(RECORDED));
    // First and last step that there is a picture of; none while there is nothing to go through.
    let span = app.select(|state| {
        let pictures = &state.current_run()?.recording.pictures;
        let (first, last) = (pictures.first()?.step, pictures.last()?.step);
        (first < last && state.phase != Phase::Training).then_some((first, last))
    });
    let shown = app.select(|state| {
        let newest = state.picture().map_or(0, |picture| picture.step);
        state.scrub.unwrap_or(newest)
    });
    view! {
        <div class="scrubber">
            <p class="recorded" data-recorded hidden=move || !recorded.get()>
                {move || tr("recorded.label")}
            </p>
            {move || span.get().map(|(first, last)| view! {
                <label class="scrub">
                    <span>{move || tr_args("scrub.label", &[("step", shown.get().to_string())])}</span>
                    <input
                        type="range"
                        data-control="scrub"
                        min=first
                        max=last
                        prop:value=move || shown.get().to_string()
                        aria-valuetext=move || {
                            tr_args("scrub.label", &[("step", shown.get().to_string())])
                        }
                        on:input=move |event| {
                            let step = event_target_value(&event).parse::<usize>().ok();
                            app.dispatch(Msg::Scrub(step.filter(|step| *step < last)));
                        }
                    />
                </label>
            })}
        </div>
    }
}
