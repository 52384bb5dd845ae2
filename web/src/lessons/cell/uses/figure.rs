//! The network unrolled: a column for each time step. All arrangements are made of the same elements, which move and fade.

use leptos::prelude::*;
use unroll::lessons::cell::{Use, Used};

use super::{Scene, at_step, brief};
use crate::i18n::{tr, tr_args};

/// Columns: the steps of the longest arrangement.
const COLUMNS: usize = 6;
/// From one column to the next.
const PITCH: f64 = 75.0;
const WIDTH: f64 = 460.0;
/// The middle of the hidden boxes.
const HIDDEN: f64 = 130.0;
/// From there to the middle of the circles above and below.
const REACH: f64 = 82.0;

/// The figure.
#[component]
pub fn Figure(
    /// What is shown.
    scene: Scene,
) -> impl IntoView {
    let words = move || scene.used.with(|used| describe(scene.arrangement.get(), used.as_ref()));
    view! {
        <figure class="uses-figure" data-figure="uses" data-arrangement=move || scene.arrangement.get().word()>
            <svg viewBox=format!("0 0 {WIDTH} 260") role="img" aria-label=words>
                {(0..COLUMNS).map(|step| view! { <Column step scene/> }).collect_view()}
            </svg>
            <figcaption>{move || tr("cell.uses.caption")}</figcaption>
        </figure>
    }
}

/// A time step: an input, a hidden state, an output and the arrows to and from them.
#[component]
fn Column(
    /// Which, from 0.
    step: usize,
    /// What is shown.
    scene: Scene,
) -> impl IntoView {
    let Scene { arrangement, input, used, .. } = scene;
    let place = move || format!("translate({:.1}px, 0px)", middle(arrangement.get(), step));
    let has_step = move || step < arrangement.get().steps();
    let hands_on = move || step + 1 < arrangement.get().steps();
    let has_input = move || arrangement.get().inputs().contains(&step);
    let has_output = move || arrangement.get().outputs().contains(&step);
    // What fades out goes into the hidden box, and comes out of it again.
    let away = |there: bool, way: f64| format!("translate(0px, {:.1}px)", if there { 0.0 } else { way });
    let read = move || {
        let input = input.with(|input| input.get(step).copied());
        input.filter(|_| has_input()).map(brief)
    };
    let order = move || {
        let outputs = arrangement.get().outputs();
        outputs.contains(&step).then(|| step - outputs.start)
    };
    let number = move |of: fn(&Used) -> &Vec<f32>| {
        let index = order()?;
        used.with(|used| used.as_ref().and_then(|used| of(used).get(index).copied()))
    };
    let output = move || number(|used| &used.output);
    let truth = move || number(|used| &used.truth);
    let strength = move || {
        let strength = used.with(|used| used.as_ref().and_then(|used| strength(used, step)));
        format!("{:.3}", strength.unwrap_or(0.0))
    };
    view! {
        <g class="column" style:transform=place>
            <g class="step" style:opacity=move || seen(hands_on())>
                <path class="arrow" d=across()></path>
            </g>
            <g class="input" style:opacity=move || seen(has_input()) style:transform=move || away(has_input(), -REACH)>
                <path class="arrow" d=up(HIDDEN + REACH - 27.0, HIDDEN + 21.0)></path>
                <circle cy=HIDDEN + REACH r="27"></circle>
                <text y=HIDDEN + REACH + 5.0>{read}</text>
                <text class="name" y=HIDDEN + REACH + 43.0>{at_step('x', step)}</text>
            </g>
            <g class="output" style:opacity=move || seen(has_output()) style:transform=move || away(has_output(), REACH)>
                <path class="arrow" d=up(HIDDEN - 20.0, HIDDEN - REACH + 28.0)></path>
                <circle cy=HIDDEN - REACH r="27"></circle>
                <text y=HIDDEN - REACH - 1.0
                    data-use-output=move || order().map(|index| index.to_string())
                    data-value=move || output().map(|number| number.to_string())
                >
                    {move || has_output().then(|| output().map_or_else(|| "…".into(), brief))}
                </text>
                <text class="truth" y=HIDDEN - REACH + 14.0>{move || truth().map(brief)}</text>
                <text class="name" y=HIDDEN - REACH - 34.0>{at_step('o', step)}</text>
            </g>
            <g class="hidden" style:opacity=move || seen(has_step()) style:--strength=strength>
                <rect x="-25" y=HIDDEN - 20.0 width="50" height="40" rx="6"></rect>
                <text y=HIDDEN + 5.0>{at_step('h', step)}</text>
            </g>
        </g>
    }
}

fn seen(there: bool) -> &'static str {
    if there { "1" } else { "0" }
}

/// Where a column stands. The steps of an arrangement stand around the middle; those that it has not, behind its last.
fn middle(arrangement: Use, step: usize) -> f64 {
    let last = arrangement.steps() - 1;
    WIDTH / 2.0 + (step.min(last) as f64 - last as f64 / 2.0) * PITCH
}

/// How strongly the hidden units are excited after a step: their mean absolute value.
fn strength(used: &Used, step: usize) -> Option<f32> {
    let units = used.hidden.len() / used.arrangement.steps();
    let state = used.hidden.chunks_exact(units.max(1)).nth(step)?;
    Some(state.iter().map(|value| value.abs()).sum::<f32>() / units as f32)
}

/// An arrow from a hidden box to the next.
fn across() -> String {
    let (from, to) = (26.0, PITCH - 27.0);
    let (head, above, below) = (to - 6.0, HIDDEN - 4.0, HIDDEN + 4.0);
    format!("M{from} {HIDDEN}H{to}M{head} {above}L{to} {HIDDEN}L{head} {below}")
}

fn up(from: f64, to: f64) -> String {
    let head = to + 6.0;
    format!("M0 {from}V{to}M-4 {head}L0 {to}L4 {head}")
}

/// The figure in words.
fn describe(arrangement: Use, used: Option<&Used>) -> String {
    let steps = |range: std::ops::Range<usize>| {
        let steps: Vec<String> = range.map(|step| (step + 1).to_string()).collect();
        steps.join(&tr("list.separator"))
    };
    let numbers = |of: fn(&Used) -> &Vec<f32>| {
        let numbers = used.map(|used| of(used).iter().copied().map(brief).collect::<Vec<_>>());
        numbers.map_or_else(|| "…".into(), |numbers| numbers.join(&tr("list.separator")))
    };
    tr_args(
        "cell.uses.words",
        &[
            ("steps", arrangement.steps().to_string()),
            ("inputs", steps(arrangement.inputs())),
            ("outputs", steps(arrangement.outputs())),
            ("read", numbers(|used| &used.input)),
            ("written", numbers(|used| &used.output)),
            ("truth", numbers(|used| &used.truth)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_around_the_middle_and_inside_the_figure() {
        assert_eq!(middle(Use::OneToOne, 0), WIDTH / 2.0);
        assert_eq!(middle(Use::OneToOne, 5), WIDTH / 2.0);
        assert_eq!(middle(Use::Aligned, 2), WIDTH / 2.0);
        for arrangement in Use::ALL {
            assert!(arrangement.steps() <= COLUMNS);
            let ends = [0, COLUMNS - 1].map(|step| middle(arrangement, step));
            assert!(ends[0] >= 27.0 && ends[1] <= WIDTH - 27.0, "{ends:?}");
        }
    }

    #[test]
    fn a_hidden_state_is_as_strong_as_its_units_on_average() {
        let used = Used {
            arrangement: Use::ManyToOne,
            input: vec![0.0; 5],
            output: vec![0.0],
            truth: vec![0.0],
            hidden: vec![0.5, -0.5, 0.0, 0.5, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        };
        let found: Vec<_> = (0..5).map(|step| strength(&used, step)).collect();
        assert_eq!(found, [Some(0.5), Some(0.25), Some(1.0), Some(0.0), Some(0.0)]);
        assert_eq!(strength(&used, 5), None);
    }
}
