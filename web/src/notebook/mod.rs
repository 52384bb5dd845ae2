//! The run notebook: every run of the session in a table, beside the honest baselines.

mod baseline_rows;
mod compare;
mod difference;
mod entry;
mod export;
mod export_bar;
mod row;
mod sparkline;

use leptos::prelude::*;

use crate::context::use_app;
use crate::i18n::tr;

use baseline_rows::{BaselineRows, baselines_in_use};
use compare::CompareBar;
use export_bar::ExportBar;
use row::RunRow;

/// The columns of the table from left to right; the catalogue names each under `notebook.column.<word>`.
const COLUMNS: [&str; 11] = [
    "run",
    "settings",
    "engine",
    "epochs",
    "loss",
    "best_loss",
    "curve",
    "rmse",
    "mape",
    "seconds",
    "actions",
];

/// The notebook.
#[component]
pub fn Notebook() -> impl IntoView {
    let app = use_app();
    let rows = app.select(entry::order);
    let baselines = baselines_in_use(app);
    let header = COLUMNS.map(|column| {
        view! { <th scope="col" data-column=column>{move || tr(&format!("notebook.column.{column}"))}</th> }
    });
    view! {
        <section class="notebook" data-panel="notebook" aria-labelledby="notebook-heading">
            <h2 id="notebook-heading">{move || tr("notebook.heading")}</h2>
            <CompareBar />
            <div class="notebook-scroll" role="region" tabindex="0" aria-labelledby="notebook-caption">
                <table data-notebook>
                    <caption id="notebook-caption"><span>{move || tr("notebook.caption")}</span></caption>
                    <thead><tr>{header}</tr></thead>
                    <tbody>
                        <For each=move || rows.get() key=|id| *id let:id>
                            <RunRow id />
                        </For>
                        <Show when=move || rows.with(Vec::is_empty)>
                            <tr class="notebook-empty">
                                <td colspan=COLUMNS.len().to_string()>{move || tr("notebook.empty")}</td>
                            </tr>
                        </Show>
                    </tbody>
                    <tbody class="baselines">
                        <BaselineRows baselines />
                    </tbody>
                </table>
            </div>
            <ExportBar baselines />
        </section>
    }
}
