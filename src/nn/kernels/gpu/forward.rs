//! A cell through time in one dispatch: a workgroup takes some sequences of the batch through all steps, its threads
//! share the units of the state. Sequences don't need each other, so nothing has to wait for the whole GPU.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::DeviceScan;
use crate::nn::Cell;

/// Runs over all steps: `tape` holds the inputs' share of the gates and is turned into their activations, `packed`
/// receives the states.
pub fn launch(
    pass: &DeviceScan,
    tape: &CubeTensor,
    packed: &CubeTensor,
    initial: &CubeTensor,
    block: &CubeTensor,
) {
    let DeviceScan { scan, rows, .. } = pass;
    let weights = scan.weights();
    forward_kernel::launch(
        &tape.client,
        pass.groups(),
        pass.threads(),
        tape.clone().into_buffer_arg(),
        packed.clone().into_buffer_arg(),
        initial.clone().into_buffer_arg(),
        block.clone().into_buffer_arg(),
        pass.lengths.clone().into_buffer_arg(),
        scan.seq_length,
        scan.batch_size,
        scan.hidden_size,
        weights.hh.offset,
        weights.hh.stride,
        // Not read where there is no bias.
        weights.bias_hh.unwrap_or(0),
        scan.cell,
        *rows,
        scan.reverse,
        weights.bias_hh.is_some(),
        scan.lengths.is_some(),
    );
}

/// Gates whose sums the state itself enters in one go.
#[cube]
fn sums_of_state(#[comptime] cell: Cell) -> comptime_type!(usize) {
    comptime!(state_gates(cell))
}

/// [`sums_of_state`] on the host.
pub fn state_gates(cell: Cell) -> usize {
    match cell {
        Cell::GruResetBefore => 2,
        other => other.gates(),
    }
}

#[cube]
pub fn sigmoid(x: f32) -> f32 {
    1.0f32 / (1.0f32 + f32::exp(-x))
}

#[cube(launch)]
#[allow(clippy::too_many_arguments)]
fn forward_kernel(
    tape: &mut [f32],
    packed: &mut [f32],
    initial: &[f32],
    block: &[f32],
    lengths: &[i32],
    seq_length: usize,
    batch_size: usize,
    hidden: usize,
    weight: usize,
    stride: usize,
    bias: usize,
    #[comptime] cell: Cell,
    #[comptime] rows: usize,
    #[comptime] reverse: bool,
    #[comptime] has_bias: bool,
    #[comptime] ragged: bool,
) {
    let gates = sums_of_state(cell);
    let slots = comptime!(cell.tape().len());
    let states = comptime!(cell.states());
    let first = CUBE_POS_X as usize * rows;
    let unit = UNIT_POS_X as usize;
    let units = CUBE_DIM_X as usize;
    // The state lives where it ends: behind the outputs.
    let h_at = seq_length * batch_size * hidden;
    let c_at = h_at + batch_size * hidden;
    #[unroll]
    for r in 0..rows {
        if first + r < batch_size {
            let mut j = unit;
            while j < hidden {
                let at = (first + r) * hidden + j;
                #[unroll]
                for state in 0..states {
                    packed[h_at + state * batch_size * hidden + at] =
                        initial[state * batch_size * hidden + at];
                }
                j += units;
            }
        }
    }
    sync_storage();
    for step in 0..seq_length {
        let mut t = step;
        if reverse {
            t = seq_length - 1 - step;
        }
        let mut j = unit;
        while j < hidden {
            let mut sums = Array::<f32>::new(comptime!(rows * gates));
            for k in 0..hidden {
                let mut w = Array::<f32>::new(gates);
                #[unroll]
                for g in 0..gates {
                    w[g] = block[weight + (g * hidden + j) * stride + k];
                }
                #[unroll]
                for r in 0..rows {
                    let h = packed[h_at + clamp_max(first + r, batch_size - 1) * hidden + k];
                    #[unroll]
                    for g in 0..gates {
                        sums[r * gates + g] += h * w[g];
                    }
                }
            }
            #[unroll]
            for r in 0..rows {
                let b = first + r;
                if b < batch_size {
                    let row = (t * batch_size + b) * slots * hidden + j;
                    let out = (t * batch_size + b) * hidden + j;
                    let mut real = true;
                    if ragged {
                        real = t < lengths[b] as usize;
                    }
                    if real {
                        let mut a = Array::<f32>::new(gates);
                        #[unroll]
                        for g in 0..gates {
                            a[g] = sums[r * gates + g];
                            if has_bias {
                                a[g] += block[bias + g * hidden + j];
                            }
                        }
                        if comptime!(cell.gates() == 1) {
                            let sum = tape[row] + a[0];
                            let mut h = f32::tanh(sum);
                            if comptime!(cell == Cell::RnnRelu) {
                                h = clamp_min(sum, 0.0f32);
                            }
                            tape[row] = h;
                            packed[out] = h;
                        } else if comptime!(cell.gates() == 4) {
                            let i = sigmoid(tape[row] + a[0]);
                            let f = sigmoid(tape[row + hidden] + a[1]);
                            let g = f32::tanh(tape[row + 2 * hidden] + a[2]);
                            let o = sigmoid(tape[row + 3 * hidden] + a[3]);
                            let c = f * packed[c_at + b * hidden + j] + i * g;
                            tape[row] = i;
                            tape[row + hidden] = f;
                            tape[row + 2 * hidden] = g;
                            tape[row + 3 * hidden] = o;
                            tape[row + 4 * hidden] = c;
                            packed[c_at + b * hidden + j] = c;
                            packed[out] = o * f32::tanh(c);
                        } else {
                            let h = packed[h_at + b * hidden + j];
                            let r_gate = sigmoid(tape[row] + a[0]);
                            let z = sigmoid(tape[row + hidden] + a[1]);
                            tape[row] = r_gate;
                            tape[row + hidden] = z;
                            if comptime!(cell == Cell::Gru) {
                                let n = f32::tanh(tape[row + 3 * hidden] + r_gate * a[2]);
                                tape[row + 2 * hidden] = a[2];
                                tape[row + 3 * hidden] = n;
                                packed[out] = n + z * (h - n);
                            } else {
                                tape[row + 2 * hidden] = r_gate * h;
                            }
                        }
                    } else {
                        packed[out] = 0.0f32;
                    }
                }
            }
            j += units;
        }
        sync_storage();
        if comptime!(cell == Cell::GruResetBefore) {
            // The candidate needs r ⊙ h of all units.
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
                        let mut sum = tape[row + 3 * hidden + j];
                        for k in 0..hidden {
                            sum += tape[row + 2 * hidden + k] * block[weight + (2 * hidden + j) * stride + k];
                        }
                        if has_bias {
                            sum += block[bias + 2 * hidden + j];
                        }
                        let n = f32::tanh(sum);
                        let h = packed[h_at + b * hidden + j];
                        tape[row + 3 * hidden + j] = n;
                        packed[(t * batch_size + b) * hidden + j] = n + tape[row + hidden + j] * (h - n);
                    }
                }
                j += units;
            }
            sync_storage();
        }
        // All have read the state: now it may change.
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
                    packed[h_at + b * hidden + j] = packed[(t * batch_size + b) * hidden + j];
                }
            }
            j += units;
        }
        sync_storage();
    }
}
