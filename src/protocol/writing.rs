//! What a model is asked to write, what it writes, and what can be seen inside it meanwhile.

use serde::{Deserialize, Serialize};

/// Tokens of a passage that are looked at.
pub const PASSAGE_LIMIT: usize = 160;

/// How a token is drawn. Logits go through the settings in the order in which they stand here, as in Hugging Face's
/// transformers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// Makes tokens that stand in the text already less probable: their logits are divided by it where positive and
    /// multiplied where negative (Keskar and others, CTRL, 2019); 1 changes nothing.
    pub repetition_penalty: f64,
    /// Logits are divided by it: below 1 the probable becomes more probable, above 1 less. At 0 the most probable token
    /// is taken.
    pub temperature: f64,
    /// Only the so many most probable tokens are drawn from; all with `None`.
    pub top_k: Option<usize>,
    /// Only the fewest tokens that together are as probable as this are drawn from (Holtzman and others, nucleus
    /// sampling, 2020); all with 1.
    pub top_p: f64,
}

impl Default for Sampling {
    /// As the model has it.
    fn default() -> Self {
        Sampling { repetition_penalty: 1.0, temperature: 1.0, top_k: None, top_p: 1.0 }
    }
}

/// What a model is asked to write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Writing {
    /// What stands there already; where it is empty, the model begins a text.
    pub prompt: Vec<usize>,
    /// Tokens to be written at most.
    pub length: usize,
    /// How they are chosen.
    pub strategy: Strategy,
    /// Continuations side by side.
    pub continuations: usize,
    /// What is random follows from it: continuation i draws from stream i of this seed.
    pub seed: u64,
    /// Does a continuation stop where a sentence ends?
    pub stops_at_end: bool,
}

/// How the tokens of a continuation are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// One after the other.
    Draw(Sampling),
    /// The most probable continuations as a whole; see [`Beam`](crate::sample::Beam).
    Beam {
        /// log P is divided by the length to this power.
        alpha: f64,
    },
}

/// A piece of what a model writes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// The new tokens of each continuation.
    pub tokens: Vec<Vec<Choice>>,
    /// Is all written?
    pub is_done: bool,
}

/// A token that was chosen, and what else might have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The token's number.
    pub token: usize,
    /// How probable it was, after all settings.
    pub probability: f64,
    /// The most probable tokens with their probabilities, the most probable first; it may be among them.
    pub alternatives: Vec<(usize, f64)>,
}

/// Something that a unit may follow; see Karpathy, Johnson and Fei-Fei, "Visualizing and understanding recurrent
/// networks", 2015.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Is the token within quotation marks?
    Quotes,
    /// How far is it from the last line's or sentence's end?
    Line,
    /// Is it part of a word, or a name, that the reader asked for?
    Word,
}

/// The state of one hidden unit after each token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Its number.
    pub unit: usize,
    /// What it follows best of all units, and the correlation.
    pub follows: Vec<(Feature, f64)>,
    /// After each token of the passage.
    pub values: Vec<f32>,
}
