//! One run as the page sees it: how it begins, what it reports, how it ends.

use std::collections::BTreeMap;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};

use super::{Recruit, State, Trainer, read, snapshot};
use crate::Error;
use crate::lessons::{Lesson, Picture, engine};
use crate::nn::{Parameters, Spec};
use crate::protocol::{Event, Job, Origin, Progress, RunId};
use crate::settings::{SPEED, WORKERS};
use crate::share::{Precision, weights};

/// Seconds between two reports: one frame of a screen at 60 per second, and a little.
const FRAME: f64 = 0.016;
/// A picture takes at most this share of the time.
const PICTURE_SHARE: f64 = 0.2;

/// An open run.
pub(super) struct Run {
    pub id: RunId,
    pub trainer: Trainer,
    /// The job with the live settings as they are now.
    job: Job,
    /// Steps at which it is finished.
    target: usize,
    losses: Vec<f32>,
    /// How many of `losses` the page has.
    sent: usize,
    reported: f64,
    pictured: f64,
    picture_seconds: f64,
    /// The number of workers that was last seen to: `None` where it is to be measured.
    asked_for: Option<Option<usize>>,
}

impl Run {
    /// Builds the run.
    pub fn open(id: RunId, job: Job, origin: &Origin, device: &Device) -> Result<Self, Error> {
        let (task, parameters) = engine::build(&job, device)?;
        let mut losses = Vec::new();
        let state = match origin {
            Origin::Seed => State::new(&*task, parameters),
            Origin::Weights { payload } => {
                let parameters = unpack(payload, parameters.specs(), device)?;
                State { step: task.steps(), ..State::new(&*task, parameters) }
            }
            Origin::Snapshot { bytes } => {
                let (state, history) =
                    snapshot::load(bytes, &job.lesson, &*task, parameters.specs(), device)?;
                losses = history;
                state
            }
        };
        let target = task.steps();
        let sent = losses.len();
        let trainer = Trainer::new(task, state);
        let never = f64::NEG_INFINITY;
        Ok(Run {
            id,
            trainer,
            job,
            target,
            losses,
            sent,
            reported: never,
            pictured: never,
            picture_seconds: 0.0,
            asked_for: None,
        })
    }

    /// The answer to opening it.
    pub fn opened(&self) -> Event {
        let task = &self.trainer.task;
        Event::Opened {
            run: self.id,
            layers: task.layers(),
            flops_per_step: task.flops_per_step(),
            progress: self.progress(),
            losses: self.losses.clone(),
        }
    }

    /// Are all steps done?
    pub fn is_finished(&self) -> bool {
        self.trainer.state.step >= self.target
    }

    /// Steps still to do.
    pub fn remaining(&self) -> usize {
        self.target.saturating_sub(self.trainer.state.step)
    }

    /// Makes room for as many steps again if all are done.
    pub fn extend(&mut self) {
        if self.is_finished() {
            self.target = self.trainer.state.step + self.trainer.task.steps();
        }
    }

    /// Changes a live setting. Returns whether the figures may have changed.
    pub fn set(&mut self, key: &str, value: &str) -> bool {
        let Ok(lesson) = Lesson::find(&self.job.lesson) else { return false };
        let Some(setting) =
            lesson.all_settings().into_iter().find(|setting| setting.key == key && setting.live)
        else {
            return false;
        };
        self.job.form.write(setting, value);
        self.trainer.task.apply(&self.job.form);
        setting.key != SPEED.key && setting.key != WORKERS.key
    }

    /// Steps per second at most, where the user wants to watch.
    pub fn speed(&self) -> Option<f64> {
        self.job.form.choice(&SPEED).parse().ok()
    }

    /// Looks for a team where the user wants one, or where it may pay.
    pub fn find_team(&mut self, recruit: Option<&Recruit>) {
        let Some(recruit) = recruit.filter(|_| self.trainer.task.shards() > 1) else { return };
        let wanted: Option<usize> = self.job.form.choice(&WORKERS).parse().ok();
        if self.asked_for == Some(wanted) && !(wanted.is_none() && self.trainer.wants_team()) {
            return;
        }
        self.asked_for = Some(wanted);
        let most = self.trainer.task.shards();
        match wanted {
            Some(1) => self.trainer.keep_team(None),
            Some(workers) => self.trainer.keep_team(recruit(&self.job, workers.min(most) - 1)),
            None if self.trainer.wants_team() => self.trainer.try_team(recruit(&self.job, most - 1)),
            None => self.trainer.open_to_team(),
        }
    }

    /// Trains for a slice, `most` steps at most.
    pub async fn train(&mut self, most: usize, clock: &dyn Fn() -> f64) -> Result<(), Error> {
        match self.trainer.slice(most, clock).await {
            Ok(losses) => {
                self.losses.extend(losses);
                Ok(())
            }
            Err(stop) => {
                self.losses.extend(stop.losses);
                // Where the state went back before this slice, the last loss reported goes too.
                self.losses.truncate(self.trainer.state.step);
                self.sent = self.sent.min(self.losses.len());
                Err(stop.error)
            }
        }
    }

    /// Where it stands.
    fn progress(&self) -> Progress {
        let step = self.trainer.state.step;
        let steps_per_s = self.trainer.steps_per_s();
        let pace = self.speed().unwrap_or(f64::INFINITY).min(steps_per_s);
        let seconds_left = if pace > 0.0 { self.remaining() as f64 / pace } else { 0.0 };
        let workers = self.trainer.workers();
        Progress { step, steps: self.target.max(step), steps_per_s, seconds_left, workers }
    }

    /// Progress, and the picture if it is due; nothing at all within a frame of the last report.
    pub async fn report(&mut self, clock: &dyn Fn() -> f64, events: &mut Vec<Event>) -> Result<(), Error> {
        let now = clock();
        if now - self.reported >= FRAME {
            self.report_progress(now, events);
            if now - self.pictured >= self.picture_seconds / PICTURE_SHARE {
                self.report_picture(clock, events).await?;
            }
        }
        Ok(())
    }

    /// Progress and the picture, whenever the last report was.
    pub async fn report_all(
        &mut self,
        clock: &dyn Fn() -> f64,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        self.report_progress(clock(), events);
        self.report_picture(clock, events).await
    }

    fn report_progress(&mut self, now: f64, events: &mut Vec<Event>) {
        self.reported = now;
        let losses = self.losses[self.sent..].to_vec();
        self.sent = self.losses.len();
        events.push(Event::Progress { run: self.id, progress: self.progress(), losses });
    }

    /// The picture alone.
    pub async fn report_picture(
        &mut self,
        clock: &dyn Fn() -> f64,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        let start = clock();
        let picture = self.picture(&self.trainer.state.parameters).await?.0;
        self.pictured = clock();
        self.picture_seconds = self.pictured - start;
        events.push(Event::Picture { run: self.id, picture });
        Ok(())
    }

    /// The picture that `parameters` give, and their loss.
    async fn picture(&self, parameters: &Parameters) -> Result<(Picture, f32), Error> {
        let task = &self.trainer.task;
        let mut outputs = task.outputs(parameters);
        outputs.push(task.loss(parameters));
        let mut values = read(outputs).await?;
        let loss = values.pop().and_then(|loss| loss.first().copied()).unwrap_or(f32::NAN);
        Ok((task.picture(self.trainer.state.step, &values), loss))
    }

    /// The end: the final figures.
    pub async fn finished(&self) -> Result<Event, Error> {
        let (picture, loss) = self.picture(&self.trainer.state.parameters).await?;
        let mut metrics: BTreeMap<String, f64> = picture.metrics();
        metrics.insert("loss".into(), loss.into());
        metrics.insert("steps_per_s".into(), self.trainer.steps_per_s());
        Ok(Event::Finished { run: self.id, metrics })
    }

    /// The whole state.
    pub async fn snapshot(&self) -> Result<Event, Error> {
        let state = &self.trainer.state;
        let bytes = snapshot::write(&self.job, state, &self.losses).await?;
        Ok(Event::Snapshot { run: self.id, step: state.step, bytes })
    }

    /// The weights as a link carries them, and what that costs.
    pub async fn pack(&self, precision: Precision) -> Result<Event, Error> {
        let parameters = &self.trainer.state.parameters;
        let values = read([parameters.flat().clone()]).await?.concat();
        let mut rest = &values[..];
        let tensors: Vec<&[f32]> = parameters
            .specs()
            .iter()
            .map(|spec| {
                let (tensor, after) = rest.split_at(spec.count());
                rest = after;
                tensor
            })
            .collect();
        let (step, learning_rate) = (self.trainer.state.step, self.trainer.task.learning_rate());
        let payload = weights::pack(&tensors, precision).ok_or(Error::Diverged { step, learning_rate })?;
        let device = parameters.flat().device();
        let (exact, _) = self.picture(parameters).await?;
        let (packed, _) = self.picture(&unpack(&payload, parameters.specs(), &device)?).await?;
        let deviation = exact.deviation(&packed);
        Ok(Event::Packed { run: self.id, precision, payload, deviation })
    }
}

/// The weights of a link.
fn unpack(payload: &str, specs: &Rc<[Spec]>, device: &Device) -> Result<Parameters, Error> {
    let lengths: Vec<usize> = specs.iter().map(Spec::count).collect();
    let values = weights::unpack(payload, &lengths)?.concat();
    let count = values.len();
    Ok(Parameters::new(
        Rc::clone(specs),
        Tensor::from_data(TensorData::new(values, [count]), &device.clone().inner()),
    ))
}
