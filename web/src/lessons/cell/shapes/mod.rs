//! Shapes and parameters: what goes in and out of a recurrent module, how many numbers it learns, and the same module as
//! a program. All of it follows from the settings at once; the engine runs the module and confirms it.

mod block;
mod checks;
mod diagram;
mod fields;
mod notation;
mod parameters;
mod programs;
mod table;

use leptos::prelude::*;
use unroll::lessons::cell::{ShapesQuestion, config};
use unroll::settings::Form;

use crate::controls::use_form;
use crate::i18n::tr;
use checks::Checks;
use diagram::Diagram;
use fields::Fields;
use parameters::ParameterCount;
use programs::Programs;
use table::ShapeTable;

/// The section.
#[component]
pub fn Shapes() -> impl IntoView {
    let asked = use_form().select(asked);
    let printed = move || asked.with(|asked| asked.module.printed());
    // PyTorch warns of it too: there is nothing between one layer and no other.
    let idle_dropout = move || asked.with(|asked| asked.module.dropout > 0.0 && asked.module.num_layers == 1);
    view! {
        <Fields/>
        <pre class="shapes-printed" tabindex="0" role="region" aria-label=move || tr("cell.shapes.printed")
            data-figure="printed"
        ><code>{printed}</code></pre>
        <p class="remark" hidden=move || !idle_dropout()>{move || tr("cell.shapes.idle_dropout")}</p>
        <Diagram asked/>
        <ShapeTable asked/>
        <ParameterCount asked/>
        <Checks asked/>
        <Programs asked/>
    }
}

/// The module and the batch of these settings.
fn asked(form: &Form) -> ShapesQuestion {
    let (batch_size, seq_length) = config::batch(form);
    ShapesQuestion { module: config::module(form), batch_size, seq_length }
}
