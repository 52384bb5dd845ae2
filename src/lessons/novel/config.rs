//! The settings of the lesson and the configs they validate to.

use crate::data::VOCABULARY_LIMIT;
use crate::data::kinds;
use crate::lesson::Lang;
use crate::lesson::{Lesson, LongText, Metric, Preset, Training, Unit, Use};
use crate::lessons::optimizer::{
    CLIP_NORM, LEARNING_RATE, MOMENTUM, OPTIMIZER, Optimizer, SCHEDULE, SEED, Schedule, training,
};
use crate::nn::{Cell, Cost, RecurrentConfig, StepCost};
use crate::protocol::{Sampling, Strategy, Writing};
use crate::settings::{Choice, Form, Group, Integer, Outline, Real, Text, declare, table};
use crate::text::{CorpusOptions, Spaces};

/// Beginnings that suit the shipped texts.
const PROMPTS: [(&str, [&str; 4]); 2] = [
    (
        "wuxia",
        [
            "小满把右手一抬，说：“听，",
            "雨从午后下到掌灯，半瓢客栈里",
            "宁姑站在门槛外面，",
            "贺舟抱着包袱，站得笔直，说：“",
        ],
    ),
    (
        "tale",
        [
            "On the morning after the Drop, Peg ",
            "\"Hm,\" said Mr. Stope. He took a nut out of the bowl and ",
            "Captain Tuck looked along the harbour and ",
            "The lead went down into the grey water, and ",
        ],
    ),
];

/// Characters of a prompt.
const PROMPT_LIMIT: usize = 500;

const fn sampling(key: &'static str) -> Outline {
    declare(Group::Sampling, key).live()
}

static TEXT: Choice<&'static str> =
    declare(Group::Data, "text").choice("wuxia", &table([("wuxia", "wuxia"), ("tale", "tale")]));
static TRIM: Choice<bool> = declare(Group::Data, "trim").switch(true);
static JOIN_LINES: Choice<bool> = declare(Group::Data, "join_lines").switch(false);
static LOWER_CASE: Choice<bool> = declare(Group::Data, "lower_case").switch(false);
static SPACES: Choice<Spaces> = declare(Group::Data, "spaces").choice(
    "squeeze",
    &table([("keep", Spaces::Keep), ("squeeze", Spaces::Squeeze), ("remove", Spaces::Remove)]),
);

static TOKENS: Choice<bool> = declare(Group::Vocabulary, "tokens")
    .choice("characters", &table([("characters", false), ("words", true)]));
static MIN_FREQ: Integer = declare(Group::Vocabulary, "min_freq").integer(1, 1..=1000);
static MAX_SIZE: Integer =
    declare(Group::Vocabulary, "max_size").integer(20000, 10..=VOCABULARY_LIMIT as u32);

static KIND: Choice<fn(&Form) -> Prediction> = declare(Group::Model, "kind").choice(
    "many_to_many",
    &table([
        ("many_to_many", |_| Prediction::EveryNext),
        ("many_to_one", |form| Prediction::Last { linear_size: LINEAR_SIZE.read(form) }),
    ]),
);
static EMBEDDING_DIM: Integer = declare(Group::Model, "embedding_dim").integer(64, 1..=512);
static CELL: Choice<Cell> = declare(Group::Model, "cell")
    .choice("lstm", &table([("lstm", Cell::Lstm), ("gru", Cell::Gru), ("rnn", Cell::RnnTanh)]));
static HIDDEN_SIZE: Integer = declare(Group::Model, "hidden_size").integer(192, 1..=1024);
static NUM_LAYERS: Integer = declare(Group::Model, "num_layers").integer(1, 1..=4);
static LINEAR_SIZE: Integer =
    declare(Group::Model, "linear_size").only_when(KIND.is(&["many_to_one"])).integer(512, 1..=2048);
static DROPOUT: Real =
    declare(Group::Model, "dropout").real(0.2, 0.0..=0.9, &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
static TIED: Choice<bool> = declare(Group::Model, "tied").only_when(KIND.is(&["many_to_many"])).switch(false);

static SEQ_LENGTH: Integer = training("seq_length").integer(32, 2..=400);
static BATCHES: Choice<Batches> = training("batches")
    .only_when(KIND.is(&["many_to_many"]))
    .choice("random", &table([("random", Batches::Random), ("sequential", Batches::Sequential)]));
static BALANCE: Real = training("balance").only_when(KIND.is(&["many_to_one"])).real(
    0.0,
    0.0..=1.0,
    &[0.0, 0.25, 0.5, 0.75, 1.0],
);
static BATCH_SIZE: Integer = training("batch_size").integer(32, 1..=512);
static WARMUP_STEPS: Integer = training("warmup_steps").integer(0, 0..=100_000);
static STEPS: Integer = training("steps").live().integer(1500, 1..=1_000_000);
static HOLDOUT: Integer = training("holdout_percent").integer(10, 0..=50);
static EXAMINE_EVERY: Integer = training("examine_every").integer(100, 1..=10_000);
static PATIENCE: Integer = training("patience").integer(0, 0..=1000);

static PROMPT: Text = sampling("prompt").text("", PROMPT_LIMIT);
static LENGTH: Integer = sampling("length").integer(200, 1..=5000);
static STRATEGY: Choice<fn(&Form) -> Strategy> = sampling("strategy").choice(
    "draw",
    &table([
        ("draw", |form| Strategy::Draw(sampling_of(form))),
        ("greedy", |_| Strategy::Draw(Sampling { temperature: 0.0, ..Sampling::default() })),
        ("beam", |form| Strategy::Beam { alpha: BEAM_ALPHA.read(form) }),
    ]),
);
static TEMPERATURE: Real = sampling("temperature").only_when(STRATEGY.is(&["draw"])).real(
    0.8,
    0.01..=10.0,
    &[0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0],
);
static TOP_K: Integer = sampling("top_k").only_when(STRATEGY.is(&["draw"])).integer(0, 0..=10_000);
static TOP_P: Real = sampling("top_p").only_when(STRATEGY.is(&["draw"])).real(
    1.0,
    0.0..=1.0,
    &[0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0],
);
static REPETITION_PENALTY: Real = sampling("repetition_penalty").only_when(STRATEGY.is(&["draw"])).real(
    1.0,
    1.0..=10.0,
    &[1.0, 1.05, 1.1, 1.2, 1.5, 2.0],
);
static BEAM_ALPHA: Real =
    sampling("beam_alpha").only_when(STRATEGY.is(&["beam"])).real(0.75, 0.0..=2.0, &[0.0, 0.5, 0.75, 1.0]);
static CONTINUATIONS: Integer = sampling("continuations").integer(1, 1..=6);
static STOPS: Choice<bool> = sampling("stops_at_end").switch(false);
static SAMPLE_SEED: Integer = sampling("sample_seed").integer(1, 0..=u32::MAX);

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "novel",
    version: 1,
    settings: &[
        &TEXT.setting,
        &TRIM.setting,
        &JOIN_LINES.setting,
        &LOWER_CASE.setting,
        &SPACES.setting,
        &TOKENS.setting,
        &MIN_FREQ.setting,
        &MAX_SIZE.setting,
        &KIND.setting,
        &EMBEDDING_DIM.setting,
        &CELL.setting,
        &HIDDEN_SIZE.setting,
        &NUM_LAYERS.setting,
        &LINEAR_SIZE.setting,
        &DROPOUT.setting,
        &TIED.setting,
        &SEQ_LENGTH.setting,
        &BATCHES.setting,
        &BALANCE.setting,
        &BATCH_SIZE.setting,
        &OPTIMIZER.setting,
        &LEARNING_RATE.setting,
        &SCHEDULE.setting,
        &WARMUP_STEPS.setting,
        &MOMENTUM.setting,
        &CLIP_NORM.setting,
        &STEPS.setting,
        &HOLDOUT.setting,
        &EXAMINE_EVERY.setting,
        &PATIENCE.setting,
        &SEED.setting,
        &PROMPT.setting,
        &LENGTH.setting,
        &STRATEGY.setting,
        &TEMPERATURE.setting,
        &TOP_K.setting,
        &TOP_P.setting,
        &REPETITION_PENALTY.setting,
        &BEAM_ALPHA.setting,
        &CONTINUATIONS.setting,
        &STOPS.setting,
        &SAMPLE_SEED.setting,
    ],
    presets: &[
        Preset { id: "wuxia", pairs: &[] },
        Preset {
            id: "tale",
            pairs: &[
                ("text", "tale"),
                ("hidden_size", "256"),
                ("dropout", "0.1"),
                ("seq_length", "64"),
                ("batch_size", "16"),
                ("learning_rate", "0.003"),
                ("steps", "2000"),
            ],
        },
        Preset {
            id: "textbook",
            pairs: &[
                ("tokens", "words"),
                ("kind", "many_to_one"),
                ("embedding_dim", "256"),
                ("hidden_size", "256"),
                ("dropout", "0"),
                ("seq_length", "10"),
                ("balance", "1"),
                ("batch_size", "128"),
                ("schedule", "constant"),
                ("clip_norm", "0"),
            ],
        },
        Preset {
            id: "chapter",
            pairs: &[
                ("text", "tale"),
                ("lower_case", "on"),
                ("embedding_dim", "256"),
                ("hidden_size", "512"),
                ("dropout", "0"),
                ("seq_length", "40"),
                ("batch_size", "64"),
                ("learning_rate", "0.003"),
                ("schedule", "constant"),
                ("clip_norm", "0"),
                ("steps", "10000"),
            ],
        },
    ],
    recorded: &["wuxia", "tale"],
    opens_on: &[(Lang::En, "tale")],
    takes: Some(&kinds::LONG_TEXT),
    long_text: Some(LongText { shipped: story, options: corpus_options, prompt, prompts, writing }),
    training: Some(Training {
        compare: &CELL.setting,
        unit: Unit::Step,
        steps: &STEPS.setting,
        length: |form, _| STEPS.read(form),
        cost: |form, _, tokens| NovelConfig::from_form(form).cost(tokens),
        metrics: &[Metric { key: "perplexity", percent: false }],
        uses: &[(Use::OneToMany, &[]), (Use::Aligned, &[])],
    }),
};

/// What a model predicts from a window of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prediction {
    /// After each token the next one ("ML by Example", chapter 12).
    EveryNext,
    /// Only what comes after the window, from the sum of all states and a layer of so many units (the textbook,
    /// section 7.6).
    Last {
        /// Units of the layer between the sum and the words.
        linear_size: usize,
    },
}

/// How a model's windows follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batches {
    /// Each begins anywhere in the text, with nothing remembered.
    Random,
    /// Each goes on where the one before it ended, with what the network remembers of it (d2l, section 8.3).
    Sequential,
}

/// A run of the lesson, validated.
#[derive(Debug, Clone, PartialEq)]
pub struct NovelConfig {
    /// What is predicted.
    pub prediction: Prediction,
    /// The recurrent cell.
    pub cell: Cell,
    /// Length of a token's vector.
    pub embedding_dim: usize,
    /// Units of the hidden state.
    pub hidden_size: usize,
    /// Layers.
    pub num_layers: usize,
    /// Probability with which an element is dropped between layers and before the last one, in training.
    pub dropout: f64,
    /// Is the table of vectors also the weight of the last layer (Press and Wolf, 2017)?
    pub tied: bool,
    /// Tokens in a window.
    pub seq_length: usize,
    /// How windows follow each other.
    pub batches: Batches,
    /// A window is drawn with probability 1 / frequencyᵉ of what follows it, where this is e: 1 as in the textbook, 0 as
    /// the text has it.
    pub balance: f64,
    /// Windows in a step.
    pub batch_size: usize,
    /// The optimiser.
    pub optimizer: Optimizer,
    /// Its learning rate, at its highest.
    pub learning_rate: f64,
    /// Whether it falls.
    pub schedule: Schedule,
    /// Steps over which it first rises from 0.
    pub warmup_steps: usize,
    /// Gradients are clipped to this norm; measured only with `None`.
    pub clip_norm: Option<f64>,
    /// Steps of the whole training.
    pub steps: usize,
    /// The part at the end of the text that is not trained on, in percent.
    pub holdout_percent: usize,
    /// The model is examined whenever it has done so many steps more.
    pub examine_every: usize,
    /// Training ends after so many examinations without a better one; never with `None`.
    pub patience: Option<usize>,
    /// Seed of the initial weights and of everything that is drawn.
    pub seed: u64,
}

impl NovelConfig {
    /// What `form` means.
    pub fn from_form(form: &Form) -> Self {
        let prediction = KIND.read(form)(form);
        let is_every = prediction == Prediction::EveryNext;
        // A layer between the states and the words has no table to share.
        let tied = TIED.read(form) && is_every;
        NovelConfig {
            prediction,
            cell: CELL.read(form),
            embedding_dim: if tied { HIDDEN_SIZE.read(form) } else { EMBEDDING_DIM.read(form) },
            hidden_size: HIDDEN_SIZE.read(form),
            num_layers: NUM_LAYERS.read(form),
            dropout: DROPOUT.read(form),
            tied,
            seq_length: SEQ_LENGTH.read(form),
            batches: if is_every { BATCHES.read(form) } else { Batches::Random },
            balance: BALANCE.read(form),
            batch_size: BATCH_SIZE.read(form),
            optimizer: Optimizer::from_form(form),
            learning_rate: LEARNING_RATE.read(form),
            schedule: SCHEDULE.read(form),
            warmup_steps: WARMUP_STEPS.read(form),
            clip_norm: CLIP_NORM.unless_zero(form),
            steps: STEPS.read(form),
            holdout_percent: HOLDOUT.read(form),
            examine_every: EXAMINE_EVERY.read(form),
            patience: PATIENCE.unless_zero(form).filter(|_| HOLDOUT.read(form) > 0),
            seed: SEED.seed(form),
        }
    }

    /// Tokens that a text must have for these settings.
    pub fn tokens_needed(&self) -> usize {
        let trained = match (self.prediction, self.batches) {
            (Prediction::Last { .. }, _) => 2,
            (Prediction::EveryNext, Batches::Random) => self.seq_length + 1,
            (Prediction::EveryNext, Batches::Sequential) => self.batch_size * self.seq_length + 1,
        };
        (trained * 100).div_ceil(100 - self.holdout_percent.min(99))
    }

    /// The recurrent module.
    pub fn recurrent(&self) -> RecurrentConfig {
        RecurrentConfig {
            num_layers: self.num_layers,
            dropout: self.dropout,
            batch_first: false,
            ..RecurrentConfig::new(self.cell, self.embedding_dim, self.hidden_size)
        }
    }

    /// What a step costs with a vocabulary of so many tokens.
    pub fn cost(&self, tokens: usize) -> StepCost {
        let NovelConfig { hidden_size, embedding_dim, seq_length, batch_size, .. } = *self;
        let linear = |inputs: usize, outputs: usize| (inputs + 1) * outputs;
        let (learnt, head) = match self.prediction {
            Prediction::EveryNext if self.tied => {
                (tokens, Cost::linear(hidden_size, tokens).times(seq_length))
            }
            Prediction::EveryNext => {
                (linear(hidden_size, tokens), Cost::linear(hidden_size, tokens).times(seq_length))
            }
            Prediction::Last { linear_size } => (
                linear(hidden_size, linear_size) + linear(linear_size, tokens),
                Cost::linear(hidden_size, linear_size).and(Cost::linear(linear_size, tokens)),
            ),
        };
        let recurrent = self.recurrent();
        StepCost {
            parameters: tokens * embedding_dim + recurrent.count() + learnt,
            rows: batch_size,
            row: recurrent.cost(seq_length).and(head),
        }
    }

    /// The learning rate of the step after `step` steps.
    pub fn learning_rate_at(&self, step: usize) -> f64 {
        if step < self.warmup_steps {
            return self.learning_rate * (step + 1) as f64 / self.warmup_steps as f64;
        }
        let span = self.steps.saturating_sub(self.warmup_steps);
        self.learning_rate * self.schedule.factor(step - self.warmup_steps, span)
    }
}

/// How `form` has its text cleaned, cut and numbered.
pub fn corpus_options(form: &Form) -> CorpusOptions {
    CorpusOptions {
        words: TOKENS.read(form),
        marks: KIND.read(form)(form) != Prediction::EveryNext,
        trim: TRIM.read(form),
        join_lines: JOIN_LINES.read(form),
        lower_case: LOWER_CASE.read(form),
        spaces: SPACES.read(form),
        min_freq: MIN_FREQ.read(form),
        max_size: MAX_SIZE.read(form),
    }
}

/// Which of the shipped texts `form` asks for.
pub fn story(form: &Form) -> &'static str {
    TEXT.read(form)
}

/// What `form` has written, before its prompt is cut.
pub fn prompt(form: &Form) -> String {
    PROMPT.read(form)
}

/// The beginnings that suit the shipped text.
fn prompts(form: &Form) -> &'static [&'static str] {
    let chosen = story(form);
    PROMPTS.iter().find(|(text, _)| *text == chosen).map_or(&[], |(_, prompts)| prompts)
}

fn sampling_of(form: &Form) -> Sampling {
    Sampling {
        repetition_penalty: REPETITION_PENALTY.read(form),
        temperature: TEMPERATURE.read(form),
        top_k: TOP_K.unless_zero(form),
        top_p: TOP_P.read(form),
    }
}

/// What `form` asks a model to write after `prompt`.
fn writing(form: &Form, prompt: Vec<usize>) -> Writing {
    Writing {
        prompt,
        length: LENGTH.read(form),
        strategy: STRATEGY.read(form)(form),
        continuations: CONTINUATIONS.read(form),
        seed: SAMPLE_SEED.seed(form),
        stops_at_end: STOPS.read(form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&'static str, &'static str)]) -> NovelConfig {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        NovelConfig::from_form(&form)
    }

    #[test]
    fn the_rate_rises_and_falls_as_planned() {
        let plain = config(&[("learning_rate", "0.01"), ("schedule", "constant")]);
        assert_eq!((plain.learning_rate_at(0), plain.learning_rate_at(1999)), (0.01, 0.01));
        let both = config(&[
            ("learning_rate", "0.01"),
            ("schedule", "cosine"),
            ("warmup_steps", "10"),
            ("steps", "110"),
        ]);
        let rates = [0, 4, 9, 10, 60, 110, 500].map(|step| both.learning_rate_at(step));
        let expected = [0.001, 0.005, 0.01, 0.01, 0.005, 0.0, 0.0];
        assert!(rates.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{rates:?}");
    }

    #[test]
    fn what_does_not_go_together_is_not_put_together() {
        let tied = config(&[("tied", "on"), ("hidden_size", "96")]);
        assert_eq!((tied.tied, tied.embedding_dim), (true, 96));
        let book = config(&[("tied", "on"), ("kind", "many_to_one"), ("batches", "sequential")]);
        assert_eq!((book.tied, book.batches, book.embedding_dim), (false, Batches::Random, 64));
        assert_eq!(config(&[("patience", "3"), ("holdout_percent", "0")]).patience, None);
    }
}
