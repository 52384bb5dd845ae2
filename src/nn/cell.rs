//! The recurrent cells and how their numbers lie in memory.

/// The recurrent cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Elman's cell with tanh: h_t = tanh(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh).
    RnnTanh,
    /// The same with ReLU.
    RnnRelu,
    /// Long short-term memory, gates in PyTorch's order i, f, g, o.
    Lstm,
    /// The same function in the textbook's form: one matrix for `[h, x]` and one bias, 4(n_h·n_c + n_x·n_c + n_c)
    /// parameters.
    LstmConcatenated,
    /// Gated recurrent unit, gates in PyTorch's order r, z, n: n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)).
    Gru,
    /// The textbook's: the reset gate scales the state before the product,
    /// n = tanh(W_in x + b_in + W_hn (r ⊙ h) + b_hn).
    GruResetBefore,
}

impl Cell {
    /// All of them.
    pub const ALL: [Cell; 6] =
        [Cell::RnnTanh, Cell::RnnRelu, Cell::Lstm, Cell::LstmConcatenated, Cell::Gru, Cell::GruResetBefore];

    /// Gates, each of `hidden_size` rows in the weights.
    pub fn gates(self) -> usize {
        match self {
            Cell::RnnTanh | Cell::RnnRelu => 1,
            Cell::Lstm | Cell::LstmConcatenated => 4,
            Cell::Gru | Cell::GruResetBefore => 3,
        }
    }

    /// Vectors that go from step to step: h, and for the LSTM c.
    pub fn states(self) -> usize {
        match self {
            Cell::Lstm | Cell::LstmConcatenated => 2,
            Cell::RnnTanh | Cell::RnnRelu | Cell::Gru | Cell::GruResetBefore => 1,
        }
    }

    /// What a forward pass remembers of each step, in vectors of `hidden_size`: the tape. Its order is
    /// h for an RNN; i, f, g, o, c for an LSTM; r, z, W_hn h + b_hn, n for a GRU and r, z, r ⊙ h, n for the one that
    /// resets before.
    pub fn tape(self) -> &'static [&'static str] {
        match self {
            Cell::RnnTanh | Cell::RnnRelu => &["h"],
            Cell::Lstm | Cell::LstmConcatenated => &["i", "f", "g", "o", "c"],
            Cell::Gru => &["r", "z", "hn", "n"],
            Cell::GruResetBefore => &["r", "z", "rh", "n"],
        }
    }

    /// PyTorch's name of the module.
    pub fn name(self) -> &'static str {
        match self {
            Cell::RnnTanh | Cell::RnnRelu => "RNN",
            Cell::Lstm | Cell::LstmConcatenated => "LSTM",
            Cell::Gru | Cell::GruResetBefore => "GRU",
        }
    }
}
