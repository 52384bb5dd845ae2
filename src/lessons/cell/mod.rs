//! Inside the cell (chapter 7.3 of the source textbook, section 11.4 of the notes, 8.4 and 9.1–9.4 of d2l): what an RNN, an
//! LSTM and a GRU compute at a step, which shapes go in and out, in which arrangements they are used, and how gradients
//! go back through time. Nothing is trained here but the small models of the arrangements; the page asks the engine a
//! [`Question`] and shows the [`Answer`].

mod code;
pub mod config;
#[cfg(feature = "engine")]
mod gradients;
#[cfg(feature = "engine")]
mod practice;
#[cfg(feature = "engine")]
mod shapes;
#[cfg(feature = "engine")]
mod steps;

use std::collections::BTreeMap;

#[cfg(feature = "engine")]
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::Row;
#[cfg(feature = "engine")]
use crate::train::EngineLesson;
#[cfg(feature = "engine")]
use crate::{Error, codec};

pub use crate::lesson::Use;
pub use code::{burn_code, pytorch_code};
pub use config::LESSON;
#[cfg(feature = "engine")]
pub use gradients::{ThroughTime, spectral_radius, through_time};

use crate::nn::{Cell, RecurrentConfig};

/// One unit of a gate that is held, by a bias so large that nothing else counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Which of [`Cell::gate_names`].
    pub gate: usize,
    /// Which unit, from 0.
    pub unit: usize,
    /// Held at 1; else at 0.
    pub open: bool,
}

/// What the page asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// What a small cell computes from a sequence; answered by [`Answer::Steps`].
    Steps(StepsQuestion),
    /// What goes in and out of a module; answered by [`Answer::Shapes`].
    Shapes(ShapesQuestion),
    /// Train a small model for an arrangement; answered by [`Answer::Practised`].
    Practise {
        /// The arrangement.
        arrangement: Use,
        /// Seed of its weights and data.
        seed: u64,
    },
    /// Have such a model work; answered by [`Answer::Used`].
    Work {
        /// The arrangement.
        arrangement: Use,
        /// The weights of [`Answer::Practised`].
        weights: Vec<f32>,
        /// As many numbers as the arrangement has inputs.
        input: Vec<f32>,
    },
    /// How gradients go back through time; answered by [`Answer::Gradients`].
    Gradients(GradientsQuestion),
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// To [`Question::Steps`].
    Steps(Box<Steps>),
    /// To [`Question::Shapes`].
    Shapes(Box<Shapes>),
    /// To [`Question::Practise`].
    Practised(Practised),
    /// To [`Question::Work`].
    Used(Used),
    /// To [`Question::Gradients`]: of an RNN with tanh, one with ReLU, an LSTM and a GRU.
    Gradients(Vec<CellGradients>),
}

/// A small cell and a sequence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepsQuestion {
    /// The cell.
    pub cell: Cell,
    /// Its units.
    pub hidden_size: usize,
    /// Seed of its weights, drawn as PyTorch draws them.
    pub seed: u64,
    /// The sequence: `input_size` numbers a step, at least one step.
    pub x: Vec<Vec<f32>>,
    /// Gates that are held.
    pub pins: Vec<Pin>,
}

/// Everything that a small cell computes from a sequence, from a state of zeros. Matrices stand row by row, in
/// PyTorch's order of gates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Steps {
    /// `[gates × hidden_size, input_size]`.
    pub weight_ih: Vec<f32>,
    /// `[gates × hidden_size, hidden_size]`.
    pub weight_hh: Vec<f32>,
    /// `[gates × hidden_size]`, with what holds the pinned units.
    pub bias_ih: Vec<f32>,
    /// `[gates × hidden_size]`.
    pub bias_hh: Vec<f32>,
    /// What goes into σ or tanh, `[steps, gates × hidden_size]`.
    pub sums: Vec<f32>,
    /// Every vector on a wire, by its name, `[steps, hidden_size]`: the gates, the states, and what is made of them, such
    /// as `f*c` of an LSTM (with c before the step), or a GRU's `hn`, W_hn h + b_hn. A map, so that a cell has those wires
    /// that it has.
    pub wires: BTreeMap<String, Vec<f32>>,
    /// An LSTM's function in the textbook's form; none for the other cells.
    pub concatenated: Option<Concatenated>,
}

impl Steps {
    /// A unit of a vector after a step (from 0); none where there is no such wire.
    pub fn wire(&self, name: &str, hidden_size: usize, step: usize, unit: usize) -> Option<f32> {
        self.wires.get(name)?.get(step * hidden_size + unit).copied()
    }
}

/// An LSTM with one matrix for `[h, x]` and one bias.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Concatenated {
    /// `[4 × hidden_size, hidden_size + input_size]`.
    pub weight: Vec<f32>,
    /// `[4 × hidden_size]`: the sum of the two biases.
    pub bias: Vec<f32>,
    /// The largest difference between any h of the two forms.
    pub difference: f32,
    /// Its parameters, as the engine counts them.
    pub parameters: usize,
    /// Those of the form with two biases.
    pub split_parameters: usize,
}

/// A module and a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShapesQuestion {
    /// The module.
    pub module: RecurrentConfig,
    /// Sequences side by side.
    pub batch_size: usize,
    /// Steps of each.
    pub seq_length: usize,
}

/// What went in and out of a module that really ran.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shapes {
    /// PyTorch's names and the shapes of all parameters.
    pub parameters: Vec<(String, Vec<usize>)>,
    /// The input's shape.
    pub input: Vec<usize>,
    /// The output's.
    pub output: Vec<usize>,
    /// That of the last hidden state.
    pub h_n: Vec<usize>,
    /// That of the last cell state, for an LSTM.
    pub c_n: Option<Vec<usize>>,
    /// Sequences that were run: fewer than asked for where all would have taken long.
    pub batch_size: usize,
    /// Comparisons of the output with the last hidden state.
    pub checks: Vec<Check>,
}

/// Is a part of the output the same as a part of the last hidden state?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// A part of `output`, as Python writes it.
    pub output: String,
    /// A part of `h_n`, as Python writes it.
    pub h_n: String,
    /// The first numbers of the one, and of the other.
    pub numbers: [Vec<f32>; 2],
    /// The largest difference between any two numbers.
    pub difference: f32,
}

impl Use {
    /// All of them, in the order of the figure.
    pub const ALL: [Use; 5] = [Use::OneToOne, Use::OneToMany, Use::ManyToOne, Use::Aligned, Use::Delayed];

    /// Time steps of the network.
    pub fn steps(self) -> usize {
        match self {
            Use::OneToOne => 1,
            Use::OneToMany | Use::Delayed => 6,
            Use::ManyToOne | Use::Aligned => 5,
        }
    }

    /// The steps at which an input is read.
    pub fn inputs(self) -> std::ops::Range<usize> {
        match self {
            Use::OneToOne | Use::OneToMany => 0..1,
            Use::ManyToOne | Use::Aligned => 0..5,
            Use::Delayed => 0..3,
        }
    }

    /// The steps at which an output is given.
    pub fn outputs(self) -> std::ops::Range<usize> {
        match self {
            Use::OneToOne => 0..1,
            Use::OneToMany => 0..6,
            Use::ManyToOne => 4..5,
            Use::Aligned => 0..5,
            Use::Delayed => 3..6,
        }
    }

    /// What is right: for as many numbers between −1 and 1 as there are [`inputs`](Use::inputs), as many as there are
    /// [`outputs`](Use::outputs). A number that is missing is 0, as the network reads it.
    pub fn truth(self, input: &[f32]) -> Vec<f32> {
        let first = input.first().copied().unwrap_or_default();
        match self {
            Use::OneToOne => vec![first * first],
            Use::OneToMany => (1..=6).map(|t| (first * t as f32).sin()).collect(),
            Use::ManyToOne => vec![input.iter().copied().fold(-1.0, f32::max)],
            Use::Aligned => {
                let before = std::iter::once(0.0).chain(input.iter().copied());
                input.iter().zip(before).map(|(now, before)| now - before).collect()
            }
            Use::Delayed => input.iter().rev().copied().collect(),
        }
    }

    /// An input to begin with.
    pub fn example(self) -> Vec<f32> {
        match self {
            Use::OneToOne => vec![0.7],
            Use::OneToMany => vec![0.8],
            Use::ManyToOne | Use::Aligned => vec![-0.4, 0.3, 0.8, 0.1, -0.6],
            Use::Delayed => vec![0.9, -0.3, 0.4],
        }
    }
}

/// A small model that was trained for an arrangement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Practised {
    /// The arrangement.
    pub arrangement: Use,
    /// The mean squared error at some steps, evenly spaced.
    pub losses: Vec<f32>,
    /// Steps of training.
    pub steps: usize,
    /// All weights, one after the other.
    pub weights: Vec<f32>,
    /// The network, as PyTorch prints it.
    pub layers: Vec<String>,
}

/// What such a model makes of an input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// The arrangement.
    pub arrangement: Use,
    /// What went in.
    pub input: Vec<f32>,
    /// What came out, at each of [`Use::outputs`].
    pub output: Vec<f32>,
    /// What would be right.
    pub truth: Vec<f32>,
    /// The hidden state after each step, `[steps, hidden_size]`.
    pub hidden: Vec<f32>,
}

/// Cells, inputs and weights through which a gradient goes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GradientsQuestion {
    /// Steps of the sequence.
    pub length: usize,
    /// Factor on the recurrent weights as PyTorch draws them.
    pub scale: f64,
    /// Added to the bias of the gate that keeps: f of the LSTM, z of the GRU.
    pub keep_bias: f64,
    /// The threshold θ of clipping.
    pub clip_norm: f64,
    /// Seed of weights, inputs and target.
    pub seed: u64,
}

/// How a cell's gradient goes back. The loss is L = ½ ‖h_T − y‖² at the last step, the mean over a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellGradients {
    /// The cell.
    pub cell: Cell,
    /// The loss.
    pub loss: f64,
    /// ‖∂L/∂h_t‖ for every step, the last one last; infinite where single precision overflows.
    pub hidden: Vec<f64>,
    /// ‖∂L/∂c_t‖, for an LSTM.
    pub kept: Option<Vec<f64>>,
    /// The spectral radius of the recurrent weights, gate by gate.
    pub radii: Vec<f64>,
    /// ‖∂L/∂W_hh‖, and the norm of the gradient by all other parameters.
    pub parts: [f64; 2],
    /// The norm of the gradient by all parameters.
    pub norm: f64,
    /// The norm of the gradient by all parameters after clipping.
    pub clipped: f64,
}

/// The lesson's row in the list of all.
pub(super) static ROW: Row = Row {
    lesson: &LESSON,
    #[cfg(feature = "engine")]
    engine: EngineLesson::answers(&LESSON, |question, device| Box::pin(answer_encoded(question, device))),
};

#[cfg(feature = "engine")]
async fn answer_encoded(question: &[u8], device: &Device) -> Result<Vec<u8>, Error> {
    let question = codec::decode(question).map_err(|what| Error::MessageDamaged { what })?;
    Ok(codec::encode(&answer(&question, device).await?))
}

/// Answers a question.
///
/// # Errors
/// [`Error::EngineLost`] if the device fails, [`Error::WeightsMismatch`] if
/// weights are not those of the model.
#[cfg(feature = "engine")]
pub async fn answer(question: &Question, device: &Device) -> Result<Answer, Error> {
    let device = device.clone().inner();
    match question {
        Question::Steps(question) => Ok(Answer::Steps(Box::new(steps::answer(question, &device).await?))),
        Question::Shapes(question) => Ok(Answer::Shapes(Box::new(shapes::answer(question, &device).await?))),
        Question::Practise { arrangement, seed } => {
            Ok(Answer::Practised(practice::practise(*arrangement, *seed, &device).await?))
        }
        Question::Work { arrangement, weights, input } => {
            Ok(Answer::Used(practice::work(*arrangement, weights, input, &device).await?))
        }
        Question::Gradients(question) => Ok(Answer::Gradients(gradients::answer(question, &device).await?)),
    }
}
