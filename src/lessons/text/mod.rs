//! The text lab (chapter 7.4 of the source textbook, section 8.2 of d2l): how a text is cut into tokens, and how tokens
//! become numbers. Nothing is trained here; every setting shows its effect at once.

#[cfg(feature = "text")]
mod lab;
#[cfg(feature = "text")]
mod learner;

use super::Row;
use crate::data::kinds;
use crate::lesson::{Lesson, Preset};
use crate::settings::{Form, Group, Kind, Setting};
use crate::text::{CutOptions, Mode, Order, Tokenizer, UserWord, VocabularyConfig};
#[cfg(feature = "engine")]
use crate::train::EngineLesson;
use crate::word2vec;

#[cfg(feature = "text")]
pub use {lab::Lab, learner::Learner};

/// The lesson's row in the list of all.
pub(super) const ROW: Row = Row {
    lesson: &LESSON,
    #[cfg(feature = "engine")]
    engine: EngineLesson::needs_none(&LESSON),
};

/// The four sentences of section 7.4 of the textbook.
pub const SENTENCES: &str = "明天去看展览\n今天加班，天气不好\n明天有图书展览\n明天去";

const fn setting(key: &'static str, group: Group, preset: &'static str, kind: Kind) -> Setting {
    Setting { key, kind, preset, live: true, only_when: None, group }
}

static TOKENIZER: Setting =
    setting("tokenizer", Group::Data, "jieba", Kind::Choice(&["jieba", "characters", "words", "blanks"]));
static MODE: Setting = Setting {
    only_when: Some(("tokenizer", &["jieba"])),
    ..setting("mode", Group::Data, "precise", Kind::Choice(&["precise", "full", "search"]))
};
static HMM: Setting = Setting {
    only_when: Some(("tokenizer", &["jieba"])),
    ..setting("hmm", Group::Data, "on", Kind::Choice(&["on", "off"]))
};
static PARTS_OF_SPEECH: Setting = Setting {
    only_when: Some(("tokenizer", &["jieba"])),
    ..setting("parts_of_speech", Group::Data, "off", Kind::Choice(&["on", "off"]))
};
static FULL_WIDTH: Setting = setting("full_width", Group::Data, "keep", Kind::Choice(&["keep", "narrow"]));
static ORDER: Setting = setting(
    "order",
    Group::Vocabulary,
    "frequency_then_word",
    Kind::Choice(&["frequency", "frequency_then_word"]),
);
static RESERVED: Setting = setting(
    "reserved",
    Group::Vocabulary,
    "unk_pad",
    Kind::Choice(&["none", "unk", "unk_pad", "unk_pad_bos_eos", "unk_pad_s_e"]),
);
static MIN_FREQ: Setting = setting("min_freq", Group::Vocabulary, "1", Kind::Integer { min: 1, max: 1000 });
static MAX_SIZE: Setting =
    setting("max_size", Group::Vocabulary, "100000", Kind::Integer { min: 10, max: 1_000_000 });
static DROP_LAST: Setting = setting("drop_last", Group::Vocabulary, "2", Kind::Integer { min: 0, max: 100 });
static TABLE_PERCENT: Setting =
    setting("table_percent", Group::Vocabulary, "90", Kind::Integer { min: 1, max: 100 });

static ARCHITECTURE: Setting =
    setting("architecture", Group::Vectors, "cbow", Kind::Choice(&["cbow", "skip_gram"]));
static OUTPUT: Setting =
    setting("output", Group::Vectors, "negative", Kind::Choice(&["negative", "hierarchical"]));
static NEGATIVE: Setting = Setting {
    only_when: Some(("output", &["negative"])),
    ..setting("negative", Group::Vectors, "5", Kind::Integer { min: 1, max: 20 })
};
static VECTOR_SIZE: Setting =
    setting("vector_size", Group::Vectors, "100", Kind::Integer { min: 2, max: 300 });
static WINDOW: Setting = setting("word_window", Group::Vectors, "5", Kind::Integer { min: 1, max: 20 });
static MIN_COUNT: Setting = setting("min_count", Group::Vectors, "1", Kind::Integer { min: 1, max: 1000 });
static SAMPLE: Setting = setting(
    "sample",
    Group::Vectors,
    "0.001",
    Kind::Real { min: 0.0, max: 1.0, ladder: &[0.0, 1e-5, 1e-4, 1e-3, 1e-2] },
);
static EPOCHS: Setting = setting("word_epochs", Group::Vectors, "5", Kind::Integer { min: 1, max: 10_000 });
static SEED: Setting =
    setting("word_seed", Group::Vectors, "1", Kind::Integer { min: 0, max: u32::MAX as i64 });

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "text",
    version: 1,
    settings: &[
        &TOKENIZER,
        &MODE,
        &HMM,
        &PARTS_OF_SPEECH,
        &FULL_WIDTH,
        &ORDER,
        &RESERVED,
        &MIN_FREQ,
        &MAX_SIZE,
        &DROP_LAST,
        &TABLE_PERCENT,
        &ARCHITECTURE,
        &OUTPUT,
        &NEGATIVE,
        &VECTOR_SIZE,
        &WINDOW,
        &MIN_COUNT,
        &SAMPLE,
        &EPOCHS,
        &SEED,
    ],
    presets: &[
        Preset { id: "textbook", pairs: &[] },
        Preset {
            id: "d2l",
            pairs: &[
                ("tokenizer", "words"),
                ("order", "frequency"),
                ("reserved", "unk"),
                ("drop_last", "0"),
                ("table_percent", "100"),
            ],
        },
        Preset {
            id: "characters",
            pairs: &[("tokenizer", "characters"), ("order", "frequency"), ("drop_last", "0")],
        },
        Preset { id: "vectors", pairs: &[("vector_size", "5"), ("word_epochs", "200")] },
    ],
    recorded: &[],
    opens_on: &[],
    takes: Some(&kinds::TEXT),
    training: None,
};

/// How `form` has vectors learnt; what is no setting is as in gensim.
pub fn vector_config(form: &Form) -> word2vec::Config {
    let count = |setting| usize::try_from(form.integer(setting)).unwrap_or(0);
    word2vec::Config {
        architecture: match form.choice(&ARCHITECTURE) {
            "skip_gram" => word2vec::Architecture::SkipGram,
            _ => word2vec::Architecture::Cbow,
        },
        output: match form.choice(&OUTPUT) {
            "hierarchical" => word2vec::Output::HierarchicalSoftmax,
            _ => word2vec::Output::NegativeSampling { negative: count(&NEGATIVE) },
        },
        vector_size: count(&VECTOR_SIZE),
        window: count(&WINDOW),
        min_count: count(&MIN_COUNT),
        sample: form.real(&SAMPLE),
        epochs: count(&EPOCHS),
        seed: form.integer(&SEED).unsigned_abs(),
        ..word2vec::Config::default()
    }
}

/// The word that chooses the tokenizer of `form`.
pub fn tokenizer_word(form: &Form) -> &'static str {
    form.choice(&TOKENIZER)
}

/// How `form` has a text cut.
pub fn cut_options(form: &Form, user_words: Vec<UserWord>) -> CutOptions {
    let count = |setting| usize::try_from(form.integer(setting)).unwrap_or(0);
    let mode = match form.choice(&MODE) {
        "full" => Mode::Full,
        "search" => Mode::Search,
        _ => Mode::Precise,
    };
    let tokenizer = match form.choice(&TOKENIZER) {
        "characters" => Tokenizer::Characters,
        "words" => Tokenizer::Words,
        "blanks" => Tokenizer::Blanks,
        _ => Tokenizer::Jieba { mode, hmm: form.choice(&HMM) == "on" },
    };
    let reserved: &[&str] = match form.choice(&RESERVED) {
        "none" => &[],
        "unk" => &["<unk>"],
        "unk_pad_bos_eos" => &["<unk>", "<pad>", "<bos>", "<eos>"],
        "unk_pad_s_e" => &["<unk>", "<pad>", "<s>", "<e>"],
        _ => &["<unk>", "<pad>"],
    };
    let order = match form.choice(&ORDER) {
        "frequency" => Order::Frequency,
        _ => Order::FrequencyThenWord,
    };
    CutOptions {
        tokenizer,
        narrow: form.choice(&FULL_WIDTH) == "narrow",
        user_words,
        parts_of_speech: form.choice(&PARTS_OF_SPEECH) == "on",
        vocabulary: VocabularyConfig {
            reserved: reserved.iter().map(|name| (*name).to_owned()).collect(),
            min_freq: count(&MIN_FREQ),
            max_size: Some(count(&MAX_SIZE)),
            order,
            drop_last: count(&DROP_LAST),
        },
        table_percent: count(&TABLE_PERCENT),
    }
}
