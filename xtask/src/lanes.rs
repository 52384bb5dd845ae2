//! Steps of work that run side by side, and the table of them that stands at the end.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::part::{Clock, minutes};
use crate::program::Failure;

/// Steps, as they end.
pub struct Steps {
    clock: Clock,
    rows: Mutex<Vec<Row>>,
}

struct Row {
    name: String,
    time: Duration,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

impl Steps {
    /// None yet.
    pub fn new(clock: Clock) -> Self {
        Steps { clock, rows: Mutex::default() }
    }

    /// Does a step; none begins any more after one has failed.
    ///
    /// # Errors
    /// What the step's work says, and where another step has failed.
    pub fn step<T>(&self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.rows().iter().any(|row| matches!(row.outcome, Outcome::Failed)) {
            return Err(Stopped.into());
        }
        self.clock.heading(name);
        let start = Instant::now();
        let result = work();
        let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        self.note(name, start.elapsed(), outcome);
        result.with_context(|| format!("{name} failed"))
    }

    /// Notes what was not checked, and why.
    pub fn skipped(&self, name: &str, reason: &str) {
        self.note(name, Duration::ZERO, Outcome::Skipped(reason.to_owned()));
    }

    fn note(&self, name: &str, time: Duration, outcome: Outcome) {
        self.clock.heading(&format!("{name}: {} s", time.as_secs()));
        self.rows().push(Row { name: name.to_owned(), time, outcome });
    }

    fn rows(&self) -> std::sync::MutexGuard<'_, Vec<Row>> {
        // A step that panicked has noted nothing.
        self.rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// All steps with their seconds, in the order in which they ended, and the time of all.
    pub fn table(&self) -> String {
        let mut text = format!("\n{:<44} {:>7}\n", "step", "seconds");
        for row in self.rows().iter() {
            let said = match &row.outcome {
                Outcome::Passed => String::new(),
                Outcome::Failed => "failed".to_owned(),
                Outcome::Skipped(reason) => format!("skipped: {reason}"),
            };
            // Writing to a string can't fail.
            let _ = writeln!(text, "{:<44} {:>7} {said}", row.name, row.time.as_secs());
        }
        let _ = write!(text, "{:<44} {:>7}", "all, some of them side by side", minutes(self.clock.elapsed()));
        text
    }
}

/// A step that was not begun, because another one had failed.
#[derive(Debug)]
struct Stopped;

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not begun: another step had failed")
    }
}

impl std::error::Error for Stopped {}

/// What two lanes have come to: the failure that came first, where there is one.
///
/// # Errors
/// That failure.
pub fn both<A, B>(left: Result<A>, right: Result<B>) -> Result<(A, B)> {
    let is_stopped = |error: &anyhow::Error| error.downcast_ref::<Stopped>().is_some();
    match (left, right) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(left), Err(right)) if is_stopped(&left) => Err(right),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// What a thread has come to.
///
/// # Errors
/// What its work says, and if it panicked.
pub fn joined<T>(doing: &str, thread: std::thread::Result<Result<T>>) -> Result<T> {
    thread.map_err(|_| Failure::new(doing, "the program itself is at fault: it panicked"))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_passed_failed_and_was_skipped() {
        let steps = Steps::new(Clock::start());
        steps.step("one", || Ok(())).unwrap();
        steps.skipped("two", "no data");
        assert!(steps.step("three", || -> Result<()> { anyhow::bail!("broken") }).is_err());
        let late = steps.step("four", || Ok(()));
        let first = steps.step("five", || -> Result<()> { anyhow::bail!("never begun") });
        assert_eq!(both(first, late).unwrap_err().to_string(), Stopped.to_string());
        let table = steps.table();
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            rows[2..5],
            [vec!["one", "0"], vec!["two", "0", "skipped:", "no", "data"], vec!["three", "0", "failed"]]
        );
        assert_eq!(rows.len(), 6);
    }
}
