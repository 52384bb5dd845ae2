//! The exercises: sequences drawn from the seed, and what is right for each.

use super::{MemoryConfig, SHOWN};
use crate::Stream;

/// Symbols that may have to be recalled.
pub const SYMBOLS: usize = 8;
/// Symbols that have to be recalled, in their order.
pub const RECALLED: usize = 5;
/// Sequences by which the models are judged.
pub(super) const JUDGED: usize = 128;
/// The stream of the seed that draws these; each step of training has one of its own behind it.
const JUDGED_STREAM: u64 = 1 << 32;
/// A sum counts as right if it is no further off.
const TOLERANCE: f32 = 0.1;

/// What has to be remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The sum of the two marked numbers of a sequence.
    Adding,
    /// Symbols, in their order, after a long time.
    Recall,
    /// At each step: is the number of ones so far odd?
    Parity,
}

impl Task {
    /// As links and catalogues write it.
    pub const fn word(self) -> &'static str {
        match self {
            Task::Adding => "adding",
            Task::Recall => "recall",
            Task::Parity => "parity",
        }
    }

    /// Numbers that go in at a step.
    pub fn input_size(self) -> usize {
        match self {
            // The number, and its mark.
            Task::Adding => 2,
            // A symbol, a blank, and the sign to begin.
            Task::Recall => SYMBOLS + 2,
            Task::Parity => 1,
        }
    }

    /// Numbers that come out at a step: the sum, or a logit for each class.
    pub fn output_size(self) -> usize {
        match self {
            Task::Adding => 1,
            Task::Recall => SYMBOLS,
            Task::Parity => 2,
        }
    }

    /// Steps of a sequence whose memory is to last `length` steps.
    pub fn steps(self, length: usize) -> usize {
        match self {
            Task::Adding | Task::Parity => length,
            Task::Recall => length + 2 * RECALLED,
        }
    }

    /// The steps after which an answer is due.
    pub fn answers(self, length: usize) -> std::ops::Range<usize> {
        match self {
            Task::Adding => length - 1..length,
            Task::Recall => length + RECALLED..length + 2 * RECALLED,
            Task::Parity => 0..length,
        }
    }

    /// The loss of a network that remembers nothing: the variance of a sum of two numbers from [0, 1), or the entropy of
    /// a guess.
    pub fn baseline(self) -> f64 {
        match self {
            Task::Adding => 1.0 / 6.0,
            Task::Recall => (SYMBOLS as f64).ln(),
            Task::Parity => std::f64::consts::LN_2,
        }
    }

    /// Is it a number rather than a class that is asked for? Its loss is the mean squared error, else cross-entropy.
    pub fn is_number(self) -> bool {
        self == Task::Adding
    }

    /// What goes in at a step, as a figure can print it.
    pub fn shown(self, step: &[f32]) -> String {
        let hot = step.iter().position(|value| *value == 1.0);
        match (self, step) {
            (Task::Adding, [number, mark]) if *mark > 0.0 => format!("▸{number:.2}"),
            (Task::Adding, [number, ..]) => format!("{number:.2}"),
            (Task::Recall, _) => match hot {
                Some(symbol) if symbol < SYMBOLS => char::from(b'A' + symbol as u8).to_string(),
                Some(sign) if sign > SYMBOLS => "▸".into(),
                _ => "·".into(),
            },
            _ => {
                if hot.is_some() {
                    "1".into()
                } else {
                    "0".into()
                }
            }
        }
    }

    /// Is this answer right?
    pub fn is_right(self, answer: f32, truth: f32) -> bool {
        if self.is_number() { (answer - truth).abs() <= TOLERANCE } else { answer == truth }
    }
}

/// Sequences side by side, and what is right.
#[derive(Debug, Clone, PartialEq)]
pub struct Exercises {
    /// How many.
    pub rows: usize,
    /// `[steps, rows, input_size]`.
    pub x: Vec<f32>,
    /// `[answers, rows]`: the sum, or the number of the class.
    pub truth: Vec<f32>,
}

impl Exercises {
    /// The batch of the step after `step` steps: nothing is met twice.
    pub fn batch(config: &MemoryConfig, step: usize) -> Self {
        Exercises::draw(config, config.batch_size, 1 + step as u64)
    }

    /// Those by which the models are judged.
    pub fn judged(config: &MemoryConfig) -> Self {
        Exercises::draw(config, JUDGED, JUDGED_STREAM)
    }

    /// What is right for the sequence of this row.
    pub fn truth_of(&self, row: usize) -> Vec<f32> {
        self.truth.iter().skip(row).step_by(self.rows).copied().collect()
    }

    /// What goes in at each step of the sequence of this row.
    pub fn sequence(&self, row: usize, input_size: usize) -> Vec<Vec<f32>> {
        self.x.chunks(input_size).skip(row).step_by(self.rows).map(<[f32]>::to_vec).collect()
    }

    /// The rows whose answers are shown.
    pub fn shown(&self) -> usize {
        self.rows.min(SHOWN)
    }

    fn draw(config: &MemoryConfig, rows: usize, stream: u64) -> Self {
        let mut stream = Stream::new(config.seed, stream);
        let MemoryConfig { task, length, .. } = *config;
        let (size, steps, answers) = (task.input_size(), task.steps(length), task.answers(length).len());
        let mut x = vec![0.0; steps * rows * size];
        let mut truth = vec![0.0; answers * rows];
        for row in 0..rows {
            let at = |step: usize, feature: usize| (step * rows + row) * size + feature;
            match task {
                Task::Adding => {
                    (0..steps).for_each(|step| x[at(step, 0)] = stream.uniform());
                    let half = (steps / 2).max(1);
                    let marked = [stream.below(half), half + stream.below(steps - half)];
                    for step in marked {
                        x[at(step, 1)] = 1.0;
                        truth[row] += x[at(step, 0)];
                    }
                }
                Task::Recall => {
                    for index in 0..RECALLED {
                        let symbol = stream.below(SYMBOLS);
                        x[at(index, symbol)] = 1.0;
                        truth[index * rows + row] = symbol as f32;
                    }
                    for step in RECALLED..steps {
                        let begins = step == RECALLED + length;
                        x[at(step, if begins { SYMBOLS + 1 } else { SYMBOLS })] = 1.0;
                    }
                }
                Task::Parity => {
                    let mut odd = 0;
                    for step in 0..steps {
                        let bit = stream.below(2);
                        odd ^= bit;
                        x[at(step, 0)] = bit as f32;
                        truth[step * rows + row] = odd as f32;
                    }
                }
            }
        }
        Exercises { rows, x, truth }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::memory::LESSON;
    use crate::settings::Form;

    fn config(pairs: &[(&'static str, &'static str)]) -> MemoryConfig {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        MemoryConfig::from_form(&form)
    }

    #[test]
    fn two_numbers_are_marked_one_in_each_half() {
        let config = config(&[("seq_length", "10")]);
        let drawn = Exercises::batch(&config, 3);
        for row in 0..drawn.rows {
            let sequence = drawn.sequence(row, 2);
            let marked: Vec<usize> = (0..10).filter(|&step| sequence[step][1] == 1.0).collect();
            assert!(marked.len() == 2 && marked[0] < 5 && marked[1] >= 5, "{marked:?}");
            let sum: f32 = marked.iter().map(|&step| sequence[step][0]).sum();
            assert_eq!(drawn.truth_of(row), [sum]);
        }
        assert_eq!(drawn, Exercises::batch(&config, 3));
        assert_ne!(drawn, Exercises::batch(&config, 4));
        let judged = Exercises::judged(&config);
        let mean = judged.truth.iter().sum::<f32>() / judged.rows as f32;
        let variance =
            judged.truth.iter().map(|sum| (sum - mean) * (sum - mean)).sum::<f32>() / judged.rows as f32;
        assert!((mean - 1.0).abs() < 0.15 && (f64::from(variance) - Task::Adding.baseline()).abs() < 0.06);
    }

    #[test]
    fn symbols_come_first_and_are_asked_for_last() {
        let config = config(&[("task", "recall"), ("seq_length", "7")]);
        let drawn = Exercises::judged(&config);
        let sequence = drawn.sequence(2, SYMBOLS + 2);
        let hot: Vec<usize> =
            sequence.iter().map(|step| step.iter().position(|value| *value == 1.0).unwrap()).collect();
        let truth: Vec<usize> = drawn.truth_of(2).iter().map(|symbol| *symbol as usize).collect();
        assert_eq!(hot[..RECALLED], truth);
        assert!(hot[RECALLED..RECALLED + 7].iter().all(|symbol| *symbol == SYMBOLS));
        assert_eq!(hot[RECALLED + 7..], [SYMBOLS + 1, SYMBOLS, SYMBOLS, SYMBOLS, SYMBOLS]);
        assert_eq!(Task::Recall.answers(7), 12..17);
    }

    #[test]
    fn parity_is_that_of_all_bits_so_far() {
        let drawn = Exercises::judged(&config(&[("task", "parity"), ("seq_length", "9")]));
        let mut odd = false;
        for (bit, truth) in drawn.sequence(5, 1).iter().zip(drawn.truth_of(5)) {
            odd ^= bit[0] == 1.0;
            assert_eq!(truth == 1.0, odd);
        }
    }
}
