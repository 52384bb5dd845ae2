//! The module against the reference, and against itself.

use burn::tensor::Device;

use super::*;
use crate::nn::reference;

fn tensor<const D: usize>(shape: [usize; D], seed: f32) -> Tensor<D> {
    let count = shape.iter().product::<usize>();
    let values: Vec<f32> = (0..count).map(|index| (index as f32 * 0.7 + seed).sin()).collect();
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn module(config: RecurrentConfig) -> (Recurrent, Parameters) {
    let mut builder = Builder::new(3);
    let module = Recurrent::new(&mut builder, "rnn", config);
    (module, builder.build(&Device::flex()))
}

/// Outputs, final states and all gradients of a sum that weighs each output differently.
#[test]
fn kernels_and_reference_agree() {
    let lengths = [3, 5, 0, 1];
    for cell in Cell::ALL {
        for (bias, lengths) in [(true, None), (false, Some(&lengths[..]))] {
            let config = RecurrentConfig {
                num_layers: 2,
                bidirectional: true,
                bias,
                ..RecurrentConfig::new(cell, 3, 7)
            };
            let (module, parameters) = module(config);
            let results = [false, true].map(|fused| {
                let parameters = parameters.tracked();
                let [input, hidden, kept] = [([4, 5, 3], 0.1), ([4, 4, 7], 0.2), ([4, 4, 7], 0.3)]
                    .map(|(shape, seed)| tensor(shape, seed).autodiff().require_grad());
                let initial = HiddenState { hidden: Some(hidden.clone()), cell: Some(kept.clone()) };
                let pass = Pass { initial, lengths, dropout: None };
                let output = if fused {
                    module.forward(&parameters, input.clone(), pass)
                } else {
                    module.forward_by(reference::recurrent, &parameters, input.clone(), pass)
                };
                let state = output.state();
                let mut loss = (output.output() * tensor([4, 5, 14], 0.4)).sum();
                let mut shown = vec![values(output.output()), values(output.last())];
                for state in [state.hidden, state.cell].into_iter().flatten() {
                    shown.push(values(state.clone()));
                    loss = loss + (state * tensor([4, 4, 7], 0.5)).sum();
                }
                let mut gradients = loss.backward();
                for leaf in [input, hidden, kept] {
                    shown.extend(leaf.grad(&gradients).map(values));
                }
                shown.push(values(parameters.gather(&mut gradients)));
                shown
            });
            let [reference, fused] = results;
            for (index, (reference, fused)) in reference.iter().zip(&fused).enumerate() {
                let off = reference.iter().zip(fused).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(off < 2e-5, "{cell:?}, bias {bias}, result {index}: {off}");
            }
        }
    }
}

#[test]
fn a_sequence_may_be_cut_where_the_state_is_handed_on() {
    for cell in Cell::ALL {
        let config =
            RecurrentConfig { num_layers: 2, batch_first: false, ..RecurrentConfig::new(cell, 2, 3) };
        let (module, parameters) = module(config);
        let input = tensor([4, 5, 2], 0.0);
        let whole = module.forward(&parameters, input.clone(), Pass::default());
        let first = module.forward(&parameters, input.clone().narrow(0, 0, 3), Pass::default());
        let pass = Pass { initial: first.state(), ..Pass::default() };
        let second = module.forward(&parameters, input.narrow(0, 3, 1), pass);
        assert_eq!(values(second.last()), values(whole.last()), "{cell:?}");
    }
}

/// A processor is tens of times slower with subnormal numbers, and a long way back is full of them.
#[test]
fn what_vanishes_on_a_long_way_back_is_zero_and_never_subnormal() {
    for cell in [Cell::RnnTanh, Cell::Lstm, Cell::Gru] {
        let config = RecurrentConfig { batch_first: false, ..RecurrentConfig::new(cell, 2, 8) };
        let (module, parameters) = module(config);
        let parameters = parameters.tracked();
        let input = tensor([400, 3, 2], 0.1).autodiff().require_grad();
        let loss = module.forward(&parameters, input.clone(), Pass::default()).last().sum();
        let gradients = loss.backward();
        let gradient = values(input.grad(&gradients).unwrap());
        assert!(gradient.iter().all(|value| !value.is_subnormal()), "{cell:?}");
        assert!(gradient[..6].iter().all(|value| *value == 0.0) && gradient[2394] != 0.0, "{cell:?}");
    }
}

#[test]
fn gates_are_those_of_the_equations() {
    let config =
        RecurrentConfig { num_layers: 1, batch_first: false, ..RecurrentConfig::new(Cell::Lstm, 2, 3) };
    let (module, parameters) = module(config);
    let input = tensor([4, 5, 2], 0.0);
    let output = module.forward(&parameters, input.clone(), Pass::default());
    let gates = module.gates(&parameters, input, Pass::default());
    let (tape, steps) = (values(gates[0].values.clone()), values(output.steps()));
    let mut kept = [0.0; 15];
    for (row, (tape, h)) in tape.chunks_exact(15).zip(steps.chunks_exact(3)).enumerate() {
        for unit in 0..3 {
            let [i, f, g, o, c] = [0, 1, 2, 3, 4].map(|gate| tape[gate * 3 + unit]);
            let before = &mut kept[row % 5 * 3 + unit];
            assert!((c - (f * *before + i * g)).abs() < 1e-6 && (h[unit] - o * c.tanh()).abs() < 1e-6);
            *before = c;
        }
    }
    assert_eq!((gates.len(), steps.len()), (1, 60));
}
