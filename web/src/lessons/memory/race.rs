//! Who finds it: the loss of each network on sequences that none of them trains on, over the steps, beside the loss of
//! one that remembers nothing.

use leptos::prelude::*;
use unroll::lessons::Picture;
use unroll::lessons::memory::{MemoryConfig, Recall, Task};

use super::cells::{INKS, NAMES, Verdict};
use super::sheet::shown_recall;
use crate::charts::{Chart, Curve, Ink, LineChart, Marker, XAxis, YAxis, format_number};
use crate::context::use_app;
use crate::figures::{Shown, follow, save};
use crate::i18n::{language, tr, tr_args};
use crate::state::{Run, State};

/// Positions of a curve at most: a longer run's steps are drawn in groups.
const POSITIONS: usize = 4_000;
/// Losses smaller than this are drawn at this height: on a logarithmic axis 0 has no place.
const LEAST: f64 = 1e-6;
/// The axis ends at so many times the loss of remembering nothing.
const HIGHEST: f64 = 10.0;

/// The chart.
#[component]
pub fn RaceFigure() -> impl IntoView {
    let app = use_app();
    let shown = app.select(Shown::of);
    // Examinations are rare; the chart need not follow every step.
    let pictures = app.select(|state| {
        (
            state.current,
            state.current_run().map(|run| run.pictures_seen),
            state.scrub,
            state.steps(),
            task(state),
        )
    });
    let chart = Memo::new(move |_| {
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
        <LineChart name="race" chart=chart caption=words>
            <h2>{move || tr("memory.race.title")}</h2>
            <button type="button" class="quiet" data-control="export-race"
                on:click=move |_| save(app, "unroll-memory.png", &app.peek(draw))>
                {move || tr("figure.picture")}
            </button>
        </LineChart>
    }
}

/// The task of the run that is shown, or of the settings while there is none.
fn task(state: &State) -> Task {
    let form = state.current_run().map_or(&state.form, |run| &run.job().form);
    MemoryConfig::from_form(form).task
}

fn examinations(run: Option<&Run>) -> Vec<&Recall> {
    let pictures = run.map(|run| &run.recording.pictures[..]).unwrap_or_default();
    let recalls = pictures.iter().filter_map(|picture| match picture {
        Picture::Memory(recall) => Some(recall),
        _ => None,
    });
    recalls.collect()
}

/// A value at each position; between two examinations on the line from one to the other that is straight on a logarithmic
/// axis.
fn filled(points: &[(usize, f64)]) -> Vec<f64> {
    let mut values = Vec::new();
    for pair in points.windows(2) {
        let [(from, a), (to, b)] = [pair[0], pair[1]];
        let span = to.saturating_sub(from).max(1) as f64;
        values.extend((from..to).map(|at| a * (b / a).powf((at - from) as f64 / span)));
    }
    values.extend(points.last().map(|(_, value)| *value));
    values
}

fn draw(state: &State) -> Chart {
    let run = state.current_run();
    let recalls = examinations(run);
    let planned = run.map_or_else(|| state.steps(), |run| run.progress.steps);
    let group = planned.div_ceil(POSITIONS).max(1);
    let last = (planned / group).max(2);
    let nothing = task(state).baseline();
    let curve = |index: usize| {
        let points: Vec<(usize, f64)> = recalls
            .iter()
            .filter_map(|recall| {
                let loss = recall.losses.get(index)?.clamp(LEAST, f64::INFINITY);
                Some((recall.step / group, loss))
            })
            .collect();
        let first = points.first().map_or(0, |(step, _)| *step);
        Curve::new(NAMES[index], INKS[index], first, filled(&points))
    };
    let flat = Curve::new(tr("memory.race.nothing"), Ink::Baseline(0), 0, vec![nothing; last + 1]);
    let marker = state.scrub.map(|step| Marker {
        at: (step / group) as f64,
        label: tr_args("loss.marker", &[("step", step.to_string())]),
    });
    let names = if group > 1 { (0..=last).map(|at| (at * group).to_string()).collect() } else { Vec::new() };
    Chart {
        title: tr("memory.race.title"),
        x: XAxis { title: tr("loss.unit"), from: 0, to: last, ticks: Vec::new(), names: names.into() },
        y: YAxis {
            title: tr("memory.race.axis"),
            log: true,
            from_zero: false,
            bounds: (LEAST, HIGHEST * nothing),
        },
        curves: std::iter::once(flat).chain((0..NAMES.len()).map(curve)).collect(),
        regions: Vec::new(),
        markers: marker.into_iter().collect(),
    }
}

fn describe(state: &State) -> String {
    let task = task(state);
    let nothing = ("nothing", format_number(task.baseline()));
    let Some(recall) = shown_recall(state) else { return tr_args("memory.race.empty", &[nothing]) };
    let cells = NAMES.iter().zip(&recall.losses).map(|(name, loss)| {
        let verdict = tr(&format!("memory.verdict.{}", Verdict::of(task, *loss).word()));
        let loss = format_number(*loss);
        tr_args("memory.race.cell", &[("cell", (*name).to_owned()), ("loss", loss), ("verdict", verdict)])
    });
    let cells = cells.collect::<Vec<_>>().join(&tr("list.separator"));
    tr_args("memory.race.caption", &[("step", recall.step.to_string()), ("cells", cells), nothing])
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn gaps_are_bridged_in_a_line_that_is_straight_on_a_logarithmic_axis() {
        let found = filled(&[(0, 8.0), (3, 1.0), (4, 0.5)]);
        assert_eq!(found.len(), 5);
        for (value, expected) in found.iter().zip([8.0, 4.0, 2.0, 1.0, 0.5]) {
            assert!((value - expected).abs() < 1e-12, "{found:?}");
        }
        assert_eq!(filled(&[(7, 2.0)]), [2.0]);
        assert!(filled(&[]).is_empty());
        // What is not a number leaves a gap.
        assert!(filled(&[(0, 1.0), (2, f64::NAN), (3, 1.0)])[2].is_nan());
    }
}
