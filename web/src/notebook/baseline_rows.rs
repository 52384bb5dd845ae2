//! What a model must beat, as rows of the same table.

use leptos::prelude::*;
use unroll::lessons::airline::{AirlineConfig, Baseline, Dataset, baselines, passengers};

use super::row::{Figure, figure_cell};
use crate::context::App;
use crate::i18n::tr;
use crate::state::State;

/// What the baselines depend on, cheap enough to be compared at every event of a run: the settings that cut the
/// series, and where its values stand in memory.
type Basis = (String, (usize, usize));

fn basis(state: &State) -> Basis {
    let AirlineConfig { granularity, window, holdout, .. } = AirlineConfig::from_form(&state.form);
    let values = state.series.as_ref().map(|series| &series.values);
    (
        format!("{granularity:?} {window} {holdout}"),
        values.map_or((0, 0), |values| (values.as_ptr().addr(), values.len())),
    )
}

/// The baselines on the present series, cut as the present settings say; none if it is too short for them.
pub fn baselines_in_use(app: App) -> Memo<Vec<Baseline>> {
    let basis = app.select(basis);
    Memo::new(move |_| {
        basis.with(|_| ());
        let series = app.peek(|state| state.series.clone()).unwrap_or_else(passengers);
        let config = app.peek(|state| AirlineConfig::from_form(&state.form));
        Dataset::new(&series, &config).map(|data| baselines(&data)).unwrap_or_default()
    })
}

/// A row for each.
#[component]
pub fn BaselineRows(baselines: Memo<Vec<Baseline>>) -> impl IntoView {
    let row = |baseline: Baseline| {
        let id = baseline.id;
        let holdout = baseline.holdout_scores;
        view! {
            <tr data-baseline=id>
                <th scope="row">{move || tr("notebook.baseline")}</th>
                <td class="notebook-settings" colspan="6">
                    <strong>{move || tr(&format!("notebook.baseline.{id}"))}</strong>
                    " "
                    <span class="soft">{move || tr(&format!("notebook.baseline.{id}.help"))}</span>
                </td>
                {figure_cell("rmse", Some(baseline.train_scores.rmse), holdout.map(|scores| scores.rmse), Figure::Thousands)}
                {figure_cell("mape", Some(baseline.train_scores.mape), holdout.map(|scores| scores.mape), Figure::Percent)}
                <td></td>
                <td></td>
            </tr>
        }
    };
    move || baselines.get().into_iter().map(row).collect_view()
}
