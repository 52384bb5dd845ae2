//! The lesson on models that write, on the page: its figures and, in `story/`, its text.

mod diagram;
mod gradient;
mod inside;
mod perplexity;
mod prose;
mod scroll;
mod texts;
mod writer;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::lessons::novel::LESSON;

use crate::figures::{Cards, LossFigure};
use crate::lesson::{Content, LessonView, Row};
use diagram::Diagram;
use gradient::GradientLine;
use inside::Inside;
use perplexity::PerplexityFigure;
use scroll::Scroll;
use texts::TextsPanel;
use writer::Writer;

/// What stands where.
pub static VIEW: LessonView = LessonView {
    lesson: &LESSON,
    figures: || {
        view! {
            <Writer/>
            <Cards/>
            <PerplexityFigure/>
            <Scroll/>
            <LossFigure/>
            <GradientLine/>
            <Inside/>
        }
        .into_any()
    },
    model: || view! { <Diagram/> }.into_any(),
    data: || view! { <TextsPanel/> }.into_any(),
    // What counting reaches stands in the chart of perplexities: it hangs on the text, not on the run.
    baselines: |_| Memo::new(|_| Vec::new()),
    about_model: &["model", "book"],
};

/// The lesson's line in the list of all.
pub const ROW: Row = Row { lesson: &LESSON, open: || Box::pin(open()) };

/// Fetches what is shown of this lesson alone.
#[wasm_split(novel, wasm_split_path = leptos::wasm_split, fallible)]
pub fn open() -> Result<Content, SplitLoaderError> {
    Ok(Content::Runs(&VIEW))
}
