//! The lessons as the engine knows them: how each is built from a job.

use burn::tensor::Device;

use super::{Lesson, airline, embedding, memory, novel};
use crate::Error;
use crate::nn::Parameters;
use crate::protocol::Job;
use crate::train::{Objective, Task};

/// Builds a lesson's task, and the model's parameters as the seed gives them.
type Build = fn(&Job, &Device) -> Result<(Box<dyn Task>, Parameters), Error>;

/// Every lesson's line on the engine's side.
static BUILDERS: [(&Lesson, Build); 4] = [
    (&airline::LESSON, airline::build),
    (&embedding::LESSON, embedding::build),
    (&novel::LESSON, novel::build),
    (&memory::LESSON, memory::build),
];

/// Builds what `job` describes, on `device`.
///
/// # Errors
/// [`Error::UnknownLesson`], and what the lesson finds wrong with the job's data.
pub fn build(job: &Job, device: &Device) -> Result<(Box<dyn Task>, Parameters), Error> {
    let (_, build) = BUILDERS
        .iter()
        .find(|(lesson, _)| lesson.id == job.lesson)
        .ok_or_else(|| Error::UnknownLesson { name: job.lesson.clone() })?;
    build(job, device)
}

/// The same for a worker that helps: only what is trained.
///
/// # Errors
/// As [`build`].
pub fn objective(job: &Job, device: &Device) -> Result<(Box<dyn Objective>, Parameters), Error> {
    build(job, device).map(|(task, parameters)| (task as Box<dyn Objective>, parameters))
}
