//! What the engine found when it ran the module: are the shapes the same, and which parts of the output are the last
//! hidden state?

use leptos::prelude::*;
use unroll::lessons::cell::{Answer, Check, Question, Shapes, ShapesQuestion};
use unroll::nn::RecurrentConfig;

use crate::i18n::{tr, tr_args};
use crate::lessons::cell::state::{Slot, Topic};
use crate::lessons::cell::use_workbench;
use crate::quantity::format_number;

/// Two numbers of single precision that took the same way differ by no more.
const SAME: f32 = 1e-6;

/// The engine's word on the shapes, and its comparisons of `output` with `h_n`.
#[component]
pub fn Checks(
    /// What the settings ask now.
    asked: Memo<ShapesQuestion>,
) -> impl IntoView {
    let slot = use_workbench().slot(Topic::Shapes);
    let found = Memo::new(move |_| {
        slot.with(|slot| {
            let (question, answer) = slot.found.as_deref()?;
            match (question, answer) {
                (Question::Shapes(question), Answer::Shapes(shapes)) => {
                    Some((question.clone(), shapes.as_ref().clone()))
                }
                _ => None,
            }
        })
    });
    let is_stale =
        move || asked.with(|asked| found.with(|found| found.as_ref().is_none_or(|it| it.0 != *asked)));
    let agreement = move || {
        found.with(|found| {
            let (question, shapes) = found.as_ref().filter(|_| !is_stale())?;
            let agrees = agrees(question, shapes);
            let (mark, key) = match agrees {
                true => ("✓", "cell.shapes.agree"),
                false => ("⚠", "cell.shapes.disagree"),
            };
            Some(view! {
                <span class:shapes-warning=!agrees data-agree=agrees.to_string()>
                    <span aria-hidden="true">{mark}</span>" "{tr(key)}
                </span>
            })
        })
    };
    let in_part = move || {
        found.with(|found| {
            let (question, shapes) = found.as_ref()?;
            let args = [("count", shapes.batch_size.to_string()), ("batch", question.batch_size.to_string())];
            let is_part = shapes.batch_size < question.batch_size;
            is_part.then(|| view! { <p class="remark">{tr_args("cell.shapes.in_part", &args)}</p> })
        })
    };
    let rows = move || {
        found.with(|found| {
            let (question, shapes) = found.as_ref()?;
            let rows = shapes.checks.iter().enumerate();
            Some(rows.map(|(index, check)| row(index, check, &question.module)).collect_view())
        })
    };
    view! {
        <div class="shapes-part">
            <h3>{move || tr("cell.shapes.checks")}</h3>
            <p class="remark">
                {move || tr("cell.shapes.checks.why")}
                {move || tr("chart.sentence_gap")}
                {move || match is_stale() {
                    true => slot.with(Slot::is_busy).then(|| tr("cell.shapes.pending")).into_any(),
                    false => agreement().into_any(),
                }}
            </p>
            {in_part}
            <div class="shapes-scroll" tabindex="0" role="region" aria-label=move || tr("cell.shapes.checks")>
                <table class="shapes-table" data-table="checks" class:stale=is_stale>
                    <thead>
                        <tr>
                            <th scope="col">{move || tr("cell.shapes.checks.claim")}</th>
                            <th scope="col">{move || tr("cell.shapes.checks.holds")}</th>
                            <th scope="col">{move || tr("cell.shapes.checks.difference")}</th>
                            <th scope="col">{move || tr("cell.shapes.checks.numbers")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
}

fn row(index: usize, check: &Check, module: &RecurrentConfig) -> impl IntoView + use<> {
    let holds = holds(check);
    let (mark, word) = if holds { ("✓", "cell.shapes.yes") } else { ("✗", "cell.shapes.no") };
    let reason = (!holds).then(|| reason(check, module)).flatten();
    let reason = reason.map(|key| view! { <p class="shapes-reason">{tr(key)}</p> });
    let numbers = [&check.output, &check.h_n].into_iter().zip(&check.numbers).map(|(name, numbers)| {
        view! { <div><span class="soft">{name.clone()}</span>" "{first_numbers(numbers)}</div> }
    });
    view! {
        <tr data-check=index data-holds=holds.to_string()>
            <th scope="row">
                <code>{format!("{} == {}", check.output, check.h_n)}</code>
                {reason}
            </th>
            <td class="shapes-mark"><span aria-hidden="true">{mark}</span>" "{tr(word)}</td>
            <td class="number" data-value=check.difference.to_string()>
                {format_number(f64::from(check.difference))}
            </td>
            <td class="shapes-numbers">{numbers.collect_view()}</td>
        </tr>
    }
}

fn first_numbers(numbers: &[f32]) -> String {
    let numbers: Vec<String> =
        numbers.iter().map(|number| format!("{number:.4}").replace('-', "−")).collect();
    format!("[{}, …]", numbers.join(", "))
}

fn holds(check: &Check) -> bool {
    check.difference <= SAME
}

/// Why two parts are not the same: the key of a sentence.
fn reason(check: &Check, module: &RecurrentConfig) -> Option<&'static str> {
    let state: usize = check.h_n.trim_start_matches("h_n[").trim_end_matches(']').parse().ok()?;
    let top = module.num_layers.saturating_sub(1) * module.num_directions();
    if state < top {
        Some("cell.shapes.reason.layer")
    } else if state > top {
        Some("cell.shapes.reason.reverse")
    } else {
        None
    }
}

/// Are the shapes that the engine found those that follow from the settings?
fn agrees(question: &ShapesQuestion, shapes: &Shapes) -> bool {
    let ShapesQuestion { module, batch_size, seq_length } = question;
    let state = module.state_shape(*batch_size);
    let parameters = module.layer_directions().flat_map(|of| module.parameters(of));
    shapes.input == module.input_shape(*batch_size, *seq_length)
        && shapes.output == module.output_shape(*batch_size, *seq_length)
        && shapes.c_n == (module.cell.states() == 2).then(|| state.to_vec())
        && shapes.h_n == state
        && parameters.eq(shapes.parameters.iter().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use unroll::nn::Cell;

    #[test]
    fn what_does_not_hold_has_its_reason() {
        let module = RecurrentConfig {
            cell: Cell::Gru,
            input_size: 3,
            hidden_size: 2,
            num_layers: 2,
            bias: true,
            batch_first: true,
            dropout: 0.0,
            bidirectional: true,
        };
        let check = |h_n: &str, difference| Check {
            output: "output[:, -1]".into(),
            h_n: h_n.into(),
            numbers: [vec![0.5], vec![-0.25]],
            difference,
        };
        assert_eq!(reason(&check("h_n[0]", 1.0), &module), Some("cell.shapes.reason.layer"));
        assert_eq!(reason(&check("h_n[3]", 1.0), &module), Some("cell.shapes.reason.reverse"));
        assert_eq!(reason(&check("h_n[2]", 1.0), &module), None);
        assert!(holds(&check("h_n[2]", 0.0)) && !holds(&check("h_n[2]", f32::NAN)));
        assert_eq!(first_numbers(&[0.5, -0.25]), "[0.5000, −0.2500, …]");
    }

    #[test]
    fn another_shape_is_noticed() {
        let module = RecurrentConfig {
            cell: Cell::Lstm,
            input_size: 3,
            hidden_size: 2,
            num_layers: 1,
            bias: false,
            batch_first: false,
            dropout: 0.0,
            bidirectional: false,
        };
        let question = ShapesQuestion { module, batch_size: 5, seq_length: 4 };
        let shapes = Shapes {
            parameters: vec![("weight_ih_l0".into(), vec![8, 3]), ("weight_hh_l0".into(), vec![8, 2])],
            input: vec![4, 5, 3],
            output: vec![4, 5, 2],
            h_n: vec![1, 5, 2],
            c_n: Some(vec![1, 5, 2]),
            batch_size: 5,
            checks: Vec::new(),
        };
        assert!(agrees(&question, &shapes));
        assert!(!agrees(&question, &Shapes { c_n: None, ..shapes.clone() }));
        assert!(!agrees(&question, &Shapes { output: vec![5, 4, 2], ..shapes }));
    }
}
