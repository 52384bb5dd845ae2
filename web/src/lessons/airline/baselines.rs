//! What a forecast must beat.

use std::collections::BTreeMap;

use leptos::prelude::*;
use unroll::data::{Data, Series};
use unroll::lessons::airline::{AirlineConfig, Dataset, Scores, baselines, passengers};

use super::prepared::{baseline_id, is_monthly};
use crate::context::App;
use crate::lesson::Baseline;
use crate::state::State;

/// What the baselines depend on, cheap enough to be compared at every event of a run: the settings that cut the
/// series, and where its values stand in memory.
type Basis = (String, (usize, usize));

fn basis(state: &State) -> Basis {
    let AirlineConfig { granularity, window, holdout, .. } = AirlineConfig::from_form(&state.form);
    let values = state.data.as_ref().and_then(Data::series).map(Series::values);
    (
        format!("{granularity:?} {window} {holdout}"),
        values.map_or((0, 0), |values| (values.as_ptr().addr(), values.len())),
    )
}

/// The baselines on the present series, cut as the present settings say; none if it is too short for them.
pub fn in_use(app: App) -> Memo<Vec<Baseline>> {
    let basis = app.select(basis);
    Memo::new(move |_| {
        basis.with(|_| ());
        let own = app.peek(|state| state.data.as_ref().and_then(Data::series).cloned());
        let config = app.peek(|state| AirlineConfig::from_form(&state.form));
        let series = own.unwrap_or_else(passengers);
        let is_monthly = is_monthly(&series);
        let found = Dataset::new(&series, &config).map(|data| baselines(&data));
        let told = move |baseline: unroll::lessons::airline::Baseline| {
            let figures = |scores: Scores, start: &str| {
                [(format!("{start}rmse"), scores.rmse), (format!("{start}mape"), scores.mape)]
            };
            let holdout = baseline.holdout_scores.map(|scores| figures(scores, "holdout_"));
            let mut metrics = BTreeMap::new();
            metrics
                .extend(figures(baseline.train_scores, "").into_iter().chain(holdout.into_iter().flatten()));
            Baseline { id: baseline_id(baseline.id, is_monthly), metrics }
        };
        found.unwrap_or_default().into_iter().map(told).collect()
    })
}
