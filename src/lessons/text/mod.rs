//! The text lab (chapter 7.4 of the source textbook, section 8.2 of d2l): how a text is cut into tokens, and how tokens
//! become numbers. Nothing is trained here; every setting shows its effect at once.

use super::Row;
use crate::data::kinds;
use crate::lesson::{Lang, Lesson, Preset};
use crate::settings::{Choice, Form, Group, Integer, Outline, Real, declare, table};
use crate::text::{CutOptions, Mode, Order, Tokenizer, UserWord, VocabularyConfig};
#[cfg(feature = "engine")]
use crate::train::EngineLesson;
use crate::word2vec;

/// The lesson's row in the list of all.
pub(super) static ROW: Row = Row {
    lesson: &LESSON,
    #[cfg(feature = "engine")]
    engine: EngineLesson::needs_none(&LESSON),
};

/// The four sentences of section 7.4 of the textbook.
const SENTENCES: &str = "明天去看展览\n今天加班，天气不好\n明天有图书展览\n明天去";

/// As many sentences in English, on as many things.
const ENGLISH: &str = "We go to the museum tomorrow\nIt rains, and I work late today\nOld maps come to the museum tomorrow\nWe go tomorrow";

const fn setting(group: Group, key: &'static str) -> Outline {
    declare(group, key).live()
}

/// The sentences that the lab opens on.
static EXAMPLE: Choice<&'static str> =
    setting(Group::Data, "sentences").choice("book", &table([("book", SENTENCES), ("english", ENGLISH)]));
/// What counts as a token. How jieba cuts is said by settings of their own.
pub static TOKENIZER: Choice<Tokenizer> =
    setting(Group::Data, "tokenizer").choice("jieba", &table(Tokenizer::NAMED));
static MODE: Choice<Mode> = setting(Group::Data, "mode")
    .only_when(TOKENIZER.is(&["jieba"]))
    .choice("precise", &table([("precise", Mode::Precise), ("full", Mode::Full), ("search", Mode::Search)]));
static HMM: Choice<bool> = setting(Group::Data, "hmm").only_when(TOKENIZER.is(&["jieba"])).switch(true);
static PARTS_OF_SPEECH: Choice<bool> =
    setting(Group::Data, "parts_of_speech").only_when(TOKENIZER.is(&["jieba"])).switch(false);
static FULL_WIDTH: Choice<bool> =
    setting(Group::Data, "full_width").choice("keep", &table([("keep", false), ("narrow", true)]));
static ORDER: Choice<Order> = setting(Group::Vocabulary, "order").choice(
    "frequency_then_word",
    &table([("frequency", Order::Frequency), ("frequency_then_word", Order::FrequencyThenWord)]),
);
static RESERVED: Choice<&'static [&'static str]> = setting(Group::Vocabulary, "reserved").choice(
    "unk_pad",
    &table([
        ("none", &[]),
        ("unk", &["<unk>"]),
        ("unk_pad", &["<unk>", "<pad>"]),
        ("unk_pad_bos_eos", &["<unk>", "<pad>", "<bos>", "<eos>"]),
        ("unk_pad_s_e", &["<unk>", "<pad>", "<s>", "<e>"]),
    ]),
);
static MIN_FREQ: Integer = setting(Group::Vocabulary, "min_freq").integer(1, 1..=1000);
static MAX_SIZE: Integer = setting(Group::Vocabulary, "max_size").integer(100000, 10..=1_000_000);
static DROP_LAST: Integer = setting(Group::Vocabulary, "drop_last").integer(2, 0..=100);
static TABLE_PERCENT: Integer = setting(Group::Vocabulary, "table_percent").integer(90, 1..=100);

static ARCHITECTURE: Choice<word2vec::Architecture> = setting(Group::Vectors, "architecture").choice(
    "cbow",
    &table([("cbow", word2vec::Architecture::Cbow), ("skip_gram", word2vec::Architecture::SkipGram)]),
);
static OUTPUT: Choice<fn(&Form) -> word2vec::Output> = setting(Group::Vectors, "output").choice(
    "negative",
    &table([
        ("negative", |form| word2vec::Output::NegativeSampling { negative: NEGATIVE.read(form) }),
        ("hierarchical", |_| word2vec::Output::HierarchicalSoftmax),
    ]),
);
static NEGATIVE: Integer =
    setting(Group::Vectors, "negative").only_when(OUTPUT.is(&["negative"])).integer(5, 1..=20);
static VECTOR_SIZE: Integer = setting(Group::Vectors, "vector_size").integer(100, 2..=300);
static WINDOW: Integer = setting(Group::Vectors, "word_window").integer(5, 1..=20);
static MIN_COUNT: Integer = setting(Group::Vectors, "min_count").integer(1, 1..=1000);
static SAMPLE: Real =
    setting(Group::Vectors, "sample").real(0.001, 0.0..=1.0, &[0.0, 1e-5, 1e-4, 1e-3, 1e-2]);
static EPOCHS: Integer = setting(Group::Vectors, "word_epochs").integer(5, 1..=10_000);
static SEED: Integer = setting(Group::Vectors, "word_seed").integer(1, 0..=u32::MAX);

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "text",
    version: 1,
    settings: &[
        &EXAMPLE.setting,
        &TOKENIZER.setting,
        &MODE.setting,
        &HMM.setting,
        &PARTS_OF_SPEECH.setting,
        &FULL_WIDTH.setting,
        &ORDER.setting,
        &RESERVED.setting,
        &MIN_FREQ.setting,
        &MAX_SIZE.setting,
        &DROP_LAST.setting,
        &TABLE_PERCENT.setting,
        &ARCHITECTURE.setting,
        &OUTPUT.setting,
        &NEGATIVE.setting,
        &VECTOR_SIZE.setting,
        &WINDOW.setting,
        &MIN_COUNT.setting,
        &SAMPLE.setting,
        &EPOCHS.setting,
        &SEED.setting,
    ],
    presets: &[
        Preset { id: "textbook", pairs: &[] },
        Preset {
            id: "d2l",
            pairs: &[
                ("sentences", "english"),
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
    opens_on: &[(Lang::En, "d2l")],
    takes: Some(&kinds::TEXT),
    long_text: None,
    training: None,
};

/// The sentences that the lab shows before the reader brings a text.
pub fn example(form: &Form) -> &'static str {
    EXAMPLE.read(form)
}

/// Is this one of the texts that the lab brings along, and none of the reader's?
pub fn is_example(text: &str) -> bool {
    [SENTENCES, ENGLISH].contains(&text)
}

/// How `form` has vectors learnt; what is no setting is as in gensim.
pub fn vector_config(form: &Form) -> word2vec::Config {
    word2vec::Config {
        architecture: ARCHITECTURE.read(form),
        output: OUTPUT.read(form)(form),
        vector_size: VECTOR_SIZE.read(form),
        window: WINDOW.read(form),
        min_count: MIN_COUNT.read(form),
        sample: SAMPLE.read(form),
        epochs: EPOCHS.read(form),
        seed: SEED.seed(form),
        ..word2vec::Config::default()
    }
}

/// How `form` has a text cut.
pub fn cut_options(form: &Form, user_words: Vec<UserWord>) -> CutOptions {
    let tokenizer = match TOKENIZER.read(form) {
        Tokenizer::Jieba { .. } => Tokenizer::Jieba { mode: MODE.read(form), hmm: HMM.read(form) },
        other => other,
    };
    CutOptions {
        tokenizer,
        narrow: FULL_WIDTH.read(form),
        user_words,
        parts_of_speech: PARTS_OF_SPEECH.read(form),
        vocabulary: VocabularyConfig {
            reserved: RESERVED.read(form).iter().map(|name| (*name).to_owned()).collect(),
            min_freq: MIN_FREQ.read(form),
            max_size: Some(MAX_SIZE.read(form)),
            order: ORDER.read(form),
            drop_last: DROP_LAST.read(form),
        },
        table_percent: TABLE_PERCENT.read(form),
    }
}
