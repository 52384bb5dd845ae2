//! The gradient's norm, how often it had to be clipped, and how fast the text goes by.

use leptos::prelude::*;
use unroll::lessons::novel::{NovelConfig, Prediction};

use crate::context::use_app;
use crate::i18n::tr_args;
use crate::quantity::{format_number, percent};
use crate::state::State;

/// Steps that are looked at.
const RECENT: usize = 200;

/// One line under the loss.
#[component]
pub fn GradientLine() -> impl IntoView {
    let app = use_app();
    // Every examination is often enough for a line of text.
    let pictures = app.select(|state| (state.current, state.current_run().map(|run| run.pictures_seen)));
    let line = move || {
        pictures.with(|_| ());
        app.peek(|state| {
            let run = state.current_run()?;
            let norms = &run.recording.norms;
            let mut recent = norms[norms.len().saturating_sub(RECENT)..].to_vec();
            recent.sort_by(f32::total_cmp);
            let median = recent.get(recent.len() / 2)?;
            let count = ("count", recent.len().to_string());
            let median = ("median", format_number(f64::from(*median)));
            Some(match NovelConfig::from_form(&run.job().form).clip_norm {
                Some(most) => {
                    let clipped = recent.iter().filter(|norm| f64::from(**norm) > most).count();
                    let share = percent(100.0 * clipped as f64 / recent.len() as f64);
                    tr_args(
                        "novel.gradient.clipped",
                        &[count, median, ("most", most.to_string()), ("share", share)],
                    )
                }
                None => tr_args("novel.gradient.free", &[count, median]),
            })
        })
    };
    let pace = move || {
        pictures.with(|_| ());
        app.peek(pace)
    };
    view! { <p class="soft gradient-line" data-figure="gradient">{line} " " <span data-figure="pace">{pace}</span></p> }
}

/// Tokens a second, and times that the text has been gone through: as many tokens as it has have been predicted.
fn pace(state: &State) -> Option<String> {
    let run = state.current_run().filter(|run| run.progress.steps_per_s > 0.0)?;
    let config = NovelConfig::from_form(&run.job().form);
    let predicted = match config.prediction {
        Prediction::EveryNext => config.batch_size * config.seq_length,
        Prediction::Last { .. } => config.batch_size,
    };
    let text = run.corpus.as_ref().map(|corpus| corpus.len() * (100 - config.holdout_percent) / 100);
    let text = text.filter(|text| *text > 0)?;
    let epochs = (run.progress.step * predicted) as f64 / text as f64;
    let tokens = run.progress.steps_per_s * predicted as f64;
    Some(tr_args("novel.pace", &[("tokens", format!("{tokens:.0}")), ("epochs", format!("{epochs:.1}"))]))
}
