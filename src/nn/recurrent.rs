//! The recurrent module: layers of one cell, stacked and in one or two directions, as PyTorch's `RNN`, `LSTM` and
//! `GRU`.

#[cfg(all(test, feature = "cpu"))]
mod tests;

use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};

use super::kernels::{self, Scan};
use super::{Block, Builder, Cell, Layer, LayerDirection, Parameters, RecurrentConfig};
use crate::Stream;

/// A recurrent module; see [`RecurrentConfig`].
#[derive(Debug)]
pub struct Recurrent {
    config: RecurrentConfig,
    /// One block for each layer and direction, as PyTorch orders them.
    blocks: Vec<Block>,
    table: Layer,
}

/// What a module reads.
#[derive(Debug, Clone)]
pub enum Input {
    /// `[batch_size, seq_length, input_size]`, or sequence first as the module is configured.
    Vectors(Tensor<3>),
    /// Words of a vocabulary; see [`Embedding::input`](super::Embedding::input). Each is projected once however often
    /// it occurs.
    Words {
        /// One vector for each distinct word, `[distinct, input_size]`.
        vectors: Tensor<2>,
        /// Which of them each step of each sequence reads, step after step.
        places: Arc<[usize]>,
        /// Sequences side by side.
        batch_size: usize,
    },
}

impl From<Tensor<3>> for Input {
    fn from(vectors: Tensor<3>) -> Self {
        Input::Vectors(vectors)
    }
}

impl Input {
    /// This input without gradients.
    fn inner(self) -> Self {
        match self {
            Input::Vectors(vectors) => Input::Vectors(vectors.inner()),
            Input::Words { vectors, places, batch_size } => {
                Input::Words { vectors: vectors.inner(), places, batch_size }
            }
        }
    }

    /// Rows for a pass, which of them each step reads, and length and number of the sequences.
    fn rows(self, batch_first: bool) -> (Tensor<2>, Option<Arc<[usize]>>, [usize; 2]) {
        match self {
            Input::Vectors(vectors) => {
                let vectors = if batch_first { vectors.swap_dims(0, 1) } else { vectors };
                let [seq_length, batch_size, input_size] = vectors.dims();
                let rows = vectors.reshape([seq_length * batch_size, input_size]);
                (rows, None, [seq_length, batch_size])
            }
            Input::Words { vectors, places, batch_size } => {
                let seq_length = places.len() / batch_size.max(1);
                (vectors, Some(places), [seq_length, batch_size])
            }
        }
    }
}

/// How a module is run.
#[derive(Debug, Default)]
pub struct Pass<'a> {
    /// The state before the first step.
    pub initial: HiddenState,
    /// Real steps of each sequence, at most as many as the input has; all, where it is `None`. What PyTorch's packing
    /// does: later steps change nothing and their output is zero, the final state is that of the last real step, and
    /// the reverse direction begins there.
    pub lengths: Option<&'a [usize]>,
    /// In training: where dropout's masks are drawn from.
    pub dropout: Option<&'a mut Stream>,
}

/// The state between two time steps, `[num_layers × directions, batch_size, hidden_size]`, zero where `None`.
#[derive(Debug, Clone, Default)]
pub struct HiddenState {
    /// PyTorch's `h_0` or `h_n`.
    pub hidden: Option<Tensor<3>>,
    /// PyTorch's `c_0` or `c_n`, for the LSTM only.
    pub cell: Option<Tensor<3>>,
}

/// What the module computes from a sequence.
#[derive(Debug)]
pub struct Output {
    config: RecurrentConfig,
    batch_size: usize,
    /// Of each layer and direction, see [`Scan::packed_shape`].
    packed: Vec<Tensor<3>>,
}

/// What happened inside a cell.
#[derive(Debug)]
pub struct Gates {
    /// The layer, from 0.
    pub layer: usize,
    /// Is it the direction that begins at the end?
    pub reverse: bool,
    /// Activations `[seq_length, batch_size, gates × hidden_size]` in the order of [`Cell::tape`]; of no meaning past
    /// the end of a sequence.
    pub values: Tensor<3>,
    /// h after each step, `[seq_length, batch_size, hidden_size]`.
    pub hidden: Tensor<3>,
}

impl Recurrent {
    /// Adds the [parameters](RecurrentConfig::parameters) of all layers to `builder`, uniform in ±1/√hidden_size as PyTorch
    /// has them, each named `name`, a dot and PyTorch's name.
    pub fn new(builder: &mut Builder, name: &str, config: RecurrentConfig) -> Self {
        let RecurrentConfig { cell, input_size, hidden_size, num_layers, .. } = config;
        let bound = 1.0 / (hidden_size as f32).sqrt();
        let mut table = Vec::new();
        let mut blocks = Vec::new();
        for of in config.layer_directions() {
            let own = config.parameters(of).into_iter();
            let named: Vec<_> = own.map(|(own, shape)| (format!("{name}.{own}"), shape)).collect();
            table.extend(named.iter().cloned());
            blocks.push(builder.uniform(named, bound));
        }
        let mut options = String::new();
        if num_layers > 1 {
            options += &format!(", num_layers={num_layers}");
        }
        if config.bidirectional {
            options += ", bidirectional=True";
        }
        let table = Layer {
            name: format!("{}({input_size}, {hidden_size}{options})", cell.name()),
            parameters: table,
        };
        Recurrent { config, blocks, table }
    }

    /// Runs over a batch of sequences.
    ///
    /// # Panics
    /// If the shapes do not fit the configuration and each other.
    pub fn forward(&self, parameters: &Parameters, input: impl Into<Input>, pass: Pass) -> Output {
        self.forward_by(kernels::recurrent, parameters, input, pass)
    }

    /// [`forward`](Self::forward) by another implementation of a single pass, such as
    /// [`reference::recurrent`](super::reference::recurrent).
    pub fn forward_by(
        &self,
        mut one: impl FnMut(Tensor<2>, Tensor<1>, Tensor<3>, Scan) -> Tensor<3>,
        parameters: &Parameters,
        input: impl Into<Input>,
        pass: Pass,
    ) -> Output {
        let config = self.config;
        let (mut steps, mut gather, [seq_length, batch_size]) = input.into().rows(config.batch_first);
        let lengths: Option<Arc<[usize]>> = pass.lengths.map(|lengths| {
            assert_eq!(lengths.len(), batch_size, "one length for each sequence");
            lengths.iter().map(|&length| length.min(seq_length)).collect()
        });
        let mut dropout = pass.dropout.filter(|_| config.dropout > 0.0);
        let mut packed = Vec::new();
        for (index, of) in config.layer_directions().enumerate() {
            if of.layer > 0 && !of.reverse {
                steps = all_steps(&packed[index - config.num_directions()..], config);
                gather = None;
                if let Some(stream) = dropout.as_deref_mut() {
                    steps = steps.clone() * stream.dropout(config.dropout, steps.dims(), &steps.device());
                }
            }
            let initial = self.initial(&pass.initial, index, &steps, batch_size);
            let scan = Scan {
                lengths: lengths.clone(),
                gather: gather.clone(),
                ..scan(config, of, seq_length, batch_size)
            };
            packed.push(one(steps.clone(), parameters.block(self.blocks[index]), initial, scan));
        }
        Output { config, batch_size, packed }
    }

    /// The activations of every gate at every step, of each layer and direction; without gradients.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn gates(&self, parameters: &Parameters, input: impl Into<Input>, pass: Pass) -> Vec<Gates> {
        let mut gates = Vec::new();
        let mut tapes = |input: Tensor<2>, block: Tensor<1>, initial: Tensor<3>, scan: Scan| {
            let shape = [scan.seq_length, scan.batch_size, scan.tape_width()];
            let (packed, tape) =
                kernels::recurrent_taped(input.inner(), block.inner(), initial.inner(), scan);
            let index = gates.len();
            gates.push(Gates {
                layer: index / self.config.num_directions(),
                reverse: index % self.config.num_directions() == 1,
                values: tape.reshape(shape),
                hidden: kernels::rows(packed.clone(), 0, shape[0]),
            });
            packed
        };
        self.forward_by(&mut tapes, parameters, input.into().inner(), pass);
        gates
    }

    /// What a pass starts from, `[states, batch_size, hidden_size]`.
    fn initial(&self, state: &HiddenState, index: usize, like: &Tensor<2>, batch_size: usize) -> Tensor<3> {
        let states = self.config.cell.states();
        let shape = |states: usize| [states, batch_size, self.config.hidden_size];
        if state.hidden.is_none() && (state.cell.is_none() || states == 1) {
            // Numbers that are sent cost a GPU less than a launch.
            let zeros = TensorData::zeros::<f32, _>(shape(states));
            return Tensor::from_data(zeros, &like.device().inner());
        }
        let of = |state: &Option<Tensor<3>>| match state {
            Some(state) => state.clone().narrow(0, index, 1),
            None => Tensor::zeros(shape(1), &like.device()),
        };
        let all = [&state.hidden, &state.cell].into_iter().take(states).map(of).collect();
        joined(all, 0)
    }

    /// What it is made of.
    pub fn cell(&self) -> Cell {
        self.config.cell
    }

    /// Does the batch come first in what it reads?
    pub fn is_batch_first(&self) -> bool {
        self.config.batch_first
    }

    /// The module as the parameter table shows it.
    pub fn layer(&self) -> Layer {
        self.table.clone()
    }
}

impl Output {
    /// PyTorch's `output`: the top layer's hidden state after each step, `[batch_size, seq_length, directions ×
    /// hidden_size]`, or sequence first as the input was.
    pub fn output(&self) -> Tensor<3> {
        let steps = self.steps();
        let [rows, columns] = steps.dims();
        let steps = steps.reshape([rows / self.batch_size.max(1), self.batch_size, columns]);
        if self.config.batch_first { steps.swap_dims(0, 1) } else { steps }
    }

    /// [`output`](Self::output), step after step: `[seq_length × batch_size, directions × hidden_size]`.
    pub fn steps(&self) -> Tensor<2> {
        all_steps(self.top(), self.config)
    }

    /// The top layer's hidden state after the last step, both directions side by side: `[batch_size, directions ×
    /// hidden_size]`.
    pub fn last(&self) -> Tensor<2> {
        let shape = [self.batch_size, self.config.hidden_size];
        let last = self.top().iter().map(|packed| final_state(packed, 0, self.config).reshape(shape));
        joined(last.collect(), 1)
    }

    /// What the top layer returned, of each direction.
    fn top(&self) -> &[Tensor<3>] {
        &self.packed[self.packed.len() - self.config.num_directions()..]
    }

    /// PyTorch's `h_n`, `[num_layers × directions, batch_size, hidden_size]`.
    pub fn h_n(&self) -> Tensor<3> {
        self.final_states(0)
    }

    /// PyTorch's `c_n` of the same shape, for the LSTM only.
    pub fn c_n(&self) -> Option<Tensor<3>> {
        (self.config.cell.states() == 2).then(|| self.final_states(1))
    }

    /// [`h_n`](Self::h_n) and [`c_n`](Self::c_n), for another pass to begin with.
    pub fn state(&self) -> HiddenState {
        HiddenState { hidden: Some(self.h_n()), cell: self.c_n() }
    }

    fn final_states(&self, index: usize) -> Tensor<3> {
        joined(self.packed.iter().map(|packed| final_state(packed, index, self.config)).collect(), 0)
    }
}

/// One pass of a layer in one direction.
fn scan(config: RecurrentConfig, of: LayerDirection, seq_length: usize, batch_size: usize) -> Scan {
    Scan {
        cell: config.cell,
        input_size: of.features,
        hidden_size: config.hidden_size,
        seq_length,
        batch_size,
        bias: config.bias,
        reverse: of.reverse,
        lengths: None,
        gather: None,
    }
}

/// h (0) or c (1) after the last step, `[1, batch_size, hidden_size]`.
fn final_state(packed: &Tensor<3>, index: usize, config: RecurrentConfig) -> Tensor<3> {
    let steps = packed.dims()[0] - config.cell.states();
    kernels::rows(packed.clone(), steps + index, 1)
}

/// h after every step of a layer, its directions side by side: `[seq_length × batch_size, directions × hidden_size]`.
fn all_steps(packed: &[Tensor<3>], config: RecurrentConfig) -> Tensor<2> {
    let of = |packed: &Tensor<3>| {
        let [rows, batch_size, hidden_size] = packed.dims();
        let steps = rows - config.cell.states();
        kernels::rows(packed.clone(), 0, steps).reshape([steps * batch_size, hidden_size])
    };
    joined(packed.iter().map(of).collect(), 1)
}

/// Tensors side by side along `dimension`; one alone is not copied.
fn joined<const D: usize>(mut tensors: Vec<Tensor<D>>, dimension: usize) -> Tensor<D> {
    match tensors.len() {
        1 => tensors.remove(0),
        _ => Tensor::cat(tensors, dimension),
    }
}
