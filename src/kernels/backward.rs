//! Backpropagation through time: from the last step to the first, the gradient of the state becomes that of the gates,
//! and one product a step carries it to the state before. The parameters' gradients follow at the end, in one product
//! over all steps.

use std::borrow::Cow;

use crate::activation::tanh;
use crate::forward::{GateRows, input_parts, state_rows};
use crate::product::{Before, Matrix, Right, product};
use crate::{Cell, Scan, Weights};

/// What entered and left the forward pass.
pub struct Pass<'a> {
    /// What was computed.
    pub scan: &'a Scan,
    /// The layer's parameters, [`Weights::len`].
    pub block: &'a [f32],
    /// `[states, batch_size, hidden_size]`
    pub initial: &'a [f32],
    /// [`Scan::packed_shape`]
    pub packed: &'a [f32],
    /// `[seq_length × batch_size, tape_width]`
    pub tape: &'a [f32],
}

/// Columns of the gates' gradient: as the tape's, without the LSTM's c.
pub fn gate_width(scan: &Scan) -> usize {
    scan.cell.tape().len().min(4) * scan.hidden_size
}

impl Pass<'_> {
    /// The hidden and (LSTM) cell state of sequence `b` before step `t`.
    fn before(&self, t: usize, b: usize) -> (&[f32], &[f32]) {
        let (hidden, batch) = (self.scan.hidden_size, self.scan.batch_size);
        match self.scan.before(t).filter(|_| self.scan.first(b) != Some(t)) {
            Some(before) => {
                let row = before * batch + b;
                let tape = &self.tape[row * self.scan.tape_width()..(row + 1) * self.scan.tape_width()];
                let c = if self.scan.cell.states() == 2 { &tape[4 * hidden..] } else { &[] };
                (&self.packed[row * hidden..(row + 1) * hidden], c)
            }
            None => {
                let (h, c) = self.initial.split_at(batch * hidden);
                let c = if self.scan.cell.states() == 2 { &c[b * hidden..(b + 1) * hidden] } else { c };
                (&h[b * hidden..(b + 1) * hidden], c)
            }
        }
    }

    /// From the gradient of all that [`forward::run`](crate::forward::run) packed to those of the gates and of the
    /// initial state.
    #[inline(never)]
    pub fn through_time(&self, gradient: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let scan = self.scan;
        let (hidden, batch) = (scan.hidden_size, scan.batch_size);
        let (width, tape_width) = (gate_width(scan), scan.tape_width());
        let (of_outputs, of_last) = gradient.split_at(scan.rows() * hidden);
        let mut gates = vec![0.0; scan.rows() * width];
        let mut state = of_last.to_vec();
        if scan.rows() == 0 {
            return (gates, state);
        }
        let (dh, dc) = state.split_at_mut(batch * hidden);
        let weights = scan.weights();
        let weight_hh =
            Matrix::strided(&self.block[weights.hh.offset..], scan.gate_rows(), hidden, weights.hh.stride);
        let of_state = Right::new(weight_hh.rows_from(0, state_rows(scan)), batch);
        let reset_rows = scan.gate_rows() - state_rows(scan);
        let of_reset = Right::new(weight_hh.rows_from(state_rows(scan), reset_rows), batch);
        let mut reset = vec![0.0; if scan.cell == Cell::GruResetBefore { batch * hidden } else { 0 }];
        for t in scan.steps().rev() {
            let rows = &mut gates[t * batch * width..(t + 1) * batch * width];
            let real = || (0..batch).filter(|&b| scan.is_real(t, b));
            for b in real() {
                let row = t * batch + b;
                let units = b * hidden..(b + 1) * hidden;
                let tape = &self.tape[row * tape_width..(row + 1) * tape_width];
                let to = &mut rows[b * width..(b + 1) * width];
                let (h_before, c_before) = self.before(t, b);
                let dh = &mut dh[units.clone()];
                let of_output = &of_outputs[row * hidden..(row + 1) * hidden];
                dh.iter_mut().zip(of_output).for_each(|(dh, of_output)| *dh += of_output);
                match scan.cell {
                    Cell::RnnTanh => rnn(to, tape, dh, |h| 1.0 - h * h),
                    Cell::RnnRelu => rnn(to, tape, dh, |h| if h > 0.0 { 1.0 } else { 0.0 }),
                    Cell::Lstm | Cell::LstmConcatenated => lstm(to, tape, c_before, dh, &mut dc[units]),
                    Cell::Gru => gru(to, tape, h_before, dh),
                    Cell::GruResetBefore => gru_candidate(to, tape, h_before, dh),
                }
            }
            if scan.cell == Cell::GruResetBefore {
                // From n to r ⊙ h, and from there to r and h.
                let dn = Matrix::strided(&rows[3 * hidden..], batch, hidden, width);
                of_reset.product(Matrix::new(&mut reset[..], batch, hidden), dn, Before::Ignored);
                for b in real() {
                    let row = t * batch + b;
                    let units = b * hidden..(b + 1) * hidden;
                    let r = &self.tape[row * tape_width..row * tape_width + hidden];
                    let dr = &mut rows[b * width..b * width + hidden];
                    gru_reset(dr, r, self.before(t, b).0, &reset[units.clone()], &mut dh[units]);
                }
            }
            let of_gates = Matrix::strided(&rows[..], batch, state_rows(scan), width);
            of_state.product(Matrix::new(&mut *dh, batch, hidden), of_gates, Before::Kept);
            vanish(dh);
            vanish(dc);
        }
        (gates, state)
    }

    /// The block's gradient, [`Weights::len`], from that of the gates.
    #[inline(never)]
    pub fn of_block(&self, gates: &[f32], input: &[f32]) -> Vec<f32> {
        let scan = self.scan;
        let (width, rows) = (gate_width(scan), scan.rows());
        let weights = scan.weights();
        let mut to = vec![0.0; weights.len];
        if rows == 0 {
            return to;
        }
        // Without features there are no numbers, and so no rows.
        let input_rows = input.len().checked_div(scan.input_size).unwrap_or(0);
        let by_row = by_input_row(scan, gates, input_rows);
        for part in input_parts(scan) {
            let of_gates =
                Matrix::strided(&by_row[part.column..], input_rows, part.count, width).transposed();
            let at = weights.ih.offset + part.weight_row * weights.ih.stride;
            let to = Matrix::strided(&mut to[at..], part.count, scan.input_size, weights.ih.stride);
            product(to, of_gates, Matrix::new(input, input_rows, scan.input_size), Before::Ignored);
        }
        self.of_weight_hh(gates, &weights, &mut to);
        let sums = column_sums(gates, width);
        if let Some(at) = weights.bias_ih {
            for part in input_parts(scan) {
                let to = &mut to[at + part.weight_row..at + part.weight_row + part.count];
                to.copy_from_slice(&sums[part.column..part.column + part.count]);
            }
        }
        if let Some(at) = weights.bias_hh {
            let parts = if scan.cell == Cell::GruResetBefore {
                input_parts(scan)
            } else {
                vec![GateRows { weight_row: 0, column: 0, count: scan.gate_rows() }]
            };
            for part in parts {
                let to = &mut to[at + part.weight_row..at + part.weight_row + part.count];
                to.copy_from_slice(&sums[part.column..part.column + part.count]);
            }
        }
        to
    }

    /// W_hh met the state before each step: the outputs, one step shifted, and the initial state.
    fn of_weight_hh(&self, gates: &[f32], weights: &Weights, to: &mut [f32]) {
        let scan = self.scan;
        let (hidden, batch, width) = (scan.hidden_size, scan.batch_size, gate_width(scan));
        let count = state_rows(scan);
        let at = weights.hh.offset;
        let mut add = |gates: &[f32], states: &[f32], rows: usize| {
            if rows > 0 {
                let of_gates = Matrix::strided(gates, rows, count, width).transposed();
                let to = Matrix::strided(&mut to[at..], count, hidden, weights.hh.stride);
                product(to, of_gates, Matrix::new(states, rows, hidden), Before::Kept);
            }
        };
        let shifted = scan.rows() - batch;
        let (gates_from, states_from) = if scan.reverse { (0, batch) } else { (batch, 0) };
        // Past a sequence's end the outputs and the gates' gradients are zero: such rows add nothing.
        add(&gates[gates_from * width..], &self.packed[states_from * hidden..], shifted);
        let (initial, _) = self.initial.split_at(batch * hidden);
        if initial.iter().any(|&h| h != 0.0) {
            let mut first = vec![0.0; batch * width];
            for (b, to) in first.chunks_exact_mut(width).enumerate() {
                if let Some(t) = scan.first(b) {
                    to.copy_from_slice(&gates[(t * batch + b) * width..][..width]);
                }
            }
            add(&first, initial, batch);
        }
        if scan.cell == Cell::GruResetBefore {
            // The rows of n met r ⊙ h, which is on the tape.
            let of_n = Matrix::strided(&gates[3 * hidden..], scan.rows(), hidden, width).transposed();
            let reset = Matrix::strided(&self.tape[2 * hidden..], scan.rows(), hidden, scan.tape_width());
            let at = at + 2 * hidden * weights.hh.stride;
            let to = Matrix::strided(&mut to[at..], hidden, hidden, weights.hh.stride);
            product(to, of_n, reset, Before::Kept);
        }
    }
}

/// The input's gradient, from that of the gates.
#[inline(never)]
pub fn of_input(scan: &Scan, gates: &[f32], block: &[f32], rows: usize) -> Vec<f32> {
    let (size, width) = (scan.input_size, gate_width(scan));
    let weights = scan.weights();
    let mut to = vec![0.0; rows * size];
    if rows == 0 || scan.rows() == 0 {
        return to;
    }
    let gates = by_input_row(scan, gates, rows);
    for part in input_parts(scan) {
        let of_gates = Matrix::strided(&gates[part.column..], rows, part.count, width);
        let weight = &block[weights.ih.offset + part.weight_row * weights.ih.stride..];
        let weight = Matrix::strided(weight, part.count, size, weights.ih.stride);
        product(Matrix::new(&mut to[..], rows, size), of_gates, weight, Before::Kept);
    }
    to
}

/// The gates' gradient of each row of the input: where several steps read it, their sum.
fn by_input_row<'a>(scan: &Scan, gates: &'a [f32], rows: usize) -> Cow<'a, [f32]> {
    let Some(places) = &scan.gather else { return Cow::Borrowed(gates) };
    let width = gate_width(scan);
    let mut sums = vec![0.0; rows * width];
    for (gates, &place) in gates.chunks_exact(width).zip(places.iter()) {
        let sums = &mut sums[place * width..(place + 1) * width];
        sums.iter_mut().zip(gates).for_each(|(sum, gate)| *sum += gate);
    }
    Cow::Owned(sums)
}

/// The sum of each column over all rows.
pub(crate) fn column_sums(rows: &[f32], width: usize) -> Vec<f32> {
    let mut sums = vec![0.0; width];
    for row in rows.chunks_exact(width.max(1)) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    sums
}

/// What has become so small on its way back through time counts as nothing. A little later it would be subnormal, and
/// with such numbers a processor is tens of times slower.
fn vanish(gradients: &mut [f32]) {
    const LEAST: f32 = 1e-30;
    for gradient in gradients {
        *gradient = if gradient.abs() < LEAST { 0.0 } else { *gradient };
    }
}

fn rnn(to: &mut [f32], h: &[f32], dh: &mut [f32], derivative: impl Fn(f32) -> f32) {
    for ((to, h), dh) in to.iter_mut().zip(h).zip(dh) {
        *to = *dh * derivative(*h);
        // The state comes in again through W_hh only.
        *dh = 0.0;
    }
}

fn lstm(to: &mut [f32], tape: &[f32], c_before: &[f32], dh: &mut [f32], dc: &mut [f32]) {
    let n = dh.len();
    let ([i, f, g, o, c], [di, df, dg, d_o]) = (gates::<5>(tape, n), gates_mut(to, n));
    let c_before = &c_before[..n];
    for j in 0..n {
        let tanh_c = tanh(c[j]);
        d_o[j] = dh[j] * tanh_c * o[j] * (1.0 - o[j]);
        let dc_j = dc[j] + dh[j] * o[j] * (1.0 - tanh_c * tanh_c);
        di[j] = dc_j * g[j] * i[j] * (1.0 - i[j]);
        df[j] = dc_j * c_before[j] * f[j] * (1.0 - f[j]);
        dg[j] = dc_j * i[j] * (1.0 - g[j] * g[j]);
        dc[j] = dc_j * f[j];
        dh[j] = 0.0;
    }
}

fn gru(to: &mut [f32], tape: &[f32], h_before: &[f32], dh: &mut [f32]) {
    let n = dh.len();
    let ([r, z, hn, c], [dr, dz, dhn, dn]) = (gates::<4>(tape, n), gates_mut(to, n));
    let h_before = &h_before[..n];
    for j in 0..n {
        dz[j] = dh[j] * (h_before[j] - c[j]) * z[j] * (1.0 - z[j]);
        dn[j] = dh[j] * (1.0 - z[j]) * (1.0 - c[j] * c[j]);
        dhn[j] = dn[j] * r[j];
        dr[j] = dn[j] * hn[j] * r[j] * (1.0 - r[j]);
        dh[j] *= z[j];
    }
}

fn gru_candidate(to: &mut [f32], tape: &[f32], h_before: &[f32], dh: &mut [f32]) {
    let n = dh.len();
    let ([_, z, _, c], [_, dz, _, dn]) = (gates::<4>(tape, n), gates_mut(to, n));
    let h_before = &h_before[..n];
    for j in 0..n {
        dz[j] = dh[j] * (h_before[j] - c[j]) * z[j] * (1.0 - z[j]);
        dn[j] = dh[j] * (1.0 - z[j]) * (1.0 - c[j] * c[j]);
        dh[j] *= z[j];
    }
}

fn gru_reset(dr: &mut [f32], r: &[f32], h_before: &[f32], reset: &[f32], dh: &mut [f32]) {
    for j in 0..dh.len() {
        dr[j] = reset[j] * h_before[j] * r[j] * (1.0 - r[j]);
        dh[j] += reset[j] * r[j];
    }
}

/// A row's gates, each `hidden` long.
fn gates<const N: usize>(row: &[f32], hidden: usize) -> [&[f32]; N] {
    assert!(row.len() >= N * hidden, "a row has fewer gates than its cell");
    let mut gates = row.chunks_exact(hidden.max(1));
    // Only gates without units are missing.
    std::array::from_fn(|_| gates.next().unwrap_or_default())
}

fn gates_mut<const N: usize>(row: &mut [f32], hidden: usize) -> [&mut [f32]; N] {
    assert!(row.len() >= N * hidden, "a row has fewer gates than its cell");
    let mut gates = row.chunks_exact_mut(hidden.max(1));
    // Only gates without units are missing.
    std::array::from_fn(|_| gates.next().unwrap_or_default())
}
