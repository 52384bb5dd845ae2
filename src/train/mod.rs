//! The run: its loop, its optimisers and its snapshots.
//!
//! A lesson provides a [`Trainee`]: how the loss follows from the parameters, and what its figures show. A
//! [`Session`] obeys the page's commands with it, in slices short enough that the next command is heard at once.
//! Nothing here knows whether it runs in a browser's worker or on the command line.

mod corpora;
mod driver;
mod examination;
mod lesson;
mod memory;
mod model_file;
mod optimizer;
mod run;
mod session;
mod snapshot;
pub mod team;
#[cfg(all(feature = "cpu", not(target_arch = "wasm32")))]
pub mod threads;
mod trainee;
mod trainer;

pub use driver::drive;
pub use examination::{Examination, Examined, Look};
pub use lesson::{Answering, Build, EngineLesson, EngineLessons, Training};
pub use model_file::ModelFile;
pub use optimizer::{Optimizer, Rule};
pub use session::{Next, Recruit, Session};
pub use trainee::{Objective, Trainee, Watch};
pub use trainer::{Measure, Measures, Stop, Trainer, TrainingState};
