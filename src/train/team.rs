//! Data-parallel training: a batch is cut into shards, and whoever has time computes a shard's loss and gradient.
//!
//! How many shards there are follows from the job alone, and their gradients are summed in the shards' order, so the
//! result has the same bits with one worker or with many. That makes the number of workers a matter of speed only: a
//! run may change it at any step.

use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};

use super::Objective;
use crate::Error;
use crate::nn::{Parameters, Spec, StepCost, read};

/// Into how many shards a step is cut on this engine: a GPU has no teams.
pub fn shards_of(step: StepCost) -> usize {
    step.shards(cfg!(feature = "cpu"))
}

/// The part `index` of `parts` nearly equal ones of `0..count`.
pub fn part_of(count: usize, index: usize, parts: usize) -> Range<usize> {
    index * count / parts..(index + 1) * count / parts
}

/// One shard's share of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct ShardGradient {
    /// Which shard.
    pub shard: usize,
    /// Its share of the loss.
    pub loss: f32,
    /// Its share of the gradient, laid out as the parameters' flat vector.
    pub gradient: Vec<f32>,
}

/// What members of a team answer, or why they can't.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<ShardGradient>, String>> + 'a>>;

/// Workers beside the one that leads the run.
pub trait Team {
    /// How many there are by now; they may still be on their way.
    fn members(&self) -> usize;

    /// Asks `member` for these shards of step `step` at `parameters`.
    fn ask(&mut self, member: usize, step: usize, shards: Range<usize>, parameters: &[f32]);

    /// Waits for everything that was asked for.
    fn answers(&mut self) -> Answer<'_>;
}

/// Computes one shard at `parameters`.
///
/// # Errors
/// [`Error::EngineLost`] if the device fails.
pub async fn compute(
    objective: &dyn Objective,
    parameters: &Parameters,
    step: usize,
    shard: usize,
) -> Result<ShardGradient, Error> {
    let (loss, gradient) = shard_gradient(objective, parameters, step, shard);
    let [loss, gradient] = read([loss, gradient]).await?;
    Ok(ShardGradient { shard, loss: loss[0], gradient })
}

/// A shard's loss `[1]` and gradient, left on the device.
pub(super) fn shard_gradient(
    objective: &dyn Objective,
    parameters: &Parameters,
    step: usize,
    shard: usize,
) -> (Tensor<1>, Tensor<1>) {
    let tracked = parameters.tracked();
    let loss = objective.shard_loss(&tracked, step, shard);
    let gradient = tracked.gradient(&loss);
    (loss.inner(), gradient)
}

/// A flat vector as parameters.
pub fn parameters_of(specs: &Rc<[Spec]>, values: Vec<f32>, device: &Device) -> Parameters {
    Parameters::new(Rc::clone(specs), vector(values, device))
}

/// A vector on the device.
pub(super) fn vector(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let count = values.len();
    Tensor::from_data(TensorData::new(values, [count]), &device.clone().inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_whole() {
        for (count, parts) in [(8, 1), (10, 4), (131, 4), (3, 3)] {
            let covered: Vec<usize> = (0..parts).flat_map(|index| part_of(count, index, parts)).collect();
            assert_eq!(covered, (0..count).collect::<Vec<_>>());
        }
    }
}
