//! The training loop: steps, in slices that are read back together.

use std::rc::Rc;

use super::{Optimizer, Task, read};
use crate::Error;
use crate::nn::Parameters;

/// Seconds that a slice of steps takes at most, where one step is shorter than that.
const SLICE: f64 = 0.025;

/// Everything that training changes. Cloning shares the numbers.
#[derive(Debug, Clone)]
pub struct State {
    /// The model.
    pub parameters: Parameters,
    /// What the optimiser remembers.
    pub optimizer: Optimizer,
    /// Epochs done.
    pub epoch: usize,
}

impl State {
    /// Untrained parameters and an optimiser that has seen nothing.
    pub fn new(task: &dyn Task, parameters: Parameters) -> Self {
        let optimizer = Optimizer::new(task.rule(), parameters.count(), &parameters.flat().device());
        State { parameters, optimizer, epoch: 0 }
    }

    /// One epoch. Returns the loss before its update, still on the device.
    pub fn step(&mut self, task: &dyn Task) -> burn::tensor::Tensor<1> {
        let tracked = self.parameters.tracked();
        let loss = task.loss(&tracked);
        let gradient = tracked.gradient(&loss);
        let flat = self.optimizer.update(self.parameters.flat().clone(), gradient, task.learning_rate());
        self.parameters = Parameters::new(Rc::clone(self.parameters.specs()), flat);
        self.epoch += 1;
        loss.inner()
    }
}

/// A task in training.
pub struct Trainer {
    /// What is trained.
    pub task: Box<dyn Task>,
    /// Where it stands.
    pub state: State,
    /// The state before the last step: its loss is known, that of `state` is not yet.
    previous: Option<State>,
    /// Steps between readbacks: as many as fit into a slice. A device that queues its work returns from a step long
    /// before it is done, so time alone, looked at between steps, would not bound a slice.
    batch: usize,
    steps: usize,
    seconds: f64,
}

/// Training had to stop because the loss became infinite or not a number. The trainer stands at the last state
/// whose loss was finite.
#[derive(Debug)]
pub struct Stop {
    /// Finite losses of this slice, up to the state that was kept.
    pub losses: Vec<f32>,
    /// Why.
    pub error: Error,
}

impl Trainer {
    /// A trainer that stands at `state`.
    pub fn new(task: Box<dyn Task>, state: State) -> Self {
        Trainer { task, state, previous: None, batch: 1, steps: 0, seconds: 0.0 }
    }

    /// Optimiser steps per second so far, 0 before the first.
    pub fn steps_per_s(&self) -> f64 {
        if self.seconds > 0.0 { self.steps as f64 / self.seconds } else { 0.0 }
    }

    /// Forgets the steps and seconds counted so far.
    pub fn reset_rate(&mut self) {
        (self.steps, self.seconds) = (0, 0.0);
    }

    /// Trains for a slice, `most` epochs at most. Returns the loss of each, before its update.
    ///
    /// # Errors
    /// [`Stop`] with [`Error::Diverged`] or, if the device fails, [`Error::EngineLost`].
    pub async fn slice(&mut self, most: usize, clock: &dyn Fn() -> f64) -> Result<Vec<f32>, Stop> {
        let start = clock();
        let entry = self.state.clone();
        let entry_previous = self.previous.clone();
        let mut pending = Vec::new();
        while pending.len() < most.min(self.batch) {
            self.previous = Some(self.state.clone());
            pending.push(self.state.step(&*self.task));
            if clock() - start > SLICE {
                break;
            }
        }
        let count = pending.len();
        let losses = read(pending).await.map_err(|error| Stop { losses: Vec::new(), error })?;
        let losses: Vec<f32> = losses.into_iter().flatten().collect();
        let elapsed = clock() - start;
        self.steps += count;
        self.seconds += elapsed;
        if elapsed > SLICE {
            self.batch = (self.batch / 2).max(1);
        } else if elapsed < SLICE / 2.0 && count == self.batch {
            self.batch *= 2;
        }
        match losses.iter().position(|loss| !loss.is_finite()) {
            None => Ok(losses),
            Some(bad) => Err(self.go_back(entry, entry_previous, bad, losses)),
        }
    }

    /// Returns to the last state with a finite loss, by repeating the slice's first steps: the slice's length
    /// depends on time, the state that is kept must not.
    fn go_back(&mut self, entry: State, previous: Option<State>, bad: usize, mut losses: Vec<f32>) -> Stop {
        let epoch = entry.epoch + bad + 1;
        let kept = bad.saturating_sub(1);
        losses.truncate(kept);
        self.state = if bad == 0 { previous.unwrap_or(entry) } else { entry };
        self.previous = None;
        for _ in 0..kept {
            self.state.step(&*self.task);
        }
        Stop { losses, error: Error::Diverged { epoch, learning_rate: self.task.learning_rate() } }
    }
}
