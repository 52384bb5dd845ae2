//! The run notebook: every run of the session in a table, beside the honest baselines.

mod baselines;
mod compare;
mod difference;
mod entry;
mod export;
mod export_bar;
mod row;
mod sparkline;

use leptos::prelude::*;
use unroll::lesson::Lesson;

use crate::context::use_app;
use crate::frames::follow_after;
use crate::i18n::tr;
use crate::lesson::LessonView;

use baselines::BaselineRows;
use compare::CompareBar;
use export_bar::ExportBar;
use row::RunRow;

/// The columns of the table from left to right, around the lesson's own figures; the catalogue names each under
/// `notebook.column.<word>`.
const FIRST: [&str; 7] = ["run", "settings", "engine", "steps", "loss", "best_loss", "curve"];
const LAST: [&str; 2] = ["seconds", "actions"];

/// Frames after which a new run has its row.
const ROW_AFTER: u32 = 2;

/// The heading of every column, with its word.
fn columns(lesson: &Lesson) -> Vec<(&'static str, String)> {
    let named = |word: &'static str| (word, format!("notebook.column.{word}"));
    let own = lesson.metrics().iter().map(|metric| metric.key);
    FIRST.into_iter().chain(own).chain(LAST).map(named).collect()
}

/// The notebook.
#[component]
pub fn Notebook(
    /// The lesson.
    parts: &'static LessonView,
) -> impl IntoView {
    let app = use_app();
    // A row has many elements. It is made after the frame in which a run begins, not with it.
    let rows = follow_after(ROW_AFTER, app.select(entry::order));
    let baselines = (parts.baselines)(app);
    let columns = columns(parts.lesson);
    let width = columns.len();
    let header = columns
        .into_iter()
        .map(|(word, key)| view! { <th scope="col" data-column=word>{move || tr(&key)}</th> })
        .collect_view();
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
                                <td colspan=width.to_string()>{move || tr("notebook.empty")}</td>
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
