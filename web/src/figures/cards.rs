//! The figures that say how well the model does, each on a card.

use leptos::prelude::*;
use unroll::lesson::{Lesson, Metric};
use unroll::number::Written;

use crate::context::{use_app, use_lesson};
use crate::i18n::tr;
use crate::quantity::{self, format_number};
use crate::state::State;

/// The cards: loss, the lesson's own figures, on held-out data too, pace. They follow the scrubbed step.
#[component]
pub fn Cards() -> impl IntoView {
    let app = use_app();
    let cards = cards(use_lesson());
    let names: Vec<String> = cards.iter().map(|(name, _)| name.clone()).collect();
    let values = app.select(move |state| names.iter().map(|name| value(state, name)).collect::<Vec<_>>());
    let card = move |index: usize, (name, percent): (String, bool)| {
        let value = move || values.with(|values| values[index]);
        let text = move || value().map_or("–".into(), |value| shown(value, percent));
        let label = format!("metric.{name}");
        view! {
            <div class="card" class:absent=move || value().is_none()>
                <dt>{move || tr(&label)}</dt>
                <dd data-metric=name data-value=move || value().map(|value| Written(value).to_string())>{text}</dd>
            </div>
        }
    };
    view! {
        <dl class="cards">
            {cards.into_iter().enumerate().map(|(index, entry)| card(index, entry)).collect_view()}
        </dl>
    }
}

/// Names of the cards, and whether each is a percentage.
fn cards(lesson: &Lesson) -> Vec<(String, bool)> {
    let named = |start: &str| {
        let name = |metric: &Metric| (format!("{start}{}", metric.key), metric.percent);
        lesson.metrics().iter().map(name).collect::<Vec<_>>()
    };
    let holdout = if lesson.settings.iter().any(|setting| setting.key.starts_with("holdout")) {
        named("holdout_")
    } else {
        Vec::new()
    };
    [vec![("loss".into(), false)], named(""), holdout, vec![("steps_per_s".into(), false)]].concat()
}

fn value(state: &State, name: &str) -> Option<f64> {
    match name {
        "loss" => loss(state),
        "steps_per_s" => state.current_run().map(|run| run.progress.steps_per_s).filter(|pace| *pace > 0.0),
        name => state.picture()?.metrics.get(name).copied(),
    }
}

/// The loss at the step shown: the final one of a finished run, else the last one measured by then.
fn loss(state: &State) -> Option<f64> {
    let run = state.current_run()?;
    let losses = &run.recording.losses;
    let measured = |step: usize| losses.get(step.checked_sub(1)?).copied().map(f64::from);
    match state.scrub {
        Some(step) if step < losses.len() => measured(step),
        _ => run.recording.metrics.get("loss").copied().or_else(|| measured(losses.len())),
    }
}

fn shown(value: f64, percent: bool) -> String {
    if percent { quantity::percent(value) } else { format_number(value) }
}
