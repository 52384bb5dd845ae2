//! Backpropagation through time in one dispatch, as the way forward: a workgroup takes its sequences from the last step
//! to the first.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::forward::state_gates;
use super::{DeviceScan, gradient_slots};
use crate::nn::Cell;

/// The tensors of a way back.
pub struct Back<'a> {
    pub tape: &'a CubeTensor,
    pub packed: &'a CubeTensor,
    pub initial: &'a CubeTensor,
    pub block: &'a CubeTensor,
    /// Of all that is packed.
    pub gradient: &'a CubeTensor,
    /// Receives the gradient of the gates' sums, and in the last columns the state before each step, which the gradient
    /// of W_hh needs.
    pub gates: &'a CubeTensor,
    /// Receives the gradient of the initial state.
    pub of_initial: &'a CubeTensor,
}

impl Back<'_> {
    /// Computes it.
    pub fn launch(self, pass: &DeviceScan) {
        let DeviceScan { scan, rows, .. } = pass;
        let weights = scan.weights();
        backward_kernel::launch(
            &self.tape.client,
            pass.groups(),
            pass.threads(),
            self.gates.clone().into_buffer_arg(),
            self.of_initial.clone().into_buffer_arg(),
            self.tape.clone().into_buffer_arg(),
            self.packed.clone().into_buffer_arg(),
            self.initial.clone().into_buffer_arg(),
            self.block.clone().into_buffer_arg(),
            self.gradient.clone().into_buffer_arg(),
            pass.lengths.clone().into_buffer_arg(),
            scan.seq_length,
            scan.batch_size,
            scan.hidden_size,
            weights.hh.offset,
            weights.hh.stride,
            scan.cell,
            *rows,
            scan.reverse,
            scan.lengths.is_some(),
        );
    }
}

#[cube(launch)]
#[allow(clippy::too_many_arguments)]
fn backward_kernel(
    gates: &mut [f32],
    state: &mut [f32],
    tape: &[f32],
    packed: &[f32],
    initial: &[f32],
    block: &[f32],
    gradient: &[f32],
    lengths: &[i32],
    seq_length: usize,
    batch_size: usize,
    hidden: usize,
    weight: usize,
    stride: usize,
    #[comptime] cell: Cell,
    #[comptime] rows: usize,
    #[comptime] reverse: bool,
    #[comptime] ragged: bool,
) {
    let slots = comptime!(cell.tape().len());
    let columns = comptime!(gradient_slots(cell));
    let states = comptime!(cell.states());
    let first = CUBE_POS_X as usize * rows;
    let unit = UNIT_POS_X as usize;
    let units = CUBE_DIM_X as usize;
    let size = batch_size * hidden;
    #[unroll]
    for r in 0..rows {
        if first + r < batch_size {
            let mut j = unit;
            while j < hidden {
                let at = (first + r) * hidden + j;
                #[unroll]
                for s in 0..states {
                    state[s * size + at] = gradient[seq_length * size + s * size + at];
                }
                j += units;
            }
        }
    }
    for step in 0..seq_length {
        let mut t = seq_length - 1 - step;
        if reverse {
            t = step;
        }
        let mut j = unit;
        while j < hidden {
            #[unroll]
            for r in 0..rows {
                let b = first + r;
                if b < batch_size {
                    let at = b * hidden + j;
                    let row = (t * batch_size + b) * slots * hidden + j;
                    let to = (t * batch_size + b) * columns * hidden + j;
                    // The sequence's first step begins with the initial state.
                    let mut last = seq_length;
                    if ragged {
                        last = lengths[b] as usize;
                    }
                    let real = t < last;
                    let mut begins = t == 0;
                    let mut before = clamp_max(t, seq_length) - 1;
                    if reverse {
                        begins = t + 1 == last;
                        before = t + 1;
                    }
                    if begins {
                        before = t;
                    }
                    if real {
                        let mut h_before = packed[(before * batch_size + b) * hidden + j];
                        if begins {
                            h_before = initial[at];
                        }
                        gates[to + (columns - 1) * hidden] = h_before;
                        let dh = state[at] + gradient[t * size + at];
                        if comptime!(cell.gates() == 1) {
                            let h = tape[row];
                            let mut slope = 1.0f32 - h * h;
                            if comptime!(cell == Cell::RnnRelu) {
                                slope = 0.0f32;
                                if h > 0.0f32 {
                                    slope = 1.0f32;
                                }
                            }
                            gates[to] = dh * slope;
                            state[at] = 0.0f32;
                        } else if comptime!(cell.gates() == 4) {
                            let (i, f) = (tape[row], tape[row + hidden]);
                            let (g, o) = (tape[row + 2 * hidden], tape[row + 3 * hidden]);
                            let tanh_c = f32::tanh(tape[row + 4 * hidden]);
                            let mut c_before =
                                tape[(before * batch_size + b) * slots * hidden + 4 * hidden + j];
                            if begins {
                                c_before = initial[size + at];
                            }
                            let dc = state[size + at] + dh * o * (1.0f32 - tanh_c * tanh_c);
                            gates[to] = dc * g * i * (1.0f32 - i);
                            gates[to + hidden] = dc * c_before * f * (1.0f32 - f);
                            gates[to + 2 * hidden] = dc * i * (1.0f32 - g * g);
                            gates[to + 3 * hidden] = dh * tanh_c * o * (1.0f32 - o);
                            state[at] = 0.0f32;
                            state[size + at] = dc * f;
                        } else {
                            let (r_gate, z) = (tape[row], tape[row + hidden]);
                            let n = tape[row + 3 * hidden];
                            let dn = dh * (1.0f32 - z) * (1.0f32 - n * n);
                            gates[to + hidden] = dh * (h_before - n) * z * (1.0f32 - z);
                            gates[to + 3 * hidden] = dn;
                            if comptime!(cell == Cell::Gru) {
                                let hn = tape[row + 2 * hidden];
                                gates[to] = dn * hn * r_gate * (1.0f32 - r_gate);
                                gates[to + 2 * hidden] = dn * r_gate;
                            } else {
                                gates[to + 2 * hidden] = 0.0f32;
                            }
                            state[at] = dh * z;
                        }
                    } else {
                        #[unroll]
                        for slot in 0..columns {
                            gates[to + slot * hidden] = 0.0f32;
                        }
                    }
                }
            }
            j += units;
        }
        sync_storage();
        if comptime!(cell == Cell::GruResetBefore) {
            // From n to r ⊙ h, and from there to r and h.
            let mut j = unit;
            while j < hidden {
                #[unroll]
                for r in 0..rows {
                    let b = first + r;
                    let mut real = b < batch_size;
                    if ragged && real {
                        real = t < lengths[b] as usize;
                    }
                    if real {
                        let row = (t * batch_size + b) * slots * hidden;
                        let to = (t * batch_size + b) * columns * hidden;
                        let mut reset = 0.0f32;
                        for m in 0..hidden {
                            reset +=
                                gates[to + 3 * hidden + m] * block[weight + (2 * hidden + m) * stride + j];
                        }
                        let r_gate = tape[row + j];
                        let h_before = gates[to + (columns - 1) * hidden + j];
                        gates[to + j] = reset * h_before * r_gate * (1.0f32 - r_gate);
                        state[b * hidden + j] += reset * r_gate;
                    }
                }
                j += units;
            }
            sync_storage();
        }
        let count = comptime!(state_gates(cell)) * hidden;
        let mut j = unit;
        while j < hidden {
            let mut sums = Array::<f32>::new(rows);
            for m in 0..count {
                let w = block[weight + m * stride + j];
                #[unroll]
                for r in 0..rows {
                    let b = clamp_max(first + r, batch_size - 1);
                    sums[r] += w * gates[(t * batch_size + b) * columns * hidden + m];
                }
            }
            #[unroll]
            for r in 0..rows {
                if first + r < batch_size {
                    state[(first + r) * hidden + j] += sums[r];
                }
            }
            j += units;
        }
    }
}
