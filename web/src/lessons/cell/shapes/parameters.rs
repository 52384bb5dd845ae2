//! How many numbers the module learns, and why so many.

use leptos::prelude::*;
use unroll::lessons::cell::ShapesQuestion;

use super::notation::{derivation, part_name};
use crate::i18n::tr;

/// The sum of every layer and direction, and the total.
#[component]
pub fn ParameterCount(
    /// The module.
    asked: Memo<ShapesQuestion>,
) -> impl IntoView {
    let module = Memo::new(move |_| asked.with(|asked| asked.module));
    let lines = move || {
        let module = module.get();
        let line = |of| {
            let (name, sum) = (part_name(&module, of), derivation(&module, of));
            view! { <li><span class="soft">{name}</span><code>{sum}</code></li> }
        };
        module.layer_directions().map(line).collect_view()
    };
    let total = move || module.with(|module| module.count());
    view! {
        <div class="shapes-part">
            <h3>{move || tr("cell.shapes.count")}</h3>
            <p class="remark">{move || tr("cell.shapes.count.why")}</p>
            <ol class="shapes-sums">{lines}</ol>
            <p class="shapes-total">
                {move || tr("cell.shapes.count.total")}" "
                <strong data-figure="parameter-count" data-value=total>{total}</strong>
            </p>
        </div>
    }
}
