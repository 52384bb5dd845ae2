//! The lesson in training: full-batch mean squared error on scaled windows, and the figures in the series' unit.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};

use super::config::AirlineConfig;
use super::model::Model;
use super::{Dataset, Forecast, Scores, passengers};
use crate::Error;
use crate::data::Data;
use crate::nn::{Builder, Layer, Parameters, StepCost, mean_squared_error};
use crate::protocol::{Job, Picture, WATCHED_LIMIT};
use crate::settings::Form;
use crate::train::team::{part_of, shards_of};
use crate::train::{Examination, Look, Objective, Rule, Trainee, Watch};

/// The lesson, built from a job.
struct Airline {
    config: AirlineConfig,
    data: Rc<Dataset>,
    /// What the series calls its values.
    labels: Vec<String>,
    model: Model,
    /// Training windows, `[windows, window, size]`.
    x: Tensor<3>,
    /// What follows each, `[windows, size]`.
    y: Tensor<2>,
    /// Training windows and those of the held-out vectors.
    x_all: Tensor<3>,
    /// The last vectors of the series, `[1, window, size]`.
    x_last: Tensor<3>,
}

/// Builds the task, and the parameters as the seed gives them.
///
/// # Errors
/// What [`Dataset::new`] finds wrong with the series.
pub fn build(job: &Job, device: &Device) -> Result<(Box<dyn Trainee>, Parameters), Error> {
    let config = AirlineConfig::from_form(&job.form);
    let own = job.data.as_ref().and_then(Data::series);
    let series = own.cloned().unwrap_or_else(passengers);
    let data = Dataset::new(&series, &config)?;
    let labels = series.labels;
    let device = device.clone().inner();
    let mut builder = Builder::new(config.seed);
    let model = Model::new(&config, &mut builder, &device);
    let (window, size) = (data.window, data.size);
    let tensor = |values: &[&[f32]], rows: usize| {
        let columns = values.iter().map(|values| values.len()).sum::<usize>() / rows;
        Tensor::<2>::from_data(TensorData::new(values.concat(), [rows, columns]), &device)
    };
    let windows = |values: &[&[f32]], count: usize| tensor(values, count).reshape([count, window, size]);
    let Dataset { train, holdout, last, .. } = &data;
    let x = windows(&[&train.inputs], train.count);
    let y = tensor(&[&train.targets], train.count);
    let x_all = windows(&[&train.inputs, &holdout.inputs], train.count + holdout.count);
    let x_last = windows(&[last], 1);
    let task = Airline { config, data: Rc::new(data), labels, model, x, y, x_all, x_last };
    Ok((Box::new(task), builder.build(&device)))
}

impl Airline {
    /// `horizon` vectors beyond the end of the series, each prediction fed back as input; flat.
    fn forecast(&self, parameters: &Parameters) -> Tensor<1> {
        let mut window = self.x_last.clone();
        let [_, length, size] = window.dims();
        let predictions = (0..self.config.horizon)
            .map(|_| {
                let next = self.model.predict(parameters, window.clone());
                let newest = next.clone().reshape([1, 1, size]);
                window = match length {
                    0 | 1 => newest,
                    _ => Tensor::cat(vec![window.clone().narrow(1, 1, length - 1), newest], 1),
                };
                next.reshape([size])
            })
            .collect();
        Tensor::cat(predictions, 0)
    }
}

/// The figures, from the scaled one-step predictions and the forecast, which is empty where the horizon is 0.
fn figures(data: &Dataset, one_step: &[f32], forecast: &[f32]) -> Forecast {
    let unscaled = |values: &[f32]| -> Vec<f64> {
        values.iter().map(|&value| data.scaler.unscale(f64::from(value))).collect()
    };
    let mut fitted = unscaled(one_step);
    let holdout = fitted.split_off(fitted.len().min(data.train_actual().len()));
    Forecast {
        first: data.first(),
        train_scores: Scores::of(data.train_actual(), &fitted),
        holdout_scores: (!holdout.is_empty()).then(|| Scores::of(data.holdout_actual(), &holdout)),
        fitted,
        holdout,
        forecast: unscaled(forecast),
    }
}

impl Objective for Airline {
    fn rule(&self) -> Rule {
        self.config.optimizer.rule()
    }

    fn learning_rate(&self, _step: usize) -> f64 {
        self.config.learning_rate
    }

    fn loss(&self, parameters: &Parameters) -> Tensor<1> {
        // L = 1/(N·size) Σ (ŷ − y)²
        mean_squared_error(self.model.predict(parameters, self.x.clone()), self.y.clone())
    }

    fn shards(&self) -> usize {
        shards_of(self.cost())
    }

    fn shard_loss(&self, parameters: &Parameters, _step: usize, shard: usize) -> Tensor<1> {
        if self.shards() == 1 {
            return self.loss(parameters);
        }
        let count = self.data.train.count;
        let part = part_of(count, shard, self.shards());
        let x = self.x.clone().narrow(0, part.start, part.len());
        let y = self.y.clone().narrow(0, part.start, part.len());
        // Each part's mean counts for as much as it has windows.
        let share = part.len() as f64 / count as f64;
        mean_squared_error(self.model.predict(parameters, x), y).mul_scalar(share)
    }
}

impl Trainee for Airline {
    fn layers(&self) -> Vec<Layer> {
        self.model.layers()
    }

    fn cost(&self) -> StepCost {
        self.config.cost(self.data.values.len())
    }

    fn steps(&self) -> usize {
        self.config.epochs
    }

    fn examine(&self, parameters: &Parameters, step: usize) -> Option<Box<dyn Examination>> {
        let one_step = self.model.predict(parameters, self.x_all.clone()).flatten(0, 1);
        let data = Rc::clone(&self.data);
        if self.config.horizon == 0 {
            let draw = move |[one_step]: [Vec<f32>; 1]| Picture::new(step, &figures(&data, &one_step, &[]));
            return Some(Look::begin([one_step], draw));
        }
        Some(Look::begin([one_step, self.forecast(parameters)], move |[one_step, forecast]| {
            Picture::new(step, &figures(&data, &one_step, &forecast))
        }))
    }

    fn watch(&self, parameters: &Parameters, _passage: &[usize]) -> Option<Watch> {
        // The whole series, from a state of zeros: what the model learnt in windows it does at any length.
        let Dataset { size, values, trimmed, scaler, .. } = &*self.data;
        let scaled: Vec<f32> = values.iter().map(|&value| scaler.scale(value) as f32).collect();
        let steps = (scaled.len() / size).min(WATCHED_LIMIT);
        let x = TensorData::new(scaled[..steps * size].to_vec(), [1, steps, *size]);
        let x = Tensor::<3>::from_data(x, &parameters.flat().device());
        // A series has a label for each moment.
        let label = |step: usize| self.labels.get(trimmed + step * size).cloned().unwrap_or_default();
        Some(Watch {
            columns: (0..steps).map(label).collect(),
            modules: vec![self.model.gates(parameters, x)],
        })
    }

    fn apply(&mut self, form: &Form) {
        let AirlineConfig { learning_rate, horizon, epochs, .. } = AirlineConfig::from_form(form);
        (self.config.learning_rate, self.config.horizon) = (learning_rate, horizon);
        self.config.epochs = epochs;
    }
}
