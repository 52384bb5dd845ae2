//! A drawing of the model with the shapes of the present settings: the numbers of the words, their vectors, the
//! recurrent module, the sum, the linear layer.

use leptos::prelude::*;

use super::prepared::Prepared;
use crate::context::use_app;
use crate::i18n::{tr, tr_args};
use crate::state::State;

/// The drawing. Its shapes follow the settings.
#[component]
pub fn Diagram() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let prepared = Memo::new(move |_| job.with(Prepared::new));
    let words = move || prepared.with(describe);
    view! {
        <figure class="diagram" data-figure="model">
            <svg viewBox="0 0 640 150" role="img" aria-label=words inner_html=move || prepared.with(draw)></svg>
            <figcaption>{words}</figcaption>
        </figure>
    }
}

/// Sentences of a full batch, words of a sentence.
fn batch(prepared: &Prepared) -> (usize, usize) {
    (prepared.config.batch_size.min(prepared.data.table.len()), prepared.data.length())
}

fn describe(prepared: &Prepared) -> String {
    let (batch, length) = batch(prepared);
    let (size, hidden) = (prepared.config.embedding_dim, prepared.config.hidden_size);
    let key = if prepared.config.batch_first {
        "embedding.diagram.words"
    } else {
        "embedding.diagram.words_literal"
    };
    tr_args(
        key,
        &[
            ("input", format!("({batch}, {length})")),
            ("vectors", format!("({batch}, {length}, {size})")),
            ("output", format!("({batch}, {length}, {hidden})")),
            ("steps", if prepared.config.batch_first { length } else { batch }.to_string()),
            ("sum", format!("({batch}, {hidden})")),
            ("classes", prepared.data.classes.len().to_string()),
        ],
    )
}

/// The inside of the `<svg>`. Its classes are styled by the page.
fn draw(prepared: &Prepared) -> String {
    let (batch, length) = batch(prepared);
    let config = &prepared.config;
    let (words, size, hidden) = (prepared.data.vocabulary.len(), config.embedding_dim, config.hidden_size);
    let classes = prepared.data.classes.len();
    let cell = config.cell.name();
    let boxes = [
        ("data", tr("embedding.diagram.numbers"), String::new(), format!("({batch}, {length})")),
        ("cell", "Embedding".into(), format!("({words}, {size})"), format!("({batch}, {length}, {size})")),
        ("cell", cell.into(), format!("({size}, {hidden})"), format!("({batch}, {length}, {hidden})")),
        ("state", "Σ".into(), tr("diagram.sum"), format!("({batch}, {hidden})")),
        ("cell", "Linear".into(), format!("({hidden}, {classes})"), format!("({batch}, {classes})")),
    ];
    let (width, gap, left) = (100.0, 28.0, 14.0);
    let mut svg = String::new();
    for (index, (class, name, above, below)) in boxes.iter().enumerate() {
        let x = left + index as f64 * (width + gap);
        let middle = x + width / 2.0;
        svg += &format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"58\" width=\"{width}\" height=\"34\" rx=\"6\"/>\
             <text x=\"{middle}\" y=\"80\">{name}</text>\
             <text class=\"note\" x=\"{middle}\" y=\"46\">{above}</text>\
             <text class=\"note\" x=\"{middle}\" y=\"114\">{below}</text>"
        );
        if index + 1 < boxes.len() {
            let (from, to) = (x + width, x + width + gap);
            let head = to - 6.0;
            svg += &format!("<path class=\"arrow\" d=\"M{from} 75L{to} 75M{head} 71L{to} 75L{head} 79\"/>");
        }
    }
    svg
}
