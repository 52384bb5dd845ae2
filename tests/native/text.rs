//! Tokens, vocabularies and encodings: what the textbook and d2l print, and what must hold of any text.

use std::sync::LazyLock;

use proptest::prelude::*;
use unroll::Error;
use unroll::data::kinds::SENTENCES;
use unroll::lab::Lab;
use unroll::text::{
    Charset, Choices, CutOptions, Decoded, Mode, Order, Segmenter, Source, Tokenizer, UserWord, Vocabulary,
    VocabularyConfig, dictionary, ngrams, table,
};
use unroll::word2vec;

use crate::encodings::written;
use crate::shared_data;

static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(Segmenter::with_default_dictionary);

/// The four sentences of section 7.4 of the textbook, and their words.
fn textbook() -> Vec<Vec<&'static str>> {
    let sentences = ["明天去看展览", "今天加班，天气不好", "明天有图书展览", "明天去"];
    sentences.into_iter().map(|sentence| SEGMENTER.cut(sentence, Mode::Precise, true)).collect()
}

#[test]
fn the_textbooks_vocabulary_and_table() {
    let sentences = textbook();
    let words = sentences.iter().flatten().copied();
    let vocabulary = Vocabulary::new(words, &VocabularyConfig::textbook());
    let printed = ["<unk>", "<pad>", "明天", "展览", "去", "，", "看", "有", "天气", "图书", "加班"];
    assert_eq!(vocabulary.decode(&Vec::from_iter(0..vocabulary.len())).unwrap(), printed);
    assert_eq!(vocabulary.unknown(), 2);
    let longest = sentences.iter().map(Vec::len).max().unwrap();
    let length = (0.9 * longest as f64) as usize;
    let rows: Vec<Vec<usize>> =
        sentences.iter().map(|sentence| vocabulary.encode(sentence.iter().copied())).collect();
    let padding = vocabulary.index("<pad>").unwrap();
    assert_eq!(table(&rows, length, padding), [[2, 4, 6, 3], [0, 10, 5, 8], [2, 7, 9, 3], [2, 4, 1, 1]]);
}

#[test]
fn equally_frequent_words_stand_as_the_text_brings_them_or_by_their_characters() {
    let tokens = ["b", "a", "c", "a", "b", "a"];
    let order = |order| {
        let config = VocabularyConfig { order, reserved: Vec::new(), ..VocabularyConfig::d2l() };
        let vocabulary = Vocabulary::new(tokens, &config);
        (0..vocabulary.len()).map(|index| vocabulary.token(index).unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(order(Order::Frequency), "abc");
    let tokens = ["b", "c", "a"];
    let config = |order| VocabularyConfig { order, reserved: Vec::new(), ..VocabularyConfig::d2l() };
    assert_eq!(Vocabulary::new(tokens, &config(Order::Frequency)).token(0), Some("b"));
    assert_eq!(Vocabulary::new(tokens, &config(Order::FrequencyThenWord)).token(0), Some("c"));
}

/// The text of d2l's section 8.2, line by line as it cleans them; nothing, and a word about it, where the data are not.
fn time_machine() -> Option<Vec<String>> {
    let text = String::from_utf8(shared_data::read("timemachine/timemachine.txt")?).unwrap();
    let clean = |line: &str| {
        let letters = line.split(|c: char| !c.is_ascii_alphabetic()).filter(|run| !run.is_empty());
        letters.collect::<Vec<_>>().join(" ").to_lowercase()
    };
    Some(text.lines().map(clean).collect())
}

#[test]
fn the_time_machine_has_d2ls_numbers() {
    let Some(lines) = time_machine() else { return };
    assert_eq!(lines.len(), 3221);
    let words: Vec<&str> = lines.iter().flat_map(|line| Tokenizer::Blanks.tokens(line, None)).collect();
    let vocabulary = Vocabulary::new(words.iter().copied(), &VocabularyConfig::d2l());
    assert_eq!((words.len(), vocabulary.len()), (32_775, 4580));
    let first = ["<unk>", "the", "i", "and", "of", "a", "to", "was", "in", "that"];
    assert_eq!(vocabulary.decode(&Vec::from_iter(0..10)).unwrap(), first);
    assert_eq!(
        vocabulary.encode("the time machine by h g wells".split(' ')),
        [1, 19, 50, 40, 2183, 2184, 400]
    );
    let characters: Vec<&str> =
        lines.iter().flat_map(|line| Tokenizer::Characters.tokens(line, None)).collect();
    let known = Vocabulary::new(characters.iter().copied(), &VocabularyConfig::d2l());
    assert_eq!((characters.len(), known.len()), (170_580, 28));
    let ids: Vec<u32> = vocabulary.encode(words).into_iter().map(|id| id as u32).collect();
    let bigrams: Vec<(String, usize)> = ngrams::count([ids.as_slice()], 2)
        .into_iter()
        .take(3)
        .map(|(run, count)| {
            (
                run.iter().map(|&id| vocabulary.token(id as usize).unwrap()).collect::<Vec<_>>().join("-"),
                count,
            )
        })
        .collect();
    assert_eq!(bigrams, [("of-the".into(), 309), ("in-the".into(), 169), ("i-had".into(), 130)]);
}

#[test]
fn files_are_read_in_the_encoding_they_are_in() {
    // Long enough for its statistics; written for this test.
    let simplified =
        "山里的雾气很重，他一个人走在石板路上。路边的茶馆还没有开门，只有一只黄狗趴在台阶上打盹。\r\n";
    let traditional =
        "山裡的霧氣很重，他一個人走在石板路上。路邊的茶館還沒有開門，只有一隻黃狗趴在臺階上打盹。\r\n";
    for (charset, text) in [
        (Charset::Utf8, simplified),
        (Charset::Gb18030, simplified),
        (Charset::Big5, traditional),
        (Charset::Utf16Le, simplified),
        (Charset::Utf16Be, simplified),
    ] {
        let text = text.repeat(3);
        let bytes = written(&text, charset);
        let decoded = Decoded::read(&bytes, None).unwrap();
        let facts = &decoded.facts;
        assert_eq!((facts.charset, facts.mark, facts.ill_formed), (Some(charset), false, 0));
        assert_eq!(decoded.text, text.replace("\r\n", "\n"));
        assert_eq!(facts.foreign_line_ends, 3);
        if matches!(charset, Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be) {
            let marked = [written("\u{feff}", charset), bytes].concat();
            let decoded = Decoded::read(&marked, None).unwrap();
            assert_eq!((decoded.facts.charset, decoded.facts.mark), (Some(charset), true));
            assert!(decoded.text.starts_with('山'));
        }
    }
}

fn options(tokenizer: Tokenizer) -> CutOptions {
    CutOptions {
        tokenizer,
        narrow: false,
        user_words: Vec::new(),
        parts_of_speech: false,
        vocabulary: VocabularyConfig::textbook(),
        table_percent: 90,
    }
}

/// A dictionary for the four sentences, as the site packs it.
fn packed_dictionary() -> Vec<u8> {
    dictionary::pack(
        "明天 3000 t\n去 9000 v\n看 8000 v\n展览 500 v\n今天 3000 t\n加班 100 v\n天气 700 n\n不好 900 d\n有 9900 v\n图书 400 n\n的 90000 uj\n",
    )
}

#[test]
fn the_lab_shows_the_textbooks_table() {
    let mut lab = Lab::default();
    let jieba = Tokenizer::Jieba { mode: Mode::Precise, hmm: true };
    lab.write(unroll::lessons::text::example(&unroll::lessons::text::LESSON.preset()).into());
    assert!(lab.lacks_dictionary(jieba) && !lab.lacks_dictionary(Tokenizer::Words));
    assert!(matches!(lab.load(b"no dictionary"), Err(Error::DictionaryDamaged { .. })));
    lab.load(&packed_dictionary()).unwrap();
    let cut = lab.cut(&CutOptions { parts_of_speech: true, ..options(jieba) }, || 0.0);
    assert_eq!(cut.table, [[2, 4, 6, 3], [0, 10, 5, 8], [2, 7, 9, 3], [2, 4, 1, 1]]);
    assert_eq!((cut.characters, cut.sentences, cut.tokens, cut.types, cut.unknown), (28, 4, 15, 11, 2));
    assert_eq!(cut.shown[0][0].part_of_speech.as_deref(), Some("t"));
    assert_eq!(cut.shown[1][0].index, None);
    let pairs = &cut.ngrams[1];
    assert_eq!((pairs.n, pairs.runs), (2, 11));
    assert_eq!(pairs.most_frequent[0], (vec!["明天".into(), "去".into()], 2));
}

#[test]
fn words_of_the_readers_own_come_and_go() {
    let mut lab = Lab::default();
    lab.load(&packed_dictionary()).unwrap();
    lab.write("程小满去看天气".into());
    let words = |lab: &mut Lab, list: &str| {
        let tokenizer = Tokenizer::Jieba { mode: Mode::Precise, hmm: false };
        let cut = lab.cut(&CutOptions { user_words: UserWord::parse(list).0, ..options(tokenizer) }, || 0.0);
        cut.shown[0].iter().map(|token| token.text.clone()).collect::<Vec<_>>().join("/")
    };
    assert_eq!(words(&mut lab, ""), "程/小/满/去/看/天气");
    assert_eq!(words(&mut lab, "程小满"), "程小满/去/看/天气");
    assert_eq!(words(&mut lab, "小满"), "程/小满/去/看/天气");
    assert_eq!(words(&mut lab, ""), "程/小/满/去/看/天气");
}

#[test]
fn wide_letters_are_ordinary_ones_where_the_reader_says_so() {
    let mut lab = Lab::default();
    lab.write("ＯＫ OK，１２ 12".into());
    let types =
        |lab: &mut Lab, narrow| lab.cut(&CutOptions { narrow, ..options(Tokenizer::Blanks) }, || 0.0).types;
    assert_eq!((types(&mut lab, false), types(&mut lab, true)), (3, 3));
    lab.write("ＯＫ OK １２ 12".into());
    assert_eq!((types(&mut lab, false), types(&mut lab, true)), (4, 2));
}

/// As the lesson on embeddings asks for them.
#[test]
fn sentences_with_labels_are_cut_and_what_is_wrong_is_named_with_its_row() {
    let lab = Lab::default();
    let read = |source| {
        let read = lab.data(&SENTENCES, source, &Choices::default(), Some(Tokenizer::Characters));
        read.outcome.map(|data| data.sentences().cloned().unwrap())
    };
    let label = |text: &str| read(Source::Text { text: text.into() });
    let found = label("好\t天气 好\n坏 下雨\n").unwrap();
    assert_eq!(found.to_text(), "好\t天 气 好\n坏\t下 雨\n");
    assert_eq!(label("好 天气\n\n坏\n"), Err(Error::NoSentence { row: 3 }));
    assert_eq!(label("好 天气\n好 下雨\n"), Err(Error::OneLabel { label: "好".into() }));
    let file = |bytes: Vec<u8>| read(Source::File { bytes });
    assert_eq!(file(written("好\t天气 好\r\n坏 下雨", Charset::Gb18030)), Ok(found));
    assert_eq!(file(vec![0, 1, 2]), Err(Error::NotText));
}

#[test]
fn a_refused_file_leaves_the_text_and_a_long_one_is_not_sent_back() {
    let mut lab = Lab::default();
    lab.write("天气".into());
    assert_eq!(lab.read(vec![0, 1, 2, 3]), Err(Error::NotText));
    let characters = |lab: &mut Lab| lab.cut(&options(Tokenizer::Characters), || 0.0).characters;
    assert_eq!(characters(&mut lab), 2);
    let (facts, text) = lab.read(written(&"１２，天气\r\n".repeat(9), Charset::Gb18030)).unwrap();
    assert_eq!((facts.charset, facts.foreign_line_ends, facts.full_width), (Some(Charset::Gb18030), 9, 18));
    assert_eq!(text.unwrap(), "１２，天气\n".repeat(9));
    assert!(lab.read_as(Charset::Utf8).unwrap().0.ill_formed > 0);
    let (_, text) = lab.read("天".repeat(30_000).into_bytes()).unwrap();
    assert_eq!((text, characters(&mut lab)), (None, 30_000));
    let limit = unroll::data::kinds::TEXT.file_limit;
    assert!(matches!(lab.read(vec![b' '; limit + 1]), Err(Error::TooLarge { .. })));
}

/// A clock that every look at moves on by a tenth of a slice.
fn ticking() -> impl Fn() -> f64 {
    let time = std::cell::Cell::new(0.0);
    move || {
        time.set(time.get() + 0.0025);
        time.get()
    }
}

#[test]
fn vectors_are_learnt_in_slices_and_looked_up() {
    let mut lab = Lab::default();
    // Two kinds of company: what is eaten, and what is ridden in.
    let lines = ["我 吃 面条", "我 吃 饺子", "你 坐 火车", "你 坐 轮船"].join("\n") + "\n";
    lab.write(lines.repeat(200));
    let config = word2vec::Config { vector_size: 8, epochs: 40, sample: 0.0, ..word2vec::Config::default() };
    lab.learn(&options(Tokenizer::Blanks), config);
    let clock = ticking();
    let learner = lab.learner().unwrap();
    let mut maps = Vec::new();
    while learner.is_learning() {
        maps.extend(learner.advance(&clock));
    }
    let (first, last) = (maps.first().unwrap(), maps.last().unwrap());
    assert!(!first.is_done && last.is_done && last.loss < first.loss, "{first:?} {last:?}");
    assert_eq!((last.words, last.planned, last.places.len()), (8, 40, 8));
    assert!((last.epochs - 40.0).abs() < 1e-9 && last.words_per_s > 0.0);
    let found =
        |words: &[&str]| learner.find(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), 2);
    assert_eq!((&*found(&["面条"])[0].0, &*found(&["轮船"])[0].0), ("饺子", "火车"));
    assert_eq!(found(&["面条", "饺子", "火车"]).len(), 2);
    for unknown in [&["飞机"][..], &["面条", "饺子"], &[]] {
        assert_eq!(found(unknown), []);
    }
}

#[test]
fn a_stopped_learner_keeps_what_it_has_learnt() {
    let mut lab = Lab::default();
    lab.write("一 二 三\n".repeat(1000));
    lab.learn(&options(Tokenizer::Blanks), word2vec::Config::default());
    let learner = lab.learner().unwrap();
    assert!(!learner.advance(ticking()).unwrap().is_done);
    learner.stop();
    let map = learner.map();
    assert!(map.is_done && map.epochs > 0.0 && map.places.len() == 3);
    // Nothing to learn from is an end, not a wait.
    lab.write(String::new());
    lab.learn(&options(Tokenizer::Blanks), word2vec::Config::default());
    let learner = lab.learner().unwrap();
    assert!(!learner.is_learning());
    assert_eq!(learner.map().places, []);
}

#[test]
fn an_empty_text_has_nothing_to_show() {
    let mut lab = Lab::default();
    for text in ["", "\n \n", "天"] {
        lab.write(text.into());
        let cut = lab.cut(&options(Tokenizer::Characters), || 0.0);
        assert_eq!(cut.tokens, text.trim().chars().count());
        assert_eq!(cut.ngrams[2].runs, 0);
    }
}

#[test]
fn a_wrong_encoding_can_be_put_right_and_what_is_no_text_is_refused() {
    let bytes = written("天气不好", Charset::Gb18030);
    assert_eq!(Decoded::read(&bytes, Some(Charset::Gb18030)).unwrap().text, "天气不好");
    assert!(Decoded::read(&bytes, Some(Charset::Utf8)).unwrap().facts.ill_formed > 0);
    assert_eq!(Decoded::read(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0", None), Err(Error::NotText));
    assert_eq!(Decoded::read(b"", None).unwrap().text, "");
}

fn tokenizers() -> impl Strategy<Value = Tokenizer> {
    let jieba = (prop_oneof![Just(Mode::Precise), Just(Mode::Full), Just(Mode::Search)], any::<bool>())
        .prop_map(|(mode, hmm)| Tokenizer::Jieba { mode, hmm });
    prop_oneof![3 => jieba, 1 => Just(Tokenizer::Characters), 1 => Just(Tokenizer::Words), 1 => Just(Tokenizer::Blanks)]
}

/// Chinese, Latin, digits, signs, and whatever else Unicode has.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[\u{4e00}-\u{9fff}a-zA-Z0-9+#&._%\\- ，。\r\n]{0,40}", ".{0,40}", "\\PC{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn tokens_are_pieces_of_the_text_in_order(text in texts(), hmm: bool) {
        let words = SEGMENTER.cut(&text, Mode::Precise, hmm);
        prop_assert_eq!(words.concat(), text.clone());
        prop_assert!(words.iter().all(|word| !word.is_empty()));
        for mode in [Mode::Full, Mode::Search] {
            prop_assert!(SEGMENTER.cut(&text, mode, hmm).iter().all(|word| !word.is_empty() && text.contains(word)));
        }
    }

    #[test]
    fn what_is_known_comes_back(
        text in texts(), tokenizer in tokenizers(), min_freq in 0_usize..3, max_size in proptest::option::of(0_usize..20),
        reserved in prop_oneof![Just(vec![]), Just(vec!["<unk>".to_owned(), "<pad>".to_owned(), "<s>".to_owned(), "</s>".to_owned()])],
        drop_last in 0_usize..3,
        order in prop_oneof![Just(Order::Frequency), Just(Order::FrequencyThenWord)],
    ) {
        let tokens = tokenizer.tokens(&text, Some(&SEGMENTER));
        let config = VocabularyConfig { reserved: reserved.clone(), min_freq, max_size, order, drop_last };
        let vocabulary = Vocabulary::new(tokens.iter().copied(), &config);
        for (index, name) in reserved.iter().enumerate() {
            prop_assert_eq!(vocabulary.index(name), Some(index));
        }
        prop_assert!(vocabulary.len() <= max_size.unwrap_or(usize::MAX).max(reserved.len()));
        prop_assert!((reserved.len()..vocabulary.len()).all(|index| vocabulary.count(index) >= min_freq.max(1)));
        let known: Vec<&str> = tokens.iter().copied().filter(|token| vocabulary.index(token).is_some()).collect();
        prop_assert_eq!(vocabulary.unknown(), tokens.len() - known.len());
        let ids = vocabulary.encode(known.iter().copied());
        prop_assert_eq!(vocabulary.decode(&ids).unwrap(), known);
        prop_assert_eq!(vocabulary.decode(&[vocabulary.len()]), Err(vocabulary.len()));
    }

    #[test]
    fn any_bytes_give_a_text_or_a_message(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for charset in Charset::ALL.map(Some).into_iter().chain([None]) {
            match Decoded::read(&bytes, charset) {
                Ok(decoded) => prop_assert!(!decoded.text.contains('\r')),
                Err(Error::NotText | Error::BinaryFile { .. }) => {}
                Err(error) => prop_assert!(false, "{}", error),
            }
        }
    }

    #[test]
    fn rows_of_a_table_have_its_length(rows in proptest::collection::vec(proptest::collection::vec(0_usize..9, 0..9), 0..5), length in 0_usize..9) {
        for (row, fitted) in rows.iter().zip(table(&rows, length, 1)) {
            let kept = row.len().min(length);
            prop_assert_eq!(&fitted[..kept], &row[..kept]);
            prop_assert!(fitted.len() == length && fitted[kept..].iter().all(|&index| index == 1));
        }
    }
}
