//! The lesson on memory tasks on the page: its figures and, in `story/`, its text.

mod answers;
mod baselines;
mod cells;
mod data;
mod diagram;
mod race;
mod sequence;
mod sheet;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::lessons::memory::LESSON;

use crate::figures::{Cards, LossFigure};
use crate::lesson::{Content, LessonView, Row};
use answers::Answers;
use data::DataPanel;
use diagram::Diagram;
use race::RaceFigure;

/// What stands where.
pub static VIEW: LessonView = LessonView {
    lesson: &LESSON,
    figures: || {
        view! {
            <RaceFigure/>
            <Cards/>
            <Answers/>
            <LossFigure/>
        }
        .into_any()
    },
    model: || view! { <Diagram/> }.into_any(),
    data: || view! { <DataPanel/> }.into_any(),
    baselines: baselines::in_use,
    about_model: &["model"],
};

/// The lesson's line in the list of all.
pub const ROW: Row = Row { lesson: &LESSON, open: || Box::pin(open()) };

/// Fetches what is shown of this lesson alone.
#[wasm_split(memory, wasm_split_path = leptos::wasm_split, fallible)]
pub fn open() -> Result<Content, SplitLoaderError> {
    Ok(Content::Runs(&VIEW))
}
