//! Language models that write (section 7.6 of the source textbook; chapter 12 of "ML by Example"): a network reads a
//! long text token by token, learns to say what comes next, and is then let go on by itself.

#[cfg(feature = "engine")]
mod baselines;
mod config;
#[cfg(feature = "engine")]
mod dataset;
#[cfg(feature = "engine")]
mod examination;
#[cfg(feature = "engine")]
mod model;
#[cfg(feature = "engine")]
mod run;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Row;
use crate::protocol::{Figures, rounded};
#[cfg(feature = "engine")]
use crate::train::EngineLesson;

pub use config::{Batches, LESSON, NovelConfig, Prediction, corpus_options, prompt, story};
#[cfg(feature = "engine")]
pub use {
    baselines::Baselines,
    dataset::{Batch, Dataset},
    model::Model,
    run::build,
};

/// The lesson's row in the list of all.
pub(super) static ROW: Row = Row {
    lesson: &LESSON,
    #[cfg(feature = "engine")]
    engine: EngineLesson::trains::<Prose>(&LESSON, run::build),
};

/// What the figures of this lesson show at one step: how well the model predicts, and how it writes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Prose {
    /// Mean cross-entropy of a token, in nats, over passages of the training text, without dropout.
    pub loss: f64,
    /// Mean cross-entropy of a token, in nats, over the held-out part, where there is one.
    pub holdout_loss: Option<f64>,
    /// What two models without a network reach on the same part: counted single tokens, and counted pairs.
    pub baselines: Losses,
    /// What the model writes from the beginning of a line or sentence; always drawn from the same stream of numbers.
    pub sample: String,
}

/// Mean cross-entropies of a token, in nats.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// Of a unigram model.
    pub unigram: f64,
    /// Of a bigram model.
    pub bigram: f64,
}

impl Figures for Prose {
    /// `loss`, and `perplexity` and `holdout_perplexity`: e to the power of the losses.
    fn metrics(&self) -> BTreeMap<String, f64> {
        let holdout = self.holdout_loss.map(|loss| ("holdout_perplexity".to_owned(), loss.exp()));
        let own = [("loss".to_owned(), self.loss), ("perplexity".to_owned(), self.loss.exp())];
        own.into_iter().chain(holdout).collect()
    }

    fn holdout_loss(&self) -> Option<f64> {
        self.holdout_loss
    }

    fn deviation(&self, other: &Self) -> f64 {
        (self.loss - other.loss).abs()
    }

    fn short(mut self) -> Self {
        let Losses { unigram, bigram } = &mut self.baselines;
        for value in [&mut self.loss, unigram, bigram].into_iter().chain(&mut self.holdout_loss) {
            *value = rounded(*value, 14);
        }
        self
    }
}
