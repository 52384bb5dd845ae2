//! The recurrent cells and how their numbers lie in memory.

use serde::{Deserialize, Serialize};

/// The recurrent cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Elman's cell with tanh: h_t = tanh(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh).
    RnnTanh,
    /// Elman's cell with ReLU: h_t = max(0, W_ih x_t + b_ih + W_hh h_{t−1} + b_hh).
    RnnRelu,
    /// Long short-term memory, gates in PyTorch's order i, f, g, o.
    Lstm,
    /// The LSTM in the textbook's form: one matrix for `[h, x]` and one bias, 4(n_h·n_c + n_x·n_c + n_c) parameters.
    LstmConcatenated,
    /// Gated recurrent unit, gates in PyTorch's order r, z, n: n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)).
    Gru,
    /// The textbook's GRU: the reset gate scales the state before the product,
    /// n = tanh(W_in x + b_in + W_hn (r ⊙ h) + b_hn).
    GruResetBefore,
}

impl Cell {
    /// All of them.
    pub const ALL: [Cell; 6] =
        [Cell::RnnTanh, Cell::RnnRelu, Cell::Lstm, Cell::LstmConcatenated, Cell::Gru, Cell::GruResetBefore];

    /// How many gates it has, each of `hidden_size` rows in the weights. What an RNN computes is no gate, but counts as
    /// one.
    pub const fn gates(self) -> usize {
        self.gate_names().len()
    }

    /// The names of its gates, in the order of PyTorch's rows; `h` stands for what an RNN computes.
    pub const fn gate_names(self) -> &'static [&'static str] {
        match self {
            Cell::RnnTanh | Cell::RnnRelu => &["h"],
            Cell::Lstm | Cell::LstmConcatenated => &["i", "f", "g", "o"],
            Cell::Gru | Cell::GruResetBefore => &["r", "z", "n"],
        }
    }

    /// Is the gate of this place a sigmoid, so that it lies between 0 and 1?
    pub fn is_sigmoid(self, gate: usize) -> bool {
        matches!(self.gate_names().get(gate), Some(&("i" | "f" | "o" | "r" | "z")))
    }

    /// Vectors of `hidden_size` that go from step to step: h, and for the LSTM c.
    pub const fn states(self) -> usize {
        match self {
            Cell::Lstm | Cell::LstmConcatenated => 2,
            Cell::RnnTanh | Cell::RnnRelu | Cell::Gru | Cell::GruResetBefore => 1,
        }
    }

    /// What a forward pass remembers of each step, in vectors of `hidden_size`: the tape. Its order is
    /// h for an RNN; i, f, g, o, c for an LSTM; r, z, W_hn h + b_hn, n for a GRU and r, z, r ⊙ h, n for the one that
    /// resets before.
    pub const fn tape(self) -> &'static [&'static str] {
        match self {
            Cell::RnnTanh | Cell::RnnRelu => &["h"],
            Cell::Lstm | Cell::LstmConcatenated => &["i", "f", "g", "o", "c"],
            Cell::Gru => &["r", "z", "hn", "n"],
            Cell::GruResetBefore => &["r", "z", "rh", "n"],
        }
    }

    /// PyTorch's name of the module.
    pub const fn name(self) -> &'static str {
        match self {
            Cell::RnnTanh | Cell::RnnRelu => "RNN",
            Cell::Lstm | Cell::LstmConcatenated => "LSTM",
            Cell::Gru | Cell::GruResetBefore => "GRU",
        }
    }

    /// Its own name in snake case, as it is serialised: what tells it from the others of its module.
    pub const fn word(self) -> &'static str {
        match self {
            Cell::RnnTanh => "rnn_tanh",
            Cell::RnnRelu => "rnn_relu",
            Cell::Lstm => "lstm",
            Cell::LstmConcatenated => "lstm_concatenated",
            Cell::Gru => "gru",
            Cell::GruResetBefore => "gru_reset_before",
        }
    }
}
