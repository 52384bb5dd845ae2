//! Losses with their gradients, Adam, and what lies between layers.

use cubecl::prelude::*;

/// Threads of the workgroup that sums a loss.
pub const SUMMING: u32 = 256;

/// Every row's loss, and (softmax − one-hot) / rows.
#[cube(launch)]
pub fn cross_entropy_kernel(
    logits: &[f32],
    targets: &[i32],
    gradient: &mut [f32],
    losses: &mut [f32],
    rows: usize,
    classes: usize,
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
        let share = 1.0f32 / f32::cast_from(rows);
        let scale = share / sum;
        for class in 0..classes {
            gradient[at + class] *= scale;
        }
        let target = targets[row] as usize;
        losses[row] = f32::ln(sum) + most - logits[at + target];
        gradient[at + target] -= share;
    }
}

/// The mean of all values, by one workgroup.
#[cube(launch)]
pub fn mean_kernel(values: &[f32], mean: &mut [f32], count: usize) {
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
        mean[0] = total / f32::cast_from(count);
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
