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
use unroll::lessons::Lesson;

use crate::context::App;
use crate::i18n;
use crate::state::Language;

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
    /// The sections of its story that stand under the drawing of the model.
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

/// What stands on a lesson's page, once that part of the page is here, and what it says in `language`. Nothing if they can't
/// be fetched; the next call tries again.
pub async fn open(lesson: &'static Lesson, language: Language) -> Option<Content> {
    let (_, open) = OPEN.iter().find(|(known, _)| *known == lesson).unwrap_or(&OPEN[0]);
    let words = i18n::speak(language, lesson);
    let content = open().await.ok()?;
    words.await.then_some(content)
}

/// Adds a lesson's styles to the page, where they then stay.
pub fn dress(lesson: &Lesson) {
    let id = format!("style-{}", lesson.id);
    let (document, styles) = (document(), untrack(|| i18n::text(&format!("style.{}", lesson.id))));
    if styles.is_empty() || document.get_element_by_id(&id).is_some() {
        return;
    }
    // An element of this name can always be made.
    let (Ok(element), Some(head)) = (document.create_element("style"), document.head()) else { return };
    element.set_id(&id);
    element.set_text_content(Some(styles));
    // Refused only where the element could not stand, and a style may stand in a head.
    let _ = head.append_child(&element);
}

#[cfg(test)]
pub mod tests {
    use std::task::{Context, Poll, Waker};

    use unroll::lessons::LESSONS;

    use super::{Content, LessonView, OPEN, open};
    use crate::state::Language;

    /// The views of all lessons in which something is trained.
    pub fn views() -> impl Iterator<Item = &'static LessonView> {
        LESSONS.into_iter().filter_map(|lesson| {
            // Outside the browser all parts are there, and nothing is waited for.
            let opening = std::pin::pin!(open(lesson, Language::En));
            match opening.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Some(Content::Runs(view))) => Some(view),
                Poll::Ready(Some(Content::Own(_))) => None,
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
