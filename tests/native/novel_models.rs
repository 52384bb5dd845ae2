//! Model files from other hands: read right, or refused with the tensor, the shape, the size that is wrong.

use std::sync::Arc;

use half::{bf16, f16};
use pollster::block_on;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};
use unroll::Error;
use unroll::data::{Corpus, Lexicon};
use unroll::error::ModelFault;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::protocol::{CheckedModel, Command, Event, Job, ModelRemark, Origin};
use unroll::protocol::{Sampling, Strategy as Choosing, Writing};

use crate::bench::{Bench, TICK, form};
use crate::shared_data;

/// A lesson whose model writes.
fn lesson() -> &'static Lesson {
    LESSONS.into_iter().find(|lesson| lesson.needs_corpus()).unwrap()
}

const SMALL: [(&str, &str); 6] = [
    ("embedding_dim", "5"),
    ("hidden_size", "6"),
    ("seq_length", "4"),
    ("batch_size", "2"),
    ("steps", "7"),
    ("examine_every", "5"),
];

fn lexicon() -> Lexicon {
    let tokens = ["a", "b", "c", "d", "\n"].map(str::to_owned);
    Lexicon { tokens: tokens.into_iter().collect(), is_marked: false, is_spaced: false }
}

fn text(lexicon: Lexicon, length: usize) -> Corpus {
    let count = lexicon.tokens.len();
    Corpus::new(lexicon, (0..length).map(|index| (index * index + index / 3) % count)).unwrap()
}

fn job(pairs: &[(&str, &str)], corpus: Option<Corpus>) -> Job {
    let pairs = [&SMALL[..], pairs].concat();
    Job { lesson: lesson().id.into(), form: form(lesson(), &pairs), data: None, corpus: corpus.map(Arc::new) }
}

/// A tensor: its name, its type, its shape, its bytes.
type Stored = (String, String, Vec<usize>, Vec<u8>);

/// A file, taken apart as any other program would.
#[derive(Debug, Clone)]
struct File {
    metadata: Map<String, Value>,
    tensors: Vec<Stored>,
}

impl File {
    fn read(bytes: &[u8]) -> Self {
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let Value::Object(mut header) = serde_json::from_slice(&bytes[8..8 + length]).unwrap() else {
            panic!("no header")
        };
        let Some(Value::Object(metadata)) = header.remove("__metadata__") else { panic!("no metadata") };
        let data = &bytes[8 + length..];
        let tensors = header.into_iter().map(|(name, entry)| {
            let numbers = |key: &str| -> Vec<usize> { serde_json::from_value(entry[key].clone()).unwrap() };
            let offsets = numbers("data_offsets");
            let dtype = entry["dtype"].as_str().unwrap().to_owned();
            (name, dtype, numbers("shape"), data[offsets[0]..offsets[1]].to_vec())
        });
        File { metadata, tensors: tensors.collect() }
    }

    /// The file, with its tensors' bytes in the order in which `places` has their numbers.
    fn laid_out(&self, places: &[usize]) -> Vec<u8> {
        let mut data = Vec::new();
        let mut offsets = vec![[0; 2]; self.tensors.len()];
        for &index in places {
            let start = data.len();
            data.extend(&self.tensors[index].3);
            offsets[index] = [start, data.len()];
        }
        let entry = |(name, dtype, shape, _): &Stored, offsets: &[usize; 2]| {
            let entry = json!({ "dtype": dtype, "shape": shape, "data_offsets": offsets });
            format!("{}:{entry}", json!(name))
        };
        let mut entries: Vec<String> =
            self.tensors.iter().zip(&offsets).map(|(tensor, offsets)| entry(tensor, offsets)).collect();
        entries.insert(entries.len() / 2, format!("\"__metadata__\":{}", json!(self.metadata)));
        with_header(&format!("{{{}}}", entries.join(",")), &data)
    }

    fn bytes(&self) -> Vec<u8> {
        self.laid_out(&(0..self.tensors.len()).collect::<Vec<_>>())
    }

    fn tensor(&mut self, name: &str) -> &mut Stored {
        self.tensors.iter_mut().find(|(own, ..)| own == name).unwrap()
    }

    fn renamed(&self, rename: impl Fn(&str) -> String) -> Self {
        let mut file = self.clone();
        file.tensors.iter_mut().for_each(|(name, ..)| *name = rename(name));
        file
    }

    fn without(&self, keys: &[&str]) -> Self {
        let mut file = self.clone();
        keys.iter().for_each(|key| drop(file.metadata.remove(*key)));
        file
    }

    fn said(&self, key: &str, value: Value) -> Self {
        let mut file = self.clone();
        file.metadata.insert(key.into(), value);
        file
    }

    /// All numbers in another type.
    fn of_type(&self, dtype: &str, to: impl Fn(f32) -> Vec<u8>) -> Self {
        let mut file = self.clone();
        for (_, own, _, bytes) in &mut file.tensors {
            *own = dtype.into();
            *bytes = singles(bytes).into_iter().flat_map(&to).collect();
        }
        file
    }

    /// With another tensor of these numbers.
    fn with(&self, name: &str, shape: &[usize], values: &[f32]) -> Self {
        let mut file = self.clone();
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        file.tensors.push((name.into(), "F32".into(), shape.to_vec(), bytes));
        file
    }
}

fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

fn singles(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// The name of the table that has a row for each token.
fn table(file: &File) -> String {
    let is_table = |name: &&String| !name.starts_with("linear.") && !name.starts_with("lstm.");
    file.tensors.iter().map(|(name, ..)| name).find(is_table).unwrap().clone()
}

/// A trained model as Unroll saves it.
fn saved(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut bench = Bench::open(job(pairs, Some(text(lexicon(), 200))), Origin::Seed);
    bench.train();
    bench.exported()
}

/// What an engine that has nothing at hand finds in a file.
fn check(bytes: Vec<u8>) -> Result<CheckedModel, Error> {
    check_with(bytes, job(&[("hidden_size", "9")], None))
}

fn check_with(bytes: Vec<u8>, job: Job) -> Result<CheckedModel, Error> {
    let mut bench = Bench::new(TICK);
    bench.send(Command::CheckModel { request: 3, job, bytes });
    match bench.events.pop() {
        Some(Event::ModelChecked { request: 3, outcome }) if bench.events.is_empty() => outcome,
        other => panic!("{other:?}"),
    }
}

fn opened(bytes: Vec<u8>, job: Job) -> Bench {
    let bench = Bench::open(job, Origin::Model { bytes });
    assert_eq!(bench.errors(), []);
    bench
}

/// What the model of a file writes, always the most probable token.
fn written(bytes: Vec<u8>) -> Vec<usize> {
    let checked = check(bytes.clone()).unwrap();
    let mut bench = opened(bytes, Job { form: checked.form, ..job(&[], None) });
    let strategy = Choosing::Draw(Sampling { temperature: 0.0, ..Sampling::default() });
    let writing =
        Writing { prompt: vec![0, 1], length: 20, strategy, continuations: 1, seed: 1, stops_at_end: false };
    let events = bench.drive(Command::Write { run: 1, request: 1, writing });
    let tokens = events.iter().filter_map(|event| match event {
        Event::Written { written, .. } => written.tokens.first(),
        _ => None,
    });
    tokens.flatten().map(|choice| choice.token).collect()
}

fn fault(outcome: Result<CheckedModel, Error>) -> (ModelFault, [String; 3]) {
    match outcome {
        Err(Error::Model { fault, tensor, found, expected }) => (fault, [tensor, found, expected]),
        other => panic!("{other:?}"),
    }
}

fn told(fault: ModelFault, parts: [&str; 3]) -> (ModelFault, [String; 3]) {
    (fault, parts.map(str::to_owned))
}

#[test]
fn what_other_tools_leave_in_a_file_changes_nothing() {
    let bytes = saved(&[]);
    let file = File::read(&bytes);
    let expected = written(bytes);
    assert_eq!(expected.len(), 20);
    let half = |value: f32| f16::from_f32(value).to_le_bytes().to_vec();
    let brain = |value: f32| bf16::from_f32(value).to_le_bytes().to_vec();
    let whole = |value: f32| f64::from(value).to_le_bytes().to_vec();
    let as_is = [
        ("format: pt", file.said("format", json!("pt"))),
        ("no format", file.without(&["format"])),
        ("no steps", file.without(&["step"])),
        ("steps as a number", file.said("step", json!(7))),
        ("an entry of its own", file.said("author", json!("somebody"))),
        ("torchrun", file.renamed(|name| format!("module.{name}"))),
        ("torch.compile", file.renamed(|name| format!("_orig_mod.{name}"))),
        ("both", file.renamed(|name| format!("module._orig_mod.{name}"))),
        ("both, the other way", file.renamed(|name| format!("_orig_mod.module.{name}"))),
        ("a model in a model", file.renamed(|name| format!("model.{name}"))),
        ("all three", file.renamed(|name| format!("module._orig_mod.model.{name}"))),
        ("a part compiled", file.renamed(|name| name.replace("lstm.", "lstm._orig_mod."))),
        ("Lightning", file.renamed(|name| format!("net.rnn.{name}"))),
        ("64 bits", file.of_type("F64", whole)),
        ("no numbers for something else", file.with("empty", &[0, 4], &[])),
        ("something else", file.with("head.weight", &[2], &[1.0, 2.0])),
        ("whole numbers of something else", {
            let mut more = file.with("n_averaged", &[], &[0.0; 2]);
            more.tensor("n_averaged").1 = "I64".into();
            more
        }),
    ];
    for (name, file) in as_is {
        assert_eq!(written(file.bytes()), expected, "{name}");
    }
    for (name, file) in [("16 bits", file.of_type("F16", half)), ("bfloat", file.of_type("BF16", brain))] {
        assert!(check(file.bytes()).is_ok(), "{name}");
        assert_eq!(written(file.bytes()).len(), 20, "{name}");
    }
    // What is left out is named.
    let more = file.with("head.weight", &[2], &[1.0, 2.0]).with("head.bias", &[1], &[1.0]);
    assert_eq!(
        check(more.bytes()).unwrap().remarks,
        [(ModelRemark::Extra, "head.weight, head.bias".to_owned())]
    );
    // A tied layer that stands there once more says nothing new.
    let tied = File::read(&saved(&[("tied", "on")]));
    let table = tied.tensors.iter().find(|(name, ..)| *name == table(&tied)).unwrap().clone();
    let twice = tied.with("linear.weight", &table.2, &singles(&table.3));
    assert_eq!(check(twice.bytes()).unwrap().remarks, []);
}

#[test]
fn settings_and_tokens_at_hand_are_taken_where_they_fit_and_that_is_said() {
    let file = File::read(&saved(&[]));
    let at_hand = || job(&[], Some(text(lexicon(), 200)));
    let settings = (ModelRemark::Settings, String::new());
    let tokens = (ModelRemark::Tokens, String::new());
    for (keys, remarks) in [
        (&["format", "lesson", "form", "step", "lexicon"][..], vec![settings.clone(), tokens.clone()]),
        (&["form"], vec![settings.clone()]),
        (&["lexicon"], vec![tokens.clone()]),
        (&["lesson"], vec![]),
    ] {
        let bytes = file.without(keys).bytes();
        let checked = check_with(bytes.clone(), at_hand()).unwrap();
        assert_eq!((&checked.form, &checked.remarks), (&at_hand().form, &remarks), "{keys:?}");
        assert_eq!(checked.step, if keys.contains(&"step") { 0 } else { 7 });
        assert_eq!(checked.lexicon.is_some(), !keys.contains(&"lexicon"));
        // And it can be trained.
        let mut bench = opened(bytes, at_hand());
        bench.step();
        assert_eq!(bench.losses().len(), 1);
    }
    for empty in [json!(""), json!("null"), json!(null), json!("{}")] {
        let bytes = file.said("form", empty.clone()).said("lexicon", empty).bytes();
        assert_eq!(check_with(bytes, at_hand()).unwrap().remarks, [settings.clone(), tokens.clone()]);
    }
    let header = |metadata: &str| {
        let bare = with_header(&format!("{{{metadata}}}"), &[]);
        fault(check_with(bare, at_hand()))
    };
    let names = &table(&file);
    for metadata in ["", "\"__metadata__\":null", "\"__metadata__\":{}"] {
        assert_eq!(header(metadata), told(ModelFault::Unlabelled, [names, "", "7"]), "{metadata}");
    }
    // Those at hand do not fit: which tensor, and both shapes.
    let bare = file.without(&["form", "lexicon"]).bytes();
    assert_eq!(
        fault(check_with(bare.clone(), job(&[("hidden_size", "9")], Some(text(lexicon(), 200))))),
        told(ModelFault::Unlabelled, ["lstm.weight_ih_l0", "[24, 5]", "[36, 5]"])
    );
    assert_eq!(fault(check(bare)).0, ModelFault::Unlabelled);
    // As somebody writes it by hand.
    let by_hand = file
        .said("form", json!(json!({ "hidden_size": 6, "embedding_dim": 5, "tied": false }).to_string()))
        .said("lexicon", json!(json!(["a", "b", "c", "d", "\n"]).to_string()));
    assert_eq!(written(by_hand.bytes()), written(file.bytes()));
}

#[test]
fn a_refusal_names_the_tensor_and_what_is_wrong_with_it() {
    let file = File::read(&saved(&[]));
    let refused = |change: &dyn Fn(&mut File)| {
        let mut file = file.clone();
        change(&mut file);
        fault(check(file.bytes()))
    };
    let weight = "lstm.weight_ih_l0";
    assert_eq!(
        refused(&|file| file.tensor(weight).2 = vec![5, 24]),
        told(ModelFault::Transposed, [weight, "[5, 24]", "[24, 5]"])
    );
    assert_eq!(
        refused(&|file| file.tensor(weight).2 = vec![12, 10]),
        told(ModelFault::Shape, [weight, "[12, 10]", "[24, 5]"])
    );
    assert_eq!(
        refused(&|file| file.tensor("linear.bias").2 = vec![5, 1]),
        told(ModelFault::Shape, ["linear.bias", "[5, 1]", "[5]"])
    );
    assert_eq!(
        refused(&|file| {
            let (_, dtype, _, bytes) = file.tensor(weight);
            *dtype = "I64".into();
            *bytes = vec![0; 8 * 120];
        }),
        told(ModelFault::Type, [weight, "I64", "64"])
    );
    assert_eq!(refused(&|file| file.tensor(weight).1 = "F128".into()).0, ModelFault::Type);
    for (value, count) in [(f32::NAN, 1), (f32::INFINITY, 3)] {
        let bad = |file: &mut File| {
            for place in 0..count {
                file.tensor("linear.bias").3[4 * place..4 * place + 4].copy_from_slice(&value.to_le_bytes());
            }
        };
        let count = count.to_string();
        assert_eq!(refused(&bad), told(ModelFault::NotFinite, ["linear.bias", &count, "5"]));
    }
    // Too large for single precision.
    let huge = file.of_type("F64", |_| 1e300_f64.to_le_bytes().to_vec());
    assert_eq!(fault(check(huge.bytes())).0, ModelFault::NotFinite);
    assert_eq!(
        refused(&|file| file.tensors.retain(|(name, ..)| name != "linear.bias")),
        told(
            ModelFault::Missing,
            [
                "linear.bias",
                &format!(
                    "{}, linear.weight, lstm.bias_hh_l0, lstm.bias_ih_l0, lstm.weight_hh_l0, lstm.weight_ih_l0",
                    table(&file)
                ),
                "7"
            ]
        )
    );
    // A layer more than the settings have.
    let more = file.with("lstm.weight_ih_l1", &[24, 6], &[0.0; 144]);
    assert_eq!(fault(check(more.bytes())), told(ModelFault::Layer, ["lstm.weight_ih_l1", "", ""]));
    // Two models in one file.
    let mut two = file.renamed(|name| format!("model.{name}"));
    two.tensors.extend(file.renamed(|name| format!("ema.{name}")).tensors);
    assert_eq!(fault(check(two.bytes())), told(ModelFault::Several, ["", "ema.", "model."]));
    // A token short, and one too many.
    for tokens in [&["a", "b", "c", "d"][..], &["a", "b", "c", "d", "e", "\n"]] {
        let lexicon = json!({ "tokens": tokens, "is_marked": false, "is_spaced": false });
        let short = file.said("lexicon", json!(lexicon.to_string()));
        let count = tokens.len().to_string();
        assert_eq!(fault(check(short.bytes())), told(ModelFault::Lexicon, [&table(&file), "5", &count]));
    }
    for (key, text) in [("form", "hidden_size = 6"), ("lexicon", "{\"words\":[]}"), ("step", "many")] {
        let unread = fault(check(file.said(key, json!(text)).bytes()));
        assert_eq!(unread, told(ModelFault::Entry, [key, "", ""]));
    }
    let other = LESSONS.into_iter().find(|other| *other != lesson() && other.is_trained()).unwrap();
    assert_eq!(
        fault(check(file.said("lesson", json!(other.id)).bytes())),
        told(ModelFault::Lesson, ["", other.id, lesson().id])
    );
}

#[test]
fn what_is_no_model_is_called_by_its_name() {
    let whole = saved(&[]);
    let length = whole.len();
    let kilobytes = |bytes: usize| format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100);
    let cut = fault(check(whole[..length / 2 + 1000].to_vec()));
    assert_eq!(cut.0, ModelFault::Cut);
    assert_eq!(
        cut.1[2].trim_end_matches(" KB"),
        kilobytes(length).trim_end_matches(".0 KB").trim_end_matches(" KB")
    );
    for cut in [10, 500, length - 1] {
        assert_eq!(fault(check(whole[..cut].to_vec())).0, ModelFault::Cut, "{cut} of {length}");
    }
    let torch_zip = [&b"PK\x03\x04\0\0\x08\x08"[..], &[0; 22], b"archive/data.pklFB"].concat();
    let mut tar = vec![b'm'; 257];
    tar.extend(b"ustar\0");
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 6148576\n";
    let cases: [(&[u8], ModelFault, [&str; 3]); 19] = [
        (b"", ModelFault::Empty, ["", "", ""]),
        (b"<!DOCTYPE html>\n<html lang=en>", ModelFault::WebPage, ["", "", ""]),
        (b"\xef\xbb\xbf\n  <html>", ModelFault::WebPage, ["", "", ""]),
        (b"<?xml version=\"1.0\"?><Error/>", ModelFault::WebPage, ["", "", ""]),
        (b"404: Not Found", ModelFault::Text, ["", "404: Not Found", ""]),
        (
            b"{\"error\":\"Repository not found\"}",
            ModelFault::Text,
            ["", "{\"error\":\"Repository not found\"}", ""],
        ),
        ("文件不存在".as_bytes(), ModelFault::Text, ["", "文件不存在", ""]),
        (pointer, ModelFault::Pointer, ["", "", "6.1 MB"]),
        (&torch_zip, ModelFault::Pickle, ["", "", ""]),
        (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M", ModelFault::Pickle, ["", "", ""]),
        (b"\x80\x04\x95\x1c\0\0\0\0\0\0\0}", ModelFault::Pickle, ["", "", ""]),
        (b"PK\x03\x04\x14\0\0\0\x08\0model.safetensors", ModelFault::Format, ["", "ZIP", ""]),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", ModelFault::Format, ["", "gzip", ""]),
        (b"\xfd7zXZ\0\0\x04", ModelFault::Format, ["", "xz", ""]),
        (&tar, ModelFault::Format, ["", "tar", ""]),
        (b"\x89HDF\r\n\x1a\n\0\0", ModelFault::Format, ["", "HDF5 (Keras)", ""]),
        (b"GGUF\x03\0\0\0\0", ModelFault::Format, ["", "GGUF", ""]),
        (b"\x93NUMPY\x01\0v\0", ModelFault::Format, ["", "NumPy", ""]),
        (b"\0\0\0\0\0\0\0\0\0\0\0\0", ModelFault::Header, ["", "8", ""]),
    ];
    for (bytes, expected, parts) in cases {
        assert_eq!(
            fault(check(bytes.to_vec())),
            told(expected, parts),
            "{:?}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn a_hostile_header_is_refused() {
    let entry = |name: &str, start: usize, end: usize| {
        format!(
            "\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{}],\"data_offsets\":[{start},{end}]}}",
            (end - start) / 4
        )
    };
    let refused = |header: &str| fault(check(with_header(header, &[0; 64])));
    let two = format!("{{{},{}}}", entry("a", 0, 16), entry("b", 12, 28));
    assert_eq!(refused(&two), told(ModelFault::Overlap, ["b", "a", ""]));
    let same = format!("{{{},{}}}", entry("a", 0, 16), entry("a", 16, 32));
    assert_eq!(refused(&same), told(ModelFault::Twice, ["a", "", ""]));
    let twice = r#"{"__metadata__":{"form":"{}","form":"{\"hidden_size\":\"9\"}"}}"#;
    assert_eq!(refused(twice), told(ModelFault::Twice, ["form", "", ""]));
    let turned = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#;
    assert_eq!(refused(turned).0, ModelFault::Bytes);
    let wrong = r#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}}"#;
    assert_eq!(refused(wrong), told(ModelFault::Bytes, ["a", "16", "12"]));
    let endless = r#"{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,16]}}"#;
    assert_eq!(refused(endless), told(ModelFault::Bytes, ["a", "16", "∞"]));
    let far = format!("{{{}}}", entry("a", 1 << 40, (1 << 40) + 16));
    assert_eq!(refused(&far).0, ModelFault::Cut);
    let negative = r#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#;
    assert_eq!(refused(negative).0, ModelFault::Header);
    let nested = format!("{{\"__metadata__\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refused(&nested).0, ModelFault::Header);
    for length in [u64::MAX, 1 << 40, (16 << 20) + 1] {
        let bytes = [&length.to_le_bytes()[..], b"{\"a\":"].concat();
        assert!(matches!(fault(check(bytes)).0, ModelFault::Header | ModelFault::Cut));
    }
}

#[test]
fn looking_at_a_file_disturbs_no_run() {
    let bytes = saved(&[]);
    let mut quiet = Bench::open(job(&[], Some(text(lexicon(), 200))), Origin::Seed);
    quiet.train();
    let mut busy = Bench::open(job(&[], Some(text(lexicon(), 200))), Origin::Seed);
    busy.send(Command::Start { run: 1 });
    busy.advance();
    for bytes in [bytes.clone(), bytes[..300].to_vec(), b"<html>".to_vec()] {
        let job = job(&[("hidden_size", "9")], None);
        busy.send(Command::CheckModel { request: 1, job, bytes });
        busy.advance();
    }
    busy.train();
    assert_eq!(busy.losses(), quiet.losses());
    assert_eq!(busy.errors(), []);
}

#[test]
fn an_opened_model_is_trained_on_in_its_own_tokens() {
    let bytes = saved(&[]);
    // The same text, numbered otherwise, with tokens that the model has never seen.
    let ours = text(lexicon(), 400);
    let other: Vec<String> = ["z", "\n", "d", "c", "b", "a"].map(str::to_owned).into();
    let other = Lexicon { tokens: other.into(), ..lexicon() };
    let theirs = |foreign: usize| {
        let numbers = ours.numbers().into_iter().flat_map(|number| {
            let token = lexicon().tokens[usize::from(number)].clone();
            std::iter::repeat_n(0, foreign).chain(other.number(&token))
        });
        Corpus::new(other.clone(), numbers.collect::<Vec<_>>()).unwrap()
    };
    let mut own = opened(bytes.clone(), job(&[("steps", "20")], Some(ours.clone())));
    let mut foreign = opened(bytes.clone(), job(&[("steps", "20")], Some(theirs(0))));
    let brought = foreign.last(|event| match event {
        Event::Opened { lexicon, progress, .. } => Some((lexicon.clone(), progress.step)),
        _ => None,
    });
    assert_eq!(brought, (Some(lexicon()), 7));
    own.train();
    foreign.train();
    assert_eq!(own.losses().len(), 13);
    assert_eq!(foreign.losses(), own.losses(), "the same tokens are the same text");
    // Kept and brought back, with the text numbered anew.
    let mut kept = opened(bytes.clone(), job(&[("steps", "20")], Some(theirs(0))));
    (0..5).for_each(|_| kept.step());
    let mut again =
        Bench::open(job(&[("steps", "20")], Some(theirs(0))), Origin::Snapshot { bytes: kept.snapshot() });
    again.train();
    assert_eq!((again.errors(), again.losses()), (vec![], own.losses()));
    // And without a text it can write.
    let mut silent = Bench::open(job(&[], None), Origin::Snapshot { bytes: kept.snapshot() });
    silent.step();
    assert_eq!((silent.errors(), silent.losses().len()), (vec![], 5));
    // A text that says nothing to it.
    let refused = Bench::open(job(&[], Some(theirs(2))), Origin::Model { bytes }).errors();
    assert_eq!(refused, [ModelFault::Foreign.error("", "33", "")]);
}

/// With real PyTorch, where it is installed.
#[test]
fn files_of_pytorchs_own_tools_are_read_or_called_by_their_name() {
    let installed = std::process::Command::new("python3").args(["-c", "import torch, safetensors"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return shared_data::skipped("files of PyTorch's own tools", "PyTorch is not installed");
    }
    let folder = std::env::temp_dir().join(format!("unroll-models-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let bytes = saved(&[]);
    std::fs::write(folder.join("saved.safetensors"), &bytes).unwrap();
    let script = r#"
import sys, torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
folder = sys.argv[1] + "/"
tensors = load_file(folder + "saved.safetensors")
metadata = safe_open(folder + "saved.safetensors", "pt").metadata()
save_file(tensors, folder + "pt", metadata | {"format": "pt"})
save_file({"module." + k: v.to(torch.bfloat16) for k, v in tensors.items()}, folder + "ddp", metadata)
save_file(tensors, folder + "bare")
torch.save(tensors, folder + "zip")
torch.save(tensors, folder + "old", _use_new_zipfile_serialization=False)
"#;
    let output = std::process::Command::new("python3").args(["-c", script]).arg(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = |name: &str| std::fs::read(folder.join(name)).unwrap();
    assert_eq!(written(file("pt")), written(bytes));
    assert!(check(file("ddp")).is_ok());
    assert_eq!(fault(check(file("bare"))).0, ModelFault::Unlabelled);
    for name in ["zip", "old"] {
        assert_eq!(fault(check(file(name))).0, ModelFault::Pickle, "{name}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// A prefix that wrappers make.
fn any_wrapping() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec!["module", "_orig_mod", "model", "_fsdp_wrapped_module", "net"]);
    prop::collection::vec(part, 0..4).prop_map(|parts| parts.iter().map(|part| format!("{part}.")).collect())
}

#[test]
fn a_file_is_read_however_it_is_laid_out_wrapped_and_typed() {
    let file = File::read(&saved(&[]));
    let expected = written(file.bytes());
    let count = file.tensors.len();
    let strategy = (
        any_wrapping(),
        Just((0..count).collect::<Vec<_>>()).prop_shuffle(),
        Just((0..count).collect::<Vec<_>>()).prop_shuffle(),
        prop::collection::vec(any::<bool>(), count),
        prop::option::of("[a-z]{1,6}\\.[a-z]{1,6}"),
    );
    proptest!(ProptestConfig::with_cases(48), |((prefix, order, places, doubled, extra) in strategy)| {
        let mut changed = file.renamed(|name| format!("{prefix}{name}"));
        changed.tensors = order.iter().map(|index| changed.tensors[*index].clone()).collect();
        for ((_, dtype, _, bytes), doubled) in changed.tensors.iter_mut().zip(&doubled) {
            if *doubled {
                *dtype = "F64".into();
                *bytes = singles(bytes).iter().flat_map(|value| f64::from(*value).to_le_bytes()).collect();
            }
        }
        let mut places = places.clone();
        if let Some(extra) = &extra {
            changed = changed.with(extra, &[1], &[1.0]);
            places.push(count);
        }
        let bytes = changed.laid_out(&places);
        let remarks: Vec<_> = extra.into_iter().map(|name| (ModelRemark::Extra, name)).collect();
        prop_assert_eq!(check(bytes.clone()).map(|checked| checked.remarks), Ok(remarks));
        prop_assert_eq!(written(bytes), expected.clone());
    });
}

/// Any bytes changed, cut out, put in or repeated: read or refused, never a panic, and what is read has finite numbers.
#[test]
fn a_damaged_file_is_read_or_refused() {
    let whole = saved(&[]);
    let header = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize + 8;
    let place = prop_oneof![3 => 0..header, 1 => 0..whole.len()];
    let damage = (place, any::<u8>(), 0..4_usize, any::<Index>());
    proptest!(ProptestConfig::with_cases(512), |(damages in prop::collection::vec(damage, 1..4))| {
        let mut bytes = whole.clone();
        for (place, byte, kind, other) in damages {
            let place = place.min(bytes.len().saturating_sub(1));
            if bytes.is_empty() {
                break;
            }
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 => bytes.truncate(other.index(bytes.len())),
                _ => {
                    let other = other.index(bytes.len());
                    let piece = bytes[place.min(other)..place.max(other)].to_vec();
                    bytes.splice(place..place, piece);
                }
            }
        }
        if let Ok(checked) = check(bytes.clone()) {
            let mut bench = opened(bytes, Job { form: checked.form, ..job(&[], None) });
            let file = File::read(&bench.exported());
            prop_assert!(file.tensors.iter().all(|(.., bytes)| singles(bytes).iter().all(|value| value.is_finite())));
        }
    });
}

#[test]
fn a_message_about_a_file_can_be_written_down() {
    // Every fault has words of its own for the command line.
    let words: std::collections::BTreeSet<String> =
        ModelFault::ALL.into_iter().map(|fault| fault.error("t", "f", "e").to_string()).collect();
    assert_eq!(words.len(), ModelFault::ALL.len());
    let keys: std::collections::BTreeSet<&str> = ModelFault::ALL.into_iter().map(ModelFault::name).collect();
    assert_eq!(keys.len(), ModelFault::ALL.len());
    // A session goes on after a refusal.
    let mut bench = Bench::open(job(&[], Some(text(lexicon(), 200))), Origin::Seed);
    let refusal = Command::CheckModel { request: 1, job: job(&[], None), bytes: vec![0] };
    assert!(matches!(
        block_on(bench.session.handle(refusal))[..],
        [Event::ModelChecked { outcome: Err(_), .. }]
    ));
    bench.step();
    assert_eq!(bench.losses().len(), 1);
}
