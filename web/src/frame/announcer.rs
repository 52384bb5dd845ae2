//! The spoken summary: for those who can't see the figures, a sentence every few seconds, not every step.

use std::time::Duration;

use leptos::prelude::*;
use unroll::lessons::Picture;

use crate::context::{App, use_app};
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
    let (phase, epoch, rmse) = app.peek(|state| {
        let rmse = state.picture().map(|Picture::Airline(forecast)| forecast.train_scores.rmse);
        (state.phase, state.current_run().map_or(0, |run| run.progress.epoch), rmse)
    });
    let phase = untrack(|| tr(&format!("phase.{}", phase.word())));
    match rmse {
        Some(rmse) => untrack(|| {
            tr_args(
                "run.summary",
                &[("phase", phase), ("epoch", epoch.to_string()), ("rmse", format!("{rmse:.1}"))],
            )
        }),
        None => phase,
    }
}
