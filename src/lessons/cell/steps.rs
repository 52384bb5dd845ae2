//! A small cell at work: everything that it computes from a sequence.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};

use super::{Concatenated, Pin, Steps, StepsQuestion};
use crate::Error;
use crate::nn::{Builder, Cell, Parameters, Pass, Recurrent, RecurrentConfig, read};

/// What is added to the bias of a unit that is held: beside it every sum of a small cell is nothing, and σ has reached 0
/// or 1 in `f32`.
const PIN: f32 = 100.0;

pub(super) async fn answer(question: &StepsQuestion, device: &Device) -> Result<Steps, Error> {
    let &StepsQuestion { cell, hidden_size, seed, .. } = question;
    let input_size = question.x.first().map_or(1, Vec::len);
    let steps = question.x.len();
    let has_two_matrices = cell != Cell::LstmConcatenated;
    if !has_two_matrices
        || input_size * hidden_size * steps == 0
        || question.x.iter().any(|x| x.len() != input_size)
    {
        // Nothing goes through no cell, and an LSTM with one matrix is shown beside the other; the page asks no such
        // question.
        return Ok(Steps::default());
    }
    let config = RecurrentConfig::new(cell, input_size, hidden_size);
    let mut builder = Builder::new(seed);
    let module = Recurrent::new(&mut builder, "cell", config);
    let bias = builder.values("cell.bias_ih_l0");
    for &Pin { gate, unit, open } in &question.pins {
        if let Some(bias) = bias.get_mut(gate * hidden_size + unit) {
            *bias = if open { PIN } else { -PIN };
        }
    }
    let mut weights = |kind: &str| builder.values(&format!("cell.{kind}_l0")).to_vec();
    let [weight_ih, weight_hh, bias_ih, bias_hh] =
        ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map(&mut weights);
    let joined = (cell == Cell::Lstm)
        .then(|| Joined::new(config, [&weight_ih, &weight_hh, &bias_ih, &bias_hh], device));
    let parameters = builder.build(device);
    let x = TensorData::new(question.x.concat(), [1, steps, input_size]);
    let x = Tensor::<3>::from_data(x, device);
    let seen = module.gates(&parameters, x.clone(), Pass::default()).swap_remove(0);
    let [tape, h] = read([seen.values.flatten(0, 2), seen.hidden.flatten(0, 2)]).await?;
    let concatenated = match joined {
        Some(joined) => Some(joined.beside(x, &h, parameters.count()).await?),
        None => None,
    };
    let weights = Weights {
        input_size,
        hidden_size,
        ih: &weight_ih,
        hh: &weight_hh,
        bias_ih: &bias_ih,
        bias_hh: &bias_hh,
    };
    let (wires, sums) = wires(question, &weights, &tape, &h);
    Ok(Steps { weight_ih, weight_hh, bias_ih, bias_hh, sums, wires, concatenated })
}

/// The parameters of a cell, as PyTorch has them.
struct Weights<'w> {
    input_size: usize,
    hidden_size: usize,
    ih: &'w [f32],
    hh: &'w [f32],
    bias_ih: &'w [f32],
    bias_hh: &'w [f32],
}

impl Weights<'_> {
    /// W_ih x + b_ih, one row of it.
    fn of_input(&self, row: usize, x: &[f32]) -> f32 {
        dot(&self.ih[row * self.input_size..], x) + self.bias_ih[row]
    }

    /// W_hh h + b_hh, one row of it.
    fn of_state(&self, row: usize, h: &[f32]) -> f32 {
        dot(&self.hh[row * self.hidden_size..], h) + self.bias_hh[row]
    }
}

fn dot(row: &[f32], vector: &[f32]) -> f32 {
    row.iter().zip(vector).map(|(a, b)| a * b).sum()
}

/// Every vector on a wire, from what the kernels remember of each step, and the sums that they turned into gates in
/// place.
fn wires(
    question: &StepsQuestion,
    weights: &Weights,
    tape: &[f32],
    h: &[f32],
) -> (BTreeMap<String, Vec<f32>>, Vec<f32>) {
    let cell = question.cell;
    let hidden = question.hidden_size;
    let width = cell.tape().len() * hidden;
    let mut wires: BTreeMap<String, Vec<f32>> = BTreeMap::new();
    let mut sums = Vec::new();
    let zeros = vec![0.0; hidden];
    for (step, x) in question.x.iter().enumerate() {
        let h_before = if step > 0 { &h[(step - 1) * hidden..step * hidden] } else { &zeros };
        let taped = |vector: usize| &tape[step * width + vector * hidden..][..hidden];
        let mut put = |name: &str, values: Vec<f32>| wires.entry(name.to_owned()).or_default().extend(values);
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).collect::<Vec<f32>>();
        put("h", h[step * hidden..(step + 1) * hidden].to_vec());
        // What r scales in a GRU; it belongs to the candidate's sum.
        let mut scaled = None;
        match cell {
            Cell::RnnTanh | Cell::RnnRelu => {}
            Cell::Lstm | Cell::LstmConcatenated => {
                let c_before =
                    if step > 0 { &tape[(step - 1) * width + 4 * hidden..][..hidden] } else { &zeros };
                for (vector, name) in ["i", "f", "g", "o", "c"].into_iter().enumerate() {
                    put(name, taped(vector).to_vec());
                }
                put("f*c", product(taped(1), c_before));
                put("i*g", product(taped(0), taped(2)));
                put("tanh(c)", taped(4).iter().map(|c| c.tanh()).collect());
            }
            Cell::Gru | Cell::GruResetBefore => {
                let [r, z, share, n] = [0, 1, 2, 3].map(taped);
                put("r", r.to_vec());
                put("z", z.to_vec());
                put("n", n.to_vec());
                put("z*h", product(z, h_before));
                put("(1-z)*n", z.iter().zip(n).map(|(z, n)| (1.0 - z) * n).collect());
                scaled = Some(match cell {
                    Cell::Gru => {
                        let scaled = product(r, share);
                        put("hn", share.to_vec());
                        put("r*hn", scaled.clone());
                        scaled
                    }
                    _ => {
                        put("r*h", share.to_vec());
                        (0..hidden).map(|unit| weights.of_state(2 * hidden + unit, share)).collect()
                    }
                });
            }
        }
        for gate in 0..cell.gates() {
            for unit in 0..hidden {
                let row = gate * hidden + unit;
                let of_state = match &scaled {
                    Some(scaled) if gate == 2 => scaled[unit],
                    _ => weights.of_state(row, h_before),
                };
                sums.push(weights.of_input(row, x) + of_state);
            }
        }
    }
    (wires, sums)
}

/// The textbook's form of an LSTM that PyTorch's form describes.
struct Joined {
    module: Recurrent,
    parameters: Parameters,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Joined {
    fn new(config: RecurrentConfig, [ih, hh, bias_ih, bias_hh]: [&[f32]; 4], device: &Device) -> Self {
        let RecurrentConfig { input_size, hidden_size, .. } = config;
        let mut builder = Builder::new(0);
        let module =
            Recurrent::new(&mut builder, "cell", RecurrentConfig { cell: Cell::LstmConcatenated, ..config });
        let rows = hh.chunks(hidden_size).zip(ih.chunks(input_size));
        let weight: Vec<f32> = rows.flat_map(|(hh, ih)| [hh, ih].concat()).collect();
        let bias: Vec<f32> = bias_ih.iter().zip(bias_hh).map(|(a, b)| a + b).collect();
        builder.values("cell.weight_l0").copy_from_slice(&weight);
        builder.values("cell.bias_l0").copy_from_slice(&bias);
        Joined { module, parameters: builder.build(device), weight, bias }
    }

    /// What it computes from `x [1, steps, input_size]`, beside `h [steps, hidden_size]` of the form with two biases and
    /// so many parameters.
    async fn beside(self, x: Tensor<3>, h: &[f32], split_parameters: usize) -> Result<Concatenated, Error> {
        let steps = self.module.forward(&self.parameters, x, Pass::default()).steps();
        let [own] = read([steps.flatten(0, 1)]).await?;
        let differences = h.iter().zip(&own).map(|(a, b)| (a - b).abs());
        Ok(Concatenated {
            difference: differences.fold(0.0, f32::max),
            weight: self.weight,
            bias: self.bias,
            parameters: self.parameters.count(),
            split_parameters,
        })
    }
}
