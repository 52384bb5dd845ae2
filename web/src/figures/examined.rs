//! What a run's examinations found, as curves over its steps: a logarithmic axis, straight lines from one examination
//! to the next.

use leptos::prelude::*;

use super::save;
use crate::charts::{Chart, Curve, Ink, LineChart, Marker, XAxis, YAxis};
use crate::context::use_app;
use crate::i18n::{language, tr, tr_args};
use crate::state::State;

/// Positions of a curve at most: a longer run's steps are drawn in groups.
const POSITIONS: usize = 4_000;

/// The figure around such a chart. It is drawn anew when an examination, another step or other settings are shown;
/// between examinations nothing happens.
#[component]
pub fn ExaminedFigure(
    /// Written to `data-figure`, and part of the picture's file name.
    name: &'static str,
    /// The message that is its title.
    title: &'static str,
    /// The chart.
    draw: fn(&State) -> Chart,
    /// What is to be seen, in words.
    describe: fn(&State) -> String,
) -> impl IntoView {
    let app = use_app();
    let shown = app.select(|state| {
        let pictures = state.current_run().map(|run| run.pictures_seen);
        (state.current, pictures, state.scrub, state.steps(), state.form.clone())
    });
    let chart = Memo::new(move |_| {
        // Read, not merely tracked: a memo that nobody reads is never computed.
        shown.with(|_| ());
        language();
        app.peek(draw)
    });
    let words = Memo::new(move |_| {
        shown.with(|_| ());
        language();
        app.peek(describe)
    });
    view! {
        <LineChart name chart=chart caption=words>
            <h2>{move || tr(title)}</h2>
            <button type="button" class="quiet" data-control=format!("export-{name}")
                on:click=move |_| save(app, &format!("unroll-{name}.png"), &app.peek(draw))>
                {move || tr("figure.picture")}
            </button>
        </LineChart>
    }
}

/// The axis of steps under such a chart.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    /// Steps to a position.
    group: usize,
    /// The last position.
    last: usize,
    /// The step that the figures show, where it is not the newest.
    marked: Option<usize>,
}

impl Steps {
    /// Those of the run that is shown, or that the settings ask for.
    pub fn of(state: &State) -> Self {
        let planned = state.current_run().map_or_else(|| state.steps(), |run| run.progress.steps);
        let group = planned.div_ceil(POSITIONS).max(1);
        Steps { group, last: (planned / group).max(2), marked: state.scrub }
    }

    /// A curve through what was found at some steps, in their order.
    pub fn curve(
        self,
        label: impl Into<String>,
        ink: Ink,
        found: impl Iterator<Item = (usize, f64)>,
    ) -> Curve {
        let points: Vec<(usize, f64)> = found.map(|(step, value)| (step / self.group, value)).collect();
        let first = points.first().map_or(0, |(at, _)| *at);
        Curve::new(label, ink, first, filled(&points))
    }

    /// What is the same at every step.
    pub fn flat(self, label: impl Into<String>, index: usize, value: f64) -> Curve {
        Curve::new(label, Ink::Baseline(index), 0, vec![value; self.last + 1])
    }

    /// The chart of these curves; its values lie within `bounds`.
    pub fn chart(self, title: String, axis: String, bounds: (f64, f64), curves: Vec<Curve>) -> Chart {
        let names = match self.group {
            1 => Vec::new(),
            group => (0..=self.last).map(|at| (at * group).to_string()).collect(),
        };
        let marker = self.marked.map(|step| Marker {
            at: (step / self.group) as f64,
            label: tr_args("loss.marker", &[("step", step.to_string())]),
        });
        Chart {
            title,
            x: XAxis {
                title: tr("loss.unit"),
                from: 0,
                to: self.last,
                ticks: Vec::new(),
                names: names.into(),
            },
            y: YAxis { title: axis, log: true, from_zero: false, bounds },
            curves,
            regions: Vec::new(),
            markers: marker.into_iter().collect(),
        }
    }
}

/// A value at each position; between two points on the line from one to the other that is straight on a logarithmic
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
