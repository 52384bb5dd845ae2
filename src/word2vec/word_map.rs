//! What is shown of vectors for words.

use serde::{Deserialize, Serialize};

/// The most frequent words in the plane, while their vectors are learnt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordMap {
    /// Times that the text has been gone through.
    pub epochs: f64,
    /// Times that it is to be.
    pub planned: usize,
    /// Mean loss of the last predictions; none before the first, and at the end where there was none at all.
    pub loss: Option<f64>,
    /// Words learnt from in a second, while learning.
    pub words_per_s: f64,
    /// Words that have a vector.
    pub words: usize,
    /// Is learning at an end, or stopped?
    pub is_done: bool,
    /// The most frequent words and where they are: the two directions in which these vectors vary most.
    pub places: Vec<(String, [f32; 2])>,
}

/// Words near another one, or in the place of the fourth word of an analogy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// One word, or three, as asked.
    pub words: Vec<String>,
    /// The nearest, and the cosine of the angle to each; empty where one of the words has no vector.
    pub found: Vec<(String, f32)>,
}
