//! What the page shows of each lesson, one folder each.
//!
//! The page comes in parts: the first lesson is in its module, every other one in a module of its own, which is fetched
//! when the lesson is opened. A lesson's function `open` is where the module is split (see `xtask/src/parts.rs`); what
//! is used by that lesson alone goes with it.

pub mod airline;
pub mod cell;
pub mod embedding;
pub mod memory;
pub mod novel;
pub mod text;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use unroll::lesson::Lesson;

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

/// What stands on a lesson's page.
#[derive(Clone, Copy)]
pub enum Content {
    /// Runs, and around them what all such lessons show.
    Runs(&'static LessonView),
    /// Something of its own.
    Own(fn() -> AnyView),
}

/// A lesson's content, or why its part of the page can't be had.
pub type Opened = Result<Content, SplitLoaderError>;

type Open = fn() -> Pin<Box<dyn Future<Output = Opened>>>;

/// Every lesson, and how it is opened.
static OPEN: [(&Lesson, Open); 6] = [
    (&unroll::lessons::airline::LESSON, || Box::pin(async { airline::open() })),
    (&unroll::lessons::cell::LESSON, || Box::pin(cell::open())),
    (&unroll::lessons::memory::LESSON, || Box::pin(memory::open())),
    (&unroll::lessons::text::LESSON, || Box::pin(text::open())),
    (&unroll::lessons::embedding::LESSON, || Box::pin(embedding::open())),
    (&unroll::lessons::novel::LESSON, || Box::pin(novel::open())),
];

/// What stands on a lesson's page, once that part of the page is here.
///
/// # Errors
/// If it can't be fetched; the next call tries again.
pub async fn open(lesson: &'static Lesson) -> Opened {
    let (_, open) = OPEN.iter().find(|(known, _)| *known == lesson).unwrap_or(&OPEN[0]);
    open().await
}

#[cfg(test)]
pub mod tests {
    use std::task::{Context, Poll, Waker};

    use unroll::lessons::LESSONS;

    use super::{Content, LessonView, OPEN, open};

    /// The views of all lessons in which something is trained.
    pub fn views() -> impl Iterator<Item = &'static LessonView> {
        LESSONS.into_iter().filter_map(|lesson| {
            // Outside the browser all parts are there, and nothing is waited for.
            let opening = std::pin::pin!(open(lesson));
            match opening.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Ok(Content::Runs(view))) => Some(view),
                Poll::Ready(Ok(Content::Own(_))) => None,
                _ => panic!("{} does not open", lesson.id),
            }
        })
    }

    #[test]
    fn every_lesson_opens_as_itself() {
        assert!(OPEN.iter().map(|(lesson, _)| *lesson).eq(LESSONS));
        let trained = LESSONS.into_iter().filter(|lesson| lesson.is_trained());
        assert!(views().map(|view| view.lesson).eq(trained));
    }
}
