//! The recurrent module: layers of one cell, stacked and in one or two directions, as PyTorch's `RNN`, `LSTM` and
//! `GRU`.

#[cfg(all(test, feature = "cpu"))]
mod tests;

use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};

use super::kernels::{self, Scan};
use super::{Block, Builder, Cell, Parameters, Stream};
use crate::protocol::Layer;

/// What PyTorch's constructors take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecurrentConfig {
    /// The cell.
    pub cell: Cell,
    /// Features of the input at each step.
    pub input_size: usize,
    /// Units of the hidden state.
    pub hidden_size: usize,
    /// Layers, each fed with the hidden states of the one below.
    pub num_layers: usize,
    /// Are there biases?
    pub bias: bool,
    /// Is the input `[batch_size, seq_length, input_size]`? Else `[seq_length, batch_size, input_size]`.
    pub batch_first: bool,
    /// Probability with which an element between two layers is dropped in training.
    pub dropout: f64,
    /// Does a second cell read the sequence from its end?
    pub bidirectional: bool,
}

impl RecurrentConfig {
    /// One layer in one direction with biases, batch first: what most lessons begin with.
    pub fn new(cell: Cell, input_size: usize, hidden_size: usize) -> Self {
        RecurrentConfig {
            cell,
            input_size,
            hidden_size,
            num_layers: 1,
            bias: true,
            batch_first: true,
            dropout: 0.0,
            bidirectional: false,
        }
    }

    /// One or two.
    pub fn directions(&self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }

    /// Features of what `layer` reads.
    fn features(&self, layer: usize) -> usize {
        if layer == 0 { self.input_size } else { self.directions() * self.hidden_size }
    }

    /// One pass of `layer`.
    fn scan(&self, layer: usize, reverse: bool, seq_length: usize, batch_size: usize) -> Scan {
        Scan {
            cell: self.cell,
            input_size: self.features(layer),
            hidden_size: self.hidden_size,
            seq_length,
            batch_size,
            bias: self.bias,
            reverse,
            lengths: None,
            gather: None,
        }
    }
}

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
    /// The same without gradients.
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
pub struct Run<'a> {
    /// The state before the first step.
    pub initial: State,
    /// Real steps of each sequence, at most as many as the input has; all, where it is `None`. What PyTorch's packing
    /// does: later steps change nothing and their output is zero, the final state is that of the last real step, and
    /// the reverse direction begins there.
    pub lengths: Option<&'a [usize]>,
    /// In training: where dropout's masks are drawn from.
    pub dropout: Option<&'a mut Stream>,
}

/// The state between two time steps, `[num_layers × directions, batch_size, hidden_size]`, zero where `None`.
#[derive(Debug, Clone, Default)]
pub struct State {
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
    /// Adds the parameters of all layers to `builder`, uniform in ±1/√hidden_size as PyTorch has them:
    /// `weight_ih_l0 [gates × hidden, input]`, `weight_hh_l0 [gates × hidden, hidden]`, `bias_ih_l0`, `bias_hh_l0`,
    /// then those of `_reverse`, each behind `name` and a dot; for [`Cell::LstmConcatenated`] `weight_l0
    /// [gates × hidden, hidden + input]` and `bias_l0`.
    pub fn new(builder: &mut Builder, name: &str, config: RecurrentConfig) -> Self {
        let RecurrentConfig { cell, input_size, hidden_size, num_layers, bias, .. } = config;
        let bound = 1.0 / (hidden_size as f32).sqrt();
        let rows = cell.gates() * hidden_size;
        let mut table = Vec::new();
        let mut blocks = Vec::new();
        for layer in 0..num_layers {
            for direction in ["", "_reverse"].iter().take(config.directions()) {
                let features = config.features(layer);
                let (weights, biases) = match cell {
                    Cell::LstmConcatenated => (vec![("weight", hidden_size + features)], vec!["bias"]),
                    _ => (
                        vec![("weight_ih", features), ("weight_hh", hidden_size)],
                        vec!["bias_ih", "bias_hh"],
                    ),
                };
                let weights = weights.into_iter().map(|(kind, columns)| (kind, vec![rows, columns]));
                let biases = biases.into_iter().filter(|_| bias).map(|kind| (kind, vec![rows]));
                let named: Vec<(String, Vec<usize>)> = weights
                    .chain(biases)
                    .map(|(kind, shape)| (format!("{name}.{kind}_l{layer}{direction}"), shape))
                    .collect();
                table.extend(named.iter().cloned());
                blocks.push(builder.uniform(named, bound));
            }
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
    pub fn forward(&self, parameters: &Parameters, input: impl Into<Input>, run: Run) -> Output {
        self.forward_by(kernels::recurrent, parameters, input, run)
    }

    /// [`forward`](Self::forward) by another implementation of a single pass, such as
    /// [`reference::recurrent`](super::reference::recurrent).
    pub fn forward_by(
        &self,
        mut pass: impl FnMut(Tensor<2>, Tensor<1>, Tensor<3>, Scan) -> Tensor<3>,
        parameters: &Parameters,
        input: impl Into<Input>,
        run: Run,
    ) -> Output {
        let config = self.config;
        let (mut steps, mut gather, [seq_length, batch_size]) = input.into().rows(config.batch_first);
        let lengths: Option<Arc<[usize]>> = run.lengths.map(|lengths| {
            assert_eq!(lengths.len(), batch_size, "one length for each sequence");
            lengths.iter().map(|&length| length.min(seq_length)).collect()
        });
        let mut dropout = run.dropout.filter(|_| config.dropout > 0.0);
        let mut packed = Vec::new();
        for layer in 0..config.num_layers {
            if let Some(stream) = dropout.as_deref_mut().filter(|_| layer > 0) {
                steps = steps.clone() * stream.dropout(config.dropout, steps.dims(), &steps.device());
            }
            let below = packed.len();
            for direction in 0..config.directions() {
                let index = layer * config.directions() + direction;
                let initial = self.initial(&run.initial, index, &steps, batch_size);
                let scan = Scan {
                    lengths: lengths.clone(),
                    gather: gather.clone(),
                    ..config.scan(layer, direction == 1, seq_length, batch_size)
                };
                packed.push(pass(steps.clone(), parameters.block(self.blocks[index]), initial, scan));
            }
            if layer + 1 < config.num_layers {
                steps = all_steps(&packed[below..], config);
                gather = None;
            }
        }
        Output { config, batch_size, packed }
    }

    /// The activations of every gate at every step, of each layer and direction; without gradients.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn gates(&self, parameters: &Parameters, input: impl Into<Input>, run: Run) -> Vec<Gates> {
        let mut gates = Vec::new();
        let mut tapes = |input: Tensor<2>, block: Tensor<1>, initial: Tensor<3>, scan: Scan| {
            let shape = [scan.seq_length, scan.batch_size, scan.tape_width()];
            let (packed, tape) =
                kernels::recurrent_taped(input.inner(), block.inner(), initial.inner(), scan);
            let index = gates.len();
            gates.push(Gates {
                layer: index / self.config.directions(),
                reverse: index % self.config.directions() == 1,
                values: tape.reshape(shape),
                hidden: kernels::rows(packed.clone(), 0, shape[0]),
            });
            packed
        };
        self.forward_by(&mut tapes, parameters, input.into().inner(), run);
        gates
    }

    /// What a pass starts from, `[states, batch_size, hidden_size]`.
    fn initial(&self, state: &State, index: usize, like: &Tensor<2>, batch_size: usize) -> Tensor<3> {
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

    /// Multiplications and additions of one time step of one sequence, forward; the products alone, which are
    /// nearly all of it.
    pub fn flops_per_step(&self) -> f64 {
        let RecurrentConfig { cell, hidden_size, num_layers, .. } = self.config;
        let columns: usize = (0..num_layers).map(|layer| self.config.features(layer) + hidden_size).sum();
        2.0 * (self.config.directions() * cell.gates() * hidden_size * columns) as f64
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

    /// The same, step after step: `[seq_length × batch_size, directions × hidden_size]`.
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
        &self.packed[self.packed.len() - self.config.directions()..]
    }

    /// PyTorch's `h_n` and `c_n`.
    pub fn state(&self) -> State {
        let of = |index| {
            joined(self.packed.iter().map(|packed| final_state(packed, index, self.config)).collect(), 0)
        };
        State { hidden: Some(of(0)), cell: (self.config.cell.states() == 2).then(|| of(1)) }
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
