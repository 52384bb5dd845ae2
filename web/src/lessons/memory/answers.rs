//! What the networks answer to sequences that none of them trains on: a table, and above it the sequence that is chosen.

use leptos::prelude::*;
use unroll::lessons::memory::{CELLS, Task};

use super::cells::{INKS, NAMES};
use super::sequence::Strip;
use super::sheet::{Exercise, Sheet, count_right, pieces, shown_recall, written};
use crate::charts::swatch;
use crate::context::use_app;
use crate::i18n::{tr, tr_args};
use crate::state::State;

/// Steps of a sequence of bits that are shown, the last ones.
pub const LAST_STEPS: usize = 24;

/// The answers of each of [`CELLS`], to one sequence after the other.
type Given = Memo<Vec<Vec<f32>>>;

/// The table and the drawing.
#[component]
pub fn Answers() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let sheet = Memo::new(move |_| job.with(Sheet::new));
    let pictures =
        app.select(|state| (state.current, state.current_run().map(|run| run.pictures_seen), state.scrub));
    let given = Memo::new(move |_| {
        pictures.with(|_| ());
        app.peek(|state| shown_recall(state).map(|recall| recall.answers.clone())).unwrap_or_default()
    });
    let chosen = RwSignal::new(0);
    let about = move || {
        let key = sheet.with(|sheet| format!("memory.answers.about.{}", sheet.task.word()));
        tr_args(&key, &[("last", LAST_STEPS.to_string())])
    };
    let table = move || {
        sheet.with(|sheet| match sheet.task {
            Task::Parity => bits(sheet, given, chosen),
            Task::Adding | Task::Recall => lines(sheet, given, chosen),
        })
    };
    view! {
        <section class="figure-section" aria-labelledby="memory-answers-heading">
            <h2 id="memory-answers-heading">{move || tr("memory.answers.title")}</h2>
            <p class="soft">{about}</p>
            <Strip sheet chosen/>
            <div class="memory-scroll" tabindex="0" role="region" aria-labelledby="memory-answers-heading">
                <table class="memory-answers" data-figure="answers"
                    data-task=move || sheet.with(|sheet| sheet.task.word())>{table}</table>
            </div>
        </section>
    }
}

/// The button that chooses a sequence, with its number.
fn choice(index: usize, chosen: RwSignal<usize>) -> impl IntoView {
    let number = (index + 1).to_string();
    let label = {
        let number = number.clone();
        move || tr_args("memory.answers.choose", &[("index", number.clone())])
    };
    view! {
        <button type="button" class="text-button" data-row=index.to_string()
            aria-pressed=move || (chosen.get() == index).to_string()
            aria-label=label
            on:click=move |_| chosen.set(index)>{number}</button>
    }
}

fn heading(key: &'static str) -> impl IntoView {
    view! { <th scope="col">{move || tr(key)}</th> }
}

fn cell_name(cell: usize) -> impl IntoView {
    view! { <span class="memory-cell"><span inner_html=swatch(INKS[cell])></span>{NAMES[cell]}</span> }
}

/// A row for each sequence, a column for each network.
fn lines(sheet: &Sheet, given: Given, chosen: RwSignal<usize>) -> AnyView {
    let task = sheet.task;
    let row = |(index, exercise): (usize, &Exercise)| {
        let asked = match task {
            Task::Adding => {
                let marked = exercise.marked().into_iter();
                marked
                    .map(|(at, number)| format!("{} ({})", written(task, number), at + 1))
                    .collect::<Vec<_>>()
            }
            Task::Recall | Task::Parity => Vec::new(),
        };
        let right: String = exercise.truth.iter().map(|truth| written(task, *truth)).collect();
        let cells = (0..CELLS.len()).map(|cell| answer(task, exercise, index, cell, given));
        view! {
            <tr class:chosen=move || chosen.get() == index>
                <th scope="row">{choice(index, chosen)}</th>
                {(task == Task::Adding).then(|| view! { <td class="number">{asked.join(" + ")}</td> })}
                <td class="number" data-truth=numbers(&exercise.truth)>{right}</td>
                {cells.collect_view()}
            </tr>
        }
    };
    let right = if task == Task::Adding { "memory.answers.sum" } else { "memory.answers.symbols" };
    let cells = (0..CELLS.len()).map(|cell| {
        view! { <th scope="col" data-cell=CELLS[cell]>{cell_name(cell)}</th> }
    });
    view! {
        <thead>
            <tr>
                {heading("memory.answers.sequence")}
                {(task == Task::Adding).then(|| heading("memory.answers.marked"))}
                {heading(right)}
                {cells.collect_view()}
            </tr>
        </thead>
        <tbody>{sheet.exercises.iter().enumerate().map(row).collect_view()}</tbody>
    }
    .into_any()
}

/// What a network answers to a sequence, in a cell of the table.
fn answer(task: Task, exercise: &Exercise, index: usize, cell: usize, given: Given) -> impl IntoView + use<> {
    let exercise = exercise.clone();
    move || {
        let own = own_answers(&exercise, index, cell, given);
        let right = count_right(task, &own, &exercise.truth);
        let all = right == exercise.truth.len();
        let text = pieces(task, &own, &exercise.truth).into_iter().map(piece).collect_view();
        let is_there = !own.is_empty();
        view! {
            <td class="number" data-cell=CELLS[cell] data-answer=numbers(&own)
                data-right=is_there.then(|| all.to_string())>
                {text} {is_there.then(|| mark(all))}
            </td>
        }
    }
}

/// Five rows for each sequence of bits, one below the other: the bits, what is right after each, and each network's answers.
fn bits(sheet: &Sheet, given: Given, chosen: RwSignal<usize>) -> AnyView {
    let task = sheet.task;
    let first = sheet.length.saturating_sub(LAST_STEPS);
    let sequence = |(index, exercise): (usize, &Exercise)| {
        let read: String =
            exercise.steps[first.min(exercise.steps.len())..].iter().map(|step| task.shown(step)).collect();
        let right: String = exercise.truth.iter().skip(first).map(|truth| written(task, *truth)).collect();
        let networks = (0..CELLS.len()).map(|cell| answer_row(task, exercise, index, cell, first, given));
        view! {
            <tbody class:chosen=move || chosen.get() == index>
                <tr>
                    <th scope="rowgroup" rowspan="5">{choice(index, chosen)}</th>
                    <th scope="row">{move || tr("memory.answers.bits")}</th>
                    <td class="run">{read}</td>
                    <td></td>
                </tr>
                <tr>
                    <th scope="row">{move || tr("memory.answers.odd")}</th>
                    <td class="run" data-truth=numbers(&exercise.truth)>{right}</td>
                    <td></td>
                </tr>
                {networks.collect_view()}
            </tbody>
        }
    };
    view! {
        <thead>
            <tr>
                {heading("memory.answers.sequence")}
                <th></th>
                {heading("memory.answers.last")}
                {heading("memory.answers.count")}
            </tr>
        </thead>
        {sheet.exercises.iter().enumerate().map(sequence).collect_view()}
    }
    .into_any()
}

/// What a network answers after each of the last bits of a sequence.
fn answer_row(
    task: Task,
    exercise: &Exercise,
    index: usize,
    cell: usize,
    first: usize,
    given: Given,
) -> impl IntoView + use<> {
    let exercise = exercise.clone();
    move || {
        let own = own_answers(&exercise, index, cell, given);
        let (right, count) = (count_right(task, &own, &exercise.truth), exercise.truth.len());
        let last = own.get(first..).unwrap_or_default();
        let text = pieces(task, last, exercise.truth.get(first..).unwrap_or_default());
        let is_there = !own.is_empty();
        let score = is_there.then(|| view! { {format!("{right} / {count} ")} {mark(right == count)} });
        view! {
            <tr data-cell=CELLS[cell] data-answer=numbers(&own)
                data-right=is_there.then(|| (right == count).to_string())>
                <th scope="row">{cell_name(cell)}</th>
                <td class="run">{text.into_iter().map(piece).collect_view()}</td>
                <td class="number">{score}</td>
            </tr>
        }
    }
}

/// A network's answers to one sequence; none while nothing has been trained.
fn own_answers(exercise: &Exercise, index: usize, cell: usize, given: Given) -> Vec<f32> {
    given.with(|given| {
        let answers = given.get(cell).and_then(|answers| exercise.own(index, answers));
        answers.map(<[f32]>::to_vec).unwrap_or_default()
    })
}

/// Wrong answers are struck through.
fn piece((right, text): (bool, String)) -> AnyView {
    if right { view! { <span>{text}</span> }.into_any() } else { view! { <s>{text}</s> }.into_any() }
}

/// A tick or a cross, and the word for those who hear it.
fn mark(right: bool) -> impl IntoView {
    let word = tr(if right { "memory.answers.right" } else { "memory.answers.wrong" });
    view! {
        <span class="memory-mark" class:right=right aria-hidden="true">{if right { "✓" } else { "✗" }}</span>
        <span class="visually-hidden">{word}</span>
    }
}

/// Numbers for `data-` attributes.
fn numbers(values: &[f32]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
