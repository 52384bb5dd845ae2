//! A drawing of the three networks side by side, with the sizes that the settings leave each of them.

use leptos::prelude::*;
use unroll::lessons::memory::{CELLS, MemoryConfig};

use super::cells::{GATES, INKS, NAMES};
use crate::charts::swatch;
use crate::context::use_app;
use crate::i18n::{tr, tr_args};
use crate::state::State;

/// Width of the bar that stands for the largest hidden state.
const LONGEST: f64 = 84.0;

/// The drawing. Its sizes follow the settings.
#[component]
pub fn Diagram() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let config = Memo::new(move |_| job.with(|job| MemoryConfig::from_form(&job.form)));
    let network = move |cell: usize| {
        let size = move || config.with(|config| config.hidden_sizes()[cell]);
        let count = move || config.with(|config| config.count(GATES[cell], size()));
        let words = move || {
            let args = [("hidden", size().to_string()), ("count", count().to_string())];
            tr_args("memory.diagram.size", &args)
        };
        view! {
            <div class="memory-network" data-cell=CELLS[cell]
                data-hidden=move || size().to_string() data-parameters=move || count().to_string()>
                <p class="memory-cell"><span inner_html=swatch(INKS[cell])></span>{NAMES[cell]}</p>
                <svg
                    viewBox="0 0 124 172"
                    role="img"
                    aria-label=move || format!("{}: {}", NAMES[cell], words())
                    inner_html=move || config.with(|config| draw(config, cell))
                ></svg>
                <p class="soft">{words}</p>
            </div>
        }
    };
    view! {
        <figure class="diagram" data-figure="model">
            <div class="memory-networks">{(0..CELLS.len()).map(network).collect_view()}</div>
            <figcaption>{move || config.with(describe)}</figcaption>
        </figure>
    }
}

fn describe(config: &MemoryConfig) -> String {
    let number = |number: usize| number.to_string();
    let words = tr_args(
        "memory.diagram.words",
        &[
            ("input", number(config.task.input_size())),
            ("output", number(config.task.output_size())),
            ("parameters", number(config.parameters)),
        ],
    );
    if config.forget_bias == 0.0 {
        return words;
    }
    let forget = tr_args("memory.diagram.forget", &[("bias", config.forget_bias.to_string())]);
    format!("{words}{}{forget}", tr("sentence.space"))
}

/// The inside of a network's `<svg>`. Its classes are styled by the page.
fn draw(config: &MemoryConfig, cell: usize) -> String {
    let sizes = config.hidden_sizes();
    let (input, output) = (config.task.input_size(), config.task.output_size());
    let (name, hidden) = (NAMES[cell], sizes[cell]);
    let largest = sizes.into_iter().max().unwrap_or(1).max(1);
    let bar = LONGEST * hidden as f64 / largest as f64;
    let left = 60.0 - bar / 2.0;
    let node = |class: &str, x: f64, y: f64, tall: f64, text: &str| {
        let width = 120.0 - 2.0 * x;
        format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{tall}\" rx=\"6\"/>\
             <text x=\"60\" y=\"{}\">{text}</text>",
            y + 18.0
        )
    };
    let up = |from: f64, to: f64| {
        let head = to + 6.0;
        format!("<path class=\"arrow\" d=\"M60 {from}V{to}M56 {head}L60 {to}L64 {head}\"/>")
    };
    [
        node("data", 38.0, 2.0, 26.0, &format!("ŷ ({output})")),
        up(46.0, 28.0),
        node("cell", 6.0, 46.0, 26.0, &format!("Linear({hidden}, {output})")),
        up(90.0, 72.0),
        node("cell", 6.0, 90.0, 38.0, &format!("{name}({input}, {hidden})")),
        // The hidden state, as long as it is large, which goes round to the next step.
        format!(
            "<rect class=\"size\" x=\"{left:.1}\" y=\"115\" width=\"{bar:.1}\" height=\"6\" \
             style=\"fill:var(--{})\"/>",
            INKS[cell].token()
        ),
        "<path class=\"arrow\" d=\"M114 98C127 98 127 120 116 120M121 116L115 120L121 124\"/>".into(),
        up(144.0, 128.0),
        node("data", 38.0, 144.0, 26.0, &format!("x ({input})")),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use unroll::lessons::memory::LESSON;

    use super::*;

    #[test]
    fn the_largest_state_has_the_longest_bar() {
        let config = MemoryConfig::from_form(&LESSON.preset());
        assert!(draw(&config, 0).contains("RNN(2, 56)") && draw(&config, 0).contains("width=\"84.0\""));
        assert!(draw(&config, 2).contains("LSTM(2, 27)") && draw(&config, 2).contains("width=\"40.5\""));
    }
}
