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

use leptos::prelude::*;
use unroll::lesson::Lesson;

use crate::i18n;
use crate::lesson::{Content, Row};
use crate::state::Language;

/// Every lesson, in the order of the page.
static ROWS: [Row; 6] = [airline::ROW, cell::ROW, memory::ROW, text::ROW, embedding::ROW, novel::ROW];

/// What stands on a lesson's page, once that part of the page is here, and what it says in `language`. Nothing if they can't
/// be fetched; the next call tries again.
pub async fn open(lesson: &'static Lesson, language: Language) -> Option<Content> {
    // The declarations of all lessons are those of these rows.
    let row = ROWS.iter().find(|row| row.lesson == lesson).unwrap_or(&ROWS[0]);
    let words = i18n::speak(language, lesson);
    let content = (row.open)().await.ok()?;
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

    use super::{ROWS, open};
    use crate::lesson::{Content, LessonView};
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
        assert!(ROWS.iter().map(|row| row.lesson).eq(LESSONS));
        let trained = LESSONS.into_iter().filter(|lesson| lesson.is_trained());
        assert!(views().map(|view| view.lesson).eq(trained));
    }
}
