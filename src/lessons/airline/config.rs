//! The settings of the lesson and the config they validate to.

use crate::lesson::{Lesson, Metric, Preset, Takes, Training, Unit};
use crate::lessons::optimizer::{LEARNING_RATE, MOMENTUM, OPTIMIZER, Optimizer, SEED, training};
use crate::nn::Cell;
use crate::settings::{Form, Group, Kind, Setting};

const fn setting(key: &'static str, group: Group, preset: &'static str, kind: Kind) -> Setting {
    Setting { key, kind, preset, live: false, only_when: None, group }
}

static GRANULARITY: Setting =
    setting("granularity", Group::Data, "year", Kind::Choice(&["year", "quarter", "month"]));
static WINDOW: Setting = setting("window", Group::Data, "4", Kind::Integer { min: 1, max: 36 });
static SCALING: Setting = setting("scaling", Group::Data, "min_max", Kind::Choice(&["min_max", "standard"]));
static HOLDOUT: Setting = setting("holdout", Group::Data, "0", Kind::Integer { min: 0, max: 3 });
static HORIZON: Setting =
    Setting { live: true, ..setting("horizon", Group::Data, "1", Kind::Integer { min: 0, max: 24 }) };
static CELL: Setting = setting("cell", Group::Model, "lstm", Kind::Choice(&["lstm", "gru", "rnn"]));
static HIDDEN_SIZE: Setting = setting("hidden_size", Group::Model, "10", Kind::Integer { min: 1, max: 512 });
static NUM_LAYERS: Setting = Setting {
    only_when: Some(("cell", &["lstm", "gru"])),
    ..setting("num_layers", Group::Model, "1", Kind::Integer { min: 1, max: 4 })
};
static INITIAL_STATE: Setting = Setting {
    only_when: Some(("cell", &["rnn"])),
    ..setting("initial_state", Group::Model, "random", Kind::Choice(&["random", "zero"]))
};
static EPOCHS: Setting = training("epochs", "1000", Kind::Integer { min: 1, max: 100_000 });

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "airline",
    version: 1,
    settings: &[
        &GRANULARITY,
        &WINDOW,
        &SCALING,
        &HOLDOUT,
        &HORIZON,
        &CELL,
        &HIDDEN_SIZE,
        &NUM_LAYERS,
        &INITIAL_STATE,
        &OPTIMIZER,
        &LEARNING_RATE,
        &MOMENTUM,
        &EPOCHS,
        &SEED,
    ],
    presets: &[
        Preset { id: "lstm", pairs: &[] },
        Preset { id: "gru", pairs: &[("cell", "gru")] },
        Preset {
            id: "scratch",
            pairs: &[("cell", "rnn"), ("hidden_size", "128"), ("learning_rate", "0.001")],
        },
        Preset { id: "honest", pairs: &[("holdout", "2")] },
    ],
    recorded: &["lstm"],
    opens_on: &[],
    takes: Takes::Series,
    training: Some(Training {
        compare: &CELL,
        unit: Unit::Epoch,
        length: |form, _| AirlineConfig::from_form(form).epochs,
        metrics: &[Metric { key: "rmse", percent: false }, Metric { key: "mape", percent: true }],
    }),
};

/// How many months one vector of the series holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// Vectors of 12.
    Year,
    /// Vectors of 3.
    Quarter,
    /// Single values.
    Month,
}

impl Granularity {
    /// Values per vector: the model's `input_size`.
    pub fn size(self) -> usize {
        match self {
            Granularity::Year => 12,
            Granularity::Quarter => 3,
            Granularity::Month => 1,
        }
    }
}

/// How values are scaled before the model sees them; fitted on the training part only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// Smallest training value to 0, largest to 1.
    MinMax,
    /// Mean of the training values to 0, their standard deviation to 1.
    Standard,
}

/// The state before the first step, for the network built from scratch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialState {
    /// Uniform in [0, 1), drawn once from the seed, as in the book.
    Random,
    /// Zero, as PyTorch's modules have it.
    Zero,
}

/// A run of the lesson, validated: every combination of it can be trained on a series that is long enough.
#[derive(Debug, Clone, PartialEq)]
pub struct AirlineConfig {
    /// Months per vector.
    pub granularity: Granularity,
    /// Vectors the model sees before it predicts the next one.
    pub window: usize,
    /// How values are scaled.
    pub scaling: Scaling,
    /// Vectors at the end of the series kept from training.
    pub holdout: usize,
    /// Vectors forecast beyond the end of the series.
    pub horizon: usize,
    /// The recurrent cell.
    pub cell: Cell,
    /// Units of the hidden state.
    pub hidden_size: usize,
    /// Recurrent layers; always 1 for [`Cell::RnnRelu`].
    pub num_layers: usize,
    /// State before the first step; always zero for LSTM and GRU.
    pub initial_state: InitialState,
    /// The optimiser.
    pub optimizer: Optimizer,
    /// Its learning rate.
    pub learning_rate: f64,
    /// Passes over the training windows; each is one step, for all windows make one batch.
    pub epochs: usize,
    /// Seed of the initial weights and of the random initial state.
    pub seed: u64,
}

impl AirlineConfig {
    /// What `form` means. Settings that don't matter beside the others are at their neutral value.
    pub fn from_form(form: &Form) -> Self {
        let count = |setting| usize::try_from(form.integer(setting)).unwrap_or(0);
        let cell = match form.choice(&CELL) {
            "gru" => Cell::Gru,
            "rnn" => Cell::RnnRelu,
            _ => Cell::Lstm,
        };
        AirlineConfig {
            granularity: match form.choice(&GRANULARITY) {
                "quarter" => Granularity::Quarter,
                "month" => Granularity::Month,
                _ => Granularity::Year,
            },
            window: count(&WINDOW),
            scaling: if form.choice(&SCALING) == "standard" { Scaling::Standard } else { Scaling::MinMax },
            holdout: count(&HOLDOUT),
            horizon: count(&HORIZON),
            cell,
            hidden_size: count(&HIDDEN_SIZE),
            num_layers: if cell == Cell::RnnRelu { 1 } else { count(&NUM_LAYERS) },
            initial_state: if cell == Cell::RnnRelu && form.choice(&INITIAL_STATE) == "random" {
                InitialState::Random
            } else {
                InitialState::Zero
            },
            optimizer: Optimizer::from_form(form),
            learning_rate: form.real(&LEARNING_RATE),
            epochs: count(&EPOCHS),
            seed: form.integer(&SEED).unsigned_abs(),
        }
    }
}
