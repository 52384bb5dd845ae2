//! One run as the page sees it: how it begins, what it reports, how it ends.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::examination::{Examination, to_the_end};
use super::{
    EngineLessons, Measures, Recruit, Trainer, Training, TrainingState, memory, model_file, snapshot,
};
use crate::Error;
use crate::data::{Corpus, Lexicon};
use crate::error::ModelFault;
use crate::lesson::Lesson;
use crate::nn::{Cell, Gates, Parameters, Spec, read, read_number};
use crate::protocol::{
    Event, Job, Origin, PASSAGE_LIMIT, Picture, Precision, Progress, RunId, WATCHED_LIMIT, Watched,
    WatchedLayer, Writing, Written,
};
use crate::sample::{Writer, inspection};
use crate::settings::{SPEED, WORKERS};
use crate::share::weights;

/// Seconds between two reports: one frame of a screen at 60 per second, and a little.
const FRAME: f64 = 0.016;
/// What the names of figures on held-out data begin with.
const HOLDOUT: &str = "holdout_";
/// A picture takes at most this share of the time.
const PICTURE_SHARE: f64 = 0.2;

/// Of a hundred tokens of a text a model must know so many, if it is to be trained on it.
const LEAST_KNOWN: usize = 50;

/// An open run.
pub(super) struct OpenRun {
    pub id: RunId,
    pub trainer: Trainer,
    lesson: &'static Lesson,
    training: &'static Training,
    /// The job with the live settings as they are now.
    job: Job,
    /// Steps at which it is finished.
    target: usize,
    measures: Measures,
    /// How many of them the page has.
    sent: usize,
    reported: f64,
    pictured: f64,
    picture_seconds: f64,
    /// Figures in the making.
    examination: Option<Box<dyn Examination>>,
    /// The last figures that took an examination.
    examined: Option<Picture>,
    /// The best model so far, where training ends early.
    best: Option<Best>,
    /// Has training ended early, or gone back to the best model at its end?
    ended: bool,
    /// What training left at its planned end to go back to the best model: more steps go on from there.
    left: Option<Parameters>,
    /// The tokens of a model that brought its own.
    lexicon: Option<Lexicon>,
    /// What is being written, for which request, by the model after how many steps.
    writer: Option<(u32, usize, Writer)>,
    /// The number of workers that was last seen to: `None` where it is to be measured.
    asked_for: Option<Option<usize>>,
}

/// A model worth going back to.
#[derive(Debug, Clone)]
pub(super) struct Best {
    /// Steps done then.
    pub step: usize,
    /// Its loss on held-out data.
    pub loss: f64,
    /// What else was found there, by name.
    pub metrics: BTreeMap<String, f64>,
    /// Its weights.
    pub parameters: Parameters,
}

impl OpenRun {
    /// Builds the run.
    pub fn open(
        id: RunId,
        job: Job,
        origin: &Origin,
        device: &Device,
        lessons: EngineLessons,
    ) -> Result<Self, Error> {
        let (lesson, training) = lessons.training(&job)?;
        let lexicon = match origin {
            Origin::Seed | Origin::Weights { .. } => None,
            Origin::Snapshot { bytes } => snapshot::lexicon(bytes)?,
            Origin::Model { bytes } => model_file::lexicon(bytes)?,
        };
        let job = match &lexicon {
            Some(lexicon) => in_tokens_of(job, lexicon)?,
            None => job,
        };
        memory::check(lesson, &job)?;
        let (task, parameters) = (training.build)(&job, device)?;
        let mut measures = Measures::default();
        let (mut best, mut left) = (None, None);
        let state = match origin {
            Origin::Seed => TrainingState::new(&*task, parameters),
            Origin::Weights { payload } => {
                weights::belong(payload, lesson, &job.form, job.data.as_ref())?;
                let parameters = unpack(payload, parameters.specs(), device)?;
                TrainingState { step: task.steps(), ..TrainingState::new(&*task, parameters) }
            }
            Origin::Snapshot { bytes } => {
                let kept = snapshot::load(bytes, &job.lesson, &*task, parameters.specs(), device)?;
                (measures, best, left) = (kept.measures, kept.best, kept.left);
                kept.state
            }
            Origin::Model { bytes } => {
                let (parameters, step) = model_file::load(bytes, &job, parameters.specs(), device)?;
                TrainingState { step, ..TrainingState::new(&*task, parameters) }
            }
        };
        let target = task.steps();
        let sent = measures.losses.len();
        let is_slow = task.examined_every().is_some();
        let examination = is_slow.then(|| task.examine(&state.parameters, state.step)).flatten();
        let trainer = Trainer::new(task, state);
        let never = f64::NEG_INFINITY;
        Ok(OpenRun {
            id,
            trainer,
            lesson,
            training,
            job,
            target,
            measures,
            sent,
            reported: never,
            pictured: never,
            picture_seconds: 0.0,
            examination,
            examined: None,
            best,
            ended: false,
            left,
            lexicon,
            writer: None,
            asked_for: None,
        })
    }

    /// The answer to opening it.
    pub fn opened(&self) -> Event {
        let task = &self.trainer.task;
        Event::Opened {
            run: self.id,
            layers: task.layers(),
            flops_per_step: task.cost().flops(),
            progress: self.progress(),
            losses: self.measures.losses.clone(),
            norms: self.measures.norms.clone(),
            lexicon: self.lexicon.clone(),
        }
    }

    /// Are all steps done, and the last figures made?
    pub fn is_finished(&self) -> bool {
        (self.ended || self.trainer.state.step >= self.target) && self.examination.is_none()
    }

    /// Steps still to do.
    pub fn remaining(&self) -> usize {
        self.target.saturating_sub(self.trainer.state.step)
    }

    /// Steps at which it is finished.
    pub fn target(&self) -> usize {
        self.target
    }

    /// Gets ready to go on. Where all steps are done, there is room for as many again; where training has ended early, it goes
    /// on from the best model and judges anew what is better.
    pub fn go_on(&mut self) {
        let step = self.trainer.state.step;
        if self.is_finished() && step >= self.target {
            self.target = step + self.trainer.task.steps();
        }
        self.go_back_to_work();
    }

    /// Leaves the best model, to which training went back, for what comes next.
    pub fn go_back_to_work(&mut self) {
        match self.left.take() {
            Some(left) => self.trainer.state.parameters = left,
            None if self.ended => self.best = None,
            None => {}
        }
        self.ended = false;
    }

    /// Are figures in the making?
    pub fn is_examined(&self) -> bool {
        self.examination.is_some()
    }

    /// Goes on making figures; those that are made are reported, and may end the training.
    pub async fn examine(&mut self, events: &mut Vec<Event>) -> Result<(), Error> {
        let Some(examination) = &mut self.examination else { return Ok(()) };
        let Some(picture) = examination.advance().await? else { return Ok(()) };
        self.examination = None;
        if let Some(patience) = self.trainer.task.patience()
            && let Some(every) = self.trainer.task.examined_every()
            && let Some(loss) = picture.holdout_loss
        {
            let step = self.trainer.state.step;
            if self.best.as_ref().is_none_or(|best| loss < best.loss) {
                let parameters = self.trainer.state.parameters.clone();
                let is_holdout = |(name, _): &(&String, &f64)| name.starts_with(HOLDOUT);
                let metrics = picture.metrics.iter().filter(is_holdout);
                let metrics = metrics.map(|(name, value)| (name.clone(), *value)).collect();
                self.best = Some(Best { step, loss, metrics, parameters });
            }
            if let Some(best) = &self.best
                && (step >= best.step + patience * every || step >= self.target)
            {
                let is_early = step >= best.step + patience * every;
                let last = std::mem::replace(&mut self.trainer.state.parameters, best.parameters.clone());
                self.left = (!is_early).then_some(last);
                self.ended = true;
            }
        }
        events.push(Event::Picture { run: self.id, picture: picture.clone() });
        self.examined = Some(picture);
        Ok(())
    }

    /// Begins to write with the weights as they are now.
    pub fn write(&mut self, request: u32, writing: Writing) {
        let TrainingState { parameters, step, .. } = &self.trainer.state;
        let model = self.trainer.task.language_model();
        self.writer = model.map(|model| (request, *step, Writer::new(model, parameters.clone(), writing)));
    }

    /// Writes no more.
    pub fn fall_silent(&mut self) {
        self.writer = None;
    }

    /// Is something being written?
    pub fn is_writing(&self) -> bool {
        self.writer.is_some()
    }

    /// Writes on for so many seconds.
    pub async fn write_on(
        &mut self,
        seconds: f64,
        clock: &dyn Fn() -> f64,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        let Some((request, step, writer)) = &mut self.writer else { return Ok(()) };
        let start = clock();
        let mut all = Written::default();
        while !all.is_done {
            let piece = writer.advance().await?;
            all.tokens.resize(all.tokens.len().max(piece.tokens.len()), Vec::new());
            for (text, tokens) in all.tokens.iter_mut().zip(piece.tokens) {
                text.extend(tokens);
            }
            all.is_done = piece.is_done;
            if clock() - start >= seconds {
                break;
            }
        }
        let is_done = all.is_done;
        if is_done || !all.tokens.is_empty() {
            events.push(Event::Written { run: self.id, request: *request, step: *step, written: all });
        }
        if is_done {
            self.writer = None;
        }
        Ok(())
    }

    /// Changes a live setting. Returns whether the figures may have changed.
    pub fn set(&mut self, key: &str, value: &str) -> bool {
        let Some(setting) =
            self.lesson.all_settings().into_iter().find(|setting| setting.key == key && setting.live)
        else {
            return false;
        };
        self.job.form.write(setting, value);
        self.trainer.task.apply(&self.job.form);
        self.aim(self.trainer.task.steps());
        setting.key != SPEED.setting.key && setting.key != WORKERS.setting.key
    }

    /// Makes `target` the number of steps at which it is finished. What is done already stays done: with fewer it is at its end
    /// where it stands, and is examined there.
    fn aim(&mut self, target: usize) {
        if self.target == target {
            return;
        }
        self.target = target;
        let TrainingState { parameters, step, .. } = &self.trainer.state;
        let is_examined = self.examined.as_ref().is_some_and(|picture| picture.step == *step);
        let is_due = *step >= target && !self.ended && self.examination.is_none() && !is_examined;
        if is_due && self.trainer.task.examined_every().is_some() {
            self.examination = self.trainer.task.examine(parameters, *step);
        }
    }

    /// Steps per second at most, where the user wants to watch.
    pub fn speed(&self) -> Option<f64> {
        SPEED.read(&self.job.form)
    }

    /// Looks for a team where the user wants one, or where it may pay.
    pub fn find_team(&mut self, recruit: Option<&Recruit>) {
        let is_shared = self.trainer.task.shards() > 1 && !self.trainer.task.carries();
        let Some(recruit) = recruit.filter(|_| is_shared) else { return };
        let wanted = WORKERS.read(&self.job.form);
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
        if self.trainer.task.steps() == 0 {
            // A model without its text can't be trained, not even for the single step that a command asks for.
            return Ok(());
        }
        let every = self.trainer.task.examined_every();
        // A slice ends where the model is to be examined.
        let most = every.map_or(most, |every| most.min(every - self.trainer.state.step % every));
        match self.trainer.slice(most, clock).await {
            // A long step goes on.
            Ok(measures) if measures.losses.is_empty() => Ok(()),
            Ok(measures) => {
                self.measures.extend(measures);
                let TrainingState { parameters, step, .. } = &self.trainer.state;
                if every.is_some_and(|every| step % every == 0 || *step >= self.target) {
                    self.examination = self.trainer.task.examine(parameters, *step);
                }
                Ok(())
            }
            Err(stop) => {
                self.measures.extend(stop.measures);
                // Where the state went back before this slice, the last loss reported goes too.
                self.measures.truncate(self.trainer.state.step);
                self.sent = self.sent.min(self.measures.losses.len());
                Err(stop.error)
            }
        }
    }

    /// Where it stands.
    fn progress(&self) -> Progress {
        let step = self.trainer.state.step;
        let steps_per_s = self.trainer.steps_per_s();
        // Where no speed is chosen, it goes as fast as it can.
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

    /// Progress alone, whenever the last report was.
    pub fn report_standing(&mut self, clock: &dyn Fn() -> f64, events: &mut Vec<Event>) {
        self.report_progress(clock(), events);
    }

    fn report_progress(&mut self, now: f64, events: &mut Vec<Event>) {
        self.reported = now;
        let losses = self.measures.losses[self.sent..].to_vec();
        // Norms are measured for every step or for none.
        let norms = self.measures.norms.get(self.sent..).unwrap_or_default().to_vec();
        self.sent = self.measures.losses.len();
        events.push(Event::Progress { run: self.id, progress: self.progress(), losses, norms });
    }

    /// The picture alone, where it is made at once.
    pub async fn report_picture(
        &mut self,
        clock: &dyn Fn() -> f64,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        if self.trainer.task.examined_every().is_some() {
            return Ok(());
        }
        let start = clock();
        let picture = self.picture(&self.trainer.state.parameters).await?;
        self.pictured = clock();
        self.picture_seconds = self.pictured - start;
        events.extend(picture.map(|picture| Event::Picture { run: self.id, picture }));
        Ok(())
    }

    /// The picture that `parameters` give.
    async fn picture(&self, parameters: &Parameters) -> Result<Option<Picture>, Error> {
        match self.trainer.task.examine(parameters, self.trainer.state.step) {
            Some(examination) => to_the_end(examination).await.map(Some),
            None => Ok(None),
        }
    }

    /// The end: the final figures.
    pub async fn finished(&self) -> Result<Event, Error> {
        let parameters = &self.trainer.state.parameters;
        let is_quick = self.trainer.task.examined_every().is_none();
        let picture = if is_quick { self.picture(parameters).await? } else { self.examined.clone() };
        // Where nothing is shown, no figures have been made.
        let mut metrics = picture.map(|picture| picture.metrics).unwrap_or_default();
        if is_quick {
            let loss = read_number(self.trainer.task.loss(parameters)).await?;
            metrics.insert("loss".into(), loss.into());
        }
        if let Some(best) = &self.best {
            metrics.insert("best_step".into(), best.step as f64);
            metrics.extend(best.metrics.clone());
        }
        metrics.insert("steps_per_s".into(), self.trainer.steps_per_s());
        Ok(Event::Finished { run: self.id, metrics })
    }

    /// The whole state.
    pub async fn snapshot(&self) -> Result<Event, Error> {
        let state = &self.trainer.state;
        let bytes = snapshot::write(
            &self.job,
            state,
            &self.measures,
            self.best.as_ref(),
            self.left.as_ref(),
            self.lexicon.as_ref(),
        )
        .await?;
        Ok(Event::Snapshot { run: self.id, step: state.step, bytes })
    }

    /// The hidden units while the model reads a passage.
    pub async fn inspect(&self, mut passage: Vec<usize>, word: &str) -> Result<Option<Event>, Error> {
        let task = &self.trainer.task;
        let (Some(model), Some(lexicons)) = (task.language_model(), task.lexicons()) else { return Ok(None) };
        let lexicon = &lexicons.source;
        passage.retain(|token| *token < lexicon.tokens.len());
        passage.truncate(PASSAGE_LIMIT);
        if passage.is_empty() {
            return Ok(None);
        }
        let states = model.states(&self.trainer.state.parameters, &passage);
        let [states] = read([states.flatten(0, 1)]).await?;
        let features = inspection::features(lexicon, &passage, word);
        let units = inspection::units(&states, passage.len(), &features);
        Ok(Some(Event::Inspected { run: self.id, passage, units }))
    }

    /// Every gate while the model reads a passage, or an example of its own.
    pub async fn watch(&self, mut passage: Vec<usize>) -> Result<Option<Event>, Error> {
        let task = &self.trainer.task;
        if let Some(lexicons) = task.lexicons() {
            passage.retain(|token| *token < lexicons.source.tokens.len());
        }
        passage.truncate(WATCHED_LIMIT);
        let Some(watch) = task.watch(&self.trainer.state.parameters, &passage) else { return Ok(None) };
        let mut layers = Vec::new();
        for (cell, gates) in watch.modules {
            for Gates { layer, reverse, values, hidden } in gates {
                let [steps, _, hidden_size] = hidden.dims();
                // Of the tape what a reader knows by name; h comes last in every cell.
                let (vectors, places): (Vec<&str>, Vec<usize>) = match cell {
                    Cell::RnnTanh | Cell::RnnRelu => (vec!["h"], vec![]),
                    Cell::Lstm | Cell::LstmConcatenated => {
                        (vec!["i", "f", "g", "o", "c", "h"], vec![0, 1, 2, 3, 4])
                    }
                    Cell::Gru | Cell::GruResetBefore => (vec!["r", "z", "n", "h"], vec![0, 1, 3]),
                };
                let parts =
                    places.iter().map(|place| values.clone().narrow(2, place * hidden_size, hidden_size));
                let all = Tensor::cat(parts.chain([hidden]).collect(), 2);
                let [values] = read([all.flatten(0, 2)]).await?;
                let vectors = vectors.into_iter().map(str::to_owned).collect();
                let layer = WatchedLayer {
                    cell: cell.name().into(),
                    layer,
                    reverse,
                    hidden_size,
                    vectors,
                    bytes: Vec::new(),
                };
                debug_assert_eq!(values.len(), steps * layer.vectors.len() * hidden_size);
                layers.push(layer.with_values(&values));
            }
        }
        Ok(Some(Event::Watched { run: self.id, watched: Watched { columns: watch.columns, layers } }))
    }

    /// The model as a file.
    pub async fn export(&self) -> Result<Event, Error> {
        let state = &self.trainer.state;
        let bytes = model_file::write(&self.job, self.trainer.task.lexicons().as_ref(), state).await?;
        Ok(Event::Exported { run: self.id, bytes })
    }

    /// The weights as a link carries them, and what that costs.
    pub async fn pack(&self, precision: Precision) -> Result<Event, Error> {
        let parameters = &self.trainer.state.parameters;
        let [values] = read([parameters.flat().clone()]).await?;
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
        let (step, learning_rate) =
            (self.trainer.state.step, self.trainer.task.learning_rate(self.trainer.state.step));
        let owner = weights::owner(self.lesson, &self.job.form, self.job.data.as_ref());
        let payload =
            weights::pack(&tensors, precision, &owner).ok_or(Error::Diverged { step, learning_rate })?;
        let device = parameters.flat().device();
        let exact = self.picture(parameters).await?;
        let packed = self.picture(&unpack(&payload, parameters.specs(), &device)?).await?;
        // Where nothing is shown, nothing can differ.
        let deviation = match exact.zip(packed) {
            Some((exact, packed)) => (self.training.deviation)(&exact, &packed)
                .ok_or_else(|| Error::EngineLost { reason: "figures can't be compared".into() })?,
            None => 0.0,
        };
        Ok(Event::Packed { run: self.id, precision, payload, deviation })
    }
}

/// A job with its text in a model's tokens; with the tokens alone where it has no text.
fn in_tokens_of(job: Job, lexicon: &Lexicon) -> Result<Job, Error> {
    let corpus = match job.corpus.as_deref().filter(|corpus| !corpus.is_empty()) {
        None => Corpus::new(lexicon.clone(), [])?,
        Some(corpus) if corpus.lexicon == *lexicon => return Ok(job),
        Some(corpus) => {
            let (translated, known) = corpus.in_tokens_of(lexicon)?;
            let percent = known * 100 / corpus.len();
            if percent < LEAST_KNOWN {
                return Err(ModelFault::Foreign.error("", percent, ""));
            }
            translated
        }
    };
    Ok(Job { corpus: Some(Arc::new(corpus)), ..job })
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
