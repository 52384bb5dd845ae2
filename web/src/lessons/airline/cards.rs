//! The figures that say how well the model does, each on a card.

use leptos::prelude::*;

use super::prepared::shown_forecast;
use crate::charts::format_number;
use crate::context::use_app;
use crate::i18n::tr;
use crate::state::State;

/// The cards: loss, errors on training and held-out years, pace. They follow the scrubbed epoch.
#[component]
pub fn Cards() -> impl IntoView {
    let app = use_app();
    let values = app.select(values);
    let card = move |index: usize, (name, percent): (&'static str, bool)| {
        let value = move || values.with(|values| values[index]);
        let text = move || value().map_or("–".into(), |value| shown(value, percent));
        view! {
            <div class="card" class:absent=move || value().is_none()>
                <dt>{move || tr(&format!("metric.{name}"))}</dt>
                <dd data-metric=name data-value=move || value().map(|value| value.to_string())>{text}</dd>
            </div>
        }
    };
    view! {
        <dl class="cards">
            {CARDS.into_iter().enumerate().map(|(index, entry)| card(index, entry)).collect_view()}
        </dl>
    }
}

/// Names of the cards, and whether each is a percentage.
const CARDS: [(&str, bool); 6] = [
    ("loss", false),
    ("rmse", false),
    ("mape", true),
    ("holdout_rmse", false),
    ("holdout_mape", true),
    ("steps_per_s", false),
];

fn values(state: &State) -> [Option<f64>; 6] {
    let forecast = shown_forecast(state);
    let train = forecast.map(|forecast| forecast.train_scores);
    let holdout = forecast.and_then(|forecast| forecast.holdout_scores);
    let pace = state.current_run().map(|run| run.progress.steps_per_s).filter(|pace| *pace > 0.0);
    [
        loss(state),
        train.map(|scores| scores.rmse),
        train.map(|scores| scores.mape),
        holdout.map(|scores| scores.rmse),
        holdout.map(|scores| scores.mape),
        pace,
    ]
}

/// The loss at the epoch shown: the final one of a finished run, else the last one measured by then.
fn loss(state: &State) -> Option<f64> {
    let run = state.current_run()?;
    let losses = &run.recording.losses;
    let measured = |epoch: usize| losses.get(epoch.checked_sub(1)?).copied().map(f64::from);
    match state.scrub {
        Some(epoch) if epoch < losses.len() => measured(epoch),
        _ => run.recording.metrics.get("loss").copied().or_else(|| measured(losses.len())),
    }
}

fn shown(value: f64, percent: bool) -> String {
    if percent { format!("{value:.2} %") } else { format_number(value) }
}
