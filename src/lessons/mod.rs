//! The lessons, one folder each. A new lesson adds its folder, its module and its row in [`ROWS`].

pub mod airline;
pub mod cell;
pub mod embedding;
pub mod memory;
pub mod novel;
mod optimizer;
pub mod text;

use crate::Error;
use crate::lesson::{self, Lesson};
#[cfg(feature = "engine")]
use crate::train::{EngineLesson, EngineLessons};

pub use optimizer::{LEARNING_RATES, Optimizer, Schedule};

/// What a lesson brings: its declaration, and what an engine must know of it.
struct Row {
    lesson: &'static Lesson,
    #[cfg(feature = "engine")]
    engine: EngineLesson,
}

/// Every lesson, in the order of the page.
static ROWS: [&Row; 6] = [&airline::ROW, &cell::ROW, &memory::ROW, &text::ROW, &embedding::ROW, &novel::ROW];

/// The declarations of all lessons, in the order of the page.
pub static LESSONS: [&Lesson; ROWS.len()] = {
    let mut all = [ROWS[0].lesson; ROWS.len()];
    let mut index = 0;
    while index < all.len() {
        all[index] = ROWS[index].lesson;
        index += 1;
    }
    all
};

/// All lessons, as an engine knows them.
#[cfg(feature = "engine")]
pub static ENGINE_LESSONS: EngineLessons = {
    static ALL: [&EngineLesson; ROWS.len()] = {
        let mut all = [&ROWS[0].engine; ROWS.len()];
        let mut index = 0;
        while index < all.len() {
            all[index] = &ROWS[index].engine;
            index += 1;
        }
        all
    };
    EngineLessons(&ALL)
};

/// Finds a lesson by its name.
///
/// # Errors
/// [`Error::UnknownLesson`].
pub fn find(id: &str) -> Result<&'static Lesson, Error> {
    lesson::find(&LESSONS, id)
}
