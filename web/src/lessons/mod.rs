//! What the page shows of each lesson, one folder each.

pub mod airline;
pub mod cell;
pub mod embedding;
pub mod memory;
pub mod novel;
pub mod text;

use std::collections::BTreeMap;

use leptos::prelude::*;
use unroll::lessons::Lesson;

use crate::context::App;
use crate::story::Section;

/// What a lesson in which something is trained has to show, beside what all such lessons show.
pub struct LessonView {
    /// The lesson.
    pub lesson: &'static Lesson,
    /// On top: what the model does, and how well.
    pub figures: fn() -> AnyView,
    /// A drawing of the model.
    pub model: fn() -> AnyView,
    /// The data, and the way to bring other data.
    pub data: fn() -> AnyView,
    /// What a model must beat, as rows of the notebook.
    pub baselines: fn(App) -> Memo<Vec<Baseline>>,
    /// Its story.
    pub story: &'static [Section],
    /// The sections of it that stand under the drawing of the model.
    pub about_model: &'static [&'static str],
}

/// Something simple that a model must beat; the catalogues name it under `notebook.baseline.<id>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The name in catalogues.
    pub id: &'static str,
    /// The lesson's figures for it, by name.
    pub metrics: BTreeMap<String, f64>,
}

/// Every lesson in which something is trained.
pub static VIEWS: [&LessonView; 4] = [&airline::VIEW, &memory::VIEW, &embedding::VIEW, &novel::VIEW];

/// What a lesson shows; none where nothing is trained.
pub fn view_of(lesson: &Lesson) -> Option<&'static LessonView> {
    VIEWS.into_iter().find(|view| view.lesson == lesson)
}
