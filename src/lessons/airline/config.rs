//! The settings of the lesson and the config they validate to.

use super::PASSENGERS;
use crate::data::{Data, Series, kinds};
use crate::lesson::{Lesson, Metric, Preset, Training, Unit, Use};
use crate::lessons::optimizer::{LEARNING_RATE, MOMENTUM, OPTIMIZER, Optimizer, SEED, training};
use crate::nn::{Cell, Cost, RecurrentConfig, StepCost};
use crate::settings::{Choice, Form, Group, Integer, declare, table};

static GRANULARITY: Choice<Granularity> = declare(Group::Data, "granularity").choice(
    "year",
    &table([("year", Granularity::Year), ("quarter", Granularity::Quarter), ("month", Granularity::Month)]),
);
static WINDOW: Integer = declare(Group::Data, "window").integer(4, 1..=36);
static SCALING: Choice<Scaling> = declare(Group::Data, "scaling")
    .choice("min_max", &table([("min_max", Scaling::MinMax), ("standard", Scaling::Standard)]));
static HOLDOUT: Integer = declare(Group::Data, "holdout").integer(0, 0..=3);
static HORIZON: Integer = declare(Group::Data, "horizon").live().integer(1, 0..=24);
static CELL: Choice<Cell> = declare(Group::Model, "cell")
    .choice("lstm", &table([("lstm", Cell::Lstm), ("gru", Cell::Gru), ("rnn", Cell::RnnRelu)]));
static HIDDEN_SIZE: Integer = declare(Group::Model, "hidden_size").integer(10, 1..=512);
static NUM_LAYERS: Integer =
    declare(Group::Model, "num_layers").only_when(CELL.is(&["lstm", "gru"])).integer(1, 1..=4);
static INITIAL_STATE: Choice<InitialState> = declare(Group::Model, "initial_state")
    .only_when(CELL.is(&["rnn"]))
    .choice("random", &table([("random", InitialState::Random), ("zero", InitialState::Zero)]));
static EPOCHS: Integer = training("epochs").live().integer(1000, 1..=100_000);

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "airline",
    version: 1,
    settings: &[
        &GRANULARITY.setting,
        &WINDOW.setting,
        &SCALING.setting,
        &HOLDOUT.setting,
        &HORIZON.setting,
        &CELL.setting,
        &HIDDEN_SIZE.setting,
        &NUM_LAYERS.setting,
        &INITIAL_STATE.setting,
        &OPTIMIZER.setting,
        &LEARNING_RATE.setting,
        &MOMENTUM.setting,
        &EPOCHS.setting,
        &SEED.setting,
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
    takes: Some(&kinds::SERIES),
    long_text: None,
    training: Some(Training {
        compare: &CELL.setting,
        unit: Unit::Epoch,
        steps: &EPOCHS.setting,
        length: |form, _| AirlineConfig::from_form(form).epochs,
        cost: |form, data, _| {
            let own = data.and_then(Data::series).map(Series::len);
            AirlineConfig::from_form(form).cost(own.unwrap_or(PASSENGERS.len()))
        },
        metrics: &[Metric { key: "rmse", percent: false }, Metric { key: "mape", percent: true }],
        uses: &[(Use::ManyToOne, &[])],
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
        let cell = CELL.read(form);
        AirlineConfig {
            granularity: GRANULARITY.read(form),
            window: WINDOW.read(form),
            scaling: SCALING.read(form),
            holdout: HOLDOUT.read(form),
            horizon: HORIZON.read(form),
            cell,
            hidden_size: HIDDEN_SIZE.read(form),
            num_layers: if cell == Cell::RnnRelu { 1 } else { NUM_LAYERS.read(form) },
            initial_state: if cell == Cell::RnnRelu { INITIAL_STATE.read(form) } else { InitialState::Zero },
            optimizer: Optimizer::from_form(form),
            learning_rate: LEARNING_RATE.read(form),
            epochs: EPOCHS.read(form),
            seed: SEED.seed(form),
        }
    }

    /// The recurrent module; for [`Cell::RnnRelu`] one with as many units.
    pub fn recurrent(&self) -> RecurrentConfig {
        RecurrentConfig {
            num_layers: self.num_layers,
            ..RecurrentConfig::new(self.cell, self.granularity.size(), self.hidden_size)
        }
    }

    /// What a step costs with a series of so many values.
    pub fn cost(&self, values: usize) -> StepCost {
        let size = self.granularity.size();
        let recurrent = self.recurrent();
        StepCost {
            parameters: recurrent.count() + (self.hidden_size + 1) * size,
            rows: (values / size).saturating_sub(self.window + self.holdout).max(1),
            row: recurrent.cost(self.window).and(Cost::linear(self.hidden_size, size)),
        }
    }
}
