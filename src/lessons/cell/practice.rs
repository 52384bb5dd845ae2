//! The small models of the arrangements: a GRU and a linear layer, trained on the spot.

use burn::tensor::{Device, Tensor, TensorData};

use super::{Practised, Use, Used};
use crate::nn::{
    Builder, Cell, Linear, Parameters, Pass, Recurrent, RecurrentConfig, mean_squared_error, read,
};
use crate::train::{Objective, Rule, TrainingState};
use crate::{Error, Stream};

const HIDDEN_SIZE: usize = 16;
const BATCH_SIZE: usize = 32;
const STEPS: usize = 400;
const LEARNING_RATE: f64 = 0.01;
/// Losses of so many steps make one point of the curve.
const GROUP: usize = 8;

/// A model for an arrangement, and its exercises.
struct Exercise {
    arrangement: Use,
    recurrent: Recurrent,
    linear: Linear,
    seed: u64,
    device: Device,
}

impl Exercise {
    fn new(arrangement: Use, seed: u64, device: &Device) -> (Self, Parameters) {
        let mut builder = Builder::new(seed);
        let config =
            RecurrentConfig { batch_first: false, ..RecurrentConfig::new(Cell::Gru, 1, HIDDEN_SIZE) };
        let recurrent = Recurrent::new(&mut builder, "gru", config);
        let linear = Linear::new(&mut builder, "linear", HIDDEN_SIZE, 1);
        let parameters = builder.build(device);
        (Exercise { arrangement, recurrent, linear, seed, device: device.clone() }, parameters)
    }

    /// What the model puts out at the arrangement's outputs, `[outputs × rows, 1]`, and its hidden state after every
    /// step, `[steps × rows, hidden_size]`. Where nothing is read, or a number is missing, a zero goes in.
    fn outputs(&self, parameters: &Parameters, rows: &[Vec<f32>]) -> (Tensor<2>, Tensor<2>) {
        let (steps, inputs, outputs) =
            (self.arrangement.steps(), self.arrangement.inputs(), self.arrangement.outputs());
        let number = |step: usize, row: &Vec<f32>| {
            if inputs.contains(&step) {
                row.get(step - inputs.start).copied().unwrap_or_default()
            } else {
                0.0
            }
        };
        let values: Vec<f32> =
            (0..steps).flat_map(|step| rows.iter().map(move |row| number(step, row))).collect();
        let x = Tensor::<3>::from_data(TensorData::new(values, [steps, rows.len(), 1]), &self.device);
        let hidden = self.recurrent.forward(parameters, x, Pass::default()).steps();
        let read = hidden.clone().narrow(0, outputs.start * rows.len(), outputs.len() * rows.len());
        (self.linear.forward(parameters, read), hidden)
    }
}

impl Objective for Exercise {
    fn rule(&self) -> Rule {
        Rule::Adam
    }

    fn learning_rate(&self, step: usize) -> f64 {
        // Falls to nothing in a straight line.
        LEARNING_RATE * (1.0 - step as f64 / STEPS as f64)
    }

    fn loss(&self, parameters: &Parameters) -> Tensor<1> {
        self.shard_loss(parameters, 0, 0)
    }

    fn shard_loss(&self, parameters: &Parameters, step: usize, _shard: usize) -> Tensor<1> {
        let mut stream = Stream::new(self.seed, 1 + step as u64);
        let count = self.arrangement.inputs().len();
        let rows: Vec<Vec<f32>> =
            (0..BATCH_SIZE).map(|_| (0..count).map(|_| 2.0 * stream.uniform() - 1.0).collect()).collect();
        let truth: Vec<Vec<f32>> = rows.iter().map(|row| self.arrangement.truth(row)).collect();
        let outputs = self.arrangement.outputs().len();
        let right: Vec<f32> = (0..outputs).flat_map(|at| truth.iter().map(move |row| row[at])).collect();
        let right = Tensor::from_data(TensorData::new(right, [outputs * BATCH_SIZE, 1]), &self.device);
        mean_squared_error(self.outputs(parameters, &rows).0, right)
    }
}

/// Trains a model for `arrangement`.
pub(super) async fn practise(arrangement: Use, seed: u64, device: &Device) -> Result<Practised, Error> {
    let (exercise, parameters) = Exercise::new(arrangement, seed, device);
    let mut state = TrainingState::new(&exercise, parameters);
    let mut losses = Vec::with_capacity(STEPS);
    for _ in 0..STEPS {
        losses.push(state.step(&exercise).loss);
    }
    let [losses, weights] = read([Tensor::cat(losses, 0), state.parameters.flat().clone()]).await?;
    let mean = |group: &[f32]| group.iter().sum::<f32>() / group.len() as f32;
    let layers = [exercise.recurrent.layer(), exercise.linear.layer()].map(|layer| layer.name);
    Ok(Practised {
        arrangement,
        losses: losses.chunks(GROUP).map(mean).collect(),
        steps: STEPS,
        weights,
        layers: layers.into(),
    })
}

/// Has a trained model work on `input`.
pub(super) async fn work(
    arrangement: Use,
    weights: &[f32],
    input: &[f32],
    device: &Device,
) -> Result<Used, Error> {
    let (exercise, parameters) = Exercise::new(arrangement, 0, device);
    if weights.len() != parameters.count() {
        return Err(Error::WeightsMismatch { found: weights.len(), expected: parameters.count() });
    }
    let values = TensorData::new(weights.to_vec(), [weights.len()]);
    let parameters = Parameters::new(parameters.specs().clone(), Tensor::from_data(values, device));
    let mut input = input.to_vec();
    input.resize(arrangement.inputs().len(), 0.0);
    let (output, hidden) = exercise.outputs(&parameters, std::slice::from_ref(&input));
    let [output, hidden] = read([output.flatten(0, 1), hidden.flatten(0, 1)]).await?;
    let truth = arrangement.truth(&input);
    Ok(Used { arrangement, input, output, truth, hidden })
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;

    #[test]
    fn every_arrangement_is_learnt() {
        let device = Device::flex();
        for arrangement in Use::ALL {
            let input = arrangement.example();
            assert_eq!(input.len(), arrangement.inputs().len());
            let (practised, used) = pollster::block_on(async {
                let practised = practise(arrangement, 1, &device).await.unwrap();
                let used = work(arrangement, &practised.weights, &input, &device).await.unwrap();
                (practised, used)
            });
            let (first, last) = (practised.losses[0], practised.losses[practised.losses.len() - 1]);
            assert!(last < 0.25 * first && last < 0.05, "{arrangement:?}: {first} {last}");
            assert_eq!(
                (used.output.len(), used.truth.len()),
                (arrangement.outputs().len(), used.output.len())
            );
            for (output, truth) in used.output.iter().zip(&used.truth) {
                assert!((output - truth).abs() < 0.4, "{arrangement:?}: {output} {truth}");
            }
        }
        let refused = pollster::block_on(work(Use::Aligned, &[0.0; 3], &[0.0], &device));
        assert!(matches!(refused, Err(Error::WeightsMismatch { found: 3, .. })));
    }
}
