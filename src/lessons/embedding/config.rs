//! The settings of the lesson and the config they validate to.

use super::dataset::{book, english};
use crate::data::kinds;
use crate::data::{Data, Sentences};
use crate::lesson::{Lang, Lesson, Metric, Preset, Training, Unit, Use};
use crate::lessons::optimizer::{LEARNING_RATE, MOMENTUM, OPTIMIZER, Optimizer, SEED, training};
use crate::nn::{Cell, Cost, RecurrentConfig, StepCost};
use crate::settings::{Choice, Form, Group, Integer, declare, table};
use crate::text::{Order, VocabularyConfig};

/// Sentences of a step at most. With the longest sentences and the largest model a step keeps some 500 MB, within the
/// 4 GB of WebAssembly.
pub(super) const MAX_BATCH: u32 = 128;
/// Words that the vocabulary holds at most, the reserved ones included.
const MAX_WORDS: usize = 5_000;

static SENTENCES: Choice<fn() -> Sentences> =
    declare(Group::Data, "sentences").choice("book", &table([("book", book), ("english", english)]));
static MIN_FREQ: Integer = declare(Group::Vocabulary, "min_freq").integer(1, 1..=1000);
static DROP_LAST: Integer = declare(Group::Vocabulary, "drop_last").integer(2, 0..=100);
static TABLE_PERCENT: Integer = declare(Group::Vocabulary, "table_percent").integer(90, 1..=100);
static EMBEDDING_DIM: Integer = declare(Group::Model, "embedding_dim").integer(20, 1..=256);
static CELL: Choice<Cell> =
    declare(Group::Model, "cell").choice("lstm", &table([("lstm", Cell::Lstm), ("gru", Cell::Gru)]));
static HIDDEN_SIZE: Integer = declare(Group::Model, "hidden_size").integer(28, 1..=256);
static BATCH_FIRST: Choice<bool> = declare(Group::Model, "batch_first").switch(true);
static BATCH_SIZE: Integer = training("batch_size").integer(3, 1..=MAX_BATCH);
static EPOCHS: Integer = training("epochs").live().integer(100, 1..=10_000);

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "embedding",
    version: 1,
    settings: &[
        &SENTENCES.setting,
        &MIN_FREQ.setting,
        &DROP_LAST.setting,
        &TABLE_PERCENT.setting,
        &EMBEDDING_DIM.setting,
        &CELL.setting,
        &HIDDEN_SIZE.setting,
        &BATCH_FIRST.setting,
        &OPTIMIZER.setting,
        &LEARNING_RATE.setting,
        &MOMENTUM.setting,
        &BATCH_SIZE.setting,
        &EPOCHS.setting,
        &SEED.setting,
    ],
    presets: &[
        Preset { id: "textbook", pairs: &[] },
        Preset { id: "english", pairs: &[("sentences", "english")] },
        Preset { id: "literal", pairs: &[("batch_first", "off")] },
        Preset { id: "plane", pairs: &[("embedding_dim", "2"), ("epochs", "300")] },
    ],
    recorded: &["textbook", "english"],
    opens_on: &[(Lang::En, "english")],
    takes: Some(&kinds::SENTENCES),
    long_text: None,
    training: Some(Training {
        compare: &BATCH_FIRST.setting,
        unit: Unit::Step,
        steps: &EPOCHS.setting,
        length: |form, data| {
            let config = EmbeddingConfig::from_form(form);
            let own = data.and_then(Data::sentences);
            own.map_or_else(|| config.steps(&sentences(form)), |own| config.steps(own))
        },
        cost: |form, data, _| {
            let config = EmbeddingConfig::from_form(form);
            let own = data.and_then(Data::sentences);
            own.map_or_else(|| config.estimate(&sentences(form)), |own| config.estimate(own))
        },
        metrics: &[Metric { key: "accuracy", percent: true }],
        uses: &[(Use::ManyToOne, &[])],
    }),
};

/// The sentences that are told apart where the reader brings none.
pub fn sentences(form: &Form) -> Sentences {
    SENTENCES.read(form)()
}

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
        EmbeddingConfig {
            vocabulary: VocabularyConfig {
                reserved: vec!["<unk>".into(), "<pad>".into()],
                min_freq: MIN_FREQ.read(form),
                max_size: Some(MAX_WORDS),
                order: Order::FrequencyThenWord,
                drop_last: DROP_LAST.read(form),
            },
            table_percent: TABLE_PERCENT.read(form),
            embedding_dim: EMBEDDING_DIM.read(form),
            cell: CELL.read(form),
            hidden_size: HIDDEN_SIZE.read(form),
            batch_first: BATCH_FIRST.read(form),
            optimizer: Optimizer::from_form(form),
            learning_rate: LEARNING_RATE.read(form),
            batch_size: BATCH_SIZE.read(form),
            epochs: EPOCHS.read(form),
            seed: SEED.seed(form),
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

    /// The recurrent module.
    pub fn recurrent(&self) -> RecurrentConfig {
        RecurrentConfig {
            batch_first: self.batch_first,
            ..RecurrentConfig::new(self.cell, self.embedding_dim, self.hidden_size)
        }
    }

    /// Numbers of a row of the table where the longest sentence has so many tokens.
    pub fn length(&self, longest: usize) -> usize {
        (longest * self.table_percent / 100).max(1)
    }

    /// What a step costs before the vocabulary is known: every token counts as one of it, though words repeat.
    pub fn estimate(&self, sentences: &Sentences) -> StepCost {
        let lengths = || sentences.sentences.iter().map(|sentence| sentence.tokens.len());
        let words = lengths().sum::<usize>().min(MAX_WORDS);
        let length = self.length(lengths().max().unwrap_or_default());
        self.cost(words, sentences.labels.len(), length, self.batch_size.min(sentences.sentences.len()))
    }

    /// What a step over so many rows costs, with so many words, classes and numbers in a row.
    pub fn cost(&self, words: usize, classes: usize, length: usize, rows: usize) -> StepCost {
        let recurrent = self.recurrent();
        StepCost {
            parameters: words * self.embedding_dim + recurrent.count() + (self.hidden_size + 1) * classes,
            rows,
            row: recurrent.cost(length).and(Cost::linear(self.hidden_size, classes)),
        }
    }
}
