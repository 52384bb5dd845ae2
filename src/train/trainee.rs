//! What a lesson must know about itself so that it can be trained.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::{Examination, Rule};
use crate::data::Lexicons;
use crate::nn::{Cell, Gates, Layer, Parameters, StepCost};
use crate::sample::LanguageModel;
use crate::settings::Form;

/// What is minimised, and how.
pub trait Objective {
    /// How parameters follow gradients.
    fn rule(&self) -> Rule;

    /// The learning rate of the step after `step` steps.
    fn learning_rate(&self, step: usize) -> f64;

    /// The Euclidean norm that a gradient is scaled down to where it is longer; no gradient is touched with `None`.
    /// Where it is infinite, norms are measured and nothing is clipped.
    fn max_norm(&self) -> Option<f64> {
        None
    }

    /// Where parts of the gradient are clipped each on its own: how many numbers each part has, all of them together as
    /// many as there are parameters. Empty where the gradient is clipped as a whole.
    fn clipped_apart(&self) -> Vec<usize> {
        Vec::new()
    }

    /// The training loss, one number on the device; from [tracked](Parameters::tracked) parameters it can be
    /// differentiated.
    fn loss(&self, parameters: &Parameters) -> Tensor<1>;

    /// Into how many shards a step's batch is cut, always at the same places; see [`team`](super::team). It follows
    /// from the job alone.
    fn shards(&self) -> usize {
        1
    }

    /// The share of one of [`shards`](Trainee::shards) in the training loss of the step after `step` steps: the sum over
    /// all of them is what is trained on. A function of its arguments alone, so that any worker can compute any shard.
    fn shard_loss(&self, parameters: &Parameters, step: usize, shard: usize) -> Tensor<1> {
        let _ = (step, shard);
        self.loss(parameters)
    }

    /// Does a step go on where the one before it ended? Then [`carried_loss`](Self::carried_loss) is asked instead of
    /// [`shard_loss`](Self::shard_loss), and no team is: what one step hands to the next stays where it is.
    fn carries(&self) -> bool {
        false
    }

    /// The share of a shard in the training loss of a step that goes on where the one before it ended, and what the shard
    /// carries over to the next step, without gradients: its own rows, `[layers, rows, hidden_size]`. `carried` holds the
    /// rows of all shards, and is empty at the beginning.
    fn carried_loss(
        &self,
        parameters: &Parameters,
        step: usize,
        shard: usize,
        carried: &[Tensor<3>],
    ) -> (Tensor<1>, Vec<Tensor<3>>) {
        let _ = carried;
        (self.shard_loss(parameters, step, shard), Vec::new())
    }
}

/// A model and its data, built from a job. It holds no state that training changes: everything is a function of the
/// parameters.
pub trait Trainee: Objective {
    /// The model, layer by layer.
    fn layers(&self) -> Vec<Layer>;

    /// What a step costs.
    fn cost(&self) -> StepCost;

    /// Steps to do.
    fn steps(&self) -> usize;

    /// After how many steps, again and again, the model is examined; none where its figures are quickly made and are
    /// shown as often as the page can.
    fn examined_every(&self) -> Option<usize> {
        None
    }

    /// Begins to make the figures after `step` steps; nothing where there is nothing to show.
    fn examine(&self, parameters: &Parameters, step: usize) -> Option<Box<dyn Examination>>;

    /// After how many examinations without a better one training ends early, and goes back to the best.
    fn patience(&self) -> Option<usize> {
        None
    }

    /// The task as a model that writes, if it is one.
    fn language_model(&self) -> Option<Rc<dyn LanguageModel>> {
        None
    }

    /// The tokens that it reads and writes, if it is a model of language.
    fn lexicons(&self) -> Option<Lexicons> {
        None
    }

    /// What every gate does while the model reads a passage, or an example of its own.
    fn watch(&self, parameters: &Parameters, passage: &[usize]) -> Option<Watch> {
        let _ = (parameters, passage);
        None
    }

    /// Takes over the live settings of `form`; all others stay as they were when the task was built.
    fn apply(&mut self, form: &Form);
}

/// The gates of a model while it read one sequence.
#[derive(Debug)]
pub struct Watch {
    /// What was read at each step, as a figure can print it.
    pub columns: Vec<String>,
    /// Every recurrent module, and what happened in each of its layers and directions.
    pub modules: Vec<(Cell, Vec<Gates>)>,
}
