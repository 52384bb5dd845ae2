//! The lesson on learned embeddings on the page: its figures and, in `story/`, its text.

mod diagram;
mod figures;
mod prepared;
mod sentences;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::lessons::embedding::LESSON;

use crate::lesson::{Content, LessonView, Row};

use diagram::Diagram;
use figures::Figures;
use sentences::SentencesPanel;

/// What stands where.
pub static VIEW: LessonView = LessonView {
    lesson: &LESSON,
    figures: || view! { <Figures/> }.into_any(),
    model: || view! { <Diagram/> }.into_any(),
    data: || view! { <SentencesPanel/> }.into_any(),
    // A classifier of four sentences has nothing to beat.
    baselines: |_| Memo::new(|_| Vec::new()),
    about_model: &["model", "literal"],
};

/// The lesson's line in the list of all.
pub const ROW: Row = Row { lesson: &LESSON, open: || Box::pin(open()) };

/// Fetches what is shown of this lesson alone.
#[wasm_split(embedding, wasm_split_path = leptos::wasm_split, fallible)]
pub fn open() -> Result<Content, SplitLoaderError> {
    Ok(Content::Runs(&VIEW))
}
