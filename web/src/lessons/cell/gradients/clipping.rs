//! Clipping by norm, on the gradient of one of the cells.

use leptos::prelude::*;
use unroll::lessons::cell::{Answer, CellGradients, Question};
use unroll::nn::Cell;

use super::picture::{HEIGHT, Vector, WIDTH};
use super::{CELLS, Found, cell_name, cell_of, number};
use crate::i18n::{tr, tr_args};

/// The cell that is shown first. Its gradient is the one that explodes.
const FIRST: Cell = Cell::RnnRelu;

/// The figure: a choice of the cell, the drawing, the numbers.
#[component]
pub fn Clipping(
    /// What is known.
    found: Found,
) -> impl IntoView {
    let chosen = RwSignal::new(FIRST);
    let vector = Memo::new(move |_| found.with(|found| vector(found.as_deref(), chosen.get())));
    let outcome = Memo::new(move |_| vector.get().map(Outcome::of));
    // What has overflowed has no direction, so there is nothing to draw.
    let drawn = move || vector.get().filter(|vector| vector.norm.is_finite());
    let said = move || match (vector.get(), outcome.get()) {
        (Some(vector), Some(outcome)) => tr_args(outcome.key(), &arguments(vector)),
        _ => tr("gradients.waiting"),
    };
    let full = move |of: fn(Vector) -> f64| vector.get().map(|vector| of(vector).to_string());
    let picture = move || {
        let vector = drawn()?;
        let label = tr_args("gradients.clipping.words", &arguments(vector));
        Some(view! {
            <svg class="clipping-picture" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label
                inner_html=vector.draw()></svg>
        })
    };
    view! {
        <figure class="clipping" data-figure="clipping" data-cell=move || chosen.get().word()
            data-norm=move || full(|vector| vector.norm) data-clipped=move || full(|vector| vector.clipped)
            data-threshold=move || full(|vector| vector.threshold)
            data-recurrent=move || full(|vector| vector.parts[0]) data-others=move || full(|vector| vector.parts[1])
            data-outcome=move || outcome.get().map(Outcome::word)>
            <h3>{move || tr("gradients.clipping.title")}</h3>
            <fieldset class="field field-choice">
                <legend>{move || tr("gradients.clipping.cell")}</legend>
                <div class="segments">
                    {CELLS.into_iter().map(|kind| view! { <Choice kind chosen/> }).collect_view()}
                </div>
            </fieldset>
            <div class="clipping-sides">
                {picture}
                <div class="clipping-words">
                    {move || vector.get().map(|vector| view! { <Lengths vector/> })}
                    <p class="clipping-outcome" class:lost-step=move || outcome.get().is_some_and(Outcome::is_lost)
                        aria-live="polite">
                        {said}
                    </p>
                    {move || drawn().filter(Vector::is_cut).map(|_| view! {
                        <p class="remark" data-note="cut">{tr("gradients.clipping.cut")}</p>
                    })}
                </div>
            </div>
        </figure>
    }
}

#[component]
fn Choice(kind: Cell, chosen: RwSignal<Cell>) -> impl IntoView {
    view! {
        <label class="segment">
            <input
                type="radio"
                name="clipping-cell"
                value=kind.word()
                prop:checked=move || chosen.get() == kind
                on:change=move |_| chosen.set(kind)
            />
            <span>{move || cell_name(kind)}</span>
        </label>
    }
}

/// The lengths of the drawing, with the arrows that have them.
#[component]
fn Lengths(vector: Vector) -> impl IntoView {
    let sample = |inner: &'static str| {
        view! { <svg width="26" height="14" viewBox="0 0 26 14" aria-hidden="true" inner_html=inner></svg> }
    };
    let gradient =
        r#"<g class="gradient"><path class="shaft" d="M1 7H18"/><path class="head" d="M25 7L16 3V11z"/></g>"#;
    let clipped =
        r#"<g class="clipped"><path class="shaft" d="M1 7H18"/><path class="head" d="M25 7L16 3V11z"/></g>"#;
    let threshold = r#"<path class="threshold" d="M3 1A20 20 0 0 1 23 13"/>"#;
    view! {
        <dl class="clipping-lengths">
            <div><dt>{sample(gradient)}"‖"<i>"g"</i>"‖"</dt><dd>{number(vector.norm)}</dd></div>
            <div><dt>{sample(threshold)}<i>"θ"</i></dt><dd>{number(vector.threshold)}</dd></div>
            <div>
                <dt>{sample(clipped)}{tr("gradients.clipping.after")}</dt>
                <dd>{if vector.norm.is_finite() { number(vector.clipped) } else { "–".into() }}</dd>
            </div>
            <div>
                <dt>"‖∂"<i>"L"</i>"/∂"<i>"W"<sub>"hh"</sub></i>"‖"</dt>
                <dd>{number(vector.parts[0])}</dd>
            </div>
            <div><dt>{tr("gradients.clipping.others")}</dt><dd>{number(vector.parts[1])}</dd></div>
        </dl>
    }
}

/// What clipping does to a gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It is too long, and is made shorter.
    Shortened,
    /// It is short enough, and stays as it is.
    Untouched,
    /// Its numbers are finite, but not the sum of their squares in single precision: θ/∞ = 0 is left of it.
    Erased,
    /// It is no number any more.
    Overflow,
}

impl Outcome {
    fn of(vector: Vector) -> Self {
        if !vector.norm.is_finite() {
            Outcome::Overflow
        } else if vector.is_clipped() && vector.clipped == 0.0 {
            Outcome::Erased
        } else if vector.is_clipped() {
            Outcome::Shortened
        } else {
            Outcome::Untouched
        }
    }

    /// Is there nothing left to take a step with?
    fn is_lost(self) -> bool {
        matches!(self, Outcome::Erased | Outcome::Overflow)
    }

    /// As the attribute has it.
    fn word(self) -> &'static str {
        match self {
            Outcome::Shortened => "shortened",
            Outcome::Untouched => "untouched",
            Outcome::Erased => "erased",
            Outcome::Overflow => "overflow",
        }
    }

    /// The message that says so.
    fn key(self) -> &'static str {
        match self {
            Outcome::Shortened => "gradients.clipping.outcome.shortened",
            Outcome::Untouched => "gradients.clipping.outcome.untouched",
            Outcome::Erased => "gradients.clipping.outcome.erased",
            Outcome::Overflow => "gradients.clipping.outcome.overflow",
        }
    }
}

/// The gradient of a cell, with the threshold that was asked with.
fn vector(found: Option<&(Question, Answer)>, kind: Cell) -> Option<Vector> {
    let Some((Question::Gradients(question), _)) = found else { return None };
    let CellGradients { parts, norm, clipped, .. } = *cell_of(found, kind)?;
    Some(Vector { parts, norm, clipped, threshold: question.clip_norm })
}

fn arguments(vector: Vector) -> [(&'static str, String); 6] {
    [
        ("norm", number(vector.norm)),
        ("threshold", number(vector.threshold)),
        ("clipped", number(vector.clipped)),
        ("factor", number(vector.threshold / vector.norm)),
        ("recurrent", number(vector.parts[0])),
        ("others", number(vector.parts[1])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_shortens_what_is_too_long_and_cannot_help_an_overflow() {
        let of = |norm: f64, clipped: f64| {
            Outcome::of(Vector { parts: [norm, 0.0], norm, clipped, threshold: 1.0 })
        };
        assert_eq!(of(1.5, 1.0), Outcome::Shortened);
        assert_eq!(of(1.0, 1.0), Outcome::Untouched);
        assert_eq!(of(0.0, 0.0), Outcome::Untouched);
        assert_eq!(of(4.7e28, 0.0), Outcome::Erased);
        assert_eq!(of(f64::INFINITY, f64::INFINITY), Outcome::Overflow);
    }
}
