//! Which windows of a text a step is trained on.

use std::ops::Range;

use super::config::{Batches, NovelConfig, Prediction};
use crate::data::{BEGINNING, Corpus, END, Lexicon, PADDING};
use crate::error::ModelFault;
use crate::{Error, Stream};

/// The stream of the seed that draws the windows of the first step; each step has one of its own. Dropout's come from
/// the other half of the numbers.
const FIRST_WINDOWS: u64 = 1 << 32;

/// Windows and what follows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Tokens of all windows, side by side: the first of each, then the second of each …
    pub tokens: Vec<usize>,
    /// What is to be predicted: after every token in the same order, or after each window.
    pub targets: Vec<usize>,
    /// Windows.
    pub rows: usize,
    /// Do they begin with nothing remembered?
    pub is_fresh: bool,
}

/// A text ready for training.
#[derive(Debug, Clone)]
pub struct Dataset {
    tokens: Vec<u16>,
    vocabulary: usize,
    /// So many tokens at the beginning are trained on.
    train: usize,
    batches: Batches,
    seq_length: usize,
    batch_size: usize,
    seed: u64,
    /// Where windows stay within sentences.
    marks: Option<Marks>,
    /// Where tokens are not drawn as often as the text has them.
    balanced: Option<Balanced>,
}

/// The numbers of the marks of sentences.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub padding: usize,
    pub beginning: usize,
    pub end: usize,
}

impl Marks {
    /// Those that a model with such a prediction needs; none where it reads across the ends of sentences.
    ///
    /// # Errors
    /// [`Error::Model`] with a mark that the lexicon lacks.
    pub fn needed(prediction: Prediction, lexicon: &Lexicon) -> Result<Option<Self>, Error> {
        if prediction == Prediction::EveryNext {
            return Ok(None);
        }
        let number = |mark: &str| lexicon.number(mark).ok_or_else(|| ModelFault::Mark.error(mark, "", ""));
        Ok(Some(Marks { padding: number(PADDING)?, beginning: number(BEGINNING)?, end: number(END)? }))
    }
}

/// Tokens by what they are, to be drawn by weight.
#[derive(Debug, Clone)]
struct Balanced {
    /// Where each token stands in the training text.
    places: Vec<Vec<u32>>,
    /// How probable tokens up to each number are to be drawn.
    reached: Vec<f64>,
}

impl Dataset {
    /// Takes a text apart as `config` asks.
    ///
    /// # Errors
    /// [`Error::TextTooShort`], [`Error::Model`] where sentences are to be marked and are not.
    pub fn new(corpus: &Corpus, config: &NovelConfig) -> Result<Self, Error> {
        let tokens = corpus.numbers();
        let NovelConfig { prediction, batches, seq_length, batch_size, .. } = *config;
        let (found, needed) = (tokens.len(), config.tokens_needed());
        if found < needed {
            return Err(Error::TextTooShort { found, needed });
        }
        let marks = Marks::needed(prediction, &corpus.lexicon)?;
        let mut train = tokens.len() - tokens.len() * config.holdout_percent.min(99) / 100;
        if let Some(marks) = marks {
            // The held-out part begins with a sentence.
            let end = tokens[..train].iter().rposition(|token| usize::from(*token) == marks.end);
            train = end.map_or(train, |end| end + 1).max(1);
        }
        let vocabulary = corpus.lexicon.tokens.len();
        let is_balanced = marks.is_some() && config.balance > 0.0;
        let balanced = is_balanced.then(|| Balanced::new(&tokens[..train], vocabulary, config.balance));
        let seed = config.seed;
        Ok(Dataset { tokens, vocabulary, train, batches, seq_length, batch_size, seed, marks, balanced })
    }

    /// Different tokens.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// The text that is trained on.
    pub fn train(&self) -> &[u16] {
        &self.tokens[..self.train]
    }

    /// The held-out text; a little of it must be there to say anything.
    pub fn holdout(&self) -> Option<&[u16]> {
        Some(&self.tokens[self.train..]).filter(|holdout| holdout.len() > 2)
    }

    /// The windows `rows` of the step after `step` steps: a function of the seed and the step alone.
    pub fn batch(&self, step: usize, rows: Range<usize>) -> Batch {
        let mut stream = Stream::new(self.seed, FIRST_WINDOWS + step as u64);
        if let Some(marks) = &self.marks {
            let draw = |_| match &self.balanced {
                Some(balanced) => balanced.draw(&mut stream),
                None => stream.below(self.train),
            };
            let places: Vec<usize> = (0..self.batch_size).map(draw).collect();
            return self.windows_before(&places[rows], marks);
        }
        let (starts, is_fresh): (Vec<usize>, bool) = match self.batches {
            Batches::Random => {
                let most = self.train - self.seq_length;
                ((0..self.batch_size).map(|_| stream.below(most)).collect(), true)
            }
            Batches::Sequential => {
                let stride = (self.train - 1) / self.batch_size;
                let chunks = stride / self.seq_length;
                let chunk = step % chunks;
                let start = |row| row * stride + chunk * self.seq_length;
                ((0..self.batch_size).map(start).collect(), chunk == 0)
            }
        };
        Batch { is_fresh, ..self.windows_from(0..self.train, &starts[rows], self.seq_length) }
    }

    /// Windows that begin at these places of a part of the text.
    fn windows_from(&self, part: Range<usize>, starts: &[usize], length: usize) -> Batch {
        let text = &self.tokens[part];
        let column = |shift: usize| {
            let at =
                move |step: usize| starts.iter().map(move |start| usize::from(text[start + step + shift]));
            (0..length).flat_map(at).collect::<Vec<_>>()
        };
        Batch { tokens: column(0), targets: column(1), rows: starts.len(), is_fresh: true }
    }

    /// The windows that stand before these places, each filled up on its right.
    fn windows_before(&self, places: &[usize], marks: &Marks) -> Batch {
        let windows: Vec<Vec<usize>> = places.iter().map(|&place| self.window_before(place, marks)).collect();
        let padded = |step: usize| {
            windows.iter().map(move |window| window.get(step).copied().unwrap_or(marks.padding))
        };
        Batch {
            tokens: (0..self.seq_length).flat_map(padded).collect(),
            targets: places.iter().map(|&place| usize::from(self.tokens[place])).collect(),
            rows: places.len(),
            is_fresh: true,
        }
    }

    /// The last tokens of a sentence before a place in it, at most `seq_length`; the first of a sentence is the mark of
    /// its beginning.
    fn window_before(&self, place: usize, marks: &Marks) -> Vec<usize> {
        let before = self.tokens[..place].iter().rev().map(|&token| usize::from(token));
        let mut window: Vec<usize> =
            before.take_while(|token| *token != marks.end).take(self.seq_length).collect();
        if window.len() < self.seq_length {
            window.push(marks.beginning);
        }
        window.reverse();
        window
    }

    /// Passages by which a model is judged, at most `most` batches of them, spread over the training text or over the
    /// held-out one.
    pub fn passages(&self, is_holdout: bool, rows: usize, most: usize) -> Vec<Batch> {
        let part = if is_holdout { self.train..self.tokens.len() } else { 0..self.train };
        let count = part.len();
        if let Some(marks) = &self.marks {
            let places = count.min(rows * most);
            let place = |index: usize| part.start + index * count / places.max(1);
            let places: Vec<usize> = (0..places).map(place).collect();
            return places.chunks(rows.max(1)).map(|places| self.windows_before(places, marks)).collect();
        }
        let length = self.seq_length.min(count.saturating_sub(1));
        if length == 0 {
            return Vec::new();
        }
        let rows = rows.min((count - 1) / length).max(1);
        let stride = (count - 1) / rows;
        let chunk = |chunk: usize| {
            let starts: Vec<usize> = (0..rows).map(|row| row * stride + chunk * length).collect();
            Batch { is_fresh: chunk == 0, ..self.windows_from(part.clone(), &starts, length) }
        };
        (0..(stride / length).min(most)).map(chunk).collect()
    }
}

impl Balanced {
    fn new(text: &[u16], vocabulary: usize, balance: f64) -> Self {
        let mut places = vec![Vec::new(); vocabulary];
        for (place, &token) in (0..).zip(text) {
            places[usize::from(token)].push(place);
        }
        let mut total = 0.0;
        let reached = places
            .iter()
            .map(|places| {
                // n windows of weight n^−e each.
                total += if places.is_empty() { 0.0 } else { (places.len() as f64).powf(1.0 - balance) };
                total
            })
            .collect();
        Balanced { places, reached }
    }

    /// A place in the text.
    fn draw(&self, stream: &mut Stream) -> usize {
        // A text has a token, so one of them has a weight.
        let total = self.reached.last().copied().unwrap_or(0.0);
        let at = f64::from(stream.uniform()) * total;
        let token = self.reached.partition_point(|reached| *reached <= at).min(self.places.len() - 1);
        let places = &self.places[token];
        places.get(stream.below(places.len())).map_or(0, |&place| place as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::novel::LESSON;
    use crate::settings::Form;

    fn config(pairs: &[(&'static str, &'static str)]) -> NovelConfig {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        NovelConfig::from_form(&form)
    }

    const BOOK: [(&str, &str); 3] = [("kind", "many_to_one"), ("seq_length", "4"), ("holdout_percent", "0")];

    fn marked(words: &[&str]) -> Corpus {
        let tokens = ["<unk>", "<pad>", "<s>", "<e>"].iter().chain(words);
        let tokens = tokens.map(|token| (*token).to_owned()).collect();
        let lexicon = Lexicon { tokens, is_marked: true, is_spaced: false };
        let numbers: Vec<usize> = (4..4 + words.len()).chain([3]).collect();
        Corpus::new(lexicon, numbers).unwrap()
    }

    fn plain(count: usize) -> Corpus {
        let tokens = (0..count).map(|number| number.to_string()).collect();
        Corpus::new(Lexicon { tokens, is_marked: false, is_spaced: false }, 0..count).unwrap()
    }

    #[test]
    fn windows_are_those_of_the_books_table() {
        let words = ["张三", "超额", "完成", "了", "任务"];
        let corpus = marked(&words);
        let data = Dataset::new(&corpus, &config(&BOOK)).unwrap();
        let named = |numbers: Vec<usize>| {
            numbers.into_iter().map(|n| corpus.lexicon.tokens[n].clone()).collect::<Vec<_>>()
        };
        let batch = data.windows_before(&(0..6).collect::<Vec<_>>(), &data.marks.unwrap());
        let row = |row: usize| (0..4).map(|step| batch.tokens[step * 6 + row]).collect::<Vec<_>>();
        let expected = [
            (["<s>", "<pad>", "<pad>", "<pad>"], "张三"),
            (["<s>", "张三", "<pad>", "<pad>"], "超额"),
            (["<s>", "张三", "超额", "<pad>"], "完成"),
            (["<s>", "张三", "超额", "完成"], "了"),
            (["张三", "超额", "完成", "了"], "任务"),
            (["超额", "完成", "了", "任务"], "<e>"),
        ];
        for (index, (window, next)) in expected.into_iter().enumerate() {
            assert_eq!(named(row(index)), window);
            assert_eq!(named(vec![batch.targets[index]]), [next]);
        }
    }

    /// χ² with two degrees of freedom is below 13.8 in 999 of 1,000 runs; the seed is fixed.
    #[test]
    fn words_are_drawn_by_their_weights() {
        // 40, 10 and 50 times in the text.
        let numbers = [(4, 40), (5, 10), (6, 50)];
        let text = numbers.iter().flat_map(|&(token, count)| vec![token; count]);
        let corpus = Corpus::new(marked(&["a", "b", "c"]).lexicon, text).unwrap();
        for (balance, masses) in
            [("0", [40.0, 10.0, 50.0]), ("1", [1.0; 3]), ("0.5", [40f64.sqrt(), 10f64.sqrt(), 50f64.sqrt()])]
        {
            let pairs = [&BOOK[..], &[("balance", balance), ("batch_size", "500")]].concat();
            let data = Dataset::new(&corpus, &config(&pairs)).unwrap();
            let mut counts = [0.0; 3];
            for step in 0..20 {
                let batch = data.batch(step, 0..500);
                batch.targets.iter().for_each(|target| counts[target - 4] += 1.0);
            }
            let total: f64 = masses.iter().sum();
            let expected = masses.map(|mass| mass / total * 1e4);
            let chi: f64 = counts.iter().zip(expected).map(|(n, e)| (n - e) * (n - e) / e).sum();
            assert!(chi < 13.8, "{balance}: {counts:?} {chi}");
        }
    }

    #[test]
    fn what_is_to_be_predicted_is_what_comes_next() {
        let data = Dataset::new(&plain(100), &config(&[("seq_length", "8"), ("batch_size", "3")])).unwrap();
        let batch = data.batch(5, 0..3);
        assert_eq!((batch.tokens.len(), batch.rows), (24, 3));
        assert!(batch.tokens.iter().zip(&batch.targets).all(|(token, next)| token + 1 == *next));
        assert!(batch.targets.iter().all(|target| *target < 90), "the last tenth is held out");
        assert_eq!(data.batch(5, 0..3), batch);
        assert_ne!(data.batch(6, 0..3).tokens, batch.tokens);
        let second = data.batch(5, 1..2);
        assert!((0..8).all(|step| second.tokens[step] == batch.tokens[step * 3 + 1]));
    }

    #[test]
    fn sequential_windows_go_through_the_whole_text() {
        let pairs =
            [("seq_length", "5"), ("batch_size", "2"), ("batches", "sequential"), ("holdout_percent", "0")];
        let data = Dataset::new(&plain(41), &config(&pairs)).unwrap();
        let steps: Vec<Batch> = (0..5).map(|step| data.batch(step, 0..2)).collect();
        let first_row = |batch: &Batch| batch.tokens.iter().step_by(2).copied().collect::<Vec<_>>();
        let read: Vec<usize> = steps[..4].iter().flat_map(first_row).collect();
        assert_eq!(read, (0..20).collect::<Vec<_>>());
        assert_eq!(
            steps.iter().map(|batch| batch.is_fresh).collect::<Vec<_>>(),
            [true, false, false, false, true]
        );
        assert_eq!(steps[4], steps[0]);
    }

    #[test]
    fn a_text_that_is_too_short_is_refused() {
        let few = Dataset::new(&plain(20), &config(&[]));
        assert!(matches!(few, Err(Error::TextTooShort { found: 20, needed }) if needed > 32), "{few:?}");
        assert!(Dataset::new(&plain(0), &config(&[])).is_err());
        let empty = Corpus::new(marked(&[]).lexicon, []).unwrap();
        assert!(Dataset::new(&empty, &config(&BOOK)).is_err());
        // Windows within sentences need their marks.
        let unmarked = Dataset::new(&plain(1000), &config(&BOOK));
        assert!(
            matches!(&unmarked, Err(error) if *error == ModelFault::Mark.error(PADDING, "", "")),
            "{unmarked:?}"
        );
        // As long as is asked for is long enough.
        let Err(Error::TextTooShort { needed, .. }) = few else { return };
        assert!(Dataset::new(&plain(needed), &config(&[])).is_ok());
    }

    #[test]
    fn passages_cover_the_held_out_part_and_go_on() {
        let data = Dataset::new(&plain(1000), &config(&[("seq_length", "7")])).unwrap();
        let passages = data.passages(true, 4, 100);
        let (first, second) = (&passages[0], &passages[1]);
        assert_eq!((first.rows, first.is_fresh, second.is_fresh), (4, true, false));
        assert_eq!(first.tokens[0], 900);
        assert_eq!(second.tokens[0], 907);
        assert!(passages.iter().all(|batch| batch.targets.iter().all(|target| *target >= 900)));
        assert_eq!(data.passages(false, 4, 2).len(), 2);
    }
}
