//! A drawing of the model with the shapes of the present settings.

use leptos::prelude::*;
use unroll::lessons::novel::{NovelConfig, Prediction};

use crate::context::use_app;
use crate::i18n::{tr, tr_args};
use crate::state::State;

/// The drawing. Its shapes follow the settings.
#[component]
pub fn Diagram() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let vocabulary = app.select(vocabulary);
    let config = Memo::new(move |_| job.with(|job| NovelConfig::from_form(&job.form)));
    let words = move || config.with(|config| describe(config, &vocabulary.get()));
    view! {
        <figure class="diagram" data-figure="model">
            <svg
                viewBox="0 0 640 150"
                role="img"
                aria-label=words
                inner_html=move || config.with(|config| draw(config, &vocabulary.get()))
            ></svg>
            <figcaption>{words}</figcaption>
        </figure>
    }
}

/// How many different tokens there are; V as long as nobody has counted.
fn vocabulary(state: &State) -> String {
    let layers = state.current_run().map(|run| &run.recording.layers[..]).unwrap_or_default();
    let table = layers.first().and_then(|layer| layer.parameters.first());
    table.and_then(|(_, shape)| shape.first()).map_or("V".into(), usize::to_string)
}

fn describe(config: &NovelConfig, vocabulary: &str) -> String {
    let key = match config.prediction {
        Prediction::EveryNext => "novel.diagram.every_next",
        Prediction::Last { .. } => "novel.diagram.last",
    };
    let NovelConfig { batch_size, seq_length, embedding_dim, hidden_size, .. } = *config;
    tr_args(
        key,
        &[
            ("input", format!("({batch_size}, {seq_length})")),
            ("vectors", format!("({batch_size}, {seq_length}, {embedding_dim})")),
            ("output", format!("({batch_size}, {seq_length}, {hidden_size})")),
            ("length", seq_length.to_string()),
            ("vocabulary", vocabulary.to_owned()),
        ],
    )
}

/// The inside of the `<svg>`. Its classes are styled by the page.
fn draw(config: &NovelConfig, vocabulary: &str) -> String {
    let NovelConfig { batch_size, seq_length, embedding_dim, hidden_size, num_layers, .. } = *config;
    let cell = config.cell.name();
    let layers = if num_layers > 1 { format!(" × {num_layers}") } else { String::new() };
    let mut boxes = vec![
        ("data", tr("novel.diagram.tokens"), String::new(), format!("({batch_size}, {seq_length})")),
        (
            "cell",
            "Embedding".into(),
            format!("({vocabulary}, {embedding_dim})"),
            format!("({batch_size}, {seq_length}, {embedding_dim})"),
        ),
        (
            "cell",
            format!("{cell}{layers}"),
            format!("({embedding_dim}, {hidden_size})"),
            format!("({batch_size}, {seq_length}, {hidden_size})"),
        ),
    ];
    match config.prediction {
        Prediction::EveryNext => boxes.push((
            "cell",
            "Linear".into(),
            if config.tied { tr("novel.diagram.tied") } else { format!("({hidden_size}, {vocabulary})") },
            format!("({batch_size}, {seq_length}, {vocabulary})"),
        )),
        Prediction::Last { linear_size } => boxes.extend([
            ("state", "Σ".into(), tr("diagram.sum"), format!("({batch_size}, {hidden_size})")),
            (
                "cell",
                "Linear, ReLU".into(),
                format!("({hidden_size}, {linear_size})"),
                format!("({batch_size}, {linear_size})"),
            ),
            (
                "cell",
                "Linear".into(),
                format!("({linear_size}, {vocabulary})"),
                format!("({batch_size}, {vocabulary})"),
            ),
        ]),
    }
    let gap = 20.0;
    let left = 6.0;
    let width = (640.0 - 2.0 * left + gap) / boxes.len() as f64 - gap;
    let mut svg = String::new();
    for (index, (class, name, above, below)) in boxes.iter().enumerate() {
        let x = left + index as f64 * (width + gap);
        let middle = x + width / 2.0;
        svg += &format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"58\" width=\"{width:.1}\" height=\"34\" rx=\"6\"/>\
             <text x=\"{middle:.1}\" y=\"80\">{name}</text>\
             <text class=\"note\" x=\"{middle:.1}\" y=\"46\">{above}</text>\
             <text class=\"note\" x=\"{middle:.1}\" y=\"114\">{below}</text>"
        );
        if index + 1 < boxes.len() {
            let (from, to) = (x + width, x + width + gap);
            let head = to - 6.0;
            svg += &format!(
                "<path class=\"arrow\" d=\"M{from:.1} 75L{to:.1} 75M{head:.1} 71L{to:.1} 75L{head:.1} 79\"/>"
            );
        }
    }
    svg
}
