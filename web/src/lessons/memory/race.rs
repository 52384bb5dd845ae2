//! Who finds it: the loss of each network on sequences that none of them trains on, over the steps, beside the loss of
//! one that remembers nothing.

use leptos::prelude::*;
use unroll::lessons::memory::Recall;
use unroll::lessons::memory::{MemoryConfig, Task};

use super::cells::{INKS, NAMES, Verdict};
use super::sheet::shown_recall;
use crate::charts::Chart;
use crate::figures::{ExaminedFigure, Steps};
use crate::i18n::{tr, tr_args};
use crate::quantity::format_number;
use crate::state::{Run, State};

/// Losses smaller than this are drawn at this height: on a logarithmic axis 0 has no place.
const LEAST: f64 = 1e-6;
/// The axis ends at so many times the loss of remembering nothing.
const HIGHEST: f64 = 10.0;

/// The chart.
#[component]
pub fn RaceFigure() -> impl IntoView {
    view! { <ExaminedFigure name="race" title="memory.race.title" draw describe/> }
}

/// The task of the run that is shown, or of the settings while there is none.
fn task(state: &State) -> Task {
    let form = state.current_run().map_or(&state.form, |run| &run.job().form);
    MemoryConfig::from_form(form).task
}

fn draw(state: &State) -> Chart {
    let steps = Steps::of(state);
    let figures: Vec<(usize, Recall)> = state.current_run().map(Run::figures).unwrap_or_default();
    let nothing = task(state).baseline();
    let curve = |index: usize| {
        let losses = figures.iter().filter_map(|(step, recall)| {
            Some((*step, recall.losses.get(index)?.clamp(LEAST, f64::INFINITY)))
        });
        steps.curve(NAMES[index], INKS[index], losses)
    };
    let flat = steps.flat(tr("memory.race.nothing"), 0, nothing);
    let curves = std::iter::once(flat).chain((0..NAMES.len()).map(curve)).collect();
    let bounds = (LEAST, HIGHEST * nothing);
    steps.chart(tr("memory.race.title"), tr("memory.race.axis"), bounds, curves)
}

fn describe(state: &State) -> String {
    let task = task(state);
    let nothing = ("nothing", format_number(task.baseline()));
    let Some((step, recall)) = state.picture().map(|picture| picture.step).zip(shown_recall(state)) else {
        return tr_args("memory.race.empty", &[nothing]);
    };
    let cells = NAMES.iter().zip(&recall.losses).map(|(name, loss)| {
        let verdict = tr(&format!("memory.verdict.{}", Verdict::of(task, *loss).word()));
        let loss = format_number(*loss);
        tr_args("memory.race.cell", &[("cell", (*name).to_owned()), ("loss", loss), ("verdict", verdict)])
    });
    let cells = cells.collect::<Vec<_>>().join(&tr("list.separator"));
    tr_args("memory.race.caption", &[("step", step.to_string()), ("cells", cells), nothing])
}
