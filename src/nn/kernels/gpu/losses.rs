//! Losses with their gradients, Adam, and what lies between layers.

use cubecl::prelude::*;

/// Threads of the workgroup that sums a loss.
pub const SUMMING: u32 = 256;

/// How many of the targets are not the one that is ignored, by one workgroup.
#[cube(launch)]
pub fn counted_kernel(targets: &[i32], counted: &mut [f32], rows: usize, ignored: i32) {
    let mut partial = Shared::<[f32]>::new_slice(256usize);
    let unit = UNIT_POS_X as usize;
    let mut sum = 0.0f32;
    let mut at = unit;
    while at < rows {
        if targets[at] != ignored {
            sum += 1.0f32;
        }
        at += 256usize;
    }
    partial[unit] = sum;
    sync_cube();
    if unit == 0 {
        let mut total = 0.0f32;
        for index in 0..256usize {
            total += partial[index];
        }
        counted[0] = total;
    }
}

/// Every row's loss, and (softmax − one-hot) divided by the rows that count: all of them or, where one target is ignored,
/// `counted[0]`. A row that is ignored has zeros. A target that names no class reads nothing: its loss is not a number.
#[cube(launch)]
#[allow(clippy::too_many_arguments)]
pub fn cross_entropy_kernel(
    logits: &[f32],
    targets: &[i32],
    counted: &[f32],
    gradient: &mut [f32],
    losses: &mut [f32],
    rows: usize,
    classes: usize,
    ignored: i32,
    #[comptime] ignores: bool,
) {
    let row = ABSOLUTE_POS_X as usize;
    if row < rows {
        let at = row * classes;
        let mut most = logits[at];
        for class in 1..classes {
            most = clamp_min(most, logits[at + class]);
        }
        let mut sum = 0.0f32;
        for class in 0..classes {
            let value = f32::exp(logits[at + class] - most);
            gradient[at + class] = value;
            sum += value;
        }
        let mut share = 1.0f32 / f32::cast_from(rows);
        let mut counts = true;
        if ignores {
            share = 1.0f32 / clamp_min(counted[0], 1.0f32);
            counts = targets[row] != ignored;
        }
        if counts {
            let scale = share / sum;
            for class in 0..classes {
                gradient[at + class] *= scale;
            }
            let target = targets[row];
            if target >= 0 && (target as usize) < classes {
                losses[row] = f32::ln(sum) + most - logits[at + target as usize];
                gradient[at + target as usize] -= share;
            } else {
                // The logarithm of a negative number is none; a literal is not allowed everywhere.
                losses[row] = f32::ln(-sum);
            }
        } else {
            for class in 0..classes {
                gradient[at + class] = 0.0f32;
            }
            losses[row] = 0.0f32;
        }
    }
}

/// The sum of all values divided by their number or, where some are ignored, by `counted[0]`; by one workgroup.
#[cube(launch)]
pub fn mean_kernel(
    values: &[f32],
    counted: &[f32],
    mean: &mut [f32],
    count: usize,
    #[comptime] ignores: bool,
) {
    let mut partial = Shared::<[f32]>::new_slice(256usize);
    let unit = UNIT_POS_X as usize;
    let mut sum = 0.0f32;
    let mut at = unit;
    while at < count {
        sum += values[at];
        at += 256usize;
    }
    partial[unit] = sum;
    sync_cube();
    if unit == 0 {
        let mut total = 0.0f32;
        for index in 0..256usize {
            total += partial[index];
        }
        let mut divisor = f32::cast_from(count);
        if ignores {
            divisor = clamp_min(counted[0], 1.0f32);
        }
        mean[0] = total / divisor;
    }
}

/// The mean of (predicted − target)², and 2 (predicted − target) / n, by one workgroup.
#[cube(launch)]
pub fn mean_squared_error_kernel(
    predicted: &[f32],
    target: &[f32],
    gradient: &mut [f32],
    mean: &mut [f32],
    count: usize,
) {
    let mut partial = Shared::<[f32]>::new_slice(256usize);
    let unit = UNIT_POS_X as usize;
    let share = 1.0f32 / f32::cast_from(count);
    let mut sum = 0.0f32;
    let mut at = unit;
    while at < count {
        let difference = predicted[at] - target[at];
        gradient[at] = 2.0f32 * share * difference;
        sum += difference * difference;
        at += 256usize;
    }
    partial[unit] = sum;
    sync_cube();
    if unit == 0 {
        let mut total = 0.0f32;
        for index in 0..256usize {
            total += partial[index];
        }
        mean[0] = total * share;
    }
}

/// What `inner` holds from `start` to `end`, and zeros around it.
#[cube(launch)]
pub fn pad_kernel(inner: &[f32], padded: &mut [f32], start: usize, end: usize, count: usize) {
    let at = ABSOLUTE_POS;
    if at < count {
        let mut value = 0.0f32;
        if at >= start && at < end {
            value = inner[at - start];
        }
        padded[at] = value;
    }
}

/// One step of Adam; see [`AdamRates`](crate::nn::kernels::AdamRates).
#[cube(launch)]
#[allow(clippy::too_many_arguments)]
pub fn adam_kernel(
    parameters: &[f32],
    mean: &[f32],
    square: &[f32],
    gradient: &[f32],
    new_parameters: &mut [f32],
    new_mean: &mut [f32],
    new_square: &mut [f32],
    count: usize,
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
    step_size: f32,
    root: f32,
) {
    let at = ABSOLUTE_POS;
    if at < count {
        let g = gradient[at];
        let m = beta_1 * mean[at] + (1.0f32 - beta_1) * g;
        let v = beta_2 * square[at] + (1.0f32 - beta_2) * g * g;
        new_mean[at] = m;
        new_square[at] = v;
        new_parameters[at] = parameters[at] - step_size * m / (f32::sqrt(v) / root + epsilon);
    }
}
