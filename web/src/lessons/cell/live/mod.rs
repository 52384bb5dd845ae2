//! A small cell at work: its drawing with the engine's numbers, the formula of a gate with the numbers put in, the
//! sequence that goes through it.

mod diagram;
mod forms;
mod formula;
mod layout;
mod sequence;

use std::sync::Arc;

use leptos::prelude::*;
use unroll::lessons::cell::config::{self, LIVE_CELL, LIVE_HIDDEN, LIVE_INPUT, LIVE_SEED, live_sequence};
use unroll::lessons::cell::{Answer, Question, Steps, StepsQuestion};
use unroll::nn::Cell;

use super::state::Topic;
use super::use_workbench;
use crate::controls::{Field, use_form};
use crate::i18n::tr;
use diagram::Diagram;
use forms::Forms;
use formula::Formula;
use sequence::Sequence;

/// A question about a cell, and what the engine answered.
#[derive(Debug, Clone, PartialEq)]
struct Answered {
    question: StepsQuestion,
    steps: Steps,
}

impl Answered {
    /// A unit of a vector after a step, counted from 0; `c-` and `h-` are those of the step before, `x` the input.
    fn wire(&self, name: &str, step: usize, unit: usize) -> Option<f32> {
        if name == "x" {
            return self.question.x.get(step)?.get(unit).copied();
        }
        let hidden = self.question.hidden_size;
        match name.strip_suffix('-') {
            Some(state) => match step.checked_sub(1) {
                Some(before) => self.steps.wire(state, hidden, before, unit),
                None => Some(0.0),
            },
            None => self.steps.wire(name, hidden, step, unit),
        }
    }

    /// Units of a vector.
    fn size(&self, name: &str) -> usize {
        if name == "x" { self.question.x.first().map_or(0, Vec::len) } else { self.question.hidden_size }
    }
}

/// What the parts of the section share.
#[derive(Clone, Copy)]
struct LiveCell {
    /// The last answer.
    answered: Memo<Option<Arc<Answered>>>,
    /// The step that is shown, from 0.
    at: RwSignal<usize>,
    /// The gate whose formula is shown, by its place in [`Cell::gate_names`].
    gate: RwSignal<usize>,
}

impl LiveCell {
    /// The step that is shown: one that the sequence has.
    fn step(self) -> usize {
        let steps = self.answered.with(|found| found.as_ref().map_or(1, |found| found.question.x.len()));
        self.at.get().min(steps.saturating_sub(1))
    }

    /// The cell that is shown.
    fn cell(self) -> Cell {
        self.answered.with(|found| found.as_ref().map_or(Cell::Lstm, |found| found.question.cell))
    }

    /// The gate whose formula is shown: one that the cell has.
    fn shown_gate(self) -> usize {
        self.gate.get().min(self.cell().gates() - 1)
    }

    /// A number on a wire at the step that is shown.
    fn wire(self, name: &str, unit: usize) -> Option<f32> {
        let step = self.step();
        self.answered.with(|found| found.as_ref()?.wire(name, step, unit))
    }
}

/// The section.
#[component]
pub fn Live() -> impl IntoView {
    let slot = use_workbench().slot(Topic::Live);
    let answered = Memo::new(move |_| {
        slot.with(|slot| {
            let found = slot.found.as_ref()?;
            match &**found {
                (Question::Steps(question), Answer::Steps(steps)) => {
                    Some(Arc::new(Answered { question: question.clone(), steps: (**steps).clone() }))
                }
                _ => None,
            }
        })
    });
    let live = LiveCell { answered, at: RwSignal::new(1), gate: RwSignal::new(1) };
    let form = use_form();
    // What the reader changes is the sequence as it is written; where that can't be read, nothing is dragged.
    let sequence = form.select(|form| live_sequence(form).ok());
    let change = Callback::new(move |sequence: Vec<Vec<f32>>| {
        form.set.run((config::LIVE_SEQUENCE.setting.key, config::sequence_text(&sequence)));
    });
    view! {
        <div class="bench-fields">
            <Field setting=&LIVE_CELL.setting/>
            <Field setting=&LIVE_INPUT.setting/>
            <Field setting=&LIVE_HIDDEN.setting/>
            <Field setting=&LIVE_SEED.setting/>
        </div>
        <Sequence live sequence change/>
        <Diagram live/>
        <p class="bench-hint">{move || tr("cell.live.hint")}</p>
        <Formula live/>
        <Forms live/>
    }
}
