//! The models of the lesson: an LSTM or a GRU with a linear layer on the last hidden state, and the recurrent
//! network built from scratch.

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use super::config::{AirlineConfig, InitialState};
use crate::Stream;
use crate::nn::{Builder, Cell, Gates, Layer, Linear, Parameters, Pass, Recurrent};

/// One of the models.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one model per run")]
pub enum Model {
    /// Chapter 7.1: y = W h_T + b.
    Gated {
        /// `lstm` or `gru`.
        recurrent: Recurrent,
        /// `linear`.
        linear: Linear,
    },
    /// Chapter 7.2: a_t = ReLU(U x_t + W a_{t−1}), y = V a_T.
    Scratch {
        /// From the input to the hidden units.
        u: Linear,
        /// From the hidden units to themselves.
        w: Linear,
        /// From the hidden units to the output.
        v: Linear,
        /// The state before the first step, `[1, hidden_size]`: the same for every window.
        a_0: Tensor<2>,
    },
}

impl Model {
    /// Builds the model that `config` describes and adds its parameters to `builder`.
    pub fn new(config: &AirlineConfig, builder: &mut Builder, device: &Device) -> Self {
        let size = config.granularity.size();
        let hidden = config.hidden_size;
        match config.cell {
            Cell::RnnRelu => {
                // From a stream of its own: drawing it does not move the initial parameters.
                let mut stream = Stream::new(config.seed, 1);
                let a_0 = match config.initial_state {
                    InitialState::Random => (0..hidden).map(|_| stream.uniform()).collect(),
                    InitialState::Zero => vec![0.0; hidden],
                };
                Model::Scratch {
                    u: Linear::new(builder, "U", size, hidden),
                    w: Linear::new(builder, "W", hidden, hidden),
                    v: Linear::new(builder, "V", hidden, size),
                    a_0: Tensor::from_data(TensorData::new(a_0, [1, hidden]), &device.clone().inner()),
                }
            }
            cell => Model::Gated {
                recurrent: Recurrent::new(builder, &cell.name().to_lowercase(), config.recurrent()),
                linear: Linear::new(builder, "linear", hidden, size),
            },
        }
    }

    /// The next vector after each window: `[batch_size, window, size]` to `[batch_size, size]`.
    pub fn predict(&self, parameters: &Parameters, x: Tensor<3>) -> Tensor<2> {
        match self {
            Model::Gated { recurrent, linear } => {
                let output = recurrent.forward(parameters, x, Pass::default());
                linear.forward(parameters, output.last())
            }
            Model::Scratch { u, w, v, a_0 } => {
                let [batch_size, window, size] = x.dims();
                let steps = x.swap_dims(0, 1).reshape([window * batch_size, size]);
                let projected = u.forward(parameters, steps);
                let mut a = a_0.clone();
                for t in 0..window {
                    let x_t = projected.clone().narrow(0, t * batch_size, batch_size);
                    a = relu(x_t + w.forward(parameters, a));
                }
                v.forward(parameters, a)
            }
        }
    }

    /// What happened inside while one sequence of vectors was read, `[1, steps, size]`; without gradients.
    pub fn gates(&self, parameters: &Parameters, x: Tensor<3>) -> (Cell, Vec<Gates>) {
        match self {
            Model::Gated { recurrent, .. } => {
                (recurrent.cell(), recurrent.gates(parameters, x, Pass::default()))
            }
            Model::Scratch { u, w, a_0, .. } => {
                let [_, steps, size] = x.dims();
                let projected = u.forward(parameters, x.reshape([steps, size]));
                let [_, hidden] = projected.dims();
                let mut a = a_0.clone();
                let states = (0..steps).map(|t| {
                    a = relu(projected.clone().narrow(0, t, 1) + w.forward(parameters, a.clone()));
                    a.clone()
                });
                let hidden = Tensor::cat(states.collect(), 0).reshape([steps, 1, hidden]);
                let gates = Gates { layer: 0, reverse: false, values: hidden.clone(), hidden };
                (Cell::RnnRelu, vec![gates])
            }
        }
    }

    /// The model, layer by layer.
    pub fn layers(&self) -> Vec<Layer> {
        match self {
            Model::Gated { recurrent, linear } => vec![recurrent.layer(), linear.layer()],
            Model::Scratch { u, w, v, .. } => vec![u.layer(), w.layer(), v.layer()],
        }
    }
}
