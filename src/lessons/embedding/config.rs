//! The settings of the lesson and the config they validate to.

use super::dataset::sentences;
use crate::data::{Data, Sentences};
use crate::lesson::{Lesson, Metric, Preset, Takes, Training, Unit};
use crate::lessons::optimizer::{LEARNING_RATE, MOMENTUM, OPTIMIZER, Optimizer, SEED, training};
use crate::nn::Cell;
use crate::settings::{Form, Group, Kind, Setting};
use crate::text::{Order, VocabularyConfig};

/// Sentences of a step at most. With the longest sentences and the largest model a step keeps some 500 MB, within the
/// 4 GB of WebAssembly.
pub(super) const MAX_BATCH: i64 = 128;
/// Words that the vocabulary holds at most, the reserved ones included.
const MAX_WORDS: usize = 5_000;

const fn setting(key: &'static str, group: Group, preset: &'static str, kind: Kind) -> Setting {
    Setting { key, kind, preset, live: false, only_when: None, group }
}

static MIN_FREQ: Setting = setting("min_freq", Group::Vocabulary, "1", Kind::Integer { min: 1, max: 1000 });
static DROP_LAST: Setting = setting("drop_last", Group::Vocabulary, "2", Kind::Integer { min: 0, max: 100 });
static TABLE_PERCENT: Setting =
    setting("table_percent", Group::Vocabulary, "90", Kind::Integer { min: 1, max: 100 });
static EMBEDDING_DIM: Setting =
    setting("embedding_dim", Group::Model, "20", Kind::Integer { min: 1, max: 256 });
static CELL: Setting = setting("cell", Group::Model, "lstm", Kind::Choice(&["lstm", "gru"]));
static HIDDEN_SIZE: Setting = setting("hidden_size", Group::Model, "28", Kind::Integer { min: 1, max: 256 });
static BATCH_FIRST: Setting = setting("batch_first", Group::Model, "on", Kind::Choice(&["on", "off"]));
static BATCH_SIZE: Setting = training("batch_size", "3", Kind::Integer { min: 1, max: MAX_BATCH });
static EPOCHS: Setting = training("epochs", "100", Kind::Integer { min: 1, max: 10_000 });

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "embedding",
    version: 1,
    settings: &[
        &MIN_FREQ,
        &DROP_LAST,
        &TABLE_PERCENT,
        &EMBEDDING_DIM,
        &CELL,
        &HIDDEN_SIZE,
        &BATCH_FIRST,
        &OPTIMIZER,
        &LEARNING_RATE,
        &MOMENTUM,
        &BATCH_SIZE,
        &EPOCHS,
        &SEED,
    ],
    presets: &[
        Preset { id: "textbook", pairs: &[] },
        Preset { id: "literal", pairs: &[("batch_first", "off")] },
        Preset { id: "plane", pairs: &[("embedding_dim", "2"), ("epochs", "300")] },
    ],
    recorded: &["textbook"],
    opens_on: &[],
    takes: Takes::Sentences,
    training: Some(Training {
        compare: &BATCH_FIRST,
        unit: Unit::Step,
        length: |form, data| {
            let config = EmbeddingConfig::from_form(form);
            let own = data.and_then(Data::sentences);
            own.map_or_else(|| config.steps(&sentences()), |own| config.steps(own))
        },
        metrics: &[Metric { key: "accuracy", percent: true }],
    }),
};

/// A run of the lesson, validated: every combination of it can be trained on any sentences.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingConfig {
    /// Which words get a vector of their own.
    pub vocabulary: VocabularyConfig,
    /// How long the rows of numbers are, in percent of the longest sentence; rounded down, at least 1.
    pub table_percent: usize,
    /// Length of a word's vector.
    pub embedding_dim: usize,
    /// The recurrent cell.
    pub cell: Cell,
    /// Units of the hidden state.
    pub hidden_size: usize,
    /// PyTorch's `batch_first`: does the recurrent module know that its input has sentences first? The book's listing
    /// leaves it at PyTorch's default, which takes the words of a sentence for the sentences of a batch, and the other
    /// way round.
    pub batch_first: bool,
    /// The optimiser.
    pub optimizer: Optimizer,
    /// Its learning rate.
    pub learning_rate: f64,
    /// Sentences in a step, at most.
    pub batch_size: usize,
    /// Passes over all sentences.
    pub epochs: usize,
    /// Seed of the initial weights and of the order of the sentences.
    pub seed: u64,
}

impl EmbeddingConfig {
    /// What `form` means.
    pub fn from_form(form: &Form) -> Self {
        let count = |setting| usize::try_from(form.integer(setting)).unwrap_or(0);
        EmbeddingConfig {
            vocabulary: VocabularyConfig {
                reserved: vec!["<unk>".into(), "<pad>".into()],
                min_freq: count(&MIN_FREQ),
                max_size: Some(MAX_WORDS),
                order: Order::FrequencyThenWord,
                drop_last: count(&DROP_LAST),
            },
            table_percent: count(&TABLE_PERCENT),
            embedding_dim: count(&EMBEDDING_DIM),
            cell: if form.choice(&CELL) == "gru" { Cell::Gru } else { Cell::Lstm },
            hidden_size: count(&HIDDEN_SIZE),
            batch_first: form.choice(&BATCH_FIRST) == "on",
            optimizer: Optimizer::from_form(form),
            learning_rate: form.real(&LEARNING_RATE),
            batch_size: count(&BATCH_SIZE),
            epochs: count(&EPOCHS),
            seed: form.integer(&SEED).unsigned_abs(),
        }
    }

    /// Steps that go once through these sentences; the last of them may have fewer than the others.
    pub fn steps_per_epoch(&self, sentences: &Sentences) -> usize {
        sentences.sentences.len().div_ceil(self.batch_size.max(1)).max(1)
    }

    /// Steps of the whole training.
    pub fn steps(&self, sentences: &Sentences) -> usize {
        self.epochs * self.steps_per_epoch(sentences)
    }
}
