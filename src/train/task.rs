//! What a lesson must know about itself so that it can be trained.

use burn::tensor::Tensor;

use super::Rule;
use crate::lessons::Picture;
use crate::nn::Parameters;
use crate::protocol::Layer;
use crate::settings::Form;

/// What is minimised, and how.
pub trait Objective {
    /// How parameters follow gradients.
    fn rule(&self) -> Rule;

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f64;

    /// The training loss, one number on the device; from [tracked](Parameters::tracked) parameters it can be
    /// differentiated.
    fn loss(&self, parameters: &Parameters) -> Tensor<1>;

    /// Into how many shards a step's batch is cut, always at the same places; see [`team`](super::team). It follows
    /// from the job alone.
    fn shards(&self) -> usize {
        1
    }

    /// The share of one of [`shards`](Task::shards) in the training loss of the step after `step` steps: the sum over
    /// all of them is what is trained on. A function of its arguments alone, so that any worker can compute any shard.
    fn shard_loss(&self, parameters: &Parameters, step: usize, shard: usize) -> Tensor<1> {
        let _ = (step, shard);
        self.loss(parameters)
    }
}

/// A model and its data, built from a job. It holds no state that training changes: everything is a function of the
/// parameters.
pub trait Task: Objective {
    /// The model, layer by layer.
    fn layers(&self) -> Vec<Layer>;

    /// Floating-point operations of one step, forward and backward.
    fn flops_per_step(&self) -> f64;

    /// Steps to do.
    fn steps(&self) -> usize;

    /// Takes over the live settings of `form`; all others stay as they were when the task was built.
    fn apply(&mut self, form: &Form);

    /// What the figures need from the device, flattened; read back together and handed to
    /// [`picture`](Task::picture).
    fn outputs(&self, parameters: &Parameters) -> Vec<Tensor<1>>;

    /// The figures after `step` steps, from the values of [`outputs`](Task::outputs).
    fn picture(&self, step: usize, outputs: &[Vec<f32>]) -> Picture;
}
