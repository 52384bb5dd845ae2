//! What every lesson shows of its runs: the loss curve, cards with figures, the table of parameters.

mod cards;
mod examined;
mod figure;
mod heat_map;
mod loss;
mod loss_chart;
mod parameters;

pub use cards::Cards;
pub use examined::{ExaminedFigure, Steps};
pub use figure::figure_text;
pub use heat_map::{Heat, HeatMap};
pub use loss::LossFigure;
pub use parameters::Parameters;

use leptos::prelude::*;
use unroll::protocol::RunId;
use unroll::settings::Value;

use crate::charts::{Chart, layout, page_color, to_svg_string};
use crate::context::App;
use crate::i18n::{choice_text, label_of, tr_args};
use crate::state::{Msg, Notice, Run, State};
use crate::{download, picture};

/// All that a figure depends on, in brief: cheap to compute with every event of a run, and different whenever
/// another picture is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    run: Option<RunId>,
    steps: usize,
    losses: usize,
    scrub: Option<usize>,
    pictures: usize,
    others: Vec<(RunId, usize, usize)>,
}

impl Shown {
    /// What the figures show now.
    pub fn of(state: &State) -> Self {
        let run = state.current_run();
        Shown {
            run: state.current,
            steps: run.map_or(0, |run| run.progress.steps),
            losses: run.map_or(0, |run| run.recording.losses.len()),
            scrub: state.scrub,
            pictures: run.map_or(0, |run| run.pictures_seen),
            others: state
                .overlays()
                .map(|run| (run.id, run.recording.losses.len(), run.pictures_seen))
                .collect(),
        }
    }
}

/// Subscribes to what is shown. Read, not merely tracked: a memo that nobody reads is never computed, so it would
/// never tell.
pub fn follow(shown: Memo<Shown>) {
    shown.with(|_| ());
}

/// The name of an overlaid run: its number and where its settings differ from the current run's.
pub fn name(state: &State, run: &Run) -> String {
    let Some(current) = state.current_run() else { return format!("#{}", run.id) };
    let (own, other) = (&run.job().form, &current.job().form);
    let differences = state
        .lesson
        .model_settings()
        .into_iter()
        .filter(|setting| own.is_relevant(setting) && own.get(setting) != other.get(setting));
    let words: Vec<String> = differences
        .map(|setting| match own.get(setting) {
            Value::Choice(word) => choice_text(setting.key, word),
            number => format!("{} {number}", label_of(state.lesson, setting.key)),
        })
        .collect();
    tr_args("figure.run", &[("id", run.id.to_string()), ("difference", words.join(", "))]).trim().to_owned()
}

/// Saves a chart as it stands on the page, with title and legend, as a picture of a slide's proportions.
pub fn save(app: App, file: &str, chart: &Chart) {
    const SIZE: (f64, f64) = (960.0, 540.0);
    let svg = to_svg_string(&layout(chart, SIZE.0, SIZE.1, true), &page_color);
    let file = file.to_owned();
    leptos::task::spawn_local(async move {
        let saved =
            picture::png(&svg, SIZE.0, SIZE.1).await.and_then(|blob| download::save_blob(&file, &blob));
        if saved.is_err() {
            app.dispatch(Msg::Notify(Notice::new("figure.picture_failed", [])));
        }
    });
}
