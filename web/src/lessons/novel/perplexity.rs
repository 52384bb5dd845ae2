//! How well the model predicts, over the steps: its perplexity on what it trains on and on what it never saw, beside what
//! counting reaches.

use leptos::prelude::*;
use unroll::lessons::novel::Prose;

use crate::charts::{Chart, Curve, Ink};
use crate::figures::{ExaminedFigure, Steps};
use crate::i18n::{tr, tr_args};
use crate::quantity::format_number;
use crate::state::{Run, State};

/// The chart.
#[component]
pub fn PerplexityFigure() -> impl IntoView {
    view! { <ExaminedFigure name="perplexity" title="novel.perplexity.title" draw describe/> }
}

fn examinations(run: Option<&Run>) -> Vec<(usize, Prose)> {
    run.map(Run::figures).unwrap_or_default()
}

fn draw(state: &State) -> Chart {
    let steps = Steps::of(state);
    let prose = examinations(state.current_run());
    let mut curves: Vec<Curve> = Vec::new();
    if let Some((_, prose)) = prose.last() {
        curves.push(steps.flat(tr("novel.perplexity.unigram"), 0, prose.baselines.unigram.exp()));
        curves.push(steps.flat(tr("novel.perplexity.bigram"), 1, prose.baselines.bigram.exp()));
    }
    let own = prose.iter().map(|(step, prose)| (*step, prose.loss.exp()));
    curves.push(steps.curve(tr("novel.perplexity.train"), Ink::Fitted, own));
    let held_out = prose.iter().filter_map(|(step, prose)| Some((*step, prose.holdout_loss?.exp())));
    curves.push(steps.curve(tr("novel.perplexity.holdout"), Ink::Holdout, held_out));
    let bounds = (1.0, f64::INFINITY);
    steps.chart(tr("novel.perplexity.title"), tr("novel.perplexity.axis"), bounds, curves)
}

fn describe(state: &State) -> String {
    let prose = examinations(state.current_run());
    let Some((step, last)) = prose.last() else { return tr("novel.perplexity.empty") };
    let number = |loss: f64| format_number(loss.exp());
    let own = ("train", number(last.loss));
    let counted = ("bigram", number(last.baselines.bigram));
    let step = ("step", step.to_string());
    match last.holdout_loss {
        Some(holdout) => {
            tr_args("novel.perplexity.caption", &[step, own, counted, ("holdout", number(holdout))])
        }
        None => tr_args("novel.perplexity.caption_all", &[step, own, counted]),
    }
}
