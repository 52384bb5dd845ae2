//! The drawing of the cell: every wire with its vector, every gate with its values as colours.

use leptos::prelude::*;
use unroll::nn::Cell;

use super::LiveCell;
use super::layout::{CELL, Layout, Sign, Stack, UNIT, WIDTH, layout};
use crate::i18n::tr;

/// Values of this size have the strongest colour.
const STRONGEST: f32 = 1.0;

/// The drawing. A gate can be pointed at, clicked, or reached with the Tab key: its formula stands below.
#[component]
pub fn Diagram(live: LiveCell) -> impl IntoView {
    // What stands where hangs on the cell alone; only numbers change with every answer, so that a gate keeps the focus.
    let shape = Memo::new(move |_| {
        live.answered.with(|found| {
            let question = &found.as_ref()?.question;
            Some((question.cell, question.hidden_size, question.x.first().map_or(1, Vec::len)))
        })
    });
    let drawing = move || {
        let Some((cell, hidden_size, input_size)) = shape.get() else {
            return view! { <p class="bench-waiting">{tr("cell.waiting")}</p> }.into_any();
        };
        let Layout { height, stacks, signs, wires } = layout(cell, hidden_size);
        let vector = |stack: Stack| {
            let units = if stack.wire == "x" { input_size } else { hidden_size };
            view! { <Vector live cell stack units/> }
        };
        view! {
            <div class="cell-scroll" tabindex="0" role="region" aria-label=move || tr("cell.live.diagram")>
                <svg class="cell-drawing" viewBox=format!("0 0 {WIDTH} {height}") data-figure="cell"
                    data-cell=cell.word() data-at=move || live.step().to_string()
                    role="group" aria-label=move || tr("cell.live.diagram")>
                    <defs>
                        <marker id="wire-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"
                            markerHeight="7" orient="auto">
                            <path d="M0 0 L8 4 L0 8 z"></path>
                        </marker>
                    </defs>
                    {wires.into_iter().map(|path| view! { <path class="wire" d=path marker-end="url(#wire-end)"></path> }).collect_view()}
                    {signs.into_iter().map(sign).collect_view()}
                    {stacks.into_iter().map(vector).collect_view()}
                </svg>
            </div>
        }
        .into_any()
    };
    view! { <figure class="cell-figure">{drawing}</figure> }
}

fn sign(Sign { text, x, y }: Sign) -> impl IntoView {
    view! {
        <g class="sign" aria-hidden="true">
            <circle cx=x cy=y r="12"></circle>
            <text x=x y=y + 4.5>{text}</text>
        </g>
    }
}

/// A vector as a stack of numbers; of a gate it is a button.
#[component]
fn Vector(live: LiveCell, cell: Cell, stack: Stack, units: usize) -> impl IntoView {
    let Stack { wire, label, gate, x, y } = stack;
    let (left, top) = (x - CELL / 2.0, y - units as f64 * UNIT / 2.0);
    let value = move |unit: usize| live.wire(wire, unit).unwrap_or(f32::NAN);
    let unit = move |index: usize| {
        let at = top + index as f64 * UNIT;
        view! {
            <rect x=left y=at width=CELL height=UNIT
                class=move || if value(index) < 0.0 { "heat-below" } else { "heat-above" }
                style=move || format!("--heat:{:.3}", strength(value(index)))></rect>
            <text class="value" x=x y=at + 12.5 data-wire=wire data-unit=index.to_string()
                data-value=move || value(index).to_string()>{move || format!(" {}", shown(value(index)))}</text>
        }
    };
    let values = move || (0..units).map(|unit| shown(value(unit))).collect::<Vec<_>>().join(", ");
    let inside = view! {
        <text class="name" x=x y=top - 5.0>{label}</text>
        {(0..units).map(unit).collect_view()}
    };
    match gate {
        Some(index) => {
            let name = cell.gate_names()[index];
            // What is seen is part of what is said, so that who speaks to the page can name what they see.
            let meaning = move || format!("{} ", tr(&format!("cell.gate.{}.{name}", family(cell))));
            let choose = move || live.gate.set(index);
            view! {
                <g class="gate" class:chosen=move || live.shown_gate() == index data-gate=name
                    tabindex="0" role="button"
                    aria-pressed=move || (live.shown_gate() == index).to_string()
                    on:focus=move |_| choose() on:click=move |_| choose() on:pointerenter=move |_| choose()
                    on:keydown=move |event| if event.key() == " " || event.key() == "Enter" {
                        // The page would scroll, or begin to train.
                        event.prevent_default();
                        event.stop_propagation();
                        choose();
                    }>
                    <text class="spoken" x=x y=y>{meaning}</text>
                    <rect class="gate-frame" x=left - 7.0 y=top - 19.0 width=CELL + 14.0
                        height=units as f64 * UNIT + 26.0 rx="7"></rect>
                    {inside}
                </g>
            }
            .into_any()
        }
        None => {
            let said = move || format!("{label}: {}", values());
            view! { <g class="vector-on-wire" role="img" aria-label=said>{inside}</g> }.into_any()
        }
    }
}

/// The catalogues' word for the family that a cell belongs to.
pub fn family(cell: Cell) -> &'static str {
    match cell {
        Cell::RnnTanh | Cell::RnnRelu => "rnn",
        Cell::Lstm | Cell::LstmConcatenated => "lstm",
        Cell::Gru | Cell::GruResetBefore => "gru",
    }
}

/// How strong the colour of a value is, from 0 to 1.
fn strength(value: f32) -> f32 {
    // What is not a number has no colour.
    if value.is_finite() { (value.abs() / STRONGEST).min(1.0) * 0.85 } else { 0.0 }
}

/// A number as the drawing prints it.
pub fn shown(value: f32) -> String {
    match value {
        value if !value.is_finite() => "–".into(),
        value if value.abs() < 0.005 => "0.00".into(),
        value => format!("{value:.2}").replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_with_two_digits_and_a_true_minus() {
        assert_eq!([0.618, -0.618, -0.001, 1.0].map(shown), ["0.62", "−0.62", "0.00", "1.00"]);
        assert_eq!(shown(f32::NAN), "–");
        assert!(strength(-3.0) == strength(1.0) && strength(f32::NAN) == 0.0);
    }
}
