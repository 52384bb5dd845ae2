//! A cell through time: one product projects the inputs of all steps into the tape, then each step adds the state's
//! share to its rows and turns them into gates, in place.

use crate::activation::{sigmoid, tanh};
use crate::product::{Before, Matrix, Right, product};
use crate::{Cell, Scan, Weights};

/// What [`run`] returns: the hidden states with the final ones behind them, and the tape.
pub struct Forward {
    /// [`Scan::packed_shape`]
    pub packed: Vec<f32>,
    /// `[seq_length × batch_size, tape_width]`, see [`Cell::tape`].
    pub tape: Vec<f32>,
}

/// Runs over all steps: `input [rows, input_size]`, `block [weights().len]`, `initial [states, batch_size, hidden_size]`.
///
/// # Panics
/// If a slice is too short for its shape.
#[inline(never)]
pub fn run(scan: &Scan, input: &[f32], block: &[f32], initial: &[f32]) -> Forward {
    let (hidden, batch) = (scan.hidden_size, scan.batch_size);
    let (state, width) = (batch * hidden, scan.tape_width());
    let weights = scan.weights();
    let mut tape = vec![0.0; scan.rows() * width];
    if scan.rows() == 0 {
        return Forward { packed: initial.to_vec(), tape };
    }
    project(scan, &weights, input, block, &mut tape);
    let [packed_rows, ..] = scan.packed_shape();
    let mut packed = vec![0.0; packed_rows * state];
    let (outputs, last) = packed.split_at_mut(scan.rows() * hidden);
    last.copy_from_slice(initial);
    let (h, c) = last.split_at_mut(state);
    let biases = Biases::new(scan, &weights, block);
    // Every step meets the same weights.
    let weight_hh = Matrix::strided(&block[weights.hh.offset..], scan.gate_rows(), hidden, weights.hh.stride);
    let of_state = Right::new(weight_hh.rows_from(0, state_rows(scan)).transposed(), batch);
    let reset_rows = scan.gate_rows() - state_rows(scan);
    let of_reset = Right::new(weight_hh.rows_from(state_rows(scan), reset_rows).transposed(), batch);
    for t in scan.steps() {
        let rows = &mut tape[t * batch * width..(t + 1) * batch * width];
        add_state(scan, &of_state, h, rows);
        for b in (0..batch).filter(|&b| scan.is_real(t, b)) {
            let row = &mut rows[b * width..(b + 1) * width];
            let units = b * hidden..(b + 1) * hidden;
            biases.add(row);
            match scan.cell {
                Cell::RnnTanh => rnn(row, &mut h[units.clone()], tanh),
                Cell::RnnRelu => rnn(row, &mut h[units.clone()], |a| if a < 0.0 { 0.0 } else { a }),
                Cell::Lstm | Cell::LstmConcatenated => {
                    lstm(row, &mut h[units.clone()], &mut c[units.clone()]);
                }
                Cell::Gru => gru(row, &mut h[units.clone()]),
                Cell::GruResetBefore => gru_reset(row, &h[units.clone()]),
            }
        }
        if scan.cell == Cell::GruResetBefore {
            add_reset_state(scan, &of_reset, rows);
            for b in (0..batch).filter(|&b| scan.is_real(t, b)) {
                gru_candidate(&mut rows[b * width..(b + 1) * width], &mut h[b * hidden..(b + 1) * hidden]);
            }
        }
        for b in (0..batch).filter(|&b| scan.is_real(t, b)) {
            let row = (t * batch + b) * hidden;
            outputs[row..row + hidden].copy_from_slice(&h[b * hidden..(b + 1) * hidden]);
        }
    }
    Forward { packed, tape }
}

/// W_ih x of all steps, into the columns of the tape that belong to it. Rows that several steps read are projected
/// once.
fn project(scan: &Scan, weights: &Weights, input: &[f32], block: &[f32], tape: &mut [f32]) {
    let (size, width) = (scan.input_size, scan.tape_width());
    // Without features there are no numbers, and so no rows.
    let rows = input.len().checked_div(size).unwrap_or(0);
    let x = Matrix::new(input, rows, size);
    let mut shared = vec![0.0; if scan.gather.is_some() { rows * width } else { 0 }];
    let to = if scan.gather.is_some() { &mut shared[..] } else { &mut *tape };
    for part in input_parts(scan) {
        let weight = &block[weights.ih.offset + part.weight_row * weights.ih.stride..];
        let weight = Matrix::strided(weight, part.count, size, weights.ih.stride);
        let gates = Matrix::strided(&mut to[part.column..], rows, part.count, width);
        product(gates, x, weight.transposed(), Before::Ignored);
    }
    if let Some(places) = &scan.gather {
        for (to, &place) in tape.chunks_exact_mut(width).zip(places.iter()) {
            to.copy_from_slice(&shared[place * width..(place + 1) * width]);
        }
    }
}

/// Rows of a weight matrix, and the columns of the tape (or of the gates' gradient) that they are for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GateRows {
    pub weight_row: usize,
    pub column: usize,
    pub count: usize,
}

/// Where W_ih x goes. A GRU keeps the state's share of n apart, because the reset gate scales it.
pub(crate) fn input_parts(scan: &Scan) -> Vec<GateRows> {
    let hidden = scan.hidden_size;
    match scan.cell {
        Cell::Gru | Cell::GruResetBefore => vec![
            GateRows { weight_row: 0, column: 0, count: 2 * hidden },
            GateRows { weight_row: 2 * hidden, column: 3 * hidden, count: hidden },
        ],
        Cell::RnnTanh | Cell::RnnRelu | Cell::Lstm | Cell::LstmConcatenated => {
            vec![GateRows { weight_row: 0, column: 0, count: scan.gate_rows() }]
        }
    }
}

/// How many rows of W_hh meet the state itself: all but those of the n that is reset before.
pub(crate) fn state_rows(scan: &Scan) -> usize {
    match scan.cell {
        Cell::GruResetBefore => 2 * scan.hidden_size,
        _ => scan.gate_rows(),
    }
}

/// Adds W_hh h to one step's rows.
fn add_state(scan: &Scan, weight: &Right, h: &[f32], rows: &mut [f32]) {
    // The usual initial state: there is nothing to add.
    if h.iter().all(|&h| h == 0.0) {
        return;
    }
    let gates = Matrix::strided(rows, scan.batch_size, state_rows(scan), scan.tape_width());
    weight.product(gates, Matrix::new(h, scan.batch_size, scan.hidden_size), Before::Kept);
}

/// Adds W_hn (r ⊙ h) to n, which [`gru_reset`] has left in the third column.
fn add_reset_state(scan: &Scan, weight: &Right, rows: &mut [f32]) {
    let (hidden, batch, width) = (scan.hidden_size, scan.batch_size, scan.tape_width());
    let mut reset = vec![0.0; batch * hidden];
    for (to, row) in reset.chunks_exact_mut(hidden).zip(rows.chunks_exact(width)) {
        to.copy_from_slice(&row[2 * hidden..3 * hidden]);
    }
    let n = Matrix::strided(&mut rows[3 * hidden..], batch, hidden, width);
    weight.product(n, Matrix::new(&reset, batch, hidden), Before::Kept);
}

/// The biases, arranged as the columns of the tape.
struct Biases(Vec<f32>);

impl Biases {
    fn new(scan: &Scan, weights: &Weights, block: &[f32]) -> Self {
        let (rows, hidden) = (scan.gate_rows(), scan.hidden_size);
        let mut sum = vec![0.0; if scan.bias { scan.cell.tape().len().min(4) * hidden } else { 0 }];
        if let Some(at) = weights.bias_ih {
            for part in input_parts(scan) {
                let bias = &block[at + part.weight_row..at + part.weight_row + part.count];
                sum[part.column..part.column + part.count].copy_from_slice(bias);
            }
        }
        if let Some(at) = weights.bias_hh {
            // The third gate's goes with what is reset, except where that comes before the product.
            let shift = |row: usize| match scan.cell {
                Cell::GruResetBefore if row >= 2 * hidden => row + hidden,
                _ => row,
            };
            (0..rows).for_each(|row| sum[shift(row)] += block[at + row]);
        }
        Biases(sum)
    }

    fn add(&self, row: &mut [f32]) {
        row.iter_mut().zip(&self.0).for_each(|(a, bias)| *a += bias);
    }
}

fn rnn(row: &mut [f32], h: &mut [f32], activation: impl Fn(f32) -> f32) {
    for (a, h) in row.iter_mut().zip(h) {
        *a = activation(*a);
        *h = *a;
    }
}

/// c ← f ⊙ c + i ⊙ g, h ← o ⊙ tanh(c)
fn lstm(row: &mut [f32], h: &mut [f32], c: &mut [f32]) {
    let [i, f, g, o, kept] = gates_of(row, h.len());
    for j in 0..h.len() {
        i[j] = sigmoid(i[j]);
        f[j] = sigmoid(f[j]);
        g[j] = tanh(g[j]);
        o[j] = sigmoid(o[j]);
        c[j] = f[j] * c[j] + i[j] * g[j];
        kept[j] = c[j];
        h[j] = o[j] * tanh(c[j]);
    }
}

/// n = tanh(n + r ⊙ hn), h ← (1 − z) ⊙ n + z ⊙ h
fn gru(row: &mut [f32], h: &mut [f32]) {
    let [r, z, hn, n] = gates_of(row, h.len());
    for j in 0..h.len() {
        r[j] = sigmoid(r[j]);
        z[j] = sigmoid(z[j]);
        n[j] = tanh(n[j] + r[j] * hn[j]);
        h[j] = n[j] + z[j] * (h[j] - n[j]);
    }
}

/// The gates, and r ⊙ h for the product that comes next.
fn gru_reset(row: &mut [f32], h: &[f32]) {
    let [r, z, rh, _] = gates_of(row, h.len());
    for j in 0..h.len() {
        r[j] = sigmoid(r[j]);
        z[j] = sigmoid(z[j]);
        rh[j] = r[j] * h[j];
    }
}

/// n = tanh(n), h ← (1 − z) ⊙ n + z ⊙ h
fn gru_candidate(row: &mut [f32], h: &mut [f32]) {
    let [_, z, _, n] = gates_of(row, h.len());
    for j in 0..h.len() {
        n[j] = tanh(n[j]);
        h[j] = n[j] + z[j] * (h[j] - n[j]);
    }
}

/// A row's gates, each `hidden` long.
fn gates_of<const N: usize>(row: &mut [f32], hidden: usize) -> [&mut [f32]; N] {
    assert!(row.len() >= N * hidden, "a row has fewer gates than its cell");
    let mut gates = row.chunks_exact_mut(hidden.max(1));
    // Only gates without units are missing.
    std::array::from_fn(|_| gates.next().unwrap_or_default())
}
