//! The settings of the lesson and the configs they validate to.

use crate::data::VOCABULARY_LIMIT;
use crate::lesson::Lang;
use crate::lesson::{Lesson, Metric, Preset, Takes, Training, Unit};
use crate::lessons::optimizer::{
    CLIP_NORM, LEARNING_RATE, MOMENTUM, OPTIMIZER, Optimizer, SCHEDULE, SEED, cosine, training,
};
use crate::nn::Cell;
use crate::protocol::text::{CorpusOptions, Spaces};
use crate::protocol::{Sampling, Strategy, Writing};
use crate::settings::{Form, Group, Kind, Setting};

/// Characters of a prompt.
const PROMPT_LIMIT: usize = 500;

const fn setting(key: &'static str, group: Group, preset: &'static str, kind: Kind) -> Setting {
    Setting { key, kind, preset, live: false, only_when: None, group }
}

const fn sampling(key: &'static str, preset: &'static str, kind: Kind) -> Setting {
    Setting { live: true, ..setting(key, Group::Sampling, preset, kind) }
}

const SWITCH: Kind = Kind::Choice(&["on", "off"]);
const MANY_TO_MANY: Option<(&str, &[&str])> = Some(("kind", &["many_to_many"]));
const MANY_TO_ONE: Option<(&str, &[&str])> = Some(("kind", &["many_to_one"]));
const DRAWN: Option<(&str, &[&str])> = Some(("strategy", &["draw"]));

static TEXT: Setting = setting("text", Group::Data, "wuxia", Kind::Choice(&["wuxia", "tale"]));
static TRIM: Setting = setting("trim", Group::Data, "on", SWITCH);
static JOIN_LINES: Setting = setting("join_lines", Group::Data, "off", SWITCH);
static LOWER_CASE: Setting = setting("lower_case", Group::Data, "off", SWITCH);
static SPACES: Setting =
    setting("spaces", Group::Data, "squeeze", Kind::Choice(&["keep", "squeeze", "remove"]));

static TOKENS: Setting =
    setting("tokens", Group::Vocabulary, "characters", Kind::Choice(&["characters", "words"]));
static MIN_FREQ: Setting = setting("min_freq", Group::Vocabulary, "1", Kind::Integer { min: 1, max: 1000 });
static MAX_SIZE: Setting =
    setting("max_size", Group::Vocabulary, "20000", Kind::Integer { min: 10, max: VOCABULARY_LIMIT as i64 });

static KIND: Setting =
    setting("kind", Group::Model, "many_to_many", Kind::Choice(&["many_to_many", "many_to_one"]));
static EMBEDDING_DIM: Setting =
    setting("embedding_dim", Group::Model, "64", Kind::Integer { min: 1, max: 512 });
static CELL: Setting = setting("cell", Group::Model, "lstm", Kind::Choice(&["lstm", "gru", "rnn"]));
static HIDDEN_SIZE: Setting =
    setting("hidden_size", Group::Model, "192", Kind::Integer { min: 1, max: 1024 });
static NUM_LAYERS: Setting = setting("num_layers", Group::Model, "1", Kind::Integer { min: 1, max: 4 });
static LINEAR_SIZE: Setting = Setting {
    only_when: MANY_TO_ONE,
    ..setting("linear_size", Group::Model, "512", Kind::Integer { min: 1, max: 2048 })
};
static DROPOUT: Setting = setting(
    "dropout",
    Group::Model,
    "0.2",
    Kind::Real { min: 0.0, max: 0.9, ladder: &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6] },
);
static TIED: Setting = Setting { only_when: MANY_TO_MANY, ..setting("tied", Group::Model, "off", SWITCH) };

static SEQ_LENGTH: Setting = training("seq_length", "32", Kind::Integer { min: 2, max: 400 });
static BATCHES: Setting = Setting {
    only_when: MANY_TO_MANY,
    ..training("batches", "random", Kind::Choice(&["random", "sequential"]))
};
static BALANCE: Setting = Setting {
    only_when: MANY_TO_ONE,
    ..training("balance", "0", Kind::Real { min: 0.0, max: 1.0, ladder: &[0.0, 0.25, 0.5, 0.75, 1.0] })
};
static BATCH_SIZE: Setting = training("batch_size", "32", Kind::Integer { min: 1, max: 512 });
static WARMUP_STEPS: Setting = training("warmup_steps", "0", Kind::Integer { min: 0, max: 100_000 });
static STEPS: Setting = training("steps", "1500", Kind::Integer { min: 1, max: 1_000_000 });
static HOLDOUT: Setting = training("holdout_percent", "10", Kind::Integer { min: 0, max: 50 });
static EXAMINE_EVERY: Setting = training("examine_every", "100", Kind::Integer { min: 1, max: 10_000 });
static PATIENCE: Setting = training("patience", "0", Kind::Integer { min: 0, max: 1000 });

static PROMPT: Setting = sampling("prompt", "", Kind::Text { limit: PROMPT_LIMIT });
static LENGTH: Setting = sampling("length", "200", Kind::Integer { min: 1, max: 5000 });
static STRATEGY: Setting = sampling("strategy", "draw", Kind::Choice(&["draw", "greedy", "beam"]));
static TEMPERATURE: Setting = Setting {
    only_when: DRAWN,
    ..sampling(
        "temperature",
        "0.8",
        Kind::Real { min: 0.01, max: 10.0, ladder: &[0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0] },
    )
};
static TOP_K: Setting =
    Setting { only_when: DRAWN, ..sampling("top_k", "0", Kind::Integer { min: 0, max: 10_000 }) };
static TOP_P: Setting = Setting {
    only_when: DRAWN,
    ..sampling(
        "top_p",
        "1",
        Kind::Real { min: 0.0, max: 1.0, ladder: &[0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0] },
    )
};
static REPETITION_PENALTY: Setting = Setting {
    only_when: DRAWN,
    ..sampling(
        "repetition_penalty",
        "1",
        Kind::Real { min: 1.0, max: 10.0, ladder: &[1.0, 1.05, 1.1, 1.2, 1.5, 2.0] },
    )
};
static BEAM_ALPHA: Setting = Setting {
    only_when: Some(("strategy", &["beam"])),
    ..sampling("beam_alpha", "0.75", Kind::Real { min: 0.0, max: 2.0, ladder: &[0.0, 0.5, 0.75, 1.0] })
};
static CONTINUATIONS: Setting = sampling("continuations", "1", Kind::Integer { min: 1, max: 6 });
static STOPS: Setting = sampling("stops_at_end", "off", SWITCH);
static SAMPLE_SEED: Setting = sampling("sample_seed", "1", Kind::Integer { min: 0, max: u32::MAX as i64 });

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "novel",
    version: 1,
    settings: &[
        &TEXT,
        &TRIM,
        &JOIN_LINES,
        &LOWER_CASE,
        &SPACES,
        &TOKENS,
        &MIN_FREQ,
        &MAX_SIZE,
        &KIND,
        &EMBEDDING_DIM,
        &CELL,
        &HIDDEN_SIZE,
        &NUM_LAYERS,
        &LINEAR_SIZE,
        &DROPOUT,
        &TIED,
        &SEQ_LENGTH,
        &BATCHES,
        &BALANCE,
        &BATCH_SIZE,
        &OPTIMIZER,
        &LEARNING_RATE,
        &SCHEDULE,
        &WARMUP_STEPS,
        &MOMENTUM,
        &CLIP_NORM,
        &STEPS,
        &HOLDOUT,
        &EXAMINE_EVERY,
        &PATIENCE,
        &SEED,
        &PROMPT,
        &LENGTH,
        &STRATEGY,
        &TEMPERATURE,
        &TOP_K,
        &TOP_P,
        &REPETITION_PENALTY,
        &BEAM_ALPHA,
        &CONTINUATIONS,
        &STOPS,
        &SAMPLE_SEED,
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
    takes: Takes::LongText,
    training: Some(Training {
        compare: &CELL,
        unit: Unit::Step,
        length: |form, _| usize::try_from(form.integer(&STEPS)).unwrap_or(1),
        metrics: &[Metric { key: "perplexity", percent: false }],
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
    /// Does the rate fall along half a cosine to 0 at the last step (Loshchilov and Hutter, 2017)?
    pub cosine: bool,
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

fn count(form: &Form, setting: &Setting) -> usize {
    usize::try_from(form.integer(setting)).unwrap_or(0)
}

fn is_on(form: &Form, setting: &Setting) -> bool {
    form.choice(setting) == "on"
}

impl NovelConfig {
    /// What `form` means.
    pub fn from_form(form: &Form) -> Self {
        let count = |setting| count(form, setting);
        let prediction = match form.choice(&KIND) {
            "many_to_one" => Prediction::Last { linear_size: count(&LINEAR_SIZE) },
            _ => Prediction::EveryNext,
        };
        let is_sequential = prediction == Prediction::EveryNext && form.choice(&BATCHES) == "sequential";
        // A layer between the states and the words has no table to share.
        let tied = is_on(form, &TIED) && prediction == Prediction::EveryNext;
        NovelConfig {
            prediction,
            cell: match form.choice(&CELL) {
                "gru" => Cell::Gru,
                "rnn" => Cell::RnnTanh,
                _ => Cell::Lstm,
            },
            embedding_dim: if tied { count(&HIDDEN_SIZE) } else { count(&EMBEDDING_DIM) },
            hidden_size: count(&HIDDEN_SIZE),
            num_layers: count(&NUM_LAYERS),
            dropout: form.real(&DROPOUT),
            tied,
            seq_length: count(&SEQ_LENGTH),
            batches: if is_sequential { Batches::Sequential } else { Batches::Random },
            balance: form.real(&BALANCE),
            batch_size: count(&BATCH_SIZE),
            optimizer: Optimizer::from_form(form),
            learning_rate: form.real(&LEARNING_RATE),
            cosine: form.choice(&SCHEDULE) == "cosine",
            warmup_steps: count(&WARMUP_STEPS),
            clip_norm: Some(form.real(&CLIP_NORM)).filter(|norm| *norm > 0.0),
            steps: count(&STEPS),
            holdout_percent: count(&HOLDOUT),
            examine_every: count(&EXAMINE_EVERY).max(1),
            patience: Some(count(&PATIENCE)).filter(|patience| *patience > 0 && count(&HOLDOUT) > 0),
            seed: form.integer(&SEED).unsigned_abs(),
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

    /// The learning rate of the step after `step` steps.
    pub fn learning_rate_at(&self, step: usize) -> f64 {
        if step < self.warmup_steps {
            return self.learning_rate * (step + 1) as f64 / self.warmup_steps as f64;
        }
        if !self.cosine {
            return self.learning_rate;
        }
        let span = self.steps.saturating_sub(self.warmup_steps);
        self.learning_rate * cosine(step - self.warmup_steps, span)
    }
}

/// Which of the shipped texts `form` asks for.
pub fn story(form: &Form) -> &'static str {
    form.choice(&TEXT)
}

/// How `form` has its text cleaned, cut and numbered.
pub fn corpus_options(form: &Form) -> CorpusOptions {
    CorpusOptions {
        words: form.choice(&TOKENS) == "words",
        marks: form.choice(&KIND) == "many_to_one",
        trim: is_on(form, &TRIM),
        join_lines: is_on(form, &JOIN_LINES),
        lower_case: is_on(form, &LOWER_CASE),
        spaces: match form.choice(&SPACES) {
            "keep" => Spaces::Keep,
            "remove" => Spaces::Remove,
            _ => Spaces::Squeeze,
        },
        min_freq: count(form, &MIN_FREQ),
        max_size: count(form, &MAX_SIZE),
    }
}

/// What `form` has written, before its prompt is cut.
pub fn prompt(form: &Form) -> String {
    form.text(&PROMPT)
}

/// What `form` asks a model to write after `prompt`.
pub fn writing(form: &Form, prompt: Vec<usize>) -> Writing {
    let sampling = Sampling {
        repetition_penalty: form.real(&REPETITION_PENALTY),
        temperature: form.real(&TEMPERATURE),
        top_k: Some(count(form, &TOP_K)).filter(|k| *k > 0),
        top_p: form.real(&TOP_P),
    };
    Writing {
        prompt,
        length: count(form, &LENGTH),
        strategy: match form.choice(&STRATEGY) {
            "beam" => Strategy::Beam { alpha: form.real(&BEAM_ALPHA) },
            "greedy" => Strategy::Draw(Sampling { temperature: 0.0, ..Sampling::default() }),
            _ => Strategy::Draw(sampling),
        },
        continuations: count(form, &CONTINUATIONS),
        seed: form.integer(&SAMPLE_SEED).unsigned_abs(),
        stops_at_end: is_on(form, &STOPS),
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
