//! A lesson as the engine knows it. The list of them is handed to a [`Session`](super::Session): nothing here names one.

use std::pin::Pin;

use burn::tensor::Device;

use super::{Objective, Trainee};
use crate::Error;
use crate::lesson::Lesson;
use crate::nn::Parameters;
use crate::protocol::{Figures, Job, Picture};

/// Builds a lesson's task, and the model's parameters as the seed gives them.
pub type Build = fn(&Job, &Device) -> Result<(Box<dyn Trainee>, Parameters), Error>;

/// Answers an encoded question of the lesson's own with an encoded answer.
pub type Answer = for<'a> fn(&'a [u8], &'a Device) -> Answering<'a>;

/// What [`Answer`] promises.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, Error>> + 'a>>;

/// What a lesson brings to an engine.
#[derive(Debug)]
pub struct EngineLesson {
    /// Its declaration.
    pub lesson: &'static Lesson,
    /// What is trained in it, if something is.
    pub training: Option<Training>,
    /// How its questions are answered, if it asks any.
    pub answer: Option<Answer>,
}

/// What is trained, and what can be told of its pictures.
#[derive(Debug)]
pub struct Training {
    /// Builds it.
    pub build: Build,
    /// See [`Picture::deviation`].
    pub deviation: fn(&Picture, &Picture) -> Option<f64>,
    /// See [`Picture::short`].
    pub short: fn(&Picture) -> Option<Picture>,
}

impl EngineLesson {
    /// A lesson in which something is trained, with figures of type `F`.
    pub const fn trains<F: Figures>(lesson: &'static Lesson, build: Build) -> Self {
        let training = Training { build, deviation: Picture::deviation::<F>, short: Picture::short::<F> };
        EngineLesson { lesson, training: Some(training), answer: None }
    }

    /// A lesson in which nothing is trained, but questions are asked.
    pub const fn answers(lesson: &'static Lesson, answer: Answer) -> Self {
        EngineLesson { lesson, training: None, answer: Some(answer) }
    }

    /// A lesson that needs no engine.
    pub const fn needs_none(lesson: &'static Lesson) -> Self {
        EngineLesson { lesson, training: None, answer: None }
    }
}

/// The lessons that an engine knows.
#[derive(Debug, Clone, Copy)]
pub struct EngineLessons(pub &'static [&'static EngineLesson]);

impl EngineLessons {
    /// Finds a lesson by its id.
    ///
    /// # Errors
    /// [`Error::UnknownLesson`].
    pub fn find(self, id: &str) -> Result<&'static EngineLesson, Error> {
        let found = self.0.iter().copied().find(|known| known.lesson.id == id);
        found.ok_or_else(|| Error::UnknownLesson { name: id.into() })
    }

    /// The lesson of a job, and what it trains.
    ///
    /// # Errors
    /// [`Error::UnknownLesson`], also where nothing is trained in it.
    pub fn training(self, job: &Job) -> Result<(&'static Lesson, &'static Training), Error> {
        let known = self.find(&job.lesson)?;
        let unknown = || Error::UnknownLesson { name: job.lesson.clone() };
        Ok((known.lesson, known.training.as_ref().ok_or_else(unknown)?))
    }

    /// Builds what `job` describes, on `device`.
    ///
    /// # Errors
    /// [`Error::UnknownLesson`], and what the lesson finds wrong with the job's data.
    pub fn build(self, job: &Job, device: &Device) -> Result<(Box<dyn Trainee>, Parameters), Error> {
        (self.training(job)?.1.build)(job, device)
    }

    /// Builds, for a worker that helps, only what is minimised.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn objective(self, job: &Job, device: &Device) -> Result<(Box<dyn Objective>, Parameters), Error> {
        self.build(job, device).map(|(task, parameters)| (task as Box<dyn Objective>, parameters))
    }
}
