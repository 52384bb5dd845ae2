//! Backpropagation through time: how much of the loss at the last step arrives at each step before it, in four cells
//! side by side, and what clipping does to the gradient by the parameters.

mod bars;
mod clipping;
mod norms;
mod panel;
mod picture;
mod table;

use std::sync::Arc;

use leptos::prelude::*;
use unroll::lessons::cell::config::{CLIP_NORM, GRADIENT_SEED, KEEP_BIAS, LENGTH, SCALE};
use unroll::lessons::cell::{Answer, CellGradients, Question};
use unroll::nn::Cell;

use super::{Topic, use_workbench};
use crate::controls::{Field, Slider};
use crate::i18n::tr;
use crate::quantity::format_number;
use clipping::Clipping;
use norms::Decades;
use panel::{Cursor, Panel};

/// The cells, in the order of the page.
const CELLS: [Cell; 4] = [Cell::RnnTanh, Cell::RnnRelu, Cell::Lstm, Cell::Gru];

/// A question about gradients with its answer.
type Found = Memo<Option<Arc<(Question, Answer)>>>;

/// The section: settings, a panel for each cell, and clipping.
#[component]
pub fn Gradients() -> impl IntoView {
    let slot = use_workbench().slot(Topic::Gradients);
    let found: Found = Memo::new(move |_| slot.with(|slot| slot.found.clone()));
    let scale = Memo::new(move |_| found.with(|found| Decades::around(all_norms(found.as_deref()))));
    let cursor: Cursor = RwSignal::new(None);
    let panel = move |kind: Cell| {
        let cell = Memo::new(move |_| found.with(|found| cell_of(found.as_deref(), kind).cloned()));
        view! { <Panel kind cell scale cursor/> }
    };
    view! {
        <div class="gradients" data-figure="gradients">
            <div class="gradient-settings">
                <div><Field setting=&LENGTH.setting/><Slider setting=&LENGTH.setting/></div>
                <div><Field setting=&SCALE.setting/><Slider setting=&SCALE.setting step=0.05/></div>
                <div><Field setting=&KEEP_BIAS.setting/></div>
                <div><Field setting=&CLIP_NORM.setting/></div>
                <div><Field setting=&GRADIENT_SEED.setting/></div>
            </div>
            <p class="remark">{move || tr("gradients.note")}</p>
            <Legend/>
            <div class="gradient-frame">
                <div class="gradient-panels">{CELLS.into_iter().map(panel).collect_view()}</div>
            </div>
            <p class="remark">{move || tr("gradients.try")}</p>
            <Clipping found/>
        </div>
    }
}

/// What bars, dots and ticks mean.
#[component]
fn Legend() -> impl IntoView {
    let norm = |letter: &'static str| view! { "‖∂"<i>"L"</i>"/∂"<i>{letter}<sub>"t"</sub></i>"‖" };
    let sample = |inner: &'static str| {
        view! { <svg width="22" height="14" viewBox="0 0 22 14" aria-hidden="true" inner_html=inner></svg> }
    };
    view! {
        <ul class="gradient-legend">
            <li>{sample(r#"<path class="bar" d="M3 14V6h4V14zM9 14V2h4V14zM15 14V8h4V14z"/>"#)}{norm("h")}</li>
            <li>
                {sample(r#"<path class="kept" stroke-width="5" d="M5 9h0M11 6h0M17 4h0"/>"#)}
                {norm("c")}" "{move || tr("gradients.legend.kept")}
            </li>
            <li>{sample(r#"<path class="lost" d="M3 9h4M9 9h4M15 9h4"/>"#)}{move || tr("gradients.legend.vanished")}</li>
            <li>
                {sample(r#"<text class="infinite" x="11" y="12">∞</text>"#)}
                {move || tr("gradients.legend.infinite")}
            </li>
        </ul>
    }
}

/// The cells of an answer.
fn cells_of(found: Option<&(Question, Answer)>) -> &[CellGradients] {
    match found {
        Some((_, Answer::Gradients(cells))) => cells,
        _ => &[],
    }
}

/// One cell of an answer.
fn cell_of(found: Option<&(Question, Answer)>, kind: Cell) -> Option<&CellGradients> {
    cells_of(found).iter().find(|cell| cell.cell == kind && !cell.hidden.is_empty())
}

/// Every norm that a panel draws.
fn all_norms(found: Option<&(Question, Answer)>) -> impl Iterator<Item = f64> {
    cells_of(found).iter().flat_map(|cell| cell.hidden.iter().chain(cell.kept.iter().flatten()).copied())
}

/// What a cell is called.
fn cell_name(kind: Cell) -> String {
    tr(&format!("gradients.cell.{}", kind.word()))
}

/// A norm for eyes.
fn number(value: f64) -> String {
    if value == f64::INFINITY { "∞".into() } else { format_number(value) }
}
