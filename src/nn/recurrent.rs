//! The recurrent module: layers of one cell, stacked, as PyTorch's `RNN`, `LSTM` and `GRU`.

use burn::tensor::Tensor;

use super::recurrence::{Cell, Recurrence};
use super::{Builder, Handle, Parameters};
use crate::protocol::Layer;

/// What PyTorch's constructors take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecurrentConfig {
    /// The cell.
    pub cell: Cell,
    /// Features of the input at each step.
    pub input_size: usize,
    /// Units of the hidden state.
    pub hidden_size: usize,
    /// Layers, each fed with the hidden states of the one below.
    pub num_layers: usize,
    /// Is the input `[batch_size, seq_length, input_size]`? Else `[seq_length, batch_size, input_size]`.
    pub batch_first: bool,
}

/// A recurrent module; see [`RecurrentConfig`].
#[derive(Debug)]
pub struct Recurrent {
    config: RecurrentConfig,
    layers: Vec<LayerHandles>,
    table: Layer,
}

#[derive(Debug)]
struct LayerHandles {
    weight_ih: Handle,
    weight_hh: Handle,
    bias_ih: Handle,
    bias_hh: Handle,
}

/// The state between two time steps, one tensor `[batch_size, hidden_size]` per layer.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// PyTorch's `h_n`; zero where empty.
    pub hidden: Vec<Tensor<2>>,
    /// PyTorch's `c_n`, for the LSTM only; zero where empty.
    pub cell: Vec<Tensor<2>>,
}

/// What the module computes from a sequence.
#[derive(Debug)]
pub struct Output {
    /// The top layer's hidden state after each step, `[batch_size, hidden_size]`.
    pub steps: Vec<Tensor<2>>,
    /// The state after the last step.
    pub state: State,
    /// The top layer's hidden state after the last step, `[batch_size, hidden_size]`.
    pub last: Tensor<2>,
}

impl Recurrent {
    /// Adds the parameters of all layers to `builder`, uniform in ±1/√hidden_size as PyTorch has them:
    /// `weight_ih_l0 [gates × hidden, input]`, `weight_hh_l0 [gates × hidden, hidden]`, `bias_ih_l0`, `bias_hh_l0`,
    /// each behind `name` and a dot.
    pub fn new(builder: &mut Builder, name: &str, config: RecurrentConfig) -> Self {
        let RecurrentConfig { cell, input_size, hidden_size, num_layers, .. } = config;
        let bound = 1.0 / (hidden_size as f32).sqrt();
        let rows = cell.gates() * hidden_size;
        let mut parameters = Vec::new();
        let layers = (0..num_layers)
            .map(|layer| {
                let features = if layer == 0 { input_size } else { hidden_size };
                let mut add = |kind: &str, shape: Vec<usize>| {
                    let name = format!("{name}.{kind}_l{layer}");
                    parameters.push((name.clone(), shape.clone()));
                    builder.uniform(name, shape, bound)
                };
                LayerHandles {
                    weight_ih: add("weight_ih", vec![rows, features]),
                    weight_hh: add("weight_hh", vec![rows, hidden_size]),
                    bias_ih: add("bias_ih", vec![rows]),
                    bias_hh: add("bias_hh", vec![rows]),
                }
            })
            .collect();
        let stacked = if num_layers > 1 { format!(", num_layers={num_layers}") } else { String::new() };
        let table =
            Layer { name: format!("{}({input_size}, {hidden_size}{stacked})", cell.name()), parameters };
        Recurrent { config, layers, table }
    }

    /// Runs over a batch of sequences from `initial`, where what is left empty is zero.
    pub fn forward(&self, parameters: &Parameters, input: Tensor<3>, initial: State) -> Output {
        let input = if self.config.batch_first { input.swap_dims(0, 1) } else { input };
        let [seq_length, batch_size, input_size] = input.dims();
        let device = input.device();
        let mut below = input.reshape([seq_length * batch_size, input_size]);
        let zeros = || Tensor::zeros([batch_size, self.config.hidden_size], &device);
        let mut steps = Vec::new();
        let mut state = State::default();
        let mut last = zeros();
        for (index, layer) in self.layers.iter().enumerate() {
            if index > 0 {
                below = Tensor::cat(std::mem::take(&mut steps), 0);
            }
            // The input's share of all gates at all time steps in one product: W_ih x_t + b_ih.
            let projected = below.clone().matmul(parameters.get(layer.weight_ih).transpose())
                + parameters.get(layer.bias_ih);
            let recurrence = Recurrence {
                cell: self.config.cell,
                weight_hh: parameters.get(layer.weight_hh),
                bias_hh: parameters.get(layer.bias_hh),
            };
            let h_0 = initial.hidden.get(index).cloned().unwrap_or_else(zeros);
            let (outputs, c) = recurrence.run(projected, h_0.clone(), initial.cell.get(index).cloned());
            last = outputs.last().cloned().unwrap_or(h_0);
            state.hidden.push(last.clone());
            state.cell.extend(c);
            steps = outputs;
        }
        Output { steps, state, last }
    }

    /// The module as the parameter table shows it.
    pub fn layer(&self) -> Layer {
        self.table.clone()
    }

    /// Multiplications and additions of one time step of one sequence, forward; the products alone, which are
    /// nearly all of it.
    pub fn flops_per_step(&self) -> f64 {
        let RecurrentConfig { cell, input_size, hidden_size, num_layers, .. } = self.config;
        let features = input_size + num_layers * hidden_size + (num_layers - 1) * hidden_size;
        2.0 * cell.gates() as f64 * hidden_size as f64 * features as f64
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    const CELLS: [Cell; 4] = [Cell::RnnTanh, Cell::RnnRelu, Cell::Lstm, Cell::Gru];

    fn module(cell: Cell, num_layers: usize, batch_first: bool) -> (Recurrent, Parameters) {
        let mut builder = Builder::new(3);
        let config = RecurrentConfig { cell, input_size: 2, hidden_size: 3, num_layers, batch_first };
        let module = Recurrent::new(&mut builder, "rnn", config);
        (module, builder.build(&Device::flex()))
    }

    /// `[seq_length 4, batch_size 2, input_size 2]`
    fn input() -> Tensor<3> {
        let values: Vec<f32> = (0..16).map(|index| (index as f32 * 0.7).sin()).collect();
        Tensor::from_data(TensorData::new(values, [4, 2, 2]), &Device::flex())
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    #[test]
    fn a_sequence_may_be_cut_where_the_state_is_handed_on() {
        for cell in CELLS {
            let (module, parameters) = module(cell, 2, false);
            let whole = module.forward(&parameters, input(), State::default());
            let first = module.forward(&parameters, input().narrow(0, 0, 3), State::default());
            let second = module.forward(&parameters, input().narrow(0, 3, 1), first.state);
            assert_eq!(values(second.last.clone()), values(whole.last), "{cell:?}");
            assert_eq!(values(second.state.hidden[1].clone()), values(second.last));
            assert_eq!(second.state.cell.len(), if cell == Cell::Lstm { 2 } else { 0 });
        }
    }

    #[test]
    fn batch_first_only_names_the_axes_differently() {
        for cell in CELLS {
            let (sequence_first, parameters) = module(cell, 1, false);
            let (batch_first, _) = module(cell, 1, true);
            let a = sequence_first.forward(&parameters, input(), State::default());
            let b = batch_first.forward(&parameters, input().swap_dims(0, 1), State::default());
            assert_eq!((a.steps.len(), a.last.dims()), (4, [2, 3]));
            for (a, b) in a.steps.into_iter().zip(b.steps) {
                assert_eq!(values(a), values(b), "{cell:?}");
            }
        }
    }

    #[test]
    fn elmans_cell_is_what_its_equation_says() {
        // h_1 = tanh(W_ih x_1 + b_ih + W_hh h_0 + b_hh) with all sizes 1 and the numbers 0.5, −1, 0.25, 0.125.
        for (cell, expected) in [(Cell::RnnTanh, (-0.625f32).tanh()), (Cell::RnnRelu, 0.0)] {
            let config =
                RecurrentConfig { cell, input_size: 1, hidden_size: 1, num_layers: 1, batch_first: true };
            let mut builder = Builder::new(0);
            let module = Recurrent::new(&mut builder, "rnn", config);
            let specs = std::rc::Rc::clone(builder.build(&Device::flex()).specs());
            let device = Device::flex();
            let flat = Tensor::from_floats([0.5, -1.0, 0.25, 0.125], &device);
            let state = State { hidden: vec![Tensor::from_floats([[2.0]], &device)], cell: Vec::new() };
            let output =
                module.forward(&Parameters::new(specs, flat), Tensor::from_floats([[[2.0]]], &device), state);
            assert!((values(output.last)[0] - expected).abs() < 1e-6, "{cell:?}");
        }
    }
}
