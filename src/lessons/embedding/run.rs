//! The lesson in training: cross-entropy over batches of sentences, shuffled anew in each epoch.

use std::rc::Rc;

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};

use super::config::MAX_BATCH;
use super::model::Model;
use super::{Dataset, EmbeddingConfig, Learned, SHOWN_SENTENCES, SHOWN_WORDS, sentences};
use crate::Error;
use crate::data::Data;
use crate::nn::{Builder, Layer, Parameters, StepCost, cross_entropy};
use crate::protocol::{Job, Picture};
use crate::settings::Form;
use crate::train::{Examination, Look, Objective, Rule, Trainee, Watch};

/// The lesson, built from a job.
struct Classifier {
    config: EmbeddingConfig,
    data: Rc<Dataset>,
    model: Model,
}

/// Builds the task, and the parameters as the seed gives them.
///
/// # Errors
/// None: sentences are checked when they are read.
pub fn build(job: &Job, device: &Device) -> Result<(Box<dyn Trainee>, Parameters), Error> {
    let config = EmbeddingConfig::from_form(&job.form);
    let data = match job.data.as_ref().and_then(Data::sentences) {
        Some(own) => Dataset::new(own, &config),
        None => Dataset::new(&sentences(&job.form), &config),
    };
    let mut builder = Builder::new(config.seed);
    let model = Model::new(&config, &data, &mut builder, device);
    Ok((Box::new(Classifier { config, data: Rc::new(data), model }), builder.build(&device.clone().inner())))
}

impl Classifier {
    fn logits(&self, parameters: &Parameters, batch: &[usize]) -> Tensor<2> {
        let rows: Vec<&[usize]> = batch.iter().map(|&index| self.data.table[index].as_slice()).collect();
        self.model.logits(parameters, &rows)
    }

    fn loss_of(&self, parameters: &Parameters, batch: &[usize]) -> Tensor<1> {
        let labels = self.model.words(batch.iter().map(|&index| self.data.labels[index]));
        cross_entropy(self.logits(parameters, batch), labels, None)
    }

    /// All sentences in their order, no more at a time than a step may have.
    fn batches(&self) -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..self.data.table.len()).collect();
        all.chunks(MAX_BATCH as usize).map(<[usize]>::to_vec).collect()
    }
}

impl Objective for Classifier {
    fn rule(&self) -> Rule {
        self.config.optimizer.rule()
    }

    fn learning_rate(&self, _step: usize) -> f64 {
        self.config.learning_rate
    }

    fn loss(&self, parameters: &Parameters) -> Tensor<1> {
        let count = self.data.table.len() as f64;
        let share =
            |batch: &Vec<usize>| self.loss_of(parameters, batch).mul_scalar(batch.len() as f64 / count);
        // There is a sentence, and so a batch: what is read without one is refused.
        self.batches()
            .iter()
            .map(share)
            .reduce(|sum, part| sum + part)
            .unwrap_or_else(|| Tensor::zeros([1], &parameters.flat().device()))
    }

    fn shard_loss(&self, parameters: &Parameters, step: usize, _shard: usize) -> Tensor<1> {
        self.loss_of(parameters, &self.data.batch(step))
    }
}

impl Trainee for Classifier {
    fn layers(&self) -> Vec<Layer> {
        self.model.layers()
    }

    fn cost(&self) -> StepCost {
        let Dataset { vocabulary, classes, .. } = &*self.data;
        self.config.cost(vocabulary.len(), classes.len(), self.data.length(), self.data.batch(0).len())
    }

    fn steps(&self) -> usize {
        self.config.epochs * self.data.steps_per_epoch
    }

    fn examine(&self, parameters: &Parameters, step: usize) -> Option<Box<dyn Examination>> {
        let shown = self.data.vocabulary.len().min(SHOWN_WORDS);
        let probabilities =
            |batch: &Vec<usize>| softmax(self.logits(parameters, batch), 1).flatten::<1>(0, 1);
        let probabilities = self.batches().iter().map(probabilities).collect();
        let outputs = [self.model.vectors(parameters, shown), Tensor::cat(probabilities, 0)];
        let data = Rc::clone(&self.data);
        Some(Look::begin(outputs, move |[vectors, probabilities]| {
            Picture::new(step, &figures(&data, &vectors, &probabilities))
        }))
    }

    fn watch(&self, parameters: &Parameters, _passage: &[usize]) -> Option<Watch> {
        // The first sentence, as the table has it.
        let row = self.data.table.first()?;
        // Every number of the table is a token's.
        let word = |number: &usize| self.data.vocabulary.token(*number).unwrap_or_default().to_owned();
        Some(Watch {
            columns: row.iter().map(word).collect(),
            modules: vec![self.model.gates(parameters, row)],
        })
    }

    fn apply(&mut self, form: &Form) {
        let EmbeddingConfig { learning_rate, epochs, .. } = EmbeddingConfig::from_form(form);
        (self.config.learning_rate, self.config.epochs) = (learning_rate, epochs);
    }
}

/// The figures, from the vectors of the first words and the probabilities of all sentences.
fn figures(data: &Dataset, vectors: &[f32], probabilities: &[f32]) -> Learned {
    let classes = data.classes.len();
    let most_probable = |row: &[f32]| (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b]));
    let right = probabilities.chunks(classes).zip(&data.labels);
    let right = right.filter(|(row, label)| most_probable(row) == Some(**label)).count();
    let shown = probabilities.len().min(SHOWN_SENTENCES * classes);
    Learned {
        vectors: vectors.to_vec(),
        probabilities: probabilities[..shown].to_vec(),
        accuracy: 100.0 * right as f64 / data.labels.len().max(1) as f64,
    }
}
