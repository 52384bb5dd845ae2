//! One cell's panel: its spectral radii, its bars, what becomes of its gradient, and all of its numbers.

use leptos::prelude::*;
use unroll::lessons::cell::CellGradients;
use unroll::nn::Cell;

use super::bars::{Bars, HEIGHT, WIDTH, cursor as cursor_line, index_at};
use super::norms::{Decades, Verdict, ratio};
use super::table::Numbers;
use super::{cell_name, number};
use crate::i18n::{tr, tr_args};

/// The step that is being read, from 0, and in whose panel: the same step is marked in all of them.
pub type Cursor = RwSignal<Option<(Cell, usize)>>;

/// The panel of one cell.
#[component]
pub fn Panel(
    /// The cell.
    kind: Cell,
    /// What is known about it.
    cell: Memo<Option<CellGradients>>,
    /// The scale of all panels.
    scale: Memo<Decades>,
    /// The step that is being read.
    cursor: Cursor,
) -> impl IntoView {
    let count = move || cell.with(|cell| cell.as_ref().map_or(0, |cell| cell.hidden.len()));
    let steps = Memo::new(move |_| count());
    let verdict = Memo::new(move |_| cell.with(|cell| cell.as_ref().map(|cell| Verdict::of(&cell.hidden))));
    let shown = Memo::new(move |_| cursor.get().map(|(_, index)| index).filter(|index| *index < steps.get()));
    let words = move || cell.with(|cell| cell.as_ref().map_or_else(|| tr("gradients.waiting"), words));
    let drawing = move || {
        cell.with(|cell| {
            let cell = cell.as_ref()?;
            let bars = Bars { hidden: &cell.hidden, kept: cell.kept.as_deref(), scale: scale.get() };
            Some(bars.draw())
        })
    };
    let line = move || shown.get().map(|index| cursor_line(index, steps.get())).unwrap_or_default();
    let reading = move || {
        let index = shown.get()?;
        cell.with(|cell| Some(reading(cell.as_ref()?, index)))
    };
    // Only the panel in hand speaks; the others follow silently.
    let live = move || match cursor.get() {
        Some((owner, _)) if owner != kind => "off",
        _ => "polite",
    };
    let pointed = move |event: web_sys::PointerEvent| {
        let target: web_sys::Element = event_target(&event);
        // A path lies inside the drawing; the drawing's own box is the measure.
        let Some(svg) = target.closest("svg").ok().flatten() else { return };
        let shown = svg.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - shown.left()) / shown.width().max(1.0);
        cursor.set(Some((kind, index_at(share, steps.get_untracked()))));
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let present = cursor.get_untracked().map(|(_, index)| index);
        if let Some(index) = moved(&event.key(), present, steps.get_untracked()) {
            event.prevent_default();
            cursor.set(index.map(|index| (kind, index)));
        }
    };
    let heading = format!("gradients-{}", kind.word());
    let labelled = heading.clone();
    view! {
        <article class="gradient-panel" data-gradients=kind.word() aria-labelledby=labelled
            data-verdict=move || verdict.get().map(Verdict::word)>
            <h3 id=heading>{move || cell_name(kind)}</h3>
            <Radii kind cell/>
            <svg
                class="gradient-bars"
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                role="img"
                tabindex="0"
                aria-label=words
                on:pointermove=pointed
                on:pointerdown=pointed
                on:pointerleave=move |event| if event.pointer_type() == "mouse" { cursor.set(None) }
                on:keydown=key
                on:blur=move |_| cursor.set(None)
            >
                <g inner_html=move || drawing().unwrap_or_default()></g>
                <g inner_html=line></g>
            </svg>
            <p class="gradient-readout" aria-live=live>{reading}</p>
            {move || verdict.get().map(|verdict| view! {
                <p class="gradient-verdict">
                    <span inner_html=icon(verdict)></span>
                    <span>
                        <strong>{tr(&format!("gradients.verdict.{}", verdict.word()))}</strong>
                        " "
                        {cell.with(|cell| cell.as_ref().map(compared))}
                    </span>
                </p>
            })}
            <Numbers kind cell/>
        </article>
    }
}

/// The spectral radius of the recurrent weights, gate by gate.
#[component]
fn Radii(kind: Cell, cell: Memo<Option<CellGradients>>) -> impl IntoView {
    let radii = move || cell.with(|cell| cell.as_ref().map(|cell| cell.radii.clone()).unwrap_or_default());
    let radius = move |(gate, radius): (&'static str, f64)| {
        view! {
            <li data-gate=gate data-radius=radius.to_string()>
                {(kind.gates() > 1).then(|| view! { <i>{gate}</i>" " })}
                {number(radius)}
            </li>
        }
    };
    view! {
        <div class="gradient-radii">
            <span>{move || tr(if kind.gates() > 1 { "gradients.radii" } else { "gradients.radius" })}</span>
            " "
            <ul>{move || kind.gate_names().iter().copied().zip(radii()).map(radius).collect_view()}</ul>
        </div>
    }
}

/// What a screen reader says of the drawing.
fn words(cell: &CellGradients) -> String {
    let verdict = tr(&format!("gradients.verdict.{}", Verdict::of(&cell.hidden).word()));
    let name = cell_name(cell.cell);
    tr_args("gradients.words", &[("cell", name), ("verdict", verdict), ("norms", compared(cell))])
}

/// The last step's norm, the first step's, and their ratio.
fn compared(cell: &CellGradients) -> String {
    let [first, last] =
        [cell.hidden.first(), cell.hidden.last()].map(|norm| norm.copied().unwrap_or(f64::NAN));
    tr_args(
        "gradients.compared",
        &[
            ("last", number(last)),
            ("steps", cell.hidden.len().to_string()),
            ("first", number(first)),
            ("ratio", number(ratio(&cell.hidden))),
        ],
    )
}

/// What stands at a step.
fn reading(cell: &CellGradients, index: usize) -> String {
    let at = |norms: &[f64]| number(norms.get(index).copied().unwrap_or(f64::NAN));
    let step = ("step", (index + 1).to_string());
    let hidden = ("hidden", at(&cell.hidden));
    match &cell.kept {
        Some(kept) => tr_args("gradients.reading.both", &[step, hidden, ("kept", at(kept))]),
        None => tr_args("gradients.reading.hidden", &[step, hidden]),
    }
}

/// Where a key moves the cursor; `None` if the key means nothing here. It starts at the loss, as the gradient does.
fn moved(key: &str, present: Option<usize>, count: usize) -> Option<Option<usize>> {
    let last = count.checked_sub(1)?;
    let target = match (key, present) {
        ("Escape", _) => return Some(None),
        ("Home", _) => 0,
        ("End", _) | ("ArrowLeft" | "ArrowRight", None) => last,
        ("ArrowLeft", Some(index)) => index.saturating_sub(1),
        ("ArrowRight", Some(index)) => index + 1,
        _ => return None,
    };
    Some(Some(target.min(last)))
}

/// Three bars, as the panel's own stand: the first step at the left.
fn icon(verdict: Verdict) -> String {
    let heights = match verdict {
        Verdict::Vanishes => [2, 6, 12],
        Verdict::Stays => [8, 8, 8],
        Verdict::Explodes => [12, 6, 2],
    };
    let bar = |(index, height): (usize, i32)| format!("M{} 13v-{height}h4v{height}z", 1 + 5 * index);
    let path: String = heights.into_iter().enumerate().map(bar).collect();
    format!(
        "<svg width=\"16\" height=\"14\" viewBox=\"0 0 16 14\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_through_the_steps() {
        assert_eq!(moved("ArrowLeft", None, 30), Some(Some(29)));
        assert_eq!(moved("ArrowLeft", Some(0), 30), Some(Some(0)));
        assert_eq!(moved("ArrowRight", Some(29), 30), Some(Some(29)));
        assert_eq!(moved("Home", Some(9), 30), Some(Some(0)));
        assert_eq!(moved("Escape", Some(9), 30), Some(None));
        assert_eq!(moved("ArrowRight", Some(40), 2), Some(Some(1)));
        assert_eq!((moved("a", None, 30), moved("End", None, 0)), (None, None));
    }
}
