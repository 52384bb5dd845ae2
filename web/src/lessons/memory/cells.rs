//! What stands for a cell wherever this lesson shows one: its name, its gates, its line; and how far it has got.

use unroll::lessons::memory::{CELLS, Task};

use crate::charts::Ink;

/// The names of [`CELLS`], as books write them.
pub const NAMES: [&str; CELLS.len()] = ["RNN", "GRU", "LSTM"];
/// The blocks of weights in each of [`CELLS`].
pub const GATES: [usize; CELLS.len()] = [1, 3, 4];
/// The line of each of [`CELLS`]. None is that of the loss curve, which is the sum of all three.
pub const INKS: [Ink; CELLS.len()] = [Ink::Overlay(2), Ink::Overlay(0), Ink::Forecast];

/// How far a network has got with its task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Next to nothing is left of the loss.
    Solved,
    /// It is better than a network that remembers nothing.
    Partly,
    /// It is no better than that.
    Nothing,
    /// It is worse, or has no loss any more.
    Worse,
}

impl Verdict {
    /// What a loss on sequences that were never trained on says.
    pub fn of(task: Task, loss: f64) -> Self {
        // Of the adding problem's 1/6 that leaves 0.01.
        match loss / task.baseline() {
            share if share < 0.06 => Verdict::Solved,
            share if share < 0.9 => Verdict::Partly,
            share if share <= 1.1 => Verdict::Nothing,
            _ => Verdict::Worse,
        }
    }

    /// As the catalogues write it, under `memory.verdict.<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Solved => "solved",
            Verdict::Partly => "partly",
            Verdict::Nothing => "nothing",
            Verdict::Worse => "worse",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_measured_by_that_of_remembering_nothing() {
        let of = |loss| Verdict::of(Task::Adding, loss);
        assert_eq!((of(0.0099), of(0.0101)), (Verdict::Solved, Verdict::Partly));
        assert_eq!((of(0.149), of(0.151), of(0.183)), (Verdict::Partly, Verdict::Nothing, Verdict::Nothing));
        assert_eq!((of(0.184), of(f64::NAN)), (Verdict::Worse, Verdict::Worse));
        assert_eq!(Verdict::of(Task::Recall, 0.1), Verdict::Solved);
        assert_eq!(Verdict::of(Task::Parity, 0.69), Verdict::Nothing);
    }

    #[test]
    fn no_two_lines_look_alike() {
        for (index, ink) in INKS.iter().enumerate() {
            for other in &INKS[..index] {
                assert!(ink.token() != other.token() && ink.dash() != other.dash());
            }
        }
    }
}
