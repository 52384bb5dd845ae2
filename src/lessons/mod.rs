//! The lessons, one folder each. A new lesson adds its folder, its line in [`LESSONS`] and its variant in
//! [`Picture`].

pub mod airline;
#[cfg(feature = "engine")]
pub mod engine;
pub mod text;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::settings::{Form, RUN_SETTINGS, Setting};

/// A lesson as the page, the link and the command line know it.
#[derive(Debug)]
pub struct Lesson {
    /// Its name in links and catalogues.
    pub id: &'static str,
    /// Raised when a preset changes, so that old links can say which preset they meant.
    pub version: u32,
    /// Its settings in the order of the page; [`Lesson::all_settings`] adds those of every run.
    pub settings: &'static [&'static Setting],
    /// Named starting points beside the preset of each setting.
    pub presets: &'static [Preset],
    /// The choice setting whose values "compare" trains side by side; none where nothing is trained.
    pub compare: Option<&'static Setting>,
}

/// A named starting point of a lesson: its pairs of key and value, all else at the setting's own preset. The
/// catalogues name it under `lesson.<lesson>.preset.<id>`.
#[derive(Debug)]
pub struct Preset {
    /// The name in catalogues.
    pub id: &'static str,
    /// What differs from the settings' own presets.
    pub pairs: &'static [(&'static str, &'static str)],
}

/// Every lesson, in the order of the page.
pub static LESSONS: [&Lesson; 2] = [&airline::LESSON, &text::LESSON];

impl Lesson {
    /// Finds a lesson by its name.
    ///
    /// # Errors
    /// [`Error::UnknownLesson`].
    pub fn find(id: &str) -> Result<&'static Lesson, Error> {
        LESSONS
            .into_iter()
            .find(|lesson| lesson.id == id)
            .ok_or_else(|| Error::UnknownLesson { name: id.into() })
    }

    /// Is something trained in it?
    pub fn is_trained(&self) -> bool {
        self.compare.is_some()
    }

    /// The lesson's own settings and, where something is trained, those of every run.
    pub fn all_settings(&self) -> Vec<&'static Setting> {
        self.settings.iter().copied().chain(RUN_SETTINGS.into_iter().filter(|_| self.is_trained())).collect()
    }

    /// Every setting at its preset.
    pub fn preset(&self) -> Form {
        Form::preset(&self.all_settings())
    }
}

/// What a lesson's figures are drawn from, at one epoch of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "lesson", rename_all = "snake_case")]
pub enum Picture {
    /// See [`airline`].
    Airline(airline::Forecast),
}
