//! One run of the session: everything the figures and the notebook show of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use unroll::Error;
use unroll::data::Corpus;
use unroll::nn::Layer;
use unroll::protocol::{Engine, Figures, Job, Picture, Progress, Recording, RunId};

/// The id of the recorded run that the page opens on. Runs of the session count from 1.
pub const RECORDED: RunId = 0;

/// At most so many pictures are kept of a run; see [`Run::keep_picture`].
const MAX_PICTURES: usize = 160;

/// Where a run's weights came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Fetched with the page: trained elsewhere, by a committed command.
    Recorded,
    /// Trained here, from the seed.
    Seed,
    /// Opened with trained weights from a link.
    Link,
    /// Restored from this browser's storage after a reload.
    Storage,
    /// Opened from a model file of the reader's.
    File,
}

/// A live setting that was changed while the run trained: from then on its curve is no longer the one that the
/// same settings give from the start.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Steps done when it changed.
    pub step: usize,
    /// The setting's key.
    pub key: String,
    /// Its new value as links write it.
    pub value: String,
}

/// A run of the session, running or kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id within the life of the page.
    pub id: RunId,
    /// Where its weights came from.
    pub source: Source,
    /// What is kept of it: job, layers, losses, pictures, final metrics (empty until it has finished).
    pub recording: Recording,
    /// The numbers of its text, or of the model's tokens alone, where it needs them.
    pub corpus: Option<Arc<Corpus>>,
    /// Where it stands.
    pub progress: Progress,
    /// The engine that computes it; none for the recorded one.
    pub engine: Option<Engine>,
    /// Seconds spent training, without pauses.
    pub seconds: f64,
    /// Live settings changed on the way, oldest first.
    pub changes: Vec<Change>,
    /// What stopped it before its end.
    pub failure: Option<Error>,
    /// The notebook keeps it on top and never drops it.
    pub pinned: bool,
    /// Drawn beside the current run in the figures.
    pub overlaid: bool,
    /// What the setting for its length was when it was last given more steps; 0 before that.
    pub leg: u32,
    /// How many pictures it has shown, kept or not.
    pub pictures_seen: usize,
    /// Smallest distance in steps between two kept pictures; doubles whenever there are too many.
    stride: usize,
}

impl Run {
    /// A run about to be built.
    pub fn new(id: RunId, source: Source, job: Job) -> Self {
        Run {
            id,
            source,
            recording: Recording {
                job,
                layers: Vec::new(),
                losses: Vec::new(),
                norms: Vec::new(),
                pictures: Vec::new(),
                metrics: BTreeMap::new(),
            },
            corpus: None,
            progress: Progress { step: 0, steps: 0, steps_per_s: 0.0, seconds_left: 0.0, workers: 1 },
            engine: None,
            seconds: 0.0,
            changes: Vec::new(),
            failure: None,
            pinned: false,
            overlaid: false,
            leg: 0,
            pictures_seen: 0,
            stride: 1,
        }
    }

    /// A finished run that was recorded elsewhere.
    pub fn recorded(recording: Recording) -> Self {
        let steps = recording.losses.len();
        let steps_per_s = recording.metrics.get("steps_per_s").copied().unwrap_or_default();
        let mut run = Run::new(RECORDED, Source::Recorded, recording.job.clone());
        run.progress = Progress { step: steps, steps, steps_per_s, seconds_left: 0.0, workers: 1 };
        run.recording = recording;
        run
    }

    /// The job as it stands.
    pub fn job(&self) -> &Job {
        &self.recording.job
    }

    /// The job with the text that it needs, for an engine: its name, where the worker for text hands over all else.
    pub fn whole_job(&self) -> Job {
        let corpus = self.corpus.as_ref().map(|corpus| match corpus.kept_as() {
            Some(_) => Arc::new(corpus.name()),
            None => Arc::clone(corpus),
        });
        Job { corpus, ..self.recording.job.clone() }
    }

    /// The newest picture.
    pub fn latest(&self) -> Option<&Picture> {
        self.recording.pictures.last()
    }

    /// The picture to show at `step`: the newest one not after it, the oldest if all are later.
    pub fn picture_at(&self, step: usize) -> Option<&Picture> {
        let after = self.recording.pictures.partition_point(|picture| picture.step <= step);
        self.recording.pictures.get(after.saturating_sub(1))
    }

    /// The lesson's figures at every step that is kept, oldest first.
    pub fn figures<F: Figures>(&self) -> Vec<(usize, F)> {
        let pictures = self.recording.pictures.iter();
        pictures.filter_map(|picture| Some((picture.step, picture.figures()?))).collect()
    }

    /// Have all steps been done?
    pub fn is_finished(&self) -> bool {
        !self.recording.metrics.is_empty()
    }

    /// Did it come with the page?
    pub fn is_recorded(&self) -> bool {
        self.source == Source::Recorded
    }

    /// How many numbers the model learns.
    pub fn parameter_count(&self) -> usize {
        self.recording.layers.iter().map(Layer::count).sum()
    }

    /// Keeps a picture. The newest is always kept; of the older ones a bounded number, evenly spread over the run.
    pub fn keep_picture(&mut self, picture: Picture) {
        self.pictures_seen += 1;
        let pictures = &mut self.recording.pictures;
        let step = picture.step;
        // A run that went back to a snapshot, or a changed horizon, draws anew what it drew before.
        pictures.truncate(pictures.partition_point(|kept| kept.step < step));
        if let [.., before, last] = &pictures[..]
            && last.step - before.step < self.stride
        {
            pictures.pop();
        }
        pictures.push(picture);
        if pictures.len() > MAX_PICTURES {
            self.stride *= 2;
            let newest = pictures.len() - 1;
            let mut index = 0;
            pictures.retain(|_| {
                let keep = index % 2 == 0 || index == newest;
                index += 1;
                keep
            });
        }
    }

    /// Goes back to where it stood after `step` steps.
    pub fn rewind(&mut self, step: usize) {
        self.recording.losses.truncate(step);
        self.recording.norms.truncate(step);
        self.recording.pictures.retain(|picture| picture.step <= step);
        self.recording.metrics.clear();
        self.progress.step = step;
        self.failure = None;
    }
}
