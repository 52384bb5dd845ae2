//! What a recurrent module is made of: sizes, shapes and parameters, as PyTorch has them, from its settings alone.

use serde::{Deserialize, Serialize};

use super::Cell;

/// What PyTorch's constructors take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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

/// One layer in one direction: what has parameters of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerDirection {
    /// The layer, from 0.
    pub layer: usize,
    /// Is it the direction that begins at the end?
    pub reverse: bool,
    /// Features of what the layer reads at each step.
    pub features: usize,
}

impl RecurrentConfig {
    /// One layer in one direction with biases, batch first: what most lessons begin with.
    pub const fn new(cell: Cell, input_size: usize, hidden_size: usize) -> Self {
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

    /// PyTorch's `num_directions`: one or two.
    pub fn num_directions(&self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }

    /// Features of what `layer` reads.
    fn features(&self, layer: usize) -> usize {
        if layer == 0 { self.input_size } else { self.num_directions() * self.hidden_size }
    }

    /// Every layer and direction in PyTorch's order.
    pub fn layer_directions(&self) -> impl Iterator<Item = LayerDirection> + use<> {
        let config = *self;
        (0..config.num_layers).flat_map(move |layer| {
            let features = config.features(layer);
            let directions = [false, true].into_iter().take(config.num_directions());
            directions.map(move |reverse| LayerDirection { layer, reverse, features })
        })
    }

    /// Names and shapes of the parameters of one layer and direction, as PyTorch has them: `weight_ih_l0
    /// [gates × hidden_size, features]`, `weight_hh_l0 [gates × hidden_size, hidden_size]`, `bias_ih_l0` and `bias_hh_l0
    /// [gates × hidden_size]`, with another number in another layer and `_reverse` at the end in the other direction; for
    /// [`Cell::LstmConcatenated`] `weight_l0 [gates × hidden_size, hidden_size + features]` and `bias_l0`.
    pub fn parameters(&self, of: LayerDirection) -> Vec<(String, Vec<usize>)> {
        let rows = self.cell.gates() * self.hidden_size;
        let (weights, biases): (&[_], &[_]) = match self.cell {
            Cell::LstmConcatenated => (&[("weight", self.hidden_size + of.features)], &["bias"]),
            _ => (&[("weight_ih", of.features), ("weight_hh", self.hidden_size)], &["bias_ih", "bias_hh"]),
        };
        let end = format!("_l{}{}", of.layer, if of.reverse { "_reverse" } else { "" });
        let weights = weights.iter().map(|(kind, columns)| (format!("{kind}{end}"), vec![rows, *columns]));
        let biases = biases.iter().filter(|_| self.bias).map(|kind| (format!("{kind}{end}"), vec![rows]));
        weights.chain(biases).collect()
    }

    /// How many numbers one layer learns in one direction.
    pub fn count_of(&self, of: LayerDirection) -> usize {
        self.parameters(of).iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
    }

    /// How many numbers the module learns.
    pub fn count(&self) -> usize {
        self.layer_directions().map(|of| self.count_of(of)).sum()
    }

    /// The input's shape: `[batch_size, seq_length, input_size]`, or sequence first.
    pub fn input_shape(&self, batch_size: usize, seq_length: usize) -> [usize; 3] {
        self.ordered(batch_size, seq_length, self.input_size)
    }

    /// The output's shape: `[batch_size, seq_length, num_directions × hidden_size]`, or sequence first.
    pub fn output_shape(&self, batch_size: usize, seq_length: usize) -> [usize; 3] {
        self.ordered(batch_size, seq_length, self.num_directions() * self.hidden_size)
    }

    /// The shape of `h_n`, and of an LSTM's `c_n`, in which the batch is never first: `[num_layers × num_directions,
    /// batch_size, hidden_size]`.
    pub fn state_shape(&self, batch_size: usize) -> [usize; 3] {
        [self.num_layers * self.num_directions(), batch_size, self.hidden_size]
    }

    fn ordered(&self, batch_size: usize, seq_length: usize, features: usize) -> [usize; 3] {
        if self.batch_first { [batch_size, seq_length, features] } else { [seq_length, batch_size, features] }
    }

    /// The module as PyTorch prints it.
    pub fn printed(&self) -> String {
        let RecurrentConfig {
            cell,
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
        } = *self;
        let mut text = format!("{}({input_size}, {hidden_size}", cell.name());
        if num_layers != 1 {
            text += &format!(", num_layers={num_layers}");
        }
        if !bias {
            text += ", bias=False";
        }
        if batch_first {
            text += ", batch_first=True";
        }
        if dropout != 0.0 {
            text += &format!(", dropout={dropout}");
        }
        if bidirectional {
            text += ", bidirectional=True";
        }
        text + ")"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LSTM: RecurrentConfig = RecurrentConfig::new(Cell::Lstm, 12, 10);

    /// Chapter 7.3 of the textbook.
    #[test]
    fn counts_and_shapes_are_those_of_the_book() {
        assert_eq!(LSTM.count(), 960);
        assert_eq!(RecurrentConfig { cell: Cell::Gru, ..LSTM }.count(), 720);
        assert_eq!(RecurrentConfig { cell: Cell::LstmConcatenated, ..LSTM }.count(), 920);
        let deep = RecurrentConfig { num_layers: 3, ..LSTM };
        assert_eq!(deep.output_shape(1, 4), [1, 4, 10]);
        assert_eq!(deep.state_shape(1), [3, 1, 10]);
        assert_eq!(deep.layer_directions().map(|of| deep.count_of(of)).collect::<Vec<_>>(), [960, 880, 880]);
        let both = RecurrentConfig { bidirectional: true, ..LSTM };
        assert_eq!((both.output_shape(32, 4), both.state_shape(32)), ([32, 4, 20], [2, 32, 10]));
        assert_eq!(both.count(), 2 * LSTM.count());
        let long = RecurrentConfig { input_size: 200, hidden_size: 120, batch_first: false, ..LSTM };
        assert_eq!(long.input_shape(128, 30), [30, 128, 200]);
        assert_eq!((long.output_shape(128, 30), long.state_shape(128)), ([30, 128, 120], [1, 128, 120]));
    }

    #[test]
    fn a_module_is_printed_as_pytorch_prints_it() {
        assert_eq!(LSTM.printed(), "LSTM(12, 10, batch_first=True)");
        let all = RecurrentConfig {
            cell: Cell::Gru,
            num_layers: 2,
            bias: false,
            batch_first: false,
            dropout: 0.5,
            bidirectional: true,
            ..LSTM
        };
        assert_eq!(all.printed(), "GRU(12, 10, num_layers=2, bias=False, dropout=0.5, bidirectional=True)");
    }
}
