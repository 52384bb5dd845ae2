//! The lesson in training: cross-entropy of what comes next, and a model that writes at any time.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use burn::tensor::{Device, Tensor};

use super::config::{Batches, NovelConfig};
use super::dataset::Marks;
use super::examination::Passages;
use super::{Baselines, Batch, Dataset, Losses, Model};
use crate::data::{BEGINNING, Corpus, END, Lexicon, Lexicons, PADDING, UNKNOWN};
use crate::nn::{Builder, HiddenState, Layer, Parameters, StepCost, cross_entropy};
use crate::protocol::Job;
use crate::sample::{LanguageModel, Memory};
use crate::settings::Form;
use crate::train::team::{part_of, shards_of};
use crate::train::{Examination, Objective, Rule, Trainee, Watch};
use crate::{Error, Stream};

/// The streams of the seed that dropout's masks are drawn from: one for each step and shard.
const FIRST_MASKS: u64 = 1 << 48;
/// Shards of all but the largest steps at most.
const MOST_SHARDS: u64 = 16;

/// The lesson, built from a job.
struct Novel {
    config: NovelConfig,
    writer: Rc<WritingModel>,
    shards: usize,
}

/// What stays the same whatever setting changes while the run goes on.
pub(super) struct WritingModel {
    pub model: Model,
    pub lexicon: Lexicon,
    /// None where a model came without its text: it can write, but not be trained.
    pub data: Option<Dataset>,
    /// Where it reads windows within sentences.
    marks: Option<Marks>,
    seq_length: usize,
    beginning: usize,
    unwritable: Vec<usize>,
    baselines: OnceCell<Losses>,
}

/// Builds the task, and the parameters as the seed gives them.
///
/// # Errors
/// [`Error::TextTooShort`]: the settings ask for more, or there is no text at all; [`Error::Model`]: a lexicon without the
/// marks that the model needs.
pub fn build(job: &Job, device: &Device) -> Result<(Box<dyn Trainee>, Parameters), Error> {
    let (writer, parameters) = writer(job, device)?;
    Ok((Box::new(Novel::new(NovelConfig::from_form(&job.form), Rc::new(writer))), parameters))
}

fn writer(job: &Job, device: &Device) -> Result<(WritingModel, Parameters), Error> {
    let config = NovelConfig::from_form(&job.form);
    let nothing = Corpus::default();
    let corpus = job.corpus.as_deref().unwrap_or(&nothing);
    let lexicon = corpus.lexicon.clone();
    if lexicon.tokens.is_empty() {
        return Err(Error::TextTooShort { found: 0, needed: 1 });
    }
    let data = (!corpus.is_empty()).then(|| Dataset::new(corpus, &config)).transpose()?;
    let mut builder = Builder::new(config.seed);
    let model = Model::new(&config, lexicon.tokens.len(), &mut builder, device);
    let marks = Marks::needed(config.prediction, &lexicon)?;
    let beginning = match &marks {
        Some(marks) => marks.beginning,
        // A text without lines goes on from its first token.
        None => [END, "\n"].iter().find_map(|end| lexicon.number(end)).unwrap_or(0),
    };
    let unwritable = if lexicon.is_marked { &[UNKNOWN, PADDING, BEGINNING][..] } else { &[UNKNOWN] };
    let unwritable = unwritable.iter().filter_map(|mark| lexicon.number(mark)).collect();
    let writer = WritingModel {
        model,
        lexicon,
        data,
        marks,
        seq_length: config.seq_length,
        beginning,
        unwritable,
        baselines: OnceCell::new(),
    };
    Ok((writer, builder.build(&device.clone().inner())))
}

impl WritingModel {
    /// What counting reaches on the part by which the model is judged.
    pub fn baselines(&self) -> Losses {
        *self.baselines.get_or_init(|| match &self.data {
            Some(data) => {
                let counted = Baselines::new(data.train(), data.vocabulary());
                counted.losses(data.holdout().unwrap_or_else(|| data.train()))
            }
            None => Losses::default(),
        })
    }

    /// The mean loss of a batch that goes on from `initial`, and the state after it.
    pub fn loss_of(
        &self,
        parameters: &Parameters,
        batch: &Batch,
        initial: HiddenState,
        dropout: Option<Stream>,
    ) -> (Tensor<1>, HiddenState) {
        let (logits, state) = self.model.logits(parameters, &batch.tokens, batch.rows, initial, dropout);
        (cross_entropy(logits, self.model.numbers(&batch.targets), None), state)
    }
}

impl Novel {
    fn new(config: NovelConfig, writer: Rc<WritingModel>) -> Self {
        let cost = config.cost(writer.lexicon.tokens.len());
        // Where one step hands on to the next no team helps, and nothing is gained by a few shards.
        let shards = if config.batches == Batches::Random { shards_of(cost) } else { cost.shards(false) };
        Novel { config, writer, shards }
    }

    fn batch(&self, step: usize, rows: Range<usize>) -> Batch {
        // Without a text there is nothing to learn from, and `steps` is 0.
        self.writer.data.as_ref().map(|data| data.batch(step, rows)).unwrap_or_default()
    }

    fn masks(&self, step: usize, shard: usize) -> Option<Stream> {
        let most = (self.shards() as u64).max(MOST_SHARDS);
        let number = FIRST_MASKS + step as u64 * most + shard as u64;
        (self.config.dropout > 0.0).then(|| Stream::new(self.config.seed, number))
    }
}

impl Objective for Novel {
    fn rule(&self) -> Rule {
        self.config.optimizer.rule()
    }

    fn learning_rate(&self, step: usize) -> f64 {
        self.config.learning_rate_at(step)
    }

    fn max_norm(&self) -> Option<f64> {
        Some(self.config.clip_norm.unwrap_or(f64::from(f32::MAX)))
    }

    fn loss(&self, parameters: &Parameters) -> Tensor<1> {
        self.shard_loss(parameters, 0, 0)
    }

    fn shards(&self) -> usize {
        self.shards
    }

    fn shard_loss(&self, parameters: &Parameters, step: usize, shard: usize) -> Tensor<1> {
        let count = self.config.batch_size;
        let part = part_of(count, shard, self.shards());
        let share = part.len() as f64 / count as f64;
        let masks = self.masks(step, shard);
        let (loss, _) =
            self.writer.loss_of(parameters, &self.batch(step, part), HiddenState::default(), masks);
        // Each part's mean counts for as much as it has windows.
        if share < 1.0 { loss.mul_scalar(share) } else { loss }
    }

    fn carries(&self) -> bool {
        self.config.batches == Batches::Sequential
    }

    fn carried_loss(
        &self,
        parameters: &Parameters,
        step: usize,
        shard: usize,
        carried: &[Tensor<3>],
    ) -> (Tensor<1>, Vec<Tensor<3>>) {
        let count = self.config.batch_size;
        let part = part_of(count, shard, self.shards());
        let share = part.len() as f64 / count as f64;
        let batch = self.batch(step, part.clone());
        let own = |state: &Tensor<3>| match part.len() == count {
            true => state.clone(),
            false => state.clone().narrow(1, part.start, part.len()),
        };
        let initial = match carried {
            [hidden, rest @ ..] if !batch.is_fresh => {
                HiddenState { hidden: Some(own(hidden)), cell: rest.first().map(own) }
            }
            _ => HiddenState::default(),
        };
        let (loss, state) = self.writer.loss_of(parameters, &batch, initial, self.masks(step, shard));
        let carried = [state.hidden, state.cell].into_iter().flatten().map(Tensor::inner);
        (if share < 1.0 { loss.mul_scalar(share) } else { loss }, carried.collect())
    }
}

impl Trainee for Novel {
    fn layers(&self) -> Vec<Layer> {
        self.writer.model.layers()
    }

    fn cost(&self) -> StepCost {
        self.config.cost(self.writer.lexicon.tokens.len())
    }

    fn steps(&self) -> usize {
        if self.writer.data.is_some() { self.config.steps } else { 0 }
    }

    fn examined_every(&self) -> Option<usize> {
        Some(self.config.examine_every)
    }

    fn examine(&self, parameters: &Parameters, step: usize) -> Option<Box<dyn Examination>> {
        let passages = Passages::begin(&self.writer, parameters, step)?;
        Some(Box::new(passages))
    }

    fn patience(&self) -> Option<usize> {
        self.config.patience
    }

    fn language_model(&self) -> Option<Rc<dyn LanguageModel>> {
        Some(Rc::clone(&self.writer) as Rc<dyn LanguageModel>)
    }

    fn lexicons(&self) -> Option<Lexicons> {
        Some(Lexicons::from(self.writer.lexicon.clone()))
    }

    fn watch(&self, parameters: &Parameters, passage: &[usize]) -> Option<Watch> {
        // What the model reads before anything else stands for a passage that is empty.
        let beginning = [self.writer.beginning];
        let passage = if passage.is_empty() { &beginning[..] } else { passage };
        let shown = |token: &usize| self.writer.lexicon.shown(*token).to_owned();
        Some(Watch {
            columns: passage.iter().map(shown).collect(),
            modules: vec![self.writer.model.gates(parameters, passage)],
        })
    }

    fn apply(&mut self, form: &Form) {
        let NovelConfig { learning_rate, steps, .. } = NovelConfig::from_form(form);
        (self.config.learning_rate, self.config.steps) = (learning_rate, steps);
    }
}

impl LanguageModel for WritingModel {
    fn beginning(&self) -> usize {
        self.beginning
    }

    fn is_end(&self, token: usize) -> bool {
        self.lexicon.is_end(token)
    }

    fn unwritable(&self) -> &[usize] {
        &self.unwritable
    }

    fn blank(&self, texts: usize) -> Memory {
        Memory { state: HiddenState::default(), recent: vec![vec![self.beginning]; texts] }
    }

    fn states(&self, parameters: &Parameters, passage: &[usize]) -> Tensor<2> {
        self.model.states(parameters, passage)
    }

    fn read(&self, parameters: &Parameters, memory: &mut Memory, tokens: &[usize]) -> Tensor<2> {
        let Some(marks) = &self.marks else {
            let initial = std::mem::take(&mut memory.state);
            let (logits, state) = self.model.logits(parameters, tokens, tokens.len(), initial, None);
            memory.state = state;
            return logits;
        };
        for (recent, &token) in memory.recent.iter_mut().zip(tokens) {
            if token == marks.beginning || token == marks.end {
                *recent = vec![marks.beginning];
            } else {
                recent.push(token);
                let surplus = recent.len().saturating_sub(self.seq_length);
                recent.drain(..surplus);
            }
        }
        let column = |step: usize| {
            memory.recent.iter().map(move |recent| recent.get(step).copied().unwrap_or(marks.padding))
        };
        let windows: Vec<usize> = (0..self.seq_length).flat_map(column).collect();
        self.model.logits(parameters, &windows, tokens.len(), HiddenState::default(), None).0
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;
    use crate::lessons::novel::config::LESSON;
    use crate::train::TrainingState;

    #[test]
    fn steps_that_go_on_can_be_cut() {
        let pairs =
            [("batches", "sequential"), ("batch_size", "6"), ("seq_length", "4"), ("hidden_size", "5")];
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.into_iter().chain([("dropout", "0")]));
        assert_eq!(notes, []);
        let tokens = ["a", "b", "c", "d"].map(str::to_owned);
        let numbers = (0..400).map(|at| at * at / 3 % 4);
        let corpus =
            Corpus::new(Lexicon { tokens: tokens.to_vec().into(), ..Lexicon::default() }, numbers).unwrap();
        let job = Job { lesson: LESSON.id.into(), form, data: None, corpus: Some(corpus.into()) };
        let losses = |shards: usize| -> Vec<f32> {
            let (writer, parameters) = writer(&job, &Device::flex()).unwrap();
            let novel = Novel { shards, ..Novel::new(NovelConfig::from_form(&job.form), Rc::new(writer)) };
            let mut state = TrainingState::new(&novel, parameters);
            (0..5).map(|_| state.step(&novel).loss.into_data().try_into_vec().unwrap()[0]).collect()
        };
        let whole = losses(1);
        for shards in [2, 4, 6] {
            let cut = losses(shards);
            assert!(whole.iter().zip(&cut).all(|(a, b)| (a - b).abs() < 1e-5), "{whole:?} {cut:?}");
        }
    }
}
