//! What the model wrote at each examination: the same beginning, the same random numbers, ever better prose.

use leptos::prelude::*;
use unroll::lessons::novel::Prose;

use crate::context::use_app;
use crate::i18n::tr;
use crate::i18n::tr_args;
use crate::state::Run;

/// Samples that are shown; a longer run leaves out some in between.
const SHOWN: usize = 12;

/// The samples, the newest first.
#[component]
pub fn Scroll() -> impl IntoView {
    let app = use_app();
    let seen =
        app.select(|state| (state.current, state.current_run().map(|run| run.pictures_seen), state.scrub));
    let samples = Memo::new(move |_| {
        seen.with(|_| ());
        app.peek(|state| {
            let figures: Vec<(usize, Prose)> = state.current_run().map(Run::figures).unwrap_or_default();
            let last = state.scrub.unwrap_or(usize::MAX);
            let seen = figures.into_iter().filter(|(step, _)| *step <= last);
            let all: Vec<(usize, String)> = seen.map(|(step, prose)| (step, prose.sample)).collect();
            let stride = all.len().div_ceil(SHOWN).max(1);
            // Counted from the newest, which is always among them.
            all.into_iter().rev().step_by(stride).collect::<Vec<_>>()
        })
    });
    let rows = move || {
        samples.with(|samples| {
            let row = |(step, sample): &(usize, String)| {
                view! {
                    <li data-step=step.to_string()>
                        <span class="scroll-step">{tr_args("novel.scroll.step", &[("step", step.to_string())])}</span>
                        <p class="prose">{sample.clone()}</p>
                    </li>
                }
            };
            samples.iter().map(row).collect_view()
        })
    };
    view! {
        <section class="figure-section" aria-labelledby="scroll-heading">
            <h2 id="scroll-heading">{move || tr("novel.scroll.title")}</h2>
            <p class="soft">{move || tr("novel.scroll.about")}</p>
            <ol class="scroll" data-figure="scroll" tabindex="0" aria-labelledby="scroll-heading">{rows}</ol>
            <p class="soft" hidden=move || samples.with(|samples| !samples.is_empty())>
                {move || tr("novel.scroll.empty")}
            </p>
        </section>
    }
}
