//! A model that writes: token by token, one readback for each.

use std::rc::Rc;

use burn::tensor::{Int, Tensor, TensorData};

use super::Beam;
use crate::nn::{HiddenState, Parameters, read};
use crate::protocol::{Choice, Strategy, Writing, Written};
use crate::{Error, Stream};

/// Alternatives that are named beside a token.
const ALTERNATIVES: usize = 8;

/// A model that says how probable each token is to come next.
pub trait LanguageModel {
    /// The token that a text is taken to follow where nothing stands before it.
    fn beginning(&self) -> usize;

    /// Does a sentence end with this token?
    fn is_end(&self, token: usize) -> bool;

    /// Tokens that are never written: they stand for what is not there.
    fn unwritable(&self) -> &[usize];

    /// So many texts in which nothing stands.
    fn blank(&self, texts: usize) -> Memory;

    /// The top layer's hidden state after each token of a passage, `[tokens, hidden_size]`.
    fn states(&self, parameters: &Parameters, passage: &[usize]) -> Tensor<2>;

    /// Reads one more token of each text: logits `[texts, vocabulary]` of what comes next.
    fn read(&self, parameters: &Parameters, memory: &mut Memory, tokens: &[usize]) -> Tensor<2>;
}

/// What a model knows of the texts that it has read.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The state of its recurrent layers.
    pub state: HiddenState,
    /// The last tokens of each text, as many as the model looks at.
    pub recent: Vec<Vec<usize>>,
}

impl Memory {
    /// The memory of some of the texts, each as often as it is named.
    fn select(&self, texts: &[usize]) -> Self {
        let of = |state: &Tensor<3>| {
            let indices: Vec<i32> = texts.iter().map(|&text| text as i32).collect();
            let indices = TensorData::new(indices, [texts.len()]);
            let indices = Tensor::<1, Int>::from_data(indices, &state.device());
            state.clone().select(1, indices)
        };
        let HiddenState { hidden, cell } = &self.state;
        let state = HiddenState { hidden: hidden.as_ref().map(of), cell: cell.as_ref().map(of) };
        Memory { state, recent: texts.iter().map(|&text| self.recent[text].clone()).collect() }
    }
}

/// A text in the making, by a model as it was when it was asked.
pub struct Writer {
    model: Rc<dyn LanguageModel>,
    parameters: Parameters,
    writing: Writing,
    /// How much of the prompt has been read.
    heard: usize,
    memory: Memory,
    /// What may come next in each text, once the prompt is read.
    logits: Vec<Vec<f32>>,
    texts: Vec<Text>,
    beam: Option<Beam>,
}

/// One continuation.
struct Text {
    /// The prompt, and what has been written.
    tokens: Vec<usize>,
    stream: Stream,
    is_done: bool,
}

impl Writer {
    /// Begins; nothing is computed yet.
    pub fn new(model: Rc<dyn LanguageModel>, parameters: Parameters, mut writing: Writing) -> Self {
        if writing.prompt.is_empty() {
            writing.prompt.push(model.beginning());
        }
        writing.continuations = writing.continuations.max(1);
        let text = |index| Text {
            tokens: writing.prompt.clone(),
            stream: Stream::new(writing.seed, index),
            is_done: writing.length == 0,
        };
        let texts = (0..writing.continuations as u64).map(text).collect();
        let beam = match writing.strategy {
            Strategy::Beam { alpha } => Some(Beam::new(writing.continuations, writing.length, alpha)),
            Strategy::Draw(_) => None,
        };
        let memory = model.blank(1);
        Writer { model, parameters, writing, heard: 0, memory, logits: Vec::new(), texts, beam }
    }

    /// Reads one token of the prompt, or writes one of each continuation; a search hands over its findings when it is
    /// done.
    ///
    /// # Errors
    /// [`Error::EngineLost`] if the device fails.
    pub async fn advance(&mut self) -> Result<Written, Error> {
        if self.heard < self.writing.prompt.len() {
            let token = self.writing.prompt[self.heard];
            self.heard += 1;
            let logits = self.model.read(&self.parameters, &mut self.memory, &[token]);
            if self.heard == self.writing.prompt.len() {
                self.take(logits).await?;
                if self.beam.is_none() {
                    let same = vec![0; self.texts.len()];
                    self.memory = self.memory.select(&same);
                    self.logits = vec![self.logits.swap_remove(0); self.texts.len()];
                }
            }
            return Ok(Written::default());
        }
        match self.writing.strategy {
            Strategy::Draw(_) => self.draw().await,
            Strategy::Beam { .. } => self.search().await,
        }
    }

    async fn draw(&mut self) -> Result<Written, Error> {
        let Strategy::Draw(sampling) = self.writing.strategy else { return Ok(Written::default()) };
        let length = self.writing.prompt.len() + self.writing.length;
        let mut tokens = Vec::new();
        for (text, logits) in self.texts.iter_mut().zip(&self.logits) {
            let choice = (!text.is_done)
                .then(|| sampling.choose(logits, &text.tokens, ALTERNATIVES, &mut text.stream))
                .flatten();
            match &choice {
                Some(choice) => {
                    text.tokens.push(choice.token);
                    let has_ended = self.writing.stops_at_end && self.model.is_end(choice.token);
                    text.is_done = has_ended || text.tokens.len() >= length;
                }
                None => text.is_done = true,
            }
            tokens.push(choice.into_iter().collect());
        }
        let is_done = self.texts.iter().all(|text| text.is_done);
        if !is_done {
            // No text is empty: a prompt has a token.
            let last: Vec<usize> =
                self.texts.iter().map(|text| text.tokens.last().copied().unwrap_or_default()).collect();
            let logits = self.model.read(&self.parameters, &mut self.memory, &last);
            self.take(logits).await?;
        }
        Ok(Written { tokens, is_done })
    }

    async fn search(&mut self) -> Result<Written, Error> {
        let Some(beam) = &mut self.beam else { return Ok(Written::default()) };
        let mut parents = Vec::new();
        if !beam.open().is_empty() {
            let logs: Vec<Vec<f64>> = self.logits.iter().map(|logits| log_softmax(logits)).collect();
            let (model, stops) = (&self.model, self.writing.stops_at_end);
            parents = beam.follow(&logs, |token| stops && model.is_end(token));
        }
        if beam.open().is_empty() {
            let found = beam.best();
            let text = |hypothesis: &super::Hypothesis| {
                let even = (hypothesis.log_probability / hypothesis.tokens.len().max(1) as f64).exp();
                let choice = |&token: &usize| Choice { token, probability: even, alternatives: Vec::new() };
                hypothesis.tokens.iter().map(choice).collect()
            };
            return Ok(Written { tokens: found.iter().map(text).collect(), is_done: true });
        }
        // Each has been followed by a token just now.
        let last: Vec<usize> =
            beam.open().iter().filter_map(|hypothesis| hypothesis.tokens.last().copied()).collect();
        self.memory = self.memory.select(&parents);
        let logits = self.model.read(&self.parameters, &mut self.memory, &last);
        self.take(logits).await?;
        Ok(Written::default())
    }

    /// Reads back what may come next.
    async fn take(&mut self, logits: Tensor<2>) -> Result<(), Error> {
        let [_, vocabulary] = logits.dims();
        let [values] = read([logits.flatten(0, 1)]).await?;
        let mut rows: Vec<Vec<f32>> = values.chunks(vocabulary.max(1)).map(<[f32]>::to_vec).collect();
        for row in &mut rows {
            for &token in self.model.unwritable() {
                if let Some(logit) = row.get_mut(token) {
                    *logit = f32::NEG_INFINITY;
                }
            }
        }
        self.logits = rows;
        Ok(())
    }
}

/// log P of every token.
fn log_softmax(logits: &[f32]) -> Vec<f64> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|logit| f64::from(logit - most).exp()).sum();
    logits.iter().map(|logit| f64::from(logit - most) - sum.ln()).collect()
}
