//! A drawing of one sequence: what goes in over time, and what must come out.

use std::fmt::Write as _;

use leptos::prelude::*;
use unroll::lessons::memory::{RECALLED, Task};

use super::answers::LAST_STEPS;
use super::sheet::{Exercise, Sheet, written};
use crate::i18n::{tr, tr_args};

/// Width of the drawing.
const WIDTH: f64 = 480.0;
/// Where boxes begin, behind the names of their rows.
const LEFT: f64 = 72.0;
/// Height of a box.
const BOX: f64 = 28.0;
/// The upper edges of the two rows of boxes.
const ROWS: [f64; 2] = [6.0, 46.0];

/// The drawing of the sequence that is chosen, with what it is in words.
#[component]
pub fn Strip(sheet: Memo<Sheet>, #[prop(into)] chosen: Signal<usize>) -> impl IntoView {
    let index = move || chosen.get().min(sheet.with(|sheet| sheet.exercises.len().saturating_sub(1)));
    let words = move || sheet.with(|sheet| describe(sheet, index()));
    let drawing = move || sheet.with(|sheet| sheet.exercises.get(index()).map(|one| draw(sheet, one)));
    view! {
        <figure class="memory-sequence" data-figure="sequence" data-row=move || index().to_string()>
            <svg
                viewBox=move || sheet.with(|sheet| format!("0 0 {WIDTH} {}", height(sheet.task)))
                role="img"
                aria-label=words
                inner_html=move || drawing().unwrap_or_default()
            ></svg>
            <figcaption>{words}</figcaption>
        </figure>
    }
}

fn height(task: Task) -> f64 {
    if task == Task::Adding { 116.0 } else { 80.0 }
}

fn describe(sheet: &Sheet, index: usize) -> String {
    let Some(exercise) = sheet.exercises.get(index) else { return String::new() };
    let written = |value: f32| written(sheet.task, value);
    let mut args = vec![("index", (index + 1).to_string()), ("length", sheet.length.to_string())];
    match sheet.task {
        Task::Adding => {
            let marked = exercise.marked();
            let names = [("first", "first_step"), ("second", "second_step")];
            for ((name, step), (at, number)) in names.into_iter().zip(marked) {
                args.extend([(name, written(number)), (step, (at + 1).to_string())]);
            }
            args.push(("sum", exercise.truth.iter().map(|sum| written(*sum)).collect()));
        }
        Task::Recall => {
            args.push(("symbols", exercise.truth.iter().map(|symbol| written(*symbol)).collect()))
        }
        Task::Parity => args.push(("last", exercise.steps.len().min(LAST_STEPS).to_string())),
    }
    tr_args(&format!("memory.sequence.{}", sheet.task.word()), &args)
}

/// The inside of the `<svg>`. Its classes are styled by the page.
fn draw(sheet: &Sheet, exercise: &Exercise) -> String {
    match sheet.task {
        Task::Adding => numbers(exercise),
        Task::Recall => symbols(sheet.length, exercise),
        Task::Parity => bits(exercise),
    }
}

/// A bar for each number; the marked ones stand out and bear their values.
fn numbers(exercise: &Exercise) -> String {
    let (left, right, bottom, most) = (6.0, WIDTH - 6.0, 94.0, 66.0);
    let slot = (right - left) / exercise.steps.len().max(1) as f64;
    let bar = |at: usize, value: f32, width: f64| {
        let middle = left + (at as f64 + 0.5) * slot;
        let (x, tall) = (middle - width / 2.0, f64::from(value) * most);
        format!("M{x:.1} {bottom}h{width:.2}v-{tall:.1}h-{width:.2}z")
    };
    let all = exercise.steps.iter().enumerate();
    let path: String =
        all.map(|(at, step)| bar(at, step.first().copied().unwrap_or(0.0), slot * 0.6)).collect();
    let mut svg = format!("<path class=\"plain\" d=\"{path}\"/>");
    for (order, (at, number)) in exercise.marked().into_iter().enumerate() {
        let middle = left + (at as f64 + 0.5) * slot;
        // The two values stand back to back, so that they don't meet where their bars do.
        let (x, anchor) = match order {
            0 if middle > 64.0 => (middle - 4.0, "end"),
            1 if middle > WIDTH - 64.0 => (middle - 4.0, "end"),
            _ => (middle + 4.0, "start"),
        };
        let top = bottom - f64::from(number) * most;
        // Writing to a string can't fail.
        let _ = write!(
            svg,
            "<path class=\"guide\" d=\"M{middle:.1} 4V{top:.1}\"/>\
             <path class=\"marked\" d=\"{}\"/>\
             <text x=\"{x:.1}\" y=\"16\" text-anchor=\"{anchor}\">{number:.3}</text>",
            bar(at, number, (slot * 0.8).max(3.0)),
        );
    }
    svg + &format!(
        "<path class=\"guide\" d=\"M{left} {bottom}H{right}\"/>\
         <text class=\"note\" x=\"{left}\" y=\"110\">1</text>\
         <text class=\"note\" x=\"{right}\" y=\"110\" text-anchor=\"end\">{}</text>",
        exercise.steps.len()
    )
}

/// The symbols, the blank as one long box, the sign; below, when the answers are due.
fn symbols(length: usize, exercise: &Exercise) -> String {
    let blank = WIDTH - LEFT - 2.0 * RECALLED as f64 * BOX - 24.0;
    let behind = LEFT + RECALLED as f64 * BOX + 8.0;
    let end = behind + blank + 8.0;
    let mut svg = row_names();
    for (index, symbol) in exercise.truth.iter().enumerate() {
        let letter = written(Task::Recall, *symbol);
        let shift = index as f64 * BOX;
        svg += &boxed("one", LEFT + shift, 0, BOX, &letter);
        svg += &boxed("zero", end + shift, 0, BOX, if index == 0 { "▸" } else { "·" });
        svg += &boxed("due", end + shift, 1, BOX, &letter);
    }
    let label = tr_args("memory.sequence.blank", &[("length", length.to_string())]);
    svg + &boxed("gap", behind, 0, blank, &label)
}

/// The last bits; below each, whether the ones so far are odd in number.
fn bits(exercise: &Exercise) -> String {
    let count = exercise.truth.len().min(LAST_STEPS);
    let first = exercise.truth.len() - count;
    let width = ((WIDTH - LEFT - 16.0) / count.max(1) as f64).min(BOX);
    let mut svg = row_names();
    if first > 0 {
        svg += &format!("<text class=\"note\" x=\"{}\" y=\"{}\">…</text>", LEFT - 14.0, ROWS[0] + 18.0);
    }
    let both = exercise.steps.iter().zip(&exercise.truth).skip(first);
    for (index, (step, odd)) in both.enumerate() {
        let x = LEFT + index as f64 * width;
        for (row, value) in [step.first().copied().unwrap_or(0.0), *odd].into_iter().enumerate() {
            let class = if value > 0.0 { "one" } else { "zero" };
            svg += &boxed(class, x, row, width, &written(Task::Parity, value));
        }
    }
    svg
}

fn row_names() -> String {
    let names = ["memory.sequence.reads", "memory.sequence.answers"].into_iter().zip(ROWS);
    let name = |(key, top): (&str, f64)| {
        format!("<text class=\"note\" x=\"0\" y=\"{}\">{}</text>", top + 18.0, tr(key))
    };
    names.map(name).collect()
}

fn boxed(class: &str, x: f64, row: usize, width: f64, text: &str) -> String {
    let top = ROWS[row.min(1)];
    format!(
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{BOX}\"/>\
         <text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>",
        width - 2.0,
        x + width / 2.0 - 1.0,
        top + 19.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_marked_numbers_stand_in_the_drawing_with_their_values() {
        let steps = vec![vec![0.25, 1.0], vec![0.5, 0.0], vec![0.75, 0.0], vec![0.125, 1.0]];
        let svg = numbers(&Exercise { steps, truth: vec![0.375] });
        assert_eq!(svg.matches("class=\"marked\"").count(), 2);
        assert!(svg.contains(">0.250<") && svg.contains(">0.125<"), "{svg}");
    }

    #[test]
    fn everything_stays_inside_the_drawing() {
        let exercise = Exercise { steps: vec![vec![1.0]; 400], truth: vec![1.0; 400] };
        let letters = Exercise { steps: Vec::new(), truth: vec![7.0; RECALLED] };
        for svg in [bits(&exercise), symbols(400, &letters)] {
            let edges = svg.split("<rect ").skip(1).map(|rect| {
                let number = |name: &str| -> f64 {
                    rect.split(&format!(" {name}=\""))
                        .nth(1)
                        .and_then(|rest| rest.split('"').next()?.parse().ok())
                        .unwrap()
                };
                number("x") + number("width")
            });
            assert!(edges.fold(0.0, f64::max) <= WIDTH, "{svg}");
        }
    }
}
