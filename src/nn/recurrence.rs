//! The recurrence itself: what a cell does at each time step once the input is projected. It stands apart because it
//! is all that a hand-written kernel has to replace; this version is made of tensor operations.

use burn::tensor::Tensor;
use burn::tensor::activation::{relu, sigmoid, tanh};

/// The recurrent cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Elman's cell with tanh: h_t = tanh(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh).
    RnnTanh,
    /// The same with ReLU.
    RnnRelu,
    /// Long short-term memory, gates in PyTorch's order i, f, g, o.
    Lstm,
    /// Gated recurrent unit, gates in PyTorch's order r, z, n.
    Gru,
}

impl Cell {
    /// Gates, each of `hidden_size` rows in the weights.
    pub fn gates(self) -> usize {
        match self {
            Cell::RnnTanh | Cell::RnnRelu => 1,
            Cell::Lstm => 4,
            Cell::Gru => 3,
        }
    }

    /// PyTorch's name of the module.
    pub fn name(self) -> &'static str {
        match self {
            Cell::RnnTanh | Cell::RnnRelu => "RNN",
            Cell::Lstm => "LSTM",
            Cell::Gru => "GRU",
        }
    }
}

/// One layer's recurrent part.
#[derive(Debug)]
pub(super) struct Recurrence {
    pub cell: Cell,
    /// `[gates × hidden_size, hidden_size]`
    pub weight_hh: Tensor<2>,
    /// `[1, gates × hidden_size]`
    pub bias_hh: Tensor<2>,
}

impl Recurrence {
    /// Runs over all time steps.
    ///
    /// `projected` holds W_ih x_t + b_ih of every step, `[seq_length × batch_size, gates × hidden_size]`, step after
    /// step; `h` and (LSTM only) `c` are the states before the first step, `[batch_size, hidden_size]`. Returns the
    /// hidden state after each step and the last cell state.
    pub fn run(
        self,
        projected: Tensor<2>,
        mut h: Tensor<2>,
        mut c: Option<Tensor<2>>,
    ) -> (Vec<Tensor<2>>, Option<Tensor<2>>) {
        let [batch_size, hidden_size] = h.dims();
        let seq_length = projected.dims()[0] / batch_size.max(1);
        let weight = self.weight_hh.transpose();
        // The GRU's reset gate scales b_hh as well; in the other cells both biases are simply added, so that
        // adding the second one to all steps at once saves an operation per step.
        let (projected, bias) = match self.cell {
            Cell::Gru => (projected, Some(self.bias_hh)),
            Cell::RnnTanh | Cell::RnnRelu | Cell::Lstm => (projected + self.bias_hh, None),
        };
        let mut outputs = Vec::with_capacity(seq_length);
        for t in 0..seq_length {
            let x = projected.clone().narrow(0, t * batch_size, batch_size);
            let mut a = h.clone().matmul(weight.clone());
            if let Some(bias) = &bias {
                a = a + bias.clone();
            }
            let gate = |a: &Tensor<2>, index: usize, gates: usize| {
                a.clone().narrow(1, index * hidden_size, gates * hidden_size)
            };
            h = match self.cell {
                Cell::RnnTanh => tanh(x + a),
                Cell::RnnRelu => relu(x + a),
                Cell::Lstm => {
                    // c_t = f ⊙ c_{t−1} + i ⊙ g,  h_t = o ⊙ tanh(c_t)
                    let a = x + a;
                    let i_f = sigmoid(gate(&a, 0, 2));
                    let (i, f) = (gate(&i_f, 0, 1), gate(&i_f, 1, 1));
                    let g = tanh(gate(&a, 2, 1));
                    let o = sigmoid(gate(&a, 3, 1));
                    let kept = match c.take() {
                        Some(c) => f * c + i * g,
                        None => i * g,
                    };
                    c = Some(kept.clone());
                    o * tanh(kept)
                }
                Cell::Gru => {
                    // n = tanh(x_n + r ⊙ (W_hn h + b_hn)),  h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}
                    let r_z = sigmoid(gate(&x, 0, 2) + gate(&a, 0, 2));
                    let (r, z) = (gate(&r_z, 0, 1), gate(&r_z, 1, 1));
                    let n = tanh(gate(&x, 2, 1) + r * gate(&a, 2, 1));
                    n.clone() + z * (h - n)
                }
            };
            outputs.push(h.clone());
        }
        (outputs, c)
    }
}
