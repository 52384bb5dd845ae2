//! One run as the notebook's table and its exports tell it.

use std::collections::BTreeMap;

use unroll::Error;
use unroll::protocol::{Engine, RunId};
use unroll::settings::Form;

use super::difference::{Difference, differences};
use super::sparkline::sparkline;
use crate::state::{Phase, Run, State};

/// The box of a sparkline, in pixels.
pub const SPARK: (f64, f64) = (84.0, 20.0);

/// One run, told.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The run.
    pub id: RunId,
    /// What its settings change; see [`differences`].
    pub differences: Vec<Difference>,
    /// Live settings changed on the way, as `step: key=value`.
    pub changes: Vec<(usize, String, String)>,
    /// The reader's own data?
    pub own_data: bool,
    /// Every setting, for the exports.
    pub form: Form,
    /// Who computed it.
    pub engine: Option<Engine>,
    /// Steps done.
    pub step: usize,
    /// Steps to do.
    pub steps: usize,
    /// The newest training loss.
    pub final_loss: Option<f32>,
    /// The smallest training loss.
    pub best_loss: Option<f32>,
    /// The lesson's own figures by name, as last drawn.
    pub metrics: BTreeMap<String, f64>,
    /// Seconds of training.
    pub seconds: f64,
    /// The loss curve as SVG path data in a box of [`SPARK`].
    pub spark: String,
    /// Kept on top.
    pub pinned: bool,
    /// Drawn beside the current run.
    pub overlaid: bool,
    /// Is it the run in the figures?
    pub current: bool,
    /// What stopped it.
    pub failure: Option<Error>,
}

impl Entry {
    /// The entry of the run `id`; none if it has left the notebook.
    pub fn of(state: &State, id: RunId) -> Option<Self> {
        let run = state.run(id)?;
        // The run before it in time: what a reader changed from there is what they want to see.
        let previous = state.log().filter(|other| other.id < id).last();
        let recording = &run.recording;
        Some(Entry {
            id,
            differences: differences(
                &state.lesson.model_settings(),
                &run.job().form,
                previous.map(|previous| &previous.job().form),
            ),
            changes: run
                .changes
                .iter()
                .map(|change| (change.step, change.key.clone(), change.value.clone()))
                .collect(),
            own_data: run.job().data.is_some(),
            form: run.job().form.clone(),
            engine: run.engine,
            step: run.progress.step,
            steps: run.progress.steps,
            final_loss: recording.losses.last().copied(),
            best_loss: recording.losses.iter().copied().filter(|loss| !loss.is_nan()).min_by(f32::total_cmp),
            metrics: run.latest().map(|picture| picture.metrics.clone()).unwrap_or_default(),
            seconds: run.seconds,
            spark: sparkline(&recording.losses, SPARK.0, SPARK.1),
            pinned: run.pinned,
            overlaid: run.overlaid,
            current: state.current == Some(id),
            failure: run.failure.clone(),
        })
    }
}

/// What an entry depends on, cheap enough to be compared at every event of a run. While the run trains its losses
/// count only as every fiftieth part is added: nobody reads a table sixty times a second.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp {
    losses: usize,
    finished: bool,
    failed: bool,
    pinned: bool,
    overlaid: bool,
    current: bool,
    changes: usize,
    previous: Option<RunId>,
    engine: Option<Engine>,
}

impl Stamp {
    /// The stamp of the run `id` now.
    pub fn of(state: &State, id: RunId) -> Option<Self> {
        let run = state.run(id)?;
        let current = state.current == Some(id);
        let losses = run.recording.losses.len();
        let step =
            if current && state.phase == Phase::Training { (run.progress.steps / 50).max(1) } else { 1 };
        Some(Stamp {
            losses: losses - losses % step,
            finished: run.is_finished(),
            failed: run.failure.is_some(),
            pinned: run.pinned,
            overlaid: run.overlaid,
            current,
            changes: run.changes.len(),
            previous: state.log().filter(|other| other.id < id).last().map(|other| other.id),
            engine: run.engine,
        })
    }
}

/// The ids of the log's rows from top to bottom: pinned ones first, then the newest first.
pub fn order(state: &State) -> Vec<RunId> {
    let mut rows: Vec<&Run> = state.log().collect();
    rows.reverse();
    let (pinned, others): (Vec<&Run>, Vec<&Run>) = rows.into_iter().partition(|run| run.pinned);
    pinned.into_iter().chain(others).map(|run| run.id).collect()
}
