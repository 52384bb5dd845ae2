//! How well the model predicts, over the steps: its perplexity on what it trains on and on what it never saw, beside what
//! counting reaches.

use leptos::prelude::*;
use unroll::lessons::Picture;
use unroll::lessons::novel::Prose;

use crate::charts::{Chart, Curve, Ink, LineChart, Marker, XAxis, YAxis, format_number};
use crate::context::use_app;
use crate::figures::{Shown, follow, save};
use crate::i18n::{language, tr, tr_args};
use crate::state::{Run, State};

/// Positions of a curve at most: a longer run's steps are drawn in groups.
const POSITIONS: usize = 4_000;

/// The chart.
#[component]
pub fn PerplexityFigure() -> impl IntoView {
    let app = use_app();
    let shown = app.select(Shown::of);
    // Examinations are rare; the chart need not follow every step.
    let pictures = app.select(|state| {
        (state.current, state.current_run().map(|run| run.pictures_seen), state.scrub, state.steps())
    });
    let chart = Memo::new(move |_| {
        pictures.track();
        pictures.with(|_| ());
        language();
        app.peek(draw)
    });
    let words = Memo::new(move |_| {
        follow(shown);
        language();
        app.peek(describe)
    });
    view! {
        <LineChart name="perplexity" chart=chart caption=words>
            <h2>{move || tr("novel.perplexity.title")}</h2>
            <button type="button" class="quiet" data-control="export-perplexity"
                on:click=move |_| save(app, "unroll-perplexity.png", &app.peek(draw))>
                {move || tr("figure.picture")}
            </button>
        </LineChart>
    }
}

fn examinations(run: Option<&Run>) -> Vec<&Prose> {
    let pictures = run.map(|run| &run.recording.pictures[..]).unwrap_or_default();
    let prose = pictures.iter().filter_map(|picture| match picture {
        Picture::Novel(prose) => Some(prose),
        _ => None,
    });
    prose.collect()
}

/// A value at each position, between two examinations on the straight line from one to the other.
fn filled(points: &[(usize, f64)]) -> Vec<f64> {
    let mut values = Vec::new();
    for pair in points.windows(2) {
        let [(from, a), (to, b)] = [pair[0], pair[1]];
        let span = (to - from).max(1) as f64;
        values.extend((from..to).map(|at| a + (b - a) * (at - from) as f64 / span));
    }
    values.extend(points.last().map(|(_, value)| *value));
    values
}

fn draw(state: &State) -> Chart {
    let run = state.current_run();
    let prose = examinations(run);
    let planned = run.map_or_else(|| state.steps(), |run| run.progress.steps);
    let group = planned.div_ceil(POSITIONS).max(1);
    let curve = |label: &str, ink: Ink, loss: &dyn Fn(&Prose) -> Option<f64>| {
        let points: Vec<(usize, f64)> =
            prose.iter().filter_map(|prose| Some((prose.step / group, loss(prose)?.exp()))).collect();
        let first = points.first().map_or(0, |(step, _)| *step);
        Curve::new(tr(label), ink, first, filled(&points))
    };
    let last = (planned / group).max(2);
    let flat = |label: &str, index: usize, loss: f64| {
        Curve::new(tr(label), Ink::Baseline(index), 0, vec![loss.exp(); last + 1])
    };
    let mut curves = Vec::new();
    if let Some(prose) = prose.last() {
        curves.push(flat("novel.perplexity.unigram", 0, prose.baselines.unigram));
        curves.push(flat("novel.perplexity.bigram", 1, prose.baselines.bigram));
    }
    curves.push(curve("novel.perplexity.train", Ink::Fitted, &|prose| Some(prose.loss)));
    curves.push(curve("novel.perplexity.holdout", Ink::Holdout, &|prose| prose.holdout_loss));
    let marker = state.scrub.map(|step| Marker {
        at: (step / group) as f64,
        label: tr_args("loss.marker", &[("step", step.to_string())]),
    });
    let names = if group > 1 { (0..=last).map(|at| (at * group).to_string()).collect() } else { Vec::new() };
    Chart {
        title: tr("novel.perplexity.title"),
        x: XAxis { title: tr("loss.unit"), from: 0, to: last, ticks: Vec::new(), names: names.into() },
        y: YAxis {
            title: tr("novel.perplexity.axis"),
            log: true,
            from_zero: false,
            bounds: (1.0, f64::INFINITY),
        },
        curves,
        regions: Vec::new(),
        markers: marker.into_iter().collect(),
    }
}

fn describe(state: &State) -> String {
    let prose = examinations(state.current_run());
    let Some(last) = prose.last() else { return tr("novel.perplexity.empty") };
    let number = |loss: f64| format_number(loss.exp());
    let own = ("train", number(last.loss));
    let counted = ("bigram", number(last.baselines.bigram));
    let step = ("step", last.step.to_string());
    match last.holdout_loss {
        Some(holdout) => {
            tr_args("novel.perplexity.caption", &[step, own, counted, ("holdout", number(holdout))])
        }
        None => tr_args("novel.perplexity.caption_all", &[step, own, counted]),
    }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn gaps_are_bridged_in_a_straight_line() {
        assert_eq!(filled(&[(0, 8.0), (4, 4.0), (5, 3.0)]), [8.0, 7.0, 6.0, 5.0, 4.0, 3.0]);
        assert_eq!(filled(&[(7, 2.0)]), [2.0]);
        assert!(filled(&[]).is_empty());
    }
}
