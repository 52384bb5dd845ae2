//! The training loop: steps, in slices that are read back together.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::team::{ShardGradient, Team, part_of, shard_gradient, vector};
use super::{Objective, Optimizer, Trainee};
use crate::Error;
use crate::nn::{Parameters, kernels, read, read_all};

/// Seconds that a slice of steps takes at most, where one step is shorter than that.
const SLICE: f64 = 0.025;

/// Everything that training changes. Cloning shares the numbers.
#[derive(Debug, Clone)]
pub struct TrainingState {
    /// The model.
    pub parameters: Parameters,
    /// What the optimiser remembers.
    pub optimizer: Optimizer,
    /// Steps done.
    pub step: usize,
    /// What one step hands to the next; see [`Objective::carried_loss`].
    pub carried: Vec<Tensor<3>>,
}

/// What a step says of itself, still on the device.
#[derive(Debug)]
pub struct Measure {
    /// The loss before the update, `[1]`.
    pub loss: Tensor<1>,
    /// The Euclidean norm of the gradient before it was clipped, `[1]`; none where nothing is clipped.
    pub norm: Option<Tensor<1>>,
}

/// What steps said of themselves, one number for each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measures {
    /// Losses, each before its update.
    pub losses: Vec<f32>,
    /// Norms of the gradients before they were clipped; empty where nothing is clipped.
    pub norms: Vec<f32>,
}

impl Measures {
    /// Adds later ones.
    pub fn extend(&mut self, later: Measures) {
        self.losses.extend(later.losses);
        self.norms.extend(later.norms);
    }

    /// Keeps the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.losses.truncate(count);
        self.norms.truncate(count);
    }
}

impl TrainingState {
    /// Untrained parameters and an optimiser that has seen nothing.
    pub fn new(objective: &dyn Objective, parameters: Parameters) -> Self {
        let optimizer = Optimizer::new(objective.rule(), parameters.count(), &parameters.flat().device());
        TrainingState { parameters, optimizer, step: 0, carried: Vec::new() }
    }

    /// One step.
    pub fn step(&mut self, objective: &dyn Objective) -> Measure {
        let mut part = Part::default();
        for _ in 0..objective.shards() {
            self.compute(objective, &mut part);
        }
        self.apply(objective, part)
    }

    /// One shard of a step.
    fn compute(&self, objective: &dyn Objective, part: &mut Part) {
        if !objective.carries() {
            return part.add(shard_gradient(objective, &self.parameters, self.step, part.shards));
        }
        let tracked = self.parameters.tracked();
        let (loss, carried) = objective.carried_loss(&tracked, self.step, part.shards, &self.carried);
        let gradient = tracked.gradient(&loss);
        part.carried.push(carried);
        part.add((loss.inner(), gradient));
    }

    /// Computes with a team the next shards of a step, at most so many.
    ///
    /// # Errors
    /// Why the team failed; nothing has changed then.
    async fn compute_with(
        &self,
        objective: &dyn Objective,
        part: &mut Part,
        team: &mut dyn Team,
        most: usize,
    ) -> Result<(), String> {
        let lost = |error: Error| error.to_string();
        let begin = part.shards;
        let count = most.min(objective.shards() - begin);
        let workers = (team.members() + 1).min(count);
        let range = |worker| {
            let own = part_of(count, worker, workers);
            begin + own.start..begin + own.end
        };
        let [flat] = read([self.parameters.flat().clone()]).await.map_err(lost)?;
        for worker in 1..workers {
            team.ask(worker - 1, self.step, range(worker), &flat);
        }
        // The first shards are the leader's own, so that theirs follow in order.
        let own: Vec<_> =
            range(0).map(|shard| shard_gradient(objective, &self.parameters, self.step, shard)).collect();
        let mut answers = team.answers().await?;
        answers.sort_by_key(|answer| answer.shard);
        let device = self.parameters.flat().device();
        let fits = |answer: &ShardGradient| answer.gradient.len() == flat.len();
        if !answers.iter().map(|answer| answer.shard).eq(begin + own.len()..begin + count)
            || !answers.iter().all(fits)
        {
            return Err("a worker answered another question".into());
        }
        own.into_iter().for_each(|shard| part.add(shard));
        for ShardGradient { loss, gradient, .. } in answers {
            part.add((vector(vec![loss], &device), vector(gradient, &device)));
        }
        Ok(())
    }

    /// One step, with the help of a team.
    ///
    /// # Errors
    /// Why the team failed; nothing has changed then.
    pub async fn step_with(
        &mut self,
        objective: &dyn Objective,
        team: &mut dyn Team,
    ) -> Result<Measure, String> {
        let mut part = Part::default();
        self.compute_with(objective, &mut part, team, usize::MAX).await?;
        Ok(self.apply(objective, part))
    }

    /// The update that follows from a whole step's losses and gradients.
    fn apply(&mut self, objective: &dyn Objective, part: Part) -> Measure {
        let flat = self.parameters.flat();
        // An objective without shards has nothing to learn.
        let (loss, gradient) =
            part.sum.unwrap_or_else(|| (Tensor::zeros([1], &flat.device()), flat.zeros_like()));
        let (gradient, norm) = match objective.max_norm() {
            Some(max_norm) => {
                let (clipped, norm) = clip(gradient, max_norm, &objective.clipped_apart());
                (clipped, Some(norm))
            }
            None => (gradient, None),
        };
        let rate = objective.learning_rate(self.step);
        let flat = self.optimizer.update(flat.clone(), gradient, rate);
        self.parameters = Parameters::new(Rc::clone(self.parameters.specs()), flat);
        self.carried = joined(part.carried);
        self.step += 1;
        Measure { loss, norm }
    }
}

/// A step's loss and gradient as far as they are computed: those of its first shards, summed in their order.
#[derive(Default)]
struct Part {
    shards: usize,
    sum: Option<(Tensor<1>, Tensor<1>)>,
    /// What each of them hands to the next step.
    carried: Vec<Vec<Tensor<3>>>,
}

impl Part {
    /// Adds the loss and the gradient of the next shard.
    fn add(&mut self, (loss, gradient): (Tensor<1>, Tensor<1>)) {
        self.shards += 1;
        self.sum = Some(match self.sum.take() {
            None => (loss, gradient),
            Some((losses, gradients)) => (losses + loss, gradients + gradient),
        });
    }
}

/// The rows of all shards, `[layers, rows, hidden_size]`, tensor by tensor.
fn joined(mut shards: Vec<Vec<Tensor<3>>>) -> Vec<Tensor<3>> {
    match shards.len() {
        0 | 1 => shards.pop().unwrap_or_default(),
        _ => (0..shards[0].len())
            .map(|index| Tensor::cat(shards.iter().map(|of| of[index].clone()).collect(), 1))
            .collect(),
    }
}

/// The gradient clipped, as a whole or in parts of so many numbers each; and the norm that it had.
fn clip(gradient: Tensor<1>, max_norm: f64, parts: &[usize]) -> (Tensor<1>, Tensor<1>) {
    if parts.is_empty() {
        return kernels::clip_by_norm(gradient, max_norm);
    }
    let mut start = 0;
    let clipped = parts.iter().map(|&count| {
        start += count;
        kernels::clip_by_norm(kernels::rows(gradient.clone(), start - count, count), max_norm)
    });
    let (parts, norms): (Vec<_>, Vec<_>) = clipped.unzip();
    // The norm of the parts' norms is that of the whole.
    let (_, norm) = kernels::clip_by_norm(Tensor::cat(norms, 0), f64::INFINITY);
    (Tensor::cat(parts, 0), norm)
}

/// A task in training.
pub struct Trainer {
    /// What is trained.
    pub task: Box<dyn Trainee>,
    /// Where it stands.
    pub state: TrainingState,
    /// The state before the last step: its loss is known, that of `state` is not yet.
    previous: Option<TrainingState>,
    /// Steps between readbacks: as many as fit into a slice. A device that queues its work returns from a step long
    /// before it is done, so time alone, looked at between steps, would not bound a slice.
    batch: usize,
    steps: usize,
    seconds: f64,
    help: Help,
    /// The step that is being computed, where it takes longer than a slice: then commands are heard between its shards.
    part: Option<Part>,
    /// Seconds that its shards took.
    part_seconds: f64,
    /// Seconds since the last whole step.
    pending: f64,
    /// Seconds that the last whole step took; none before the first.
    last: Option<f64>,
}

/// Who computes a step's shards, and how that was found out.
enum Help {
    /// Nobody else: the step is not cut, or a team was tried and is slower or gone.
    Alone,
    /// There may be a team; so many steps have been timed without one, and took so many seconds.
    Open(usize, f64),
    /// A team is tried: what a step took alone, then the steps timed with it and their seconds.
    Tried(Box<dyn Team>, f64, usize, f64),
    /// A team stays.
    Kept(Box<dyn Team>),
}

/// Steps that are timed with and without a team; the first of them does not count.
const TIMED: usize = 4;
/// Shards of a step that is short enough for commands to wait for its end, as long as nothing is known of it.
const FEW: usize = 4;
/// Seconds that commands may wait for the end of a step.
const PATIENCE: f64 = 0.3;
/// A step shorter than this is not worth a message, in seconds.
const WORTH_ASKING: f64 = 0.005;

/// Training had to stop because the loss became infinite or not a number. The trainer stands at the last state
/// whose loss was finite.
#[derive(Debug)]
pub struct Stop {
    /// What the steps of this slice said, up to the state that was kept.
    pub measures: Measures,
    /// Why.
    pub error: Error,
}

impl Trainer {
    /// A trainer that stands at `state`.
    pub fn new(task: Box<dyn Trainee>, state: TrainingState) -> Self {
        Trainer {
            task,
            state,
            previous: None,
            batch: 1,
            steps: 0,
            seconds: 0.0,
            help: Help::Alone,
            part: None,
            part_seconds: 0.0,
            pending: 0.0,
            last: None,
        }
    }

    /// Optimiser steps per second so far, 0 before the first.
    pub fn steps_per_s(&self) -> f64 {
        if self.seconds > 0.0 { self.steps as f64 / self.seconds } else { 0.0 }
    }

    /// Forgets the steps and seconds counted so far.
    pub fn reset_rate(&mut self) {
        (self.steps, self.seconds) = (0, 0.0);
    }

    /// How many workers compute a step.
    pub fn workers(&self) -> usize {
        match &self.help {
            Help::Alone | Help::Open(..) => 1,
            Help::Tried(team, ..) | Help::Kept(team) => (team.members() + 1).min(self.task.shards()),
        }
    }

    /// Is it time to look for a team? Steps are cut, they take long enough, and none has been tried.
    pub fn wants_team(&self) -> bool {
        matches!(self.help, Help::Open(steps, seconds) if steps > TIMED && seconds / TIMED as f64 > WORTH_ASKING)
    }

    /// Tries a team, and keeps it if it is faster; with `None` goes on alone for good.
    pub fn try_team(&mut self, team: Option<Box<dyn Team>>) {
        let alone = match self.help {
            Help::Open(_, seconds) => seconds / TIMED as f64,
            _ => f64::INFINITY,
        };
        self.help = team.map_or(Help::Alone, |team| Help::Tried(team, alone, 0, 0.0));
    }

    /// Times steps again, to see whether a team may pay.
    pub fn open_to_team(&mut self) {
        self.help = if self.task.shards() > 1 { Help::Open(0, 0.0) } else { Help::Alone };
    }

    /// Takes this team, faster or not.
    pub fn keep_team(&mut self, team: Option<Box<dyn Team>>) {
        self.help = team.map_or(Help::Alone, Help::Kept);
    }

    /// Is a step computed in part?
    pub fn is_amid(&self) -> bool {
        self.part.is_some()
    }

    /// How many shards are computed before commands are heard: all, unless a step takes too long for that. The first one is
    /// taken to do so where it has many.
    fn shards_at_once(&self) -> usize {
        let shards = self.task.shards();
        match self.last {
            None if shards > FEW => 1,
            Some(seconds) if seconds > PATIENCE => ((shards as f64 * PATIENCE / seconds) as usize).max(1),
            _ => shards,
        }
    }

    /// One step, with whoever helps; of a long one some shards, and nothing until the last of them.
    ///
    /// # Errors
    /// [`Error::EngineLost`].
    async fn step(&mut self, clock: &dyn Fn() -> f64) -> Result<Option<Measure>, Error> {
        let start = clock();
        let task = &*self.task;
        let (most, shards) = (self.shards_at_once(), task.shards());
        let mut part = self.part.take().unwrap_or_default();
        let helped = match &mut self.help {
            Help::Tried(team, ..) | Help::Kept(team) if team.members() > 0 && !task.carries() => {
                let most = most.max(team.members() + 1);
                Some(self.state.compute_with(task, &mut part, &mut **team, most).await)
            }
            _ => None,
        };
        let is_helped = matches!(helped, Some(Ok(())));
        if helped.is_some() && !is_helped {
            // Who does not answer is not asked again; the result is the same without.
            self.help = Help::Alone;
        }
        let end = if is_helped { part.shards } else { shards.min(part.shards.saturating_add(most)) };
        while part.shards < end {
            self.state.compute(task, &mut part);
        }
        if part.shards < shards {
            if let Some((loss, _)) = &part.sum {
                // A device that queues its work has not computed anything yet.
                read([loss.clone()]).await?;
            }
            self.part = Some(part);
            self.part_seconds += clock() - start;
            return Ok(None);
        }
        let measure = self.state.apply(task, part);
        let took = std::mem::take(&mut self.part_seconds) + clock() - start;
        self.time(took, is_helped);
        Ok(Some(measure))
    }

    /// Notes how long a step took, and decides whether a team pays.
    fn time(&mut self, took: f64, is_helped: bool) {
        match &mut self.help {
            Help::Open(steps, seconds) if *steps <= TIMED => {
                *seconds += if *steps > 0 { took } else { 0.0 };
                *steps += 1;
            }
            Help::Tried(_, alone, steps, seconds) if is_helped => {
                *seconds += if *steps > 0 { took } else { 0.0 };
                *steps += 1;
                if *steps > TIMED {
                    let faster = *seconds / (TIMED as f64) < *alone;
                    self.help = match std::mem::replace(&mut self.help, Help::Alone) {
                        Help::Tried(team, ..) if faster => Help::Kept(team),
                        _ => Help::Alone,
                    };
                }
            }
            _ => {}
        }
    }

    /// Trains for a slice, `most` steps at most. Returns what each said of itself: nothing where a long step goes on in the
    /// next slice.
    ///
    /// # Errors
    /// [`Stop`] with [`Error::Diverged`] or, if the device fails, [`Error::EngineLost`].
    pub async fn slice(&mut self, most: usize, clock: &dyn Fn() -> f64) -> Result<Measures, Stop> {
        let start = clock();
        let entry = self.state.clone();
        let entry_previous = self.previous.clone();
        let (mut losses, mut norms) = (Vec::new(), Vec::new());
        while losses.len() < most.min(self.batch) {
            self.previous = Some(self.state.clone());
            let done = self.step(clock).await;
            let done = done.map_err(|error| Stop { measures: Measures::default(), error })?;
            let Some(measure) = done else { break };
            losses.push(measure.loss);
            norms.extend(measure.norm);
            if clock() - start > SLICE {
                break;
            }
        }
        let count = losses.len();
        let values = read_all(losses.into_iter().chain(norms)).await;
        let values = values.map_err(|error| Stop { measures: Measures::default(), error })?;
        let mut losses: Vec<f32> = values.into_iter().flatten().collect();
        let norms = losses.split_off(count);
        let measures = Measures { losses, norms };
        let elapsed = clock() - start;
        self.steps += count;
        self.seconds += elapsed;
        // By the slice, not by the step: on a device that queues its work only the readback says how long that took.
        self.pending += elapsed;
        if count > 0 {
            self.last = Some(std::mem::take(&mut self.pending) / count as f64);
        }
        if elapsed > SLICE {
            self.batch = (self.batch / 2).max(1);
        } else if elapsed < SLICE / 2.0 && count == self.batch {
            self.batch *= 2;
        }
        match measures.losses.iter().position(|loss| !loss.is_finite()) {
            None => Ok(measures),
            Some(bad) => Err(self.go_back(entry, entry_previous, bad, measures)),
        }
    }

    /// Returns to the last state with a finite loss, by repeating the slice's first steps: the slice's length
    /// depends on time, the state that is kept must not.
    fn go_back(
        &mut self,
        entry: TrainingState,
        previous: Option<TrainingState>,
        bad: usize,
        mut measures: Measures,
    ) -> Stop {
        let step = entry.step + bad + 1;
        let learning_rate = self.task.learning_rate(step - 1);
        let kept = bad.saturating_sub(1);
        measures.truncate(kept);
        self.state = if bad == 0 { previous.unwrap_or(entry) } else { entry };
        (self.previous, self.part) = (None, None);
        for _ in 0..kept {
            self.state.step(&*self.task);
        }
        Stop { measures, error: Error::Diverged { step, learning_rate } }
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn parts_of_a_gradient_are_clipped_each_on_its_own() {
        let values = vec![3.0f32, 4.0, 0.0, 0.6];
        let gradient = Tensor::from_data(TensorData::new(values, [4]), &Device::flex());
        let clipped = |parts: &[usize]| {
            let (clipped, norm) = clip(gradient.clone(), 1.0, parts);
            [clipped, norm].map(|tensor| tensor.into_data().try_into_vec::<f32>().unwrap())
        };
        let near = |found: &[f32], right: &[f32]| {
            let off = found.iter().zip(right).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(found.len() == right.len() && off < 1e-5, "{found:?}");
        };
        let whole = (25.36f32).sqrt();
        let [apart, norm] = clipped(&[2, 2]);
        near(&apart, &[0.6, 0.8, 0.0, 0.6]);
        near(&norm, &[whole]);
        let [together, norm] = clipped(&[]);
        near(&together, &[3.0 / whole, 4.0 / whole, 0.0, 0.6 / whole]);
        near(&norm, &[whole]);
    }
}
