//! What one direction of one recurrent layer has to compute, in numbers.

use std::sync::Arc;

use crate::Cell;

/// One pass of a cell over all time steps of a batch.
///
/// Rows of sequences are step after step: row `t × batch_size + b`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The cell.
    pub cell: Cell,
    /// Features of the input.
    pub input_size: usize,
    /// Units of the state.
    pub hidden_size: usize,
    /// Time steps.
    pub seq_length: usize,
    /// Sequences side by side.
    pub batch_size: usize,
    /// Are there biases?
    pub bias: bool,
    /// From the last step to the first?
    pub reverse: bool,
    /// Real steps of each sequence, where not all have `seq_length`. Past them the state does not change and the
    /// output is zero.
    pub lengths: Option<Arc<[usize]>>,
    /// Which row of the input each row of the sequences reads, where they share rows (words of a vocabulary); else
    /// the input has [`rows`](Scan::rows) rows in their order.
    pub gather: Option<Arc<[usize]>>,
}

/// A matrix inside a block: where its first element lies, and how far its rows are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index of the first element.
    pub offset: usize,
    /// From one row to the next.
    pub stride: usize,
}

/// Where the parameters of a layer lie in its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// `[gates × hidden_size, input_size]`
    pub ih: Place,
    /// `[gates × hidden_size, hidden_size]`
    pub hh: Place,
    /// `[gates × hidden_size]`, added to the input's share.
    pub bias_ih: Option<usize>,
    /// `[gates × hidden_size]`, added to the state's share.
    pub bias_hh: Option<usize>,
    /// Numbers in the block.
    pub len: usize,
}

impl Scan {
    /// Rows of the input.
    pub fn rows(&self) -> usize {
        self.seq_length * self.batch_size
    }

    /// Rows of `weight_ih` and `weight_hh`.
    pub fn gate_rows(&self) -> usize {
        self.cell.gates() * self.hidden_size
    }

    /// Numbers that the tape has for one row.
    pub fn tape_width(&self) -> usize {
        self.cell.tape().len() * self.hidden_size
    }

    /// Shape of what the pass returns: the hidden state after every step, then the final state, h and (LSTM) c.
    pub fn packed_shape(&self) -> [usize; 3] {
        [self.seq_length + self.cell.states(), self.batch_size, self.hidden_size]
    }

    /// Where the parameters lie.
    pub fn weights(&self) -> Weights {
        let rows = self.gate_rows();
        let (i, h) = (self.input_size, self.hidden_size);
        let products = rows * (i + h);
        let at = |index: usize| self.bias.then_some(products + index * rows);
        if self.cell == Cell::LstmConcatenated {
            Weights {
                hh: Place { offset: 0, stride: h + i },
                ih: Place { offset: h, stride: h + i },
                bias_ih: at(0),
                bias_hh: None,
                len: products + if self.bias { rows } else { 0 },
            }
        } else {
            Weights {
                ih: Place { offset: 0, stride: i },
                hh: Place { offset: rows * i, stride: h },
                bias_ih: at(0),
                bias_hh: at(1),
                len: products + if self.bias { 2 * rows } else { 0 },
            }
        }
    }

    /// Is step `t` a real one of sequence `b`?
    pub fn is_real(&self, t: usize, b: usize) -> bool {
        self.lengths.as_ref().is_none_or(|lengths| lengths.get(b).is_some_and(|&length| t < length))
    }

    /// The step that sequence `b` begins with; `None` if it has none.
    pub fn first(&self, b: usize) -> Option<usize> {
        let length = match &self.lengths {
            // A sequence without a length has no steps, as `is_real` has it.
            Some(lengths) => lengths.get(b).copied().unwrap_or(0).min(self.seq_length),
            None => self.seq_length,
        };
        match (length, self.reverse) {
            (0, _) => None,
            (_, false) => Some(0),
            (length, true) => Some(length - 1),
        }
    }

    /// The steps in the order in which they are computed.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = usize> + use<> {
        let (last, reverse) = (self.seq_length, self.reverse);
        (0..last).map(move |step| if reverse { last - 1 - step } else { step })
    }

    /// The step computed before `t`, if there is one.
    pub fn before(&self, t: usize) -> Option<usize> {
        if self.reverse { Some(t + 1).filter(|&t| t < self.seq_length) } else { t.checked_sub(1) }
    }
}
