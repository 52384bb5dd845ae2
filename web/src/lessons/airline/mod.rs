//! The airline lesson on the page: its figures and, in `story/`, its text.

mod baselines;
mod diagram;
mod figures;
mod forecast_chart;
mod prepared;
mod series;

use leptos::prelude::*;
use unroll::lessons::airline::LESSON;

use crate::lesson::{Content, LessonView, Opened, Row};

use self::series::SeriesPanel;
use diagram::Diagram;
use figures::Figures;

/// What stands where.
pub static VIEW: LessonView = LessonView {
    lesson: &LESSON,
    figures: || view! { <Figures/> }.into_any(),
    model: || view! { <Diagram/> }.into_any(),
    data: || view! { <SeriesPanel/> }.into_any(),
    baselines: baselines::in_use,
    about_model: &["model", "scratch"],
};

/// The lesson's line in the list of all.
pub const ROW: Row = Row { lesson: &LESSON, open: || Box::pin(async { open() }) };

/// The first lesson comes with the page.
fn open() -> Opened {
    Ok(Content::Runs(&VIEW))
}
