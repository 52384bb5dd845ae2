//! The notebook as a file and as text for notes, the figures as a picture.

use leptos::prelude::*;

use super::export::{Format, write};
use crate::context::{use_app, use_lesson};
use crate::i18n::tr;
use crate::lesson::Baseline;
use crate::{clipboard, download};

/// The buttons under the table, and what came of the last one.
#[component]
pub fn ExportBar(baselines: Memo<Vec<Baseline>>) -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    let said = RwSignal::new(None::<&'static str>);
    let busy = RwSignal::new(false);
    let export = move |format: Format| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let written = write(app, lesson, baselines.get_untracked(), format).await;
            let came_of_it = match (written, format) {
                (Err(_), _) => "part.failed",
                (Ok(text), Format::Csv) => {
                    let saved = download::save_text("unroll-runs.csv", "text/csv;charset=utf-8", &text);
                    if saved.is_ok() { "notebook.export.saved" } else { "notebook.export.failed" }
                }
                (Ok(text), Format::Markdown) => {
                    if clipboard::copy(&text).await {
                        "share.copied"
                    } else {
                        "notebook.not_copied"
                    }
                }
            };
            busy.try_set(false);
            said.try_set(Some(came_of_it));
        });
    };
    view! {
        <div class="notebook-export" aria-busy=move || busy.get().to_string()>
            <button type="button" class="panel-button" data-control="export-csv" disabled=busy
                on:click=move |_| export(Format::Csv)
            >
                {move || tr("notebook.export.csv")}
            </button>
            <button type="button" class="panel-button" data-control="copy-markdown" disabled=busy
                on:click=move |_| export(Format::Markdown)
            >
                {move || tr("notebook.export.markdown")}
            </button>
            <p role="status">{move || said.get().map(tr)}</p>
        </div>
    }
}
