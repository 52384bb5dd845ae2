//! What a model must beat, as rows of the same table.

use leptos::prelude::*;

use super::row::metric_cells;
use crate::context::use_lesson;
use crate::i18n::tr;
use crate::lesson::Baseline;

/// A row for each.
#[component]
pub fn BaselineRows(baselines: Memo<Vec<Baseline>>) -> impl IntoView {
    let lesson = use_lesson();
    let row = move |baseline: Baseline| {
        let id = baseline.id;
        view! {
            <tr data-baseline=id>
                <th scope="row">{move || tr("notebook.baseline")}</th>
                <td class="notebook-settings" colspan="6">
                    <strong>{move || tr(&format!("notebook.baseline.{id}"))}</strong>
                    " "
                    <span class="soft">{move || tr(&format!("notebook.baseline.{id}.help"))}</span>
                </td>
                {metric_cells(lesson, &baseline.metrics)}
                <td></td>
                <td></td>
            </tr>
        }
    };
    move || baselines.get().into_iter().map(row).collect_view()
}
