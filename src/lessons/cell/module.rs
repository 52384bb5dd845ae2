//! Shapes and parameters of a recurrent module, as PyTorch has them, from its settings alone.

use serde::{Deserialize, Serialize};

/// PyTorch's modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// `torch.nn.RNN`, with tanh.
    Rnn,
    /// `torch.nn.LSTM`.
    Lstm,
    /// `torch.nn.GRU`.
    Gru,
}

impl Family {
    /// PyTorch's name.
    pub fn name(self) -> &'static str {
        match self {
            Family::Rnn => "RNN",
            Family::Lstm => "LSTM",
            Family::Gru => "GRU",
        }
    }

    /// Gates, each of `hidden_size` rows in the weights.
    pub fn gates(self) -> usize {
        match self {
            Family::Rnn => 1,
            Family::Lstm => 4,
            Family::Gru => 3,
        }
    }

    /// Does it hand on a cell state beside the hidden state?
    pub fn has_cell_state(self) -> bool {
        self == Family::Lstm
    }
}

/// What PyTorch's constructor takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// Which module.
    pub family: Family,
    /// Features of the input at each step.
    pub input_size: usize,
    /// Units of the hidden state.
    pub hidden_size: usize,
    /// Layers.
    pub num_layers: usize,
    /// Are there biases?
    pub bias: bool,
    /// Does the batch come first?
    pub batch_first: bool,
    /// Probability with which an element between two layers is dropped in training.
    pub dropout: f64,
    /// Does a second cell read the sequence from its end?
    pub bidirectional: bool,
}

/// The parameters of one layer in one direction, and where their number comes from:
/// gates × (hidden_size × features + hidden_size × hidden_size + biases × hidden_size).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The layer, from 0.
    pub layer: usize,
    /// Is it the direction that begins at the end?
    pub reverse: bool,
    /// Features of what the layer reads.
    pub features: usize,
    /// How many numbers it learns.
    pub count: usize,
}

impl Module {
    /// One or two.
    pub fn directions(&self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }

    /// The input's shape.
    pub fn input(&self, batch_size: usize, seq_length: usize) -> Vec<usize> {
        self.ordered(batch_size, seq_length, self.input_size)
    }

    /// The output's shape.
    pub fn output(&self, batch_size: usize, seq_length: usize) -> Vec<usize> {
        self.ordered(batch_size, seq_length, self.directions() * self.hidden_size)
    }

    /// The shape of `h_n`, and of an LSTM's `c_n`: the batch is never first.
    pub fn state(&self, batch_size: usize) -> Vec<usize> {
        vec![self.num_layers * self.directions(), batch_size, self.hidden_size]
    }

    fn ordered(&self, batch_size: usize, seq_length: usize, features: usize) -> Vec<usize> {
        match self.batch_first {
            true => vec![batch_size, seq_length, features],
            false => vec![seq_length, batch_size, features],
        }
    }

    /// Every layer and direction in PyTorch's order.
    pub fn parts(&self) -> Vec<Part> {
        let part = |layer: usize, reverse: bool| {
            let features = if layer == 0 { self.input_size } else { self.directions() * self.hidden_size };
            let biases = if self.bias { 2 } else { 0 };
            let count = self.family.gates() * self.hidden_size * (features + self.hidden_size + biases);
            Part { layer, reverse, features, count }
        };
        let directions =
            |layer| [false, true].into_iter().take(self.directions()).map(move |r| part(layer, r));
        (0..self.num_layers).flat_map(directions).collect()
    }

    /// How many numbers it learns.
    pub fn count(&self) -> usize {
        self.parts().iter().map(|part| part.count).sum()
    }

    /// Names and shapes of the parameters of a part, as PyTorch has them.
    pub fn parameters(&self, part: Part) -> Vec<(String, Vec<usize>)> {
        let rows = self.family.gates() * self.hidden_size;
        let end = format!("_l{}{}", part.layer, if part.reverse { "_reverse" } else { "" });
        let mut parameters = vec![
            (format!("weight_ih{end}"), vec![rows, part.features]),
            (format!("weight_hh{end}"), vec![rows, self.hidden_size]),
        ];
        if self.bias {
            parameters.push((format!("bias_ih{end}"), vec![rows]));
            parameters.push((format!("bias_hh{end}"), vec![rows]));
        }
        parameters
    }

    /// The module as PyTorch prints it.
    pub fn printed(&self) -> String {
        let Module { input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, .. } =
            *self;
        let mut text = format!("{}({input_size}, {hidden_size}", self.family.name());
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

    /// The module of the engine.
    #[cfg(feature = "engine")]
    pub fn config(&self) -> crate::nn::RecurrentConfig {
        use crate::nn::{Cell, RecurrentConfig};
        RecurrentConfig {
            cell: match self.family {
                Family::Rnn => Cell::RnnTanh,
                Family::Lstm => Cell::Lstm,
                Family::Gru => Cell::Gru,
            },
            input_size: self.input_size,
            hidden_size: self.hidden_size,
            num_layers: self.num_layers,
            bias: self.bias,
            batch_first: self.batch_first,
            dropout: self.dropout,
            bidirectional: self.bidirectional,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LSTM: Module = Module {
        family: Family::Lstm,
        input_size: 12,
        hidden_size: 10,
        num_layers: 1,
        bias: true,
        batch_first: true,
        dropout: 0.0,
        bidirectional: false,
    };

    /// Chapter 7.3 of the textbook.
    #[test]
    fn counts_and_shapes_are_those_of_the_book() {
        assert_eq!(LSTM.count(), 960);
        assert_eq!(Module { family: Family::Gru, ..LSTM }.count(), 720);
        let deep = Module { num_layers: 3, ..LSTM };
        assert_eq!(deep.output(1, 4), [1, 4, 10]);
        assert_eq!(deep.state(1), [3, 1, 10]);
        assert_eq!(deep.parts().iter().map(|part| part.count).collect::<Vec<_>>(), [960, 880, 880]);
        let both = Module { bidirectional: true, ..LSTM };
        assert_eq!((both.output(32, 4), both.state(32)), (vec![32, 4, 20], vec![2, 32, 10]));
        assert_eq!(both.count(), 2 * LSTM.count());
        let long = Module { input_size: 200, hidden_size: 120, batch_first: false, ..LSTM };
        assert_eq!(long.input(128, 30), [30, 128, 200]);
        assert_eq!((long.output(128, 30), long.state(128)), (vec![30, 128, 120], vec![1, 128, 120]));
    }

    #[test]
    fn a_module_is_printed_as_pytorch_prints_it() {
        assert_eq!(LSTM.printed(), "LSTM(12, 10, batch_first=True)");
        let all = Module {
            family: Family::Gru,
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
