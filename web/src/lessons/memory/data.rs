//! Where the sequences come from. The reader brings none: they are made up.

use leptos::prelude::*;
use unroll::lessons::memory::MemoryConfig;

use super::sheet::Sheet;
use crate::context::use_app;
use crate::i18n::{tr, tr_args};
use crate::state::State;

/// What is asked, how it is drawn, and by what the networks are judged.
#[component]
pub fn DataPanel() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let config = Memo::new(move |_| job.with(|job| MemoryConfig::from_form(&job.form)));
    let judged = Memo::new(move |_| job.with(|job| Sheet::new(job).judged));
    let task = move || config.with(|config| tr(&format!("memory.data.task.{}", config.task.word())));
    let shape = move || {
        config.with(|config| {
            let MemoryConfig { task, length, batch_size, .. } = *config;
            let shape = format!("({}, {batch_size}, {})", task.steps(length), task.input_size());
            tr_args("memory.data.shape", &[("shape", shape)])
        })
    };
    let drawn = move || {
        config.with(|config| {
            let MemoryConfig { batch_size, steps, .. } = *config;
            let count = batch_size * steps;
            tr_args("memory.data.drawn", &[("batch", batch_size.to_string()), ("count", count.to_string())])
        })
    };
    let judged = move || tr_args("memory.data.judged", &[("count", judged.get().to_string())]);
    view! {
        <section class="data-panel" data-panel="data" aria-labelledby="data-heading">
            <h2 id="data-heading">{move || tr("memory.data.heading")}</h2>
            <dl class="facts">
                <div class="fact"><dt>{move || tr("setting.task.label")}</dt><dd>{task}</dd></div>
                <div class="fact"><dt>{move || tr("memory.data.batch")}</dt><dd>{shape}</dd></div>
                <div class="fact"><dt>{move || tr("memory.data.training")}</dt><dd>{drawn}</dd></div>
                <div class="fact"><dt>{move || tr("memory.data.holdout")}</dt><dd>{judged}</dd></div>
            </dl>
        </section>
    }
}
