//! The sequences whose answers are shown, and how an answer is read.

use unroll::lessons::memory::{Exercises, MemoryConfig, Recall, Task};
use unroll::protocol::Job;

use crate::state::State;

/// The first of the sequences by which the networks are judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What is asked.
    pub task: Task,
    /// For how long something has to be remembered.
    pub length: usize,
    /// The sequences that are shown.
    pub exercises: Vec<Exercise>,
    /// Sequences by which the networks are judged.
    pub judged: usize,
}

/// One sequence, and what is right.
#[derive(Debug, Clone, PartialEq)]
pub struct Exercise {
    /// What goes in at each step.
    pub steps: Vec<Vec<f32>>,
    /// The right answers in their order.
    pub truth: Vec<f32>,
}

impl Sheet {
    /// The sequences of a job, which are the same at every step of its run.
    pub fn new(job: &Job) -> Self {
        let config = MemoryConfig::from_form(&job.form);
        let MemoryConfig { task, length, .. } = config;
        let drawn = Exercises::judged(&config);
        let exercise = |row: usize| Exercise {
            steps: drawn.sequence(row, task.input_size()),
            truth: drawn.truth_of(row),
        };
        let exercises = (0..drawn.shown()).map(exercise).collect();
        Sheet { task, length, exercises, judged: drawn.rows }
    }
}

impl Exercise {
    /// The marked steps of the adding problem, counted from 0, with their numbers.
    pub fn marked(&self) -> Vec<(usize, f32)> {
        let steps = self.steps.iter().enumerate();
        steps
            .filter_map(|(at, step)| match step[..] {
                [number, mark] if mark > 0.0 => Some((at, number)),
                _ => None,
            })
            .collect()
    }

    /// The answers to this sequence, the `index`-th of those shown, among a network's.
    pub fn own<'a>(&self, index: usize, answers: &'a [f32]) -> Option<&'a [f32]> {
        let count = self.truth.len();
        answers.get(index * count..(index + 1) * count)
    }
}

/// An answer as a figure prints it: a number with three digits, a letter, or a bit.
pub fn written(task: Task, answer: f32) -> String {
    match task {
        Task::Adding => format!("{answer:.3}").replace('-', "−"),
        Task::Recall => char::from(b'A' + answer.clamp(0.0, 25.0) as u8).to_string(),
        Task::Parity => format!("{answer:.0}"),
    }
}

/// Answers that follow each other, cut where right ones end and wrong ones begin or the other way round: each piece with
/// whether it is right.
pub fn pieces(task: Task, answers: &[f32], truth: &[f32]) -> Vec<(bool, String)> {
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for (answer, truth) in answers.iter().zip(truth) {
        let (right, text) = (task.is_right(*answer, *truth), written(task, *answer));
        match pieces.last_mut() {
            Some((alike, piece)) if *alike == right => piece.push_str(&text),
            _ => pieces.push((right, text)),
        }
    }
    pieces
}

/// How many answers are right.
pub fn count_right(task: Task, answers: &[f32], truth: &[f32]) -> usize {
    answers.iter().zip(truth).filter(|(answer, truth)| task.is_right(**answer, **truth)).count()
}

/// What the figures show of the networks: at the step that the reader has gone back to, or at the last one.
pub fn shown_recall(state: &State) -> Option<Recall> {
    state.picture()?.figures()
}

#[cfg(test)]
mod tests {
    use unroll::lessons::memory::LESSON;
    use unroll::settings::Form;

    use super::*;

    fn sheet(pairs: &[(&str, &str)]) -> Sheet {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        Sheet::new(&Job { lesson: LESSON.id.into(), form, data: None, corpus: None })
    }

    #[test]
    fn the_marked_numbers_make_the_sum() {
        let sheet = sheet(&[]);
        assert_eq!((sheet.exercises.len(), sheet.judged), (6, 128));
        for exercise in &sheet.exercises {
            let marked = exercise.marked();
            assert!(marked.len() == 2 && exercise.steps.len() == sheet.length);
            assert_eq!(exercise.truth, [marked[0].1 + marked[1].1]);
        }
    }

    #[test]
    fn each_sequence_finds_its_own_answers() {
        let sheet = sheet(&[("task", "recall"), ("seq_length", "7")]);
        let answers: Vec<f32> = sheet.exercises.iter().flat_map(|exercise| exercise.truth.clone()).collect();
        for (index, exercise) in sheet.exercises.iter().enumerate() {
            assert_eq!(exercise.own(index, &answers), Some(&exercise.truth[..]));
        }
        assert_eq!(sheet.exercises[0].own(6, &answers), None);
    }

    #[test]
    fn wrong_answers_are_told_from_right_ones() {
        let (truth, answers) = ([0.0, 1.0, 7.0, 2.0, 2.0], [0.0, 1.0, 6.0, 6.0, 2.0]);
        let expected = [(true, "AB".to_owned()), (false, "GG".to_owned()), (true, "C".to_owned())];
        assert_eq!(pieces(Task::Recall, &answers, &truth), expected);
        assert_eq!(count_right(Task::Recall, &answers, &truth), 3);
        assert_eq!(pieces(Task::Adding, &[-0.05], &[0.0]), [(true, "−0.050".to_owned())]);
    }
}
