//! What the optimiser does with a gradient: its norm is clipped, then Adam steps.

#[cfg(feature = "cpu")]
use crate::losses::sum_of_squares;

/// The numbers of one step: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − step_size · m / (√v / root + ε).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamRates {
    /// β₁
    pub beta_1: f32,
    /// β₂
    pub beta_2: f32,
    /// ε
    pub epsilon: f32,
    /// η / (1 − β₁ᵗ)
    pub step_size: f32,
    /// √(1 − β₂ᵗ)
    pub root: f32,
}

/// One step of Adam, in place; all slices have the parameters' length.
#[cfg(feature = "cpu")]
#[inline(never)]
pub fn adam(
    parameters: &mut [f32],
    mean: &mut [f32],
    square: &mut [f32],
    gradient: &[f32],
    rates: AdamRates,
) {
    let AdamRates { beta_1, beta_2, epsilon, step_size, root } = rates;
    let state = parameters.iter_mut().zip(mean).zip(square);
    for (((parameter, m), v), g) in state.zip(gradient) {
        *m = beta_1 * *m + (1.0 - beta_1) * g;
        *v = beta_2 * *v + (1.0 - beta_2) * g * g;
        *parameter -= step_size * *m / (v.sqrt() / root + epsilon);
    }
}

/// The gradient's norm, and where it is above `max_norm` the gradient scaled to it; as PyTorch's `clip_grad_norm_`.
#[cfg(feature = "cpu")]
#[inline(never)]
pub fn clip_by_norm(gradient: &[f32], max_norm: f32) -> (f32, Option<Vec<f32>>) {
    let norm = sum_of_squares(gradient).sqrt();
    let scale = max_norm / (norm + 1e-6);
    (norm, (scale < 1.0).then(|| gradient.iter().map(|g| g * scale).collect()))
}
