//! Several runs one after another that differ in one setting.

use std::collections::VecDeque;

use crate::messages::Origin;
use unroll::protocol::RunId;
use unroll::settings::{Form, Kind, Value};

use super::runs::Then;
use super::{Effect, Run, Source, State};

/// A comparison on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The forms still to be trained, next one first; the reader's own last, so that the engine ends up holding it.
    pub queue: VecDeque<Form>,
    /// How many there were at the start.
    pub total: usize,
}

impl State {
    pub(super) fn compare(&mut self) -> Vec<Effect> {
        let Some(compare) = self.lesson.training.as_ref().map(|training| training.compare) else {
            return Vec::new();
        };
        let Kind::Choice(words) = compare.kind else { return Vec::new() };
        let Value::Choice(own) = self.form.get(compare) else { return Vec::new() };
        let mut queue = VecDeque::new();
        for word in words.iter().copied().filter(|word| *word != own).chain([own]) {
            let mut form = self.form.clone();
            form.write(compare, word);
            // What has been trained from exactly these settings need not be trained again; the reader's own choice
            // is, so that the engine ends up holding it.
            if word != own
                && let Some(id) = self.trained_alike(&form)
            {
                self.change(id, |run| run.overlaid = true);
            } else {
                queue.push_back(form);
            }
        }
        self.comparison = Some(Comparison { total: queue.len(), queue });
        self.next_comparison()
    }

    /// A run of this session that trained `form` to its end, unchanged on the way.
    fn trained_alike(&self, form: &Form) -> Option<RunId> {
        self.log()
            .filter(|run| run.is_finished() && run.changes.is_empty() && run.job().data == self.data)
            .find(|run| self.alike(&run.job().form, form))
            .map(|run| run.id)
    }

    /// The next run of the comparison, or its end.
    pub(super) fn next_comparison(&mut self) -> Vec<Effect> {
        let Some(form) = self.comparison.as_mut().and_then(|comparison| comparison.queue.pop_front()) else {
            self.comparison = None;
            return Vec::new();
        };
        let mut job = self.job();
        job.form = form;
        self.open(Run::new(0, Source::Seed, job), Origin::Seed, Then::Play)
    }
}
