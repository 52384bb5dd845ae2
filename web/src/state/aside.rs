//! The trained run whose place another one has taken: the reader can have it back.

use crate::messages::{Blob, Command};
use unroll::protocol::RunId;

use super::{Effect, Notice, Phase, Run, Snapshot, Source, State};

/// So many seconds the run that came after it trains before it is let go.
const A_WHILE: f64 = 30.0;
/// What is said while a run can be had back.
pub(super) const OFFER: &str = "notice.set_aside";

/// A trained run that is no longer the current one.
#[derive(Debug, Clone)]
pub(super) struct Aside {
    run: Run,
    /// Where it stood: steps, and what the engine wrote. None until that has come.
    snapshot: Option<(usize, Blob)>,
    /// Seconds that others have trained since.
    outlived: f64,
}

impl State {
    /// Puts the current run aside where it has been trained, before another one takes its place.
    pub(super) fn set_aside(&mut self) -> Vec<Effect> {
        let Some(run) = self.current_run() else { return Vec::new() };
        let is_held = self.engine.held == Some(run.id);
        let snapshot = self.snapshot_of_current();
        let is_trained = run.source != Source::Recorded && run.progress.step > 0 && run.failure.is_none();
        let is_to_be_had = is_trained && (is_held || snapshot.is_some());
        // A comparison ends by training the reader's own choice once more.
        let comes_again = self.comparison.is_some()
            && run.source == Source::Seed
            && run.is_finished()
            && run.changes.is_empty();
        // Of two that could be had back it is the one that was trained further.
        let is_less = self.aside.as_ref().is_some_and(|aside| {
            self.comparison.is_some() || !run.is_finished() && run.progress.step < aside.run.progress.step
        });
        if !is_to_be_had || comes_again || is_less {
            return Vec::new();
        }
        let is_newest = snapshot.as_ref().is_some_and(|snapshot| snapshot.step == run.progress.step);
        let id = run.id;
        let snapshot = snapshot.map(|snapshot| (snapshot.step, snapshot.bytes));
        self.put_aside(run.clone(), snapshot);
        // The last one may be some seconds old.
        if is_held && !is_newest { self.tell(|_| Command::Snapshot { run: id }) } else { Vec::new() }
    }

    /// Keeps a run to be had back, and says so as soon as it can be.
    pub(super) fn put_aside(&mut self, run: Run, snapshot: Option<(usize, Blob)>) {
        self.dismiss(OFFER);
        self.aside = Some(Aside { run, snapshot, outlived: 0.0 });
        self.offer_back();
    }

    fn offer_back(&mut self) {
        let step = self.aside.as_ref().and_then(|aside| aside.snapshot.as_ref()).map(|(step, _)| *step);
        if let Some(step) = step {
            self.dismiss(OFFER);
            self.notify(Notice::new(OFFER, [("step", step.to_string())]));
        }
    }

    /// Is this the run that was put aside?
    pub(super) fn is_aside(&self, run: RunId) -> bool {
        self.aside.as_ref().is_some_and(|aside| aside.run.id == run) && self.current != Some(run)
    }

    /// Where the run that was put aside stood at the end.
    pub(super) fn aside_stands(&mut self, step: usize, bytes: Blob) {
        if let Some(aside) = &mut self.aside {
            aside.snapshot = Some((step, bytes));
        }
        self.offer_back();
    }

    /// The current run has been trained for some more seconds.
    pub(super) fn outlive(&mut self, seconds: f64) {
        if let Some(aside) = &mut self.aside {
            aside.outlived += seconds;
            if aside.outlived > A_WHILE {
                self.let_go();
            }
        }
    }

    /// The reader wants nothing back.
    pub(super) fn let_go(&mut self) {
        self.aside = None;
        self.dismiss(OFFER);
    }

    /// Brings the run back that was put aside, with its settings and data, where it stood.
    pub(super) fn take_back(&mut self) -> Vec<Effect> {
        let ready = self.aside.take_if(|aside| aside.snapshot.is_some());
        let Some(Aside { mut run, snapshot: Some((step, bytes)), .. }) = ready else { return Vec::new() };
        self.dismiss(OFFER);
        self.comparison = None;
        // What has taken its place can be had back in its turn.
        let mut effects = self.set_aside();
        effects.extend(self.tell(|run| Command::Stop { run }));
        let before = std::mem::replace(&mut self.form, run.job().form.clone());
        self.keep_asked(&before, true);
        self.data = run.job().data.clone();
        self.link.model = None;
        self.link.weights = None;
        self.engine.held = None;
        self.opening = None;
        self.measuring = None;
        self.to_train = None;
        self.continuations = None;
        self.inspection = None;
        self.packed = None;
        self.scrub = None;
        self.runs.retain(|kept| kept.id != run.id);
        // Under a new id, so that nothing late is taken for it.
        run.id = self.take_id();
        if run.recording.losses.len() > step {
            run.rewind(step);
        }
        run.progress.step = step;
        run.progress.steps = self.steps().max(step);
        self.phase = if run.is_finished() { Phase::Finished } else { Phase::Paused };
        self.snapshot = Some(Snapshot { run: run.id, step, bytes });
        self.current = Some(run.id);
        self.runs.push(run);
        effects.extend([Effect::WriteAddress, Effect::Keep]);
        effects
    }
}
