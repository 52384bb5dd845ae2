//! The spoken summary: for those who can't see the figures, a sentence every few seconds, not every step.

use std::time::Duration;

use leptos::prelude::*;

use crate::context::{App, use_app};
use crate::figures::figure_text;
use crate::i18n::{tr, tr_args};
use crate::state::Phase;

/// So often while it trains.
const EVERY: Duration = Duration::from_secs(6);

/// A polite live region.
#[component]
pub fn Announcer() -> impl IntoView {
    let app = use_app();
    let phase = app.select(|state| state.phase);
    let (said, say) = signal(String::new());
    // A change of phase is said at once, and training again and again.
    Effect::new(move |_| {
        phase.get();
        say.set(summary(app));
    });
    if let Ok(handle) = set_interval_with_handle(
        move || {
            if phase.get_untracked() == Phase::Training {
                say.set(summary(app));
            }
        },
        EVERY,
    ) {
        on_cleanup(move || handle.clear());
    }
    view! { <p class="visually-hidden" role="status" aria-live="polite">{said}</p> }
}

fn summary(app: App) -> String {
    let (phase, step, scores) = app.peek(|state| {
        let metrics = state.picture().map(|picture| picture.metrics.clone()).unwrap_or_default();
        let scores = state.lesson.metrics().iter().filter_map(|metric| {
            metrics.get(metric.key).map(|value| (metric.key, figure_text(metric, *value)))
        });
        let step = state.current_run().map_or(0, |run| run.progress.step);
        (state.phase, step, scores.collect::<Vec<_>>())
    });
    untrack(|| {
        let phase = tr(&format!("phase.{}", phase.word()));
        if scores.is_empty() {
            return phase;
        }
        let said = |(key, value): (&str, String)| format!("{} {value}", tr(&format!("metric.{key}")));
        let scores: Vec<String> = scores.into_iter().map(said).collect();
        tr_args(
            "run.summary",
            &[("phase", phase), ("step", step.to_string()), ("scores", scores.join(&tr("list.separator")))],
        )
    })
}
