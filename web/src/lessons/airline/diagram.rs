//! A drawing of the model with the shapes of the present settings: the window, the recurrent steps, the last hidden
//! state, the linear layer, the next vector.

use leptos::prelude::*;
use unroll::number::Written;

use super::prepared::Prepared;
use crate::context::use_app;
use crate::i18n::{tr, tr_args};
use crate::state::State;

/// At most so many steps are drawn; of a longer window the first, the last ones and an ellipsis.
const STEPS: usize = 4;

/// The drawing. Its shapes follow the settings.
#[component]
pub fn Diagram() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let prepared = Memo::new(move |_| job.with(Prepared::new));
    let drawing = move || prepared.with(|prepared| prepared.as_ref().map(draw));
    let words = move || prepared.with(|prepared| prepared.as_ref().map(describe)).unwrap_or_default();
    view! {
        <figure class="diagram" data-figure="model">
            <svg viewBox="0 0 640 178" role="img" aria-label=words inner_html=move || drawing().unwrap_or_default()>
            </svg>
            <figcaption>{words}</figcaption>
        </figure>
    }
}

fn describe(prepared: &Prepared) -> String {
    let config = &prepared.config;
    let size = config.granularity.size();
    tr_args(
        "airline.diagram.words",
        &[
            ("input", format!("({}, {}, {size})", prepared.windows, config.window)),
            ("cell", config.cell.name().into()),
            ("layers", config.num_layers.to_string()),
            ("hidden", config.hidden_size.to_string()),
            ("state", format!("({}, {})", prepared.windows, config.hidden_size)),
            ("output", format!("({}, {size})", prepared.windows)),
        ],
    )
}

/// The inside of the `<svg>`. Its classes are styled by the page.
fn draw(prepared: &Prepared) -> String {
    let config = &prepared.config;
    let (size, count) = (config.granularity.size(), prepared.windows);
    let drawn = config.window.min(STEPS);
    let mut svg = String::new();
    let step_width = 76.0;
    let left = 10.0 + (STEPS - drawn) as f64 * step_width / 2.0;
    let node = |class: &str, x: f64, y: f64, width: f64, text: &str| {
        let [centre, below, x, y, width] = [x + width / 2.0, y + 22.0, x, y, width].map(Written);
        format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"34\" rx=\"6\"/>\
             <text x=\"{centre}\" y=\"{below}\">{text}</text>"
        )
    };
    let arrow = |x1: f64, y1: f64, x2: f64, y2: f64| {
        // From one side of the head to the tip and to the other.
        let sides = if x1 == x2 { [(-4.0, 6.0), (4.0, 6.0)] } else { [(-6.0, -4.0), (-6.0, 4.0)] };
        let [(ax, ay), (bx, by)] = sides.map(|(x, y)| (Written(x2 + x), Written(y2 + y)));
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(Written);
        format!("<path class=\"arrow\" d=\"M{x1} {y1}L{x2} {y2}M{ax} {ay}L{x2} {y2}L{bx} {by}\"/>")
    };
    for step in 0..drawn {
        let x = left + step as f64 * step_width;
        // In a long window the second box stands for all those not drawn.
        let skipped = config.window > STEPS && step == 1;
        let index =
            if config.window > STEPS && step > 1 { config.window - (drawn - 1 - step) } else { step + 1 };
        let (input, cell) = if skipped {
            ("…".into(), "…")
        } else {
            (format!("x<tspan dy=\"4\" class=\"sub\">{index}</tspan>"), config.cell.name())
        };
        svg += &node("data", x, 118.0, 54.0, &input);
        svg += &node("cell", x, 50.0, 54.0, cell);
        svg += &arrow(x + 27.0, 118.0, x + 27.0, 86.0);
        svg += &arrow(x + 54.0, 67.0, x + step_width, 67.0);
    }
    let right = left + drawn as f64 * step_width;
    let last = config.window;
    svg += &node("state", right, 50.0, 54.0, &format!("h<tspan dy=\"4\" class=\"sub\">{last}</tspan>"));
    svg += &arrow(right + 54.0, 67.0, right + 76.0, 67.0);
    svg += &node("cell", right + 76.0, 50.0, 92.0, "Linear");
    svg += &arrow(right + 168.0, 67.0, right + 190.0, 67.0);
    let next = last + 1;
    svg +=
        &node("data", right + 190.0, 50.0, 54.0, &format!("ŷ<tspan dy=\"4\" class=\"sub\">{next}</tspan>"));
    let note = |x: f64, y: f64, text: String| {
        format!("<text class=\"note\" x=\"{}\" y=\"{}\">{text}</text>", Written(x), Written(y))
    };
    let middle = left + (drawn as f64 * step_width - 22.0) / 2.0;
    let layers = if config.num_layers > 1 { format!(" × {}", config.num_layers) } else { String::new() };
    let hidden = config.hidden_size;
    svg += &note(middle, 36.0, format!("{}({size}, {hidden}){layers}", config.cell.name()));
    svg += &note(middle, 171.0, format!("({count}, {last}, {size})"));
    svg += &note(right + 27.0, 102.0, format!("({count}, {hidden})"));
    svg += &note(right + 122.0, 36.0, format!("Linear({hidden}, {size})"));
    svg += &note(right + 217.0, 102.0, format!("({count}, {size})"));
    svg += &note(right + 217.0, 36.0, tr("airline.diagram.next"));
    svg
}
