//! The lesson on writing from the outside, on the CPU engine: models that train, write, are kept and come back.

use std::sync::Arc;

use burn::tensor::Device;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use unroll::Error;
use unroll::data::{Corpus, Lexicon};
use unroll::error::ModelFault;
use unroll::lessons::novel::{LESSON, Prose, corpus_options};
use unroll::lessons::{ENGINE_LESSONS, LESSONS};
use unroll::protocol::Feature;
use unroll::protocol::{Command, Event, Job, Origin};
use unroll::protocol::{Sampling, Strategy, Writing};
use unroll::text::long_text;
use unroll::train::ModelFile;

use crate::bench::{self, Bench};
use crate::shared_data;

/// Made by `tests/fixtures/novel_step.py`.
static FIXTURE: &[u8] = include_bytes!("../fixtures/novel_step.safetensors");

/// A small model on a small text.
const SMALL: [(&str, &str); 8] = [
    ("embedding_dim", "12"),
    ("hidden_size", "16"),
    ("seq_length", "8"),
    ("batch_size", "4"),
    ("steps", "40"),
    ("examine_every", "10"),
    ("dropout", "0.2"),
    ("learning_rate", "0.03"),
];

fn small(pairs: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    SMALL.iter().filter(|(key, _)| pairs.iter().all(|(own, _)| own != key)).chain(pairs).copied().collect()
}

/// Four kinds of sentences, over and over, not in a fixed order.
fn story(sentences: usize) -> String {
    let kinds =
        ["the sea is far. ", "the clock stops at nine. ", "a boat comes home. ", "who rang the bell? "];
    (0..sentences).map(|index| kinds[(index * index + index / 3) % 4]).collect()
}

fn job(pairs: &[(&str, &str)], text: &str) -> Job {
    let form = bench::form(&LESSON, pairs);
    let options = corpus_options(&form);
    let corpus =
        long_text::corpus(&long_text::cleaned(text, &options), &options, None).map(|(corpus, _)| corpus);
    let corpus = corpus.unwrap_or_default();
    Job { lesson: LESSON.id.into(), form, data: None, corpus: Some(Arc::new(corpus)) }
}

/// The lesson's figures at every step that has any.
fn pictures(bench: &Bench) -> Vec<(usize, Prose)> {
    bench.pictures().iter().map(|picture| (picture.step, picture.figures().unwrap())).collect()
}

/// What is written, continuation by continuation.
fn write(bench: &mut Bench, writing: Writing) -> Vec<Vec<usize>> {
    written(bench.drive(Command::Write { run: 1, request: 7, writing }))
}

fn written(events: &[Event]) -> Vec<Vec<usize>> {
    let mut texts: Vec<Vec<usize>> = Vec::new();
    for event in events {
        if let Event::Written { written, .. } = event {
            texts.resize(texts.len().max(written.tokens.len()), Vec::new());
            for (text, tokens) in texts.iter_mut().zip(&written.tokens) {
                text.extend(tokens.iter().map(|choice| choice.token));
            }
        }
    }
    texts
}

fn drawing(length: usize, continuations: usize, seed: u64) -> Writing {
    Writing {
        prompt: vec![0, 1],
        length,
        strategy: Strategy::Draw(Sampling::default()),
        continuations,
        seed,
        stops_at_end: false,
    }
}

#[test]
fn a_run_that_is_taken_up_again_goes_on_bit_for_bit() {
    for pairs in [
        &[][..],
        &[("batches", "sequential"), ("schedule", "cosine"), ("warmup_steps", "5")],
        &[("kind", "many_to_one"), ("tokens", "words"), ("balance", "1")],
        &[("tied", "on"), ("num_layers", "2"), ("cell", "gru"), ("patience", "50")],
    ] {
        let text = story(60);
        let job = || job(&small(pairs), &text);
        let mut whole = Bench::open(job(), Origin::Seed);
        whole.train();
        let mut first = Bench::open(job(), Origin::Seed);
        for _ in 0..17 {
            first.step();
        }
        let mut second = Bench::open(job(), Origin::Snapshot { bytes: first.snapshot() });
        second.train();
        assert_eq!(whole.measures()[0].len(), 40, "{pairs:?}");
        assert_eq!(whole.measures()[1].len(), 40, "norms are measured");
        assert_eq!(second.measures(), whole.measures(), "{pairs:?}");
        assert_eq!(pictures(&second).last(), pictures(&whole).last(), "{pairs:?}");
        assert_eq!(second.errors(), []);
    }
}

#[test]
fn a_small_model_soon_beats_counted_pairs() {
    let text = story(200);
    let pairs = [
        ("steps", "300"),
        ("examine_every", "100"),
        ("dropout", "0"),
        ("hidden_size", "32"),
        ("seq_length", "24"),
    ];
    let mut bench = Bench::open(job(&small(&pairs), &text), Origin::Seed);
    bench.train();
    let pictures = pictures(&bench);
    assert_eq!(pictures.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [0, 100, 200, 300]);
    let (first, last) = (&pictures[0].1, &pictures[3].1);
    let baselines = last.baselines;
    assert!(baselines.bigram < baselines.unigram, "{baselines:?}");
    assert!(first.holdout_loss.unwrap() > baselines.unigram, "untrained");
    assert!(last.holdout_loss.unwrap() < 0.7 * baselines.bigram, "{last:?}");
    assert!(!last.sample.is_empty() && last.sample != first.sample);
    assert!((bench.metrics()["holdout_perplexity"] - last.holdout_loss.unwrap().exp()).abs() < 1e-9);
}

#[test]
fn writing_disturbs_no_training_and_follows_from_its_seed() {
    let text = story(60);
    let mut quiet = Bench::open(job(&small(&[]), &text), Origin::Seed);
    quiet.train();
    let mut busy = Bench::open(job(&small(&[]), &text), Origin::Seed);
    busy.send(Command::Start { run: 1 });
    busy.drive(Command::Write { run: 1, request: 1, writing: drawing(30, 2, 5) });
    assert_eq!(busy.measures(), quiet.measures());
    assert_eq!(written(&busy.events).iter().map(Vec::len).collect::<Vec<_>>(), [30, 30]);

    let one = write(&mut quiet, drawing(25, 1, 5));
    let three = write(&mut quiet, drawing(25, 3, 5));
    assert_eq!(three[0], one[0]);
    assert!(three[1] != three[0] && three[2] != three[1]);
    assert_eq!(write(&mut quiet, drawing(25, 3, 5)), three);
    assert_ne!(write(&mut quiet, drawing(25, 1, 6)), one);
    let stopping = Writing { stops_at_end: true, ..drawing(400, 1, 5) };
    let stopped = write(&mut quiet, stopping);
    let lexicon = ModelFile::read(&quiet.exported(), &LESSONS, None).unwrap().lexicons.unwrap().target;
    assert!(stopped[0].len() < 400 && lexicon.is_end(*stopped[0].last().unwrap()), "{stopped:?}");
}

#[test]
fn training_that_gets_no_better_ends_and_goes_back_to_the_best() {
    // Far too little text for so large a model.
    let text =
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
    let pairs = [
        ("steps", "2000"),
        ("patience", "3"),
        ("hidden_size", "48"),
        ("dropout", "0"),
        ("holdout_percent", "30"),
    ];
    let mut bench = Bench::open(job(&small(&pairs), text), Origin::Seed);
    bench.train();
    let pictures = pictures(&bench);
    let loss = |(_, prose): &(usize, Prose)| prose.holdout_loss.unwrap();
    let (best_step, best) = pictures.iter().min_by(|a, b| loss(a).total_cmp(&loss(b))).unwrap();
    assert_eq!(pictures.last().unwrap().0, best_step + 30);
    assert_eq!(bench.metrics()["best_step"], *best_step as f64);
    assert_eq!(bench.metrics()["holdout_perplexity"], best.holdout_loss.unwrap().exp());
    // What is kept is the best model: it writes what that wrote.
    let mut again = Bench::open(job(&small(&pairs), text), Origin::Seed);
    for _ in 0..*best_step {
        again.drive(Command::Step { run: 1 });
    }
    assert_eq!(write(&mut bench, drawing(20, 1, 1)), write(&mut again, drawing(20, 1, 1)));
}

#[test]
fn a_model_file_writes_as_the_model_did() {
    for pairs in [&[][..], &[("kind", "many_to_one"), ("tokens", "words")], &[("tied", "on")]] {
        let mut bench = Bench::open(job(&small(pairs), &story(60)), Origin::Seed);
        bench.train();
        let bytes = bench.exported();
        let file = ModelFile::read(&bytes, &LESSONS, None).unwrap();
        assert_eq!((file.lesson, file.step), (Some(&LESSON), 40));
        let corpus = Corpus::new(file.lexicons.unwrap().target, []).unwrap();
        let job = Job {
            lesson: LESSON.id.into(),
            form: file.form.unwrap(),
            data: None,
            corpus: Some(Arc::new(corpus)),
        };
        let mut opened = Bench::open(job, Origin::Model { bytes });
        let prompt = vec![5, 6];
        let writing = Writing { prompt, ..drawing(40, 2, 3) };
        assert_eq!(write(&mut opened, writing.clone()), write(&mut bench, writing), "{pairs:?}");
        assert_eq!(opened.errors(), []);
    }
}

/// Made as the fixtures of `earlier` were.
#[test]
fn a_model_file_made_earlier_writes_what_it_wrote() {
    let bytes = include_bytes!("../fixtures/novel_earlier.safetensors").to_vec();
    let made: serde_json::Value =
        serde_json::from_str(include_str!("../fixtures/novel_earlier.json")).unwrap();
    let file = ModelFile::read(&bytes, &LESSONS, None).unwrap();
    assert_eq!((file.lesson, file.step), (Some(&LESSON), 120));
    let corpus = Corpus::new(file.lexicons.unwrap().target, []).unwrap();
    let job = Job {
        lesson: LESSON.id.into(),
        form: file.form.unwrap(),
        data: None,
        corpus: Some(Arc::new(corpus)),
    };
    let mut opened = Bench::open(job, Origin::Model { bytes });
    let strategy = Strategy::Draw(Sampling { temperature: 0.0, ..Sampling::default() });
    let texts = write(&mut opened, Writing { prompt: vec![5, 6], strategy, ..drawing(40, 1, 3) });
    assert_eq!(opened.errors(), []);
    assert_eq!(serde_json::json!(texts[0]), made["written"]);
}

#[test]
fn a_model_of_pytorchs_writes_as_pytorch_does() {
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    for (case, pairs) in [
        ("book", &[("kind", "many_to_one"), ("linear_size", "10")][..]),
        ("every", &[("num_layers", "2")]),
        ("gru", &[("cell", "gru")]),
        ("tied", &[("tied", "on")]),
    ] {
        let prefix = format!("{case}/initial/");
        let named: Vec<(String, TensorView)> = fixture
            .iter()
            .filter_map(|(name, view)| Some((name.strip_prefix(&prefix)?.to_owned(), view)))
            .collect();
        // As PyTorch's own safetensors writes it: no metadata.
        let bytes = safetensors::serialize(named, None).unwrap();
        let marks = ["<unk>", "<pad>", "<s>", "<e>"];
        let tokens = marks.iter().map(|mark| (*mark).to_owned()).chain((4..12).map(|n| n.to_string()));
        let lexicon = Lexicon { tokens: tokens.collect(), is_marked: true, is_spaced: false };
        let corpus = Some(Arc::new(Corpus::new(lexicon, []).unwrap()));
        let all = [&[("embedding_dim", "6"), ("hidden_size", "8"), ("seq_length", "5")], pairs].concat();
        let job = Job { lesson: LESSON.id.into(), form: bench::form(&LESSON, &all), data: None, corpus };
        let mut bench = Bench::open(job, Origin::Model { bytes });
        let greedy = Strategy::Draw(Sampling { temperature: 0.0, ..Sampling::default() });
        let writing = Writing { prompt: vec![4, 5, 6], strategy: greedy, ..drawing(15, 1, 1) };
        let found = write(&mut bench, writing);
        let expected = fixture.tensor(&format!("{case}/greedy")).unwrap();
        assert_eq!(expected.dtype(), Dtype::F32);
        let expected: Vec<usize> = expected
            .data()
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes) as usize)
            .collect();
        assert_eq!(found, [expected], "{case}");
    }
}

/// The script that the site carries, with real PyTorch where it is installed.
#[test]
fn the_pytorch_script_writes_as_the_model_does_and_trains_it_on() {
    let installed = std::process::Command::new("python3").args(["-c", "import torch, safetensors"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return shared_data::skipped("the PyTorch script of the site", "PyTorch is not installed");
    }
    let folder = std::env::temp_dir().join(format!("unroll-novel-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let python = |arguments: &[&str]| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/static/pytorch/unroll_novel.py");
        let output = std::process::Command::new("python3").arg(script).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for pairs in
        [&[][..], &[("kind", "many_to_one")], &[("tied", "on"), ("num_layers", "2"), ("cell", "gru")]]
    {
        let mut bench = Bench::open(job(&small(pairs), &story(60)), Origin::Seed);
        bench.train();
        let bytes = bench.exported();
        let lexicon = ModelFile::read(&bytes, &LESSONS, None).unwrap().lexicons.unwrap().target;
        let (prompt, _) = lexicon.encode(["t", "h", "e"]);
        let greedy = Strategy::Draw(Sampling { temperature: 0.0, ..Sampling::default() });
        let ours = write(&mut bench, Writing { prompt, strategy: greedy, ..drawing(30, 1, 1) });
        let [model, text, trained] =
            ["model.safetensors", "book.txt", "trained.safetensors"].map(|name| folder.join(name));
        let [model, text, trained] = [&model, &text, &trained].map(|path| path.to_str().unwrap());
        std::fs::write(model, &bytes).unwrap();
        std::fs::write(text, story(60)).unwrap();
        let theirs = python(&["sample", model, "--prompt", "the", "--length", "30", "--temperature", "0"]);
        assert_eq!(theirs.trim_end(), format!("the{}", lexicon.join(&ours[0])).trim_end(), "{pairs:?}");

        python(&["train", model, text, "--steps", "3", "--out", trained]);
        let file = std::fs::read(trained).unwrap();
        assert_eq!(ModelFile::read(&file, &LESSONS, None).unwrap().step, 43);
        let again = Bench::open(job(&small(pairs), &story(60)), Origin::Model { bytes: file });
        assert_eq!(again.errors(), []);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// They were written when a file had one lexicon.
#[test]
fn the_shipped_models_open() {
    for preset in LESSON.recorded {
        let path = format!("static/pretrained/{preset}.safetensors");
        let bytes = std::fs::read(&path).expect(&path);
        let file = ModelFile::read(&bytes, &LESSONS, None).expect(&path);
        let lexicons = file.lexicons.expect(&path);
        assert_eq!(lexicons.source, lexicons.target);
        let corpus = Some(Arc::new(Corpus::new(lexicons.target, []).unwrap()));
        let job = Job { lesson: LESSON.id.into(), form: file.form.unwrap(), data: None, corpus };
        let mut bench = Bench::open(job, Origin::Model { bytes });
        assert_eq!(write(&mut bench, drawing(5, 1, 1))[0].len(), 5, "{path}");
        // There is no text to learn from.
        bench.train();
        bench.step();
        assert_eq!(bench.errors(), [], "{path}");
        assert_eq!(ModelFile::read(&bench.exported(), &LESSONS, None).unwrap().step, file.step, "{path}");
        assert_eq!(bench.errors(), [], "{path}");
    }
}

#[test]
fn a_wide_beam_finds_the_most_probable_of_all_continuations() {
    let mut bench = Bench::open(job(&small(&[]), "abcabcbacbcbaabcacb"), Origin::Seed);
    bench.train();
    let bytes = bench.exported();
    let file = ModelFile::read(&bytes, &LESSONS, None).unwrap();
    let count = file.lexicons.as_ref().unwrap().target.tokens.len();
    let search = |width| Writing {
        strategy: Strategy::Beam { alpha: 0.75 },
        continuations: width,
        ..drawing(3, 1, 1)
    };
    let found = write(&mut bench, search(count * count));

    // Every continuation of three tokens, each read from its beginning.
    let corpus = Some(Arc::new(Corpus::new(file.lexicons.unwrap().target, []).unwrap()));
    let job = Job { lesson: LESSON.id.into(), form: file.form.unwrap(), data: None, corpus };
    let (task, _) = ENGINE_LESSONS.build(&job, &Device::flex()).unwrap();
    let model = task.language_model().unwrap();
    let parameters = parameters_of(&bytes, &job);
    let log_probability = |continuation: &[usize]| {
        let mut memory = model.blank(1);
        let text: Vec<usize> = [0, 1].iter().chain(continuation).copied().collect();
        let mut sum = 0.0;
        for (index, &token) in text.iter().enumerate().take(text.len() - 1) {
            let logits = model.read(&parameters, &mut memory, &[token]);
            let logits: Vec<f32> = logits.into_data().try_into_vec().unwrap();
            if index >= 1 {
                let total: f64 = logits.iter().map(|logit| f64::from(*logit).exp()).sum();
                sum += f64::from(logits[text[index + 1]]) - total.ln();
            }
        }
        sum
    };
    let all = (0..count.pow(3)).map(|n| vec![n / count / count, n / count % count, n % count]);
    let best = all.max_by(|a, b| log_probability(a).total_cmp(&log_probability(b))).unwrap();
    assert_eq!(found[0], best);
    assert_eq!(found.len(), count * count);
}

fn parameters_of(bytes: &[u8], job: &Job) -> unroll::nn::Parameters {
    let (_, initial) = ENGINE_LESSONS.build(job, &Device::flex()).unwrap();
    let file = SafeTensors::deserialize(bytes).unwrap();
    let values: Vec<f32> = initial
        .specs()
        .iter()
        .flat_map(|spec| {
            let view = file.tensor(&spec.name).unwrap();
            view.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect::<Vec<_>>()
        })
        .collect();
    unroll::train::team::parameters_of(initial.specs(), values, &Device::flex())
}

#[test]
fn a_unit_learns_to_follow_what_the_text_is_made_of() {
    // In quotes there are other letters than outside.
    let text = "ab ba \"cd dc\" aabb \"ccd\" ba ab \"dcdc\" b ".repeat(40);
    let pairs = [("steps", "200"), ("dropout", "0"), ("seq_length", "24"), ("batch_size", "8")];
    let mut bench = Bench::open(job(&small(&pairs), &text), Origin::Seed);
    bench.train();
    let lexicon = ModelFile::read(&bench.exported(), &LESSONS, None).unwrap().lexicons.unwrap().target;
    let letters: Vec<String> = text.chars().take(100).map(String::from).collect();
    let (passage, _) = lexicon.encode(letters.iter().map(String::as_str));
    bench.send(Command::Inspect { run: 1, passage: passage.clone(), word: "dcdc".into() });
    let (read, units) = bench.last(|event| match event {
        Event::Inspected { passage, units, .. } => Some((passage.clone(), units.clone())),
        _ => None,
    });
    assert_eq!(read, passage);
    assert!(units.len() == 16 && units.iter().all(|unit| unit.values.len() == 100));
    let follows = |wanted| {
        let all = units.iter().flat_map(|unit| &unit.follows);
        all.filter(|(feature, _)| *feature == wanted).map(|(_, r)| r.abs()).next()
    };
    assert!(follows(Feature::Quotes) > Some(0.8), "{:?}", follows(Feature::Quotes));
    assert!(follows(Feature::Word).is_some());
    // Numbers that no token has are left out.
    bench.send(Command::Inspect { run: 1, passage: vec![9999], word: String::new() });
    assert_eq!(bench.errors(), []);
}

#[test]
fn what_is_too_short_or_no_model_is_refused() {
    let short = Bench::open(job(&small(&[]), "word"), Origin::Seed);
    assert_eq!(short.errors(), [Error::TextTooShort { found: 5, needed: 10 }]);
    let empty = Bench::open(job(&small(&[]), ""), Origin::Seed);
    assert_eq!(empty.errors(), [Error::TextTooShort { found: 0, needed: 1 }]);

    let text = story(30);
    let refused = |bytes: Vec<u8>| Bench::open(job(&small(&[]), &text), Origin::Model { bytes }).errors();
    assert!(matches!(refused(b"no model".to_vec())[..], [Error::Model { fault: ModelFault::Text, .. }]));
    let mut other = Bench::open(job(&small(&[("hidden_size", "20")]), &text), Origin::Seed);
    let wrong = refused(other.exported());
    assert!(matches!(wrong[..], [Error::Model { fault: ModelFault::Shape, .. }]), "{wrong:?}");
    let said = ModelFile::read(FIXTURE, &LESSONS, None).unwrap();
    assert!(said.lesson.is_none() && said.form.is_none() && said.lexicons.is_none());
}
