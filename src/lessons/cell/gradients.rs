//! Backpropagation through time: how much of the gradient of a loss at the last step arrives at each step before it.

use burn::tensor::{Device, Tensor, TensorData};

use super::{CellGradients, GradientsQuestion};
use crate::nn::{
    Builder, Cell, HiddenState, Parameters, Pass, Recurrent, RecurrentConfig, kernels, mean_squared_error,
    read, read_all,
};
use crate::{Error, Stream};

/// The cells side by side.
const CELLS: [Cell; 4] = [Cell::RnnTanh, Cell::RnnRelu, Cell::Lstm, Cell::Gru];
const INPUT_SIZE: usize = 8;
const HIDDEN_SIZE: usize = 16;
const BATCH_SIZE: usize = 8;
/// The stream of the seed that inputs and target are drawn from.
const INPUTS: u64 = 1;

/// The way back through time of one cell.
#[derive(Debug)]
pub struct ThroughTime {
    /// ½ ‖h_T − y‖², the mean over the batch, `[1]`.
    pub loss: Tensor<1>,
    /// ∂L/∂h_t, `[1, batch_size, hidden_size]` each.
    pub hidden: Vec<Tensor<3>>,
    /// ∂L/∂c_t of the same shape; empty where there is no c.
    pub kept: Vec<Tensor<3>>,
    /// The gradient by all parameters, in their order.
    pub parameters: Tensor<1>,
}

/// Runs `module`, one layer in one direction, over `x [seq_length, batch_size, input_size]` and goes back from the
/// difference of its last hidden state to `y [batch_size, hidden_size]`. Every h_t and c_t is one of a chain: its
/// gradient is what arrives at it, as PyTorch's `retain_grad` has it.
pub fn through_time(module: &Recurrent, parameters: &Parameters, x: &Tensor<3>, y: Tensor<2>) -> ThroughTime {
    let tracked = parameters.tracked();
    let [seq_length, batch_size, input_size] = x.dims();
    let hidden_size = y.dims()[1];
    let mut state = HiddenState::default();
    // Before the first step.
    let mut last = Tensor::zeros([1, batch_size, hidden_size], &x.device());
    let (mut hidden, mut kept) = (Vec::new(), Vec::new());
    // A sum with zeros that are tracked has the gradient of what it is.
    let observed = |tensor: Tensor<3>, seen: &mut Vec<Tensor<3>>| {
        let zeros = Tensor::zeros(tensor.dims(), &x.device()).autodiff().require_grad();
        seen.push(zeros.clone());
        tensor + zeros
    };
    for t in 0..seq_length {
        let step = x.clone().narrow(0, t, 1).reshape([1, batch_size, input_size]);
        let inner = |state: &Option<Tensor<3>>| state.clone().map(Tensor::inner);
        let before = HiddenState { hidden: inner(&state.hidden), cell: inner(&state.cell) };
        let pass = Pass { initial: state, ..Pass::default() };
        let output = module.forward(&tracked, step.clone(), pass);
        let c = output.c_n().map(|c| observed(c, &mut kept));
        last = output.h_n();
        if let Some(zeros) = kept.last() {
            // h_t is made of c_t inside the kernel. This is zero, and goes back to c_t as h_t = o ⊙ tanh(c_t) does.
            let pass = Pass { initial: before, ..Pass::default() };
            let tape = module.gates(parameters, step, pass).swap_remove(0).values;
            let [o, c] = [3, 4]
                .map(|index| Tensor::from_inner(tape.clone().narrow(2, index * hidden_size, hidden_size)));
            last = last + o * ((c.clone() + zeros.clone()).tanh() - c.tanh());
        }
        last = observed(last, &mut hidden);
        state = HiddenState { hidden: Some(last.clone()), cell: c };
    }
    // The mean over all elements, times the elements of a row.
    let loss =
        mean_squared_error(last.reshape([batch_size, hidden_size]), y).mul_scalar(0.5 * hidden_size as f64);
    let mut gradients = loss.backward();
    let mut arrived = |seen: Vec<Tensor<3>>| -> Vec<Tensor<3>> {
        // Where the loss does not depend on a step its gradient is zero, and the graph has none.
        let of = |zeros: Tensor<3>| {
            zeros.grad_remove(&mut gradients).unwrap_or_else(|| zeros.inner().zeros_like())
        };
        seen.into_iter().map(of).collect()
    };
    let (hidden, kept) = (arrived(hidden), arrived(kept));
    ThroughTime { loss: loss.inner(), hidden, kept, parameters: tracked.gather(&mut gradients) }
}

pub(super) async fn answer(
    question: &GradientsQuestion,
    device: &Device,
) -> Result<Vec<CellGradients>, Error> {
    let mut stream = Stream::new(question.seed, INPUTS);
    let mut drawn = |count: usize| -> Vec<f32> { (0..count / 2).flat_map(|_| stream.normal()).collect() };
    let shape = [question.length, BATCH_SIZE, INPUT_SIZE];
    let x = Tensor::<3>::from_data(TensorData::new(drawn(shape.iter().product()), shape), device);
    let y = drawn(BATCH_SIZE * HIDDEN_SIZE);
    let y = Tensor::<2>::from_data(TensorData::new(y, [BATCH_SIZE, HIDDEN_SIZE]), device);
    let mut all = Vec::new();
    for cell in CELLS {
        all.push(of_cell(cell, question, &x, y.clone(), device).await?);
    }
    Ok(all)
}

async fn of_cell(
    cell: Cell,
    question: &GradientsQuestion,
    x: &Tensor<3>,
    y: Tensor<2>,
    device: &Device,
) -> Result<CellGradients, Error> {
    let config =
        RecurrentConfig { batch_first: false, ..RecurrentConfig::new(cell, INPUT_SIZE, HIDDEN_SIZE) };
    let mut builder = Builder::new(question.seed);
    let module = Recurrent::new(&mut builder, "cell", config);
    if matches!(cell, Cell::Lstm | Cell::Gru) {
        // f and z are both the second gate.
        let keeping = &mut builder.values("cell.bias_ih_l0")[HIDDEN_SIZE..2 * HIDDEN_SIZE];
        keeping.iter_mut().for_each(|bias| *bias += question.keep_bias as f32);
    }
    let recurrent = builder.values("cell.weight_hh_l0");
    recurrent.iter_mut().for_each(|weight| *weight *= question.scale as f32);
    let radii =
        recurrent.chunks(HIDDEN_SIZE * HIDDEN_SIZE).map(|gate| spectral_radius(gate, HIDDEN_SIZE)).collect();
    let parameters = builder.build(device);
    let ThroughTime { loss, hidden, kept, parameters: gradient } = through_time(&module, &parameters, x, y);
    let (clipped, _) = kernels::clip_by_norm(gradient.clone(), question.clip_norm);
    let steps = hidden.len();
    let [loss, gradient, clipped] = read([loss, gradient, clipped]).await?;
    let arrived = hidden.into_iter().chain(kept).map(|gradient| gradient.flatten(0, 2));
    let norms: Vec<f64> = read_all(arrived).await?.iter().map(|values| norm(values)).collect();
    let (hidden, kept) = norms.split_at(steps);
    // Where the recurrent weights lie among all others.
    let mut start = 0;
    let mut range = 0..0;
    for spec in parameters.specs().iter() {
        if spec.name.contains("weight_hh") {
            range = start..start + spec.count();
        }
        start += spec.count();
    }
    let others = [&gradient[..range.start], &gradient[range.end..]].concat();
    Ok(CellGradients {
        cell,
        loss: finite(loss[0].into()),
        hidden: hidden.to_vec(),
        kept: (!kept.is_empty()).then(|| kept.to_vec()),
        radii,
        parts: [norm(&gradient[range]), norm(&others)],
        norm: norm(&gradient),
        clipped: norm(&clipped),
    })
}

/// The Euclidean norm; infinite where the numbers have overflowed.
fn norm(values: &[f32]) -> f64 {
    finite(values.iter().map(|&value| f64::from(value) * f64::from(value)).sum::<f64>().sqrt())
}

/// What is not a number comes from an overflow.
fn finite(value: f64) -> f64 {
    if value.is_nan() { f64::INFINITY } else { value }
}

/// The largest absolute eigenvalue of a square matrix: lim ‖Aᵏ‖^(1/k), by Gelfand's formula, with k = 2²⁰ by repeated
/// squaring.
pub fn spectral_radius(matrix: &[f32], size: usize) -> f64 {
    const SQUARINGS: u32 = 20;
    let mut power: Vec<f64> = matrix.iter().map(|&value| value.into()).collect();
    // log ‖A^(2ⁿ)‖, of which `power` is the direction.
    let mut log_norm = 0.0;
    for squaring in 0..=SQUARINGS {
        if squaring > 0 {
            let row = |row: usize| {
                let power = &power;
                (0..size).map(move |column| {
                    (0..size).map(|k| power[row * size + k] * power[k * size + column]).sum::<f64>()
                })
            };
            power = (0..size).flat_map(row).collect();
            log_norm *= 2.0;
        }
        let norm = power.iter().map(|value| value * value).sum::<f64>().sqrt();
        if norm == 0.0 {
            return 0.0;
        }
        log_norm += norm.ln();
        power.iter_mut().for_each(|value| *value /= norm);
    }
    (log_norm / f64::from(1u32 << SQUARINGS)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spectral_radius_is_the_largest_absolute_eigenvalue() {
        let near = |found: f64, right: f64| assert!((found - right).abs() < 1e-4, "{found} {right}");
        near(spectral_radius(&[2.0, 1.0, 0.0, -3.0], 2), 3.0);
        // A rotation: a pair of complex eigenvalues, 1.5 e^(±iφ).
        let (sin, cos) = 0.7f32.sin_cos();
        near(spectral_radius(&[1.5 * cos, -1.5 * sin, 1.5 * sin, 1.5 * cos], 2), 1.5);
        // Nothing is left of it after two steps.
        assert_eq!(spectral_radius(&[0.0, 1.0, 0.0, 0.0], 2), 0.0);
    }
}
