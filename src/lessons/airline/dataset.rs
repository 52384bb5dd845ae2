//! From a series to what the model trains on: vectors, a split, a scale, windows.

use super::{AirlineConfig, Scaling};
use crate::Error;
use crate::data::{Scaler, Series, Windows};
use crate::error::Counted;

/// Numbers that one training step may hold for every unit of the network: windows × window × (input size + hidden
/// units of all layers). A step keeps about ten values of each, so this is some 700 MB, within the 4 GB of
/// WebAssembly. No setting brings the lesson's own series near it.
const STEP_LIMIT: usize = 1 << 24;

/// A series, ready for training.
///
/// The series is cut into vectors of `size` values. The last `holdout` vectors are kept from training; the scale is
/// fitted on the others alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Values per vector: the model's `input_size`.
    pub size: usize,
    /// Vectors that the model sees before it predicts the next one.
    pub window: usize,
    /// Oldest values of the series that were left out, to have a whole number of vectors.
    pub trimmed: usize,
    /// The trimmed series, oldest value first, in its own unit.
    pub values: Vec<f64>,
    /// Index in `values` of the first held-out value; their number where nothing is held out.
    pub split: usize,
    /// The scale of everything below.
    pub scaler: Scaler,
    /// Windows whose targets lie before `split`: at least one.
    pub train: Windows,
    /// Windows whose targets are the held-out vectors. They see the true values before each, held-out ones too: one
    /// step ahead is what is predicted.
    pub holdout: Windows,
    /// `[1, window, size]`: the last vectors of the series, from which the forecast beyond its end sets out.
    pub last: Vec<f32>,
}

impl Dataset {
    /// Prepares `series` as `config` asks.
    ///
    /// # Errors
    /// [`Error::ColumnCount`] if the series has several columns, [`Error::SeriesTooShort`] if not a single training window
    /// comes out, [`Error::TooLarge`] (in values) if one training step would not fit in memory.
    pub fn new(series: &Series, config: &AirlineConfig) -> Result<Self, Error> {
        let (size, window) = (config.granularity.size(), config.window.max(1));
        let needed = (window + 1 + config.holdout) * size;
        let values = series.only_values()?;
        let found = values.len();
        if found < needed {
            return Err(Error::SeriesTooShort { found, needed });
        }
        let per_window = window * (size + config.hidden_size * config.num_layers);
        let limit = (STEP_LIMIT / per_window + window + config.holdout) * size;
        if found > limit.max(needed) {
            return Err(Error::TooLarge { counted: Counted::StepValues, found, limit: limit.max(needed) });
        }

        let trimmed = found % size;
        let values = values[trimmed..].to_vec();
        let split = values.len() - config.holdout * size;
        let scaler = match config.scaling {
            Scaling::MinMax => Scaler::min_max(&values[..split]),
            Scaling::Standard => Scaler::standard(&values[..split]),
        };
        let scaled: Vec<f32> = values.iter().map(|&value| scaler.scale(value) as f32).collect();
        Ok(Dataset {
            size,
            window,
            trimmed,
            split,
            scaler,
            train: Windows::cut(&scaled[..split], window, size),
            holdout: Windows::cut(&scaled[split - window * size..], window, size),
            last: scaled[scaled.len() - window * size..].to_vec(),
            values,
        })
    }

    /// Index in [`values`](Self::values) of the first target.
    pub fn first(&self) -> usize {
        self.window * self.size
    }

    /// The true values of the training targets.
    pub fn train_actual(&self) -> &[f64] {
        &self.values[self.first()..self.split]
    }

    /// The true values of the held-out targets.
    pub fn holdout_actual(&self) -> &[f64] {
        &self.values[self.split..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::airline::{LESSON, PASSENGERS, passengers};
    use crate::settings::Form;

    fn config(pairs: &[(&'static str, &'static str)]) -> AirlineConfig {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        AirlineConfig::from_form(&form)
    }

    fn dataset(pairs: &[(&'static str, &'static str)]) -> Dataset {
        Dataset::new(&passengers(), &config(pairs)).unwrap()
    }

    #[test]
    fn the_preset_has_the_eight_windows_of_the_book() {
        let data = dataset(&[]);
        assert_eq!(
            (data.train.count, data.train.inputs.len(), data.train.targets.len()),
            (8, 8 * 4 * 12, 96)
        );
        assert_eq!((data.holdout.count, data.trimmed, data.split, data.first()), (0, 0, 144, 48));
        assert_eq!(data.scaler, Scaler::MinMax { min: 104.0, max: 622.0 });
        assert_eq!(data.train.inputs[0], (112.0 - 104.0) / 518.0);
        assert_eq!(data.train.targets[95], (432.0 - 104.0) / 518.0);
        assert_eq!(data.last.len(), 48);
        assert_eq!(data.last[47], data.train.targets[95]);
    }

    #[test]
    fn granularity_changes_the_vectors() {
        let quarters = dataset(&[("granularity", "quarter")]);
        assert_eq!((quarters.train.count, quarters.size), (44, 3));
        let months = dataset(&[("granularity", "month"), ("window", "12")]);
        assert_eq!((months.train.count, months.size, months.first()), (132, 1, 12));
    }

    #[test]
    fn what_is_held_out_is_not_trained_on() {
        let data = dataset(&[("holdout", "2"), ("scaling", "standard")]);
        assert_eq!((data.train.count, data.holdout.count, data.split), (6, 2, 120));
        let training: Vec<f64> = PASSENGERS[..120].iter().map(|&total| f64::from(total)).collect();
        assert_eq!(data.scaler, Scaler::standard(&training));
        assert_eq!((data.train_actual().len(), data.holdout_actual()[0]), (72, 360.0));
        // The first held-out window ends where training ends; the second one sees the first held-out vector.
        assert_eq!(data.holdout.inputs[36..48], data.train.targets[60..72]);
        assert_eq!(data.holdout.inputs[84..96], data.holdout.targets[..12]);
        assert_eq!(data.last[36..], data.holdout.targets[12..]);
    }

    #[test]
    fn the_oldest_values_go_where_vectors_do_not_come_out_even() {
        let mut series = passengers();
        series.columns[0].values.truncate(77);
        let data = Dataset::new(&series, &config(&[])).unwrap();
        assert_eq!((data.trimmed, data.values.len(), data.values[0]), (5, 72, 135.0));
    }

    #[test]
    fn too_short_says_what_is_needed() {
        let mut series = passengers();
        series.columns[0].values.truncate(71);
        let long = config(&[("holdout", "1")]);
        assert_eq!(Dataset::new(&series, &long), Err(Error::SeriesTooShort { found: 71, needed: 72 }));
        series.columns[0].values.push(1.0);
        assert_eq!(Dataset::new(&series, &long).unwrap().train.count, 1);
    }

    #[test]
    fn a_step_that_would_not_fit_in_memory_is_refused() {
        let values: Vec<f64> = (0..100_000).map(f64::from).collect();
        let series = Series::single(vec![String::new(); values.len()], values);
        let small = config(&[("granularity", "month")]);
        assert_eq!(Dataset::new(&series, &small).unwrap().train.count, 99_996);
        let large = config(&[("granularity", "month"), ("window", "36"), ("hidden_size", "512")]);
        assert!(matches!(
            Dataset::new(&series, &large),
            Err(Error::TooLarge { counted: Counted::StepValues, found: 100_000, .. })
        ));
        let largest =
            [("granularity", "month"), ("window", "36"), ("hidden_size", "512"), ("num_layers", "4")];
        assert_eq!(dataset(&largest).train.count, 108);
    }
}
