//! A pass of a cell and a loss made of Burn's own tensor operations: slow, plain, differentiated by Burn. They are what
//! the handwritten kernels are compared with, and take `f64` as well.

use burn::tensor::activation::{log_softmax, relu, sigmoid, tanh};
use burn::tensor::{Int, Tensor, TensorData};

use super::Cell;
use super::kernels::{Place, Scan};

/// See [`kernels::recurrent`](super::kernels::recurrent), whose shapes it has.
pub fn recurrent(input: Tensor<2>, block: Tensor<1>, initial: Tensor<3>, scan: Scan) -> Tensor<3> {
    let (hidden, batch, rows) = (scan.hidden_size, scan.batch_size, scan.gate_rows());
    let input = match &scan.gather {
        Some(places) => {
            let places: Vec<i32> = places.iter().map(|&place| place as i32).collect();
            let count = places.len();
            let places = TensorData::new(places, [count]);
            input.clone().select(0, Tensor::from_data(places, &input.device().inner()))
        }
        None => input,
    };
    let weights = scan.weights();
    let matrix = |place: Place, columns: usize| {
        // The last row of a matrix that shares its rows with another one may end before the stride does.
        let begin = place.offset % place.stride;
        let all = block.clone().narrow(0, place.offset - begin, rows * place.stride);
        all.reshape([rows, place.stride]).narrow(1, begin, columns)
    };
    let bias = |at: Option<usize>| at.map(|at| block.clone().narrow(0, at, rows).reshape([1, rows]));
    let with = |x: Tensor<2>, bias: &Option<Tensor<2>>| match bias {
        Some(bias) => x + bias.clone(),
        None => x,
    };
    let weight_hh = matrix(weights.hh, hidden).transpose();
    let (bias_ih, bias_hh) = (bias(weights.bias_ih), bias(weights.bias_hh));
    let projected = with(input.matmul(matrix(weights.ih, scan.input_size).transpose()), &bias_ih);
    let gate = |a: &Tensor<2>, index: usize| a.clone().narrow(1, index * hidden, hidden);
    let state = |index: usize| initial.clone().narrow(0, index, 1).reshape([batch, hidden]);
    let mut h = state(0);
    let mut c = (scan.cell.states() == 2).then(|| state(1));
    let mut outputs = vec![h.zeros_like(); scan.seq_length];
    for t in scan.steps() {
        let x = projected.clone().narrow(0, t * batch, batch);
        let state_share = |h: Tensor<2>| with(h.matmul(weight_hh.clone()), &bias_hh);
        let mut next_c = None;
        let next = match scan.cell {
            Cell::RnnTanh => tanh(x + state_share(h.clone())),
            Cell::RnnRelu => relu(x + state_share(h.clone())),
            Cell::Lstm | Cell::LstmConcatenated => {
                // c_t = f ⊙ c_{t−1} + i ⊙ g,  h_t = o ⊙ tanh(c_t)
                let a = x + state_share(h.clone());
                let (i, f) = (sigmoid(gate(&a, 0)), sigmoid(gate(&a, 1)));
                let (g, o) = (tanh(gate(&a, 2)), sigmoid(gate(&a, 3)));
                let kept = match &c {
                    Some(c) => f * c.clone() + i * g,
                    None => i * g,
                };
                next_c = Some(kept.clone());
                o * tanh(kept)
            }
            Cell::Gru => {
                // n = tanh(x_n + r ⊙ (W_hn h + b_hn)),  h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}
                let a = state_share(h.clone());
                let r = sigmoid(gate(&x, 0) + gate(&a, 0));
                let z = sigmoid(gate(&x, 1) + gate(&a, 1));
                let n = tanh(gate(&x, 2) + r * gate(&a, 2));
                n.clone() + z * (h.clone() - n)
            }
            Cell::GruResetBefore => {
                // n = tanh(x_n + W_hn (r ⊙ h) + b_hn)
                let a = state_share(h.clone());
                let r = sigmoid(gate(&x, 0) + gate(&a, 0));
                let z = sigmoid(gate(&x, 1) + gate(&a, 1));
                let n = tanh(gate(&x, 2) + gate(&state_share(r * h.clone()), 2));
                n.clone() + z * (h.clone() - n)
            }
        };
        // Past its end a sequence keeps its state and puts out zero.
        let real = scan.lengths.as_ref().map(|_| real(&scan, t, &h));
        let keep = |next: Tensor<2>, before: Tensor<2>| match &real {
            Some(real) => before.clone() + real.clone() * (next - before),
            None => next,
        };
        outputs[t] = keep(next.clone(), h.zeros_like());
        h = keep(next, h);
        if let (Some(next), Some(before)) = (next_c, c.take()) {
            c = Some(keep(next, before));
        }
    }
    outputs.push(h);
    outputs.extend(c);
    let rows = outputs.len();
    Tensor::cat(outputs, 0).reshape([rows, batch, hidden])
}

/// 1 for every sequence that has a step `t`, else 0, `[batch_size, 1]`, of the element type of `like`.
fn real(scan: &Scan, t: usize, like: &Tensor<2>) -> Tensor<2> {
    let mask: Vec<f32> = (0..scan.batch_size).map(|b| if scan.is_real(t, b) { 1.0 } else { 0.0 }).collect();
    let mask = Tensor::<2>::from_data(TensorData::new(mask, [scan.batch_size, 1]), &like.device().inner());
    mask.cast(like.dtype())
}

/// See [`kernels::cross_entropy`](super::kernels::cross_entropy): `logits [rows, classes]`, `targets [rows]` to `[1]`.
///
/// # Panics
/// If a target that counts names no class.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>, ignore_index: Option<usize>) -> Tensor<1> {
    let [rows, _] = logits.dims();
    let ignored = match ignore_index {
        Some(index) => targets.clone().equal_elem(index as i32),
        None => targets.clone().equal_elem(i32::MIN),
    };
    let counts = ignored.clone().bool_not().float().cast(logits.dtype());
    // An ignored target may name no class; it reads the first one instead, and counts nothing.
    let targets = targets.mask_fill(ignored, 0).reshape([rows, 1]);
    let losses = log_softmax(logits, 1).gather(1, targets).reshape([rows]).neg();
    (losses * counts.clone()).sum() / counts.sum().clamp_min(1.0)
}
