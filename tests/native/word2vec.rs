//! word2vec: a plain implementation, a text of known structure, and gensim say the same.

use std::collections::BTreeMap;

use unroll::Stream;
use unroll::lab::Learner;
use unroll::text::{Mode, Segmenter};
use unroll::word2vec::{Architecture, Config, Corpus, Output, Trainer, Vectors};

use crate::shared_data;

/// Kinds of things that are told of; sentences tell of one kind each.
const KINDS: [[&str; 5]; 4] = [
    ["米饭", "面条", "豆腐", "饺子", "馒头"],
    ["火车", "轮船", "汽车", "飞机", "电车"],
    ["红色", "蓝色", "绿色", "黄色", "紫色"],
    ["春天", "夏天", "秋天", "冬天", "节气"],
];
/// What is said of everything.
const EVERYWHERE: [&str; 4] = ["的", "了", "和", "很"];

/// Sentences of six to nine words: most of one kind, the rest said of everything.
fn sentences(count: usize) -> Vec<Vec<&'static str>> {
    let mut stream = Stream::new(7, 0);
    let mut sentence = |_| {
        let kind = KINDS[stream.below(KINDS.len())];
        let length = 6 + stream.below(4);
        let mut word = |_| match stream.below(3) {
            0 => EVERYWHERE[stream.below(EVERYWHERE.len())],
            _ => kind[stream.below(kind.len())],
        };
        (0..length).map(&mut word).collect()
    };
    (0..count).map(&mut sentence).collect()
}

fn ways() -> impl Iterator<Item = (Architecture, Output)> {
    [Architecture::Cbow, Architecture::SkipGram].into_iter().flat_map(|architecture| {
        [Output::NegativeSampling { negative: 3 }, Output::HierarchicalSoftmax]
            .map(|output| (architecture, output))
    })
}

/// The papers' formulas in `f64`, word by word, with vectors of vectors. It draws what [`Trainer`] draws, in its order:
/// for each word of a sentence whether it is kept, then for each that is, how far its window reaches, and for each
/// prediction the negative words.
struct Plain {
    vectors: Vec<Vec<f64>>,
    outputs: Vec<Vec<f64>>,
    losses: Vec<f64>,
}

impl Plain {
    fn trained(corpus: &Corpus, config: Config) -> Self {
        let counts: Vec<f64> = corpus.counts().into_iter().map(|count| count as f64).collect();
        let (words, size) = (counts.len(), config.vector_size);
        let mut initial = Stream::new(config.seed, 0);
        let mut vector = |_| {
            (0..size).map(|_| (2.0 * f64::from(initial.uniform()) - 1.0) / size as f64).collect::<Vec<_>>()
        };
        let vectors = (0..words).map(&mut vector).collect();
        let mut plain = Plain { vectors, outputs: vec![vec![0.0; size]; words], losses: Vec::new() };
        let mut stream = Stream::new(config.seed, 1);
        let mut done = 0.0;
        for _ in 0..config.epochs {
            for index in 0..corpus.sentences() {
                let progress = done / (config.epochs * corpus.len()) as f64;
                let rate = config.alpha - (config.alpha - config.min_alpha) * progress;
                done += corpus.sentence(index).len() as f64;
                let threshold = config.sample * corpus.len() as f64;
                let sentence: Vec<usize> = corpus
                    .sentence(index)
                    .iter()
                    .map(|&word| word as usize)
                    .filter(|&word| {
                        let ratio = counts[word] / threshold;
                        f64::from(stream.uniform()) < (ratio.sqrt() + 1.0) / ratio
                    })
                    .collect();
                for (at, &word) in sentence.iter().enumerate() {
                    let reach = config.window - stream.below(config.window);
                    let near = |other: &usize| *other != at && other.abs_diff(at) <= reach;
                    let near: Vec<usize> =
                        (0..sentence.len()).filter(near).map(|other| sentence[other]).collect();
                    let groups = match config.architecture {
                        Architecture::Cbow => vec![near],
                        Architecture::SkipGram => near.into_iter().map(|other| vec![other]).collect(),
                    };
                    for group in groups.into_iter().filter(|group| !group.is_empty()) {
                        let asked = plain.asked(word, &counts, config.output, &mut stream);
                        plain.learn(&group, &asked, rate);
                    }
                }
            }
        }
        plain
    }

    /// The outputs that a prediction is told by, and whether each is right.
    fn asked(&self, word: usize, counts: &[f64], output: Output, stream: &mut Stream) -> Vec<(usize, f64)> {
        match output {
            Output::NegativeSampling { negative } => {
                let powers: Vec<f64> = counts.iter().map(|count| count.powf(0.75)).collect();
                let all: f64 = powers.iter().sum();
                let mut asked = vec![(word, 1.0)];
                for _ in 0..negative {
                    let mut left = f64::from(stream.uniform()) * all;
                    let drawn = powers.iter().position(|power| {
                        left -= power;
                        left < 0.0
                    });
                    asked.extend(drawn.filter(|&other| other != word).map(|other| (other, 0.0)));
                }
                asked
            }
            Output::HierarchicalSoftmax => path(word, counts),
        }
    }

    /// One step down the gradient of −Σ ln σ(±h·o), h the mean of the group's vectors; but the group's vectors each
    /// take the whole step, as in gensim.
    fn learn(&mut self, group: &[usize], asked: &[(usize, f64)], rate: f64) {
        let size = self.vectors[0].len();
        let hidden: Vec<f64> = (0..size)
            .map(|i| group.iter().map(|&word| self.vectors[word][i]).sum::<f64>() / group.len() as f64)
            .collect();
        let mut error = vec![0.0; size];
        let mut loss = 0.0;
        for &(row, label) in asked {
            let score: f64 = (0..size).map(|i| hidden[i] * self.outputs[row][i]).sum();
            let probability = 1.0 / (1.0 + (-score).exp());
            loss -= (if label > 0.5 { probability } else { 1.0 - probability }).ln();
            for i in 0..size {
                error[i] += rate * (label - probability) * self.outputs[row][i];
                self.outputs[row][i] += rate * (label - probability) * hidden[i];
            }
        }
        for &word in group {
            (0..size).for_each(|i| self.vectors[word][i] += error[i]);
        }
        self.losses.push(loss);
    }
}

/// The inner nodes above a word, from the root, and at each whether the way goes left: by joining the two rarest over
/// and over, of equally rare ones those that were there first.
fn path(word: usize, counts: &[f64]) -> Vec<(usize, f64)> {
    let mut open: Vec<(f64, usize)> = counts.iter().copied().zip(0..).collect();
    let mut above: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
    let mut node = counts.len();
    while open.len() > 1 {
        open.sort_by(|a, b| b.partial_cmp(a).unwrap());
        let (left, right) = (open.pop().unwrap(), open.pop().unwrap());
        above.insert(left.1, (node, 1.0));
        above.insert(right.1, (node, 0.0));
        open.push((left.0 + right.0, node));
        node += 1;
    }
    let mut way = Vec::new();
    let mut at = word;
    while let Some(&(parent, left)) = above.get(&at) {
        way.push((parent - counts.len(), left));
        at = parent;
    }
    way.reverse();
    way
}

#[test]
fn a_plain_implementation_learns_the_same_vectors() {
    let sentences = sentences(40);
    for (architecture, output) in ways() {
        let config = Config {
            architecture,
            output,
            vector_size: 11,
            window: 3,
            min_count: 2,
            sample: 0.05,
            epochs: 3,
            ..Config::default()
        };
        let corpus = Corpus::new(&sentences, config.min_count);
        let plain = Plain::trained(&corpus, config);
        let mut trainer = Trainer::new(corpus, config);
        let trained = trainer.train(usize::MAX / 2);
        assert!(trainer.is_done() && (trained.epochs - 3.0).abs() < 1e-9);
        let expected = plain.losses.iter().sum::<f64>() / plain.losses.len() as f64;
        let loss = trained.loss.unwrap();
        assert!((loss - expected).abs() < 1e-5 * expected, "{config:?}: {loss} {expected}");
        for (ours, theirs) in trainer.vectors().iter().zip(plain.vectors.concat()) {
            assert!((f64::from(*ours) - theirs).abs() < 1e-5, "{config:?}: {ours} {theirs}");
        }
    }
}

#[test]
fn it_is_the_same_in_slices_and_another_with_another_seed() {
    let sentences = sentences(60);
    let config = Config { vector_size: 8, min_count: 1, ..Config::default() };
    let trained = |config: Config, slice: usize| {
        let mut trainer = Trainer::new(Corpus::new(&sentences, config.min_count), config);
        while !trainer.is_done() {
            trainer.train(slice);
        }
        trainer.vectors().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(trained(config, 1), trained(config, 1000));
    assert_ne!(trained(config, 1000), trained(Config { seed: 2, ..config }, 1000));
}

#[test]
fn words_of_a_kind_are_neighbours() {
    let sentences = sentences(1500);
    for (architecture, output) in ways() {
        let config =
            Config { architecture, output, vector_size: 16, epochs: 12, sample: 0.0, ..Config::default() };
        let mut trainer = Trainer::new(Corpus::new(&sentences, config.min_count), config);
        let first = trainer.train(1000).loss;
        let mut last = first;
        while !trainer.is_done() {
            last = trainer.train(1000).loss;
        }
        assert!(last < first && last.is_some(), "{config:?}: {first:?} {last:?}");
        let vectors = Vectors::new(trainer.vectors(), config.vector_size);
        let vocabulary = trainer.corpus().vocabulary();
        for kind in KINDS {
            for word in kind {
                let nearest = vectors.nearest(vocabulary.index(word).unwrap(), kind.len() - 1);
                let nearest: Vec<&str> =
                    nearest.into_iter().map(|(other, _)| vocabulary.token(other).unwrap()).collect();
                assert!(nearest.iter().all(|other| kind.contains(other)), "{config:?}: {word} {nearest:?}");
            }
        }
    }
}

/// A text without ends of lines is no reason to hear nothing until it has been gone through.
#[test]
fn a_sentence_of_any_length_can_be_stopped() {
    let words: Vec<String> = (0..500).map(|word| word.to_string()).collect();
    let line: Vec<&str> = (0..25_000).map(|at| words[at * at % 500].as_str()).collect();
    let corpus = Corpus::new(&[line, vec!["1", "2"]], 1);
    let lengths: Vec<usize> = (0..corpus.sentences()).map(|index| corpus.sentence(index).len()).collect();
    assert_eq!(lengths, [10_000, 10_000, 5_000, 2]);
    let mut trainer = Trainer::new(corpus, Config { vector_size: 4, ..Config::default() });
    assert_eq!((trainer.train(1).words, trainer.train(10_001).words), (10_000, 15_000));
}

#[test]
fn what_is_told_of_learning_is_what_was_learnt() {
    // By the defaults each word of so short a text is too frequent, and skipped.
    let few = || vec![vec!["明天", " ", "去"], vec!["今天", "加班"], vec!["明天", "去"]];
    let config = Config { min_count: 1, ..Config::default() };
    let map = |config: Config| {
        let mut learner = Learner::new(few(), config);
        let time = std::cell::Cell::new(0.0);
        // Each look at this clock takes a hundredth of a second.
        while learner.is_learning() {
            learner.advance(|| time.replace(time.get() + 0.01));
        }
        learner.map()
    };
    let skipped = map(Config { sample: 1e-6, ..config });
    assert_eq!((skipped.is_done, skipped.loss, skipped.words), (true, None, 4));
    let kept = map(Config { sample: 0.0, ..config });
    assert!(kept.loss.is_some_and(|loss| loss > 0.0), "{kept:?}");
    assert!(kept.places.iter().all(|(word, _)| !word.trim().is_empty()));
    // Five times through six words in as many looks, of which one slice takes some.
    assert!(kept.words_per_s > 0.0 && kept.words_per_s <= 30.0 / 0.02, "{}", kept.words_per_s);
}

#[test]
fn nothing_to_learn_from_is_no_panic() {
    for sentences in [vec![], vec![vec![]], vec![vec!["一"]], vec![vec!["一", "一", "一"]]] {
        for (architecture, output) in ways() {
            let config = Config { architecture, output, min_count: 1, ..Config::default() };
            let mut trainer = Trainer::new(Corpus::new(&sentences, 1), config);
            for _ in 0..config.epochs {
                trainer.train(1);
            }
            assert!(trainer.is_done());
            assert!(trainer.vectors().iter().all(|x| x.is_finite()));
        }
    }
}

/// gensim's figures for 西游记, and the novel; nothing, and a word about it, where the data are not.
fn gensim() -> Option<(serde_json::Value, String)> {
    let figures = shared_data::read("word2vec-reference/xiyouji-gensim.json")?;
    let text = String::from_utf8(shared_data::read("zh-novels/xiyouji.txt.gz")?).unwrap();
    Some((serde_json::from_slice(&figures).unwrap(), text))
}

/// The body of a gzip file without optional fields but a name.
#[test]
fn neighbours_are_gensims_as_far_as_gensim_agrees_with_itself() {
    let Some((figures, text)) = gensim() else { return };
    let segmenter = Segmenter::with_default_dictionary();
    let sentences: Vec<Vec<&str>> = text
        .split(['。', '！', '？', '；', '\n'])
        .map(|sentence| segmenter.cut(sentence, Mode::Precise, true))
        .map(|words| {
            words.into_iter().filter(|word| word.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}')))
        })
        .map(Iterator::collect::<Vec<_>>)
        .filter(|words| words.len() >= 2)
        .collect();
    for (name, architecture) in [("cbow", Architecture::Cbow), ("skipgram", Architecture::SkipGram)] {
        let theirs = &figures["models"][name];
        let config = Config { architecture, epochs: 10, ..Config::default() };
        let corpus = Corpus::new(&sentences, config.min_count);
        assert_eq!(corpus.vocabulary().len() as u64, theirs["vocab"].as_u64().unwrap());
        let mut trainer = Trainer::new(corpus, config);
        trainer.train(usize::MAX / 2);
        let vectors = Vectors::new(trainer.vectors(), config.vector_size);
        let vocabulary = trainer.corpus().vocabulary();
        let mut shared = Vec::new();
        for (word, expected) in theirs["top10_seed1"].as_object().unwrap() {
            let expected: Vec<&str> =
                expected.as_array().unwrap().iter().map(|pair| pair[0].as_str().unwrap()).collect();
            let nearest = vectors.nearest(vocabulary.index(word).unwrap(), 10);
            let found =
                nearest.iter().filter(|(other, _)| expected.contains(&vocabulary.token(*other).unwrap()));
            shared.push(found.count() as f64 / 10.0);
        }
        let mean = shared.iter().sum::<f64>() / shared.len() as f64;
        let own = theirs["mean_top10_overlap_between_seeds"].as_f64().unwrap();
        eprintln!("{name}: {mean:.3} of the ten nearest are gensim's; of two gensim runs {own:.3}");
        // Ten words have a hundred neighbours: three of them more or less are chance.
        assert!(mean > own - 0.05, "{name}: {shared:?}");
    }
}
