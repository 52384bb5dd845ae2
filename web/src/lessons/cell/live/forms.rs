//! The two forms of an LSTM side by side: PyTorch's two matrices and two biases, the textbook's one of each.

use leptos::prelude::*;

use super::LiveCell;
use crate::figures::{Heat, HeatMap};
use crate::i18n::{language, tr, tr_args};

/// Weights have this size at most, where they begin: 1 / √hidden_size.
const STRONGEST: f64 = 1.0;

/// The comparison; only an LSTM has two forms.
#[component]
pub fn Forms(live: LiveCell) -> impl IntoView {
    let is_there = Memo::new(move |_| {
        live.answered.with(|found| found.as_ref().is_some_and(|found| found.steps.concatenated.is_some()))
    });
    move || {
        is_there.get().then(|| {
            view! {
                <div class="forms" data-figure="forms">
                    <h3>{move || tr("cell.forms.title")}</h3>
                    <div class="side-by-side">
                        <Form live is_split=true/>
                        <Form live is_split=false/>
                    </div>
                    <Same live/>
                </div>
            }
        })
    }
}

/// One form: its matrices, and how many numbers it learns.
#[component]
fn Form(live: LiveCell, is_split: bool) -> impl IntoView {
    let heat = Memo::new(move |_| {
        live.answered.with(|found| {
            let Some(found) = found else { return Heat::default() };
            let (hidden, inputs) = (found.question.hidden_size, found.size("x"));
            let rows = 4 * hidden;
            let steps = &found.steps;
            let Some(joined) = &steps.concatenated else { return Heat::default() };
            let line = |values: &[f32], row: usize, columns: usize| -> Vec<f64> {
                values.iter().skip(row * columns).take(columns).map(|value| f64::from(*value)).collect()
            };
            // The split form in the order of the joined one, so that what is the same stands at the same place.
            let values = (0..rows).flat_map(|row| match is_split {
                true => [
                    line(&steps.weight_hh, row, hidden),
                    line(&steps.weight_ih, row, inputs),
                    line(&steps.bias_hh, row, 1),
                    line(&steps.bias_ih, row, 1),
                ]
                .concat(),
                false => [line(&joined.weight, row, hidden + inputs), line(&joined.bias, row, 1)].concat(),
            });
            let gates = ["i", "f", "g", "o"];
            let names = |letter: &str, count: usize| {
                (1..=count).map(|index| format!("{letter}{index}")).collect::<Vec<_>>()
            };
            let biases: &[&str] = if is_split { &["b_hh", "b_ih"] } else { &["b"] };
            let mut columns = [names("h", hidden), names("x", inputs)].concat();
            columns.extend(biases.iter().map(|&name| name.to_owned()));
            Heat {
                rows: gates.iter().flat_map(|gate| names(gate, hidden)).collect(),
                columns,
                values: values.collect(),
                limit: STRONGEST,
            }
        })
    });
    let count = move || {
        live.answered.with(|found| {
            let found = found.as_ref()?;
            let joined = found.steps.concatenated.as_ref()?;
            let (hidden, inputs) = (found.question.hidden_size, found.size("x"));
            let formula = format!("4({hidden}·{hidden} + {inputs}·{hidden} + {hidden})");
            Some(match is_split {
                true => (format!("{formula} + 4·{hidden}"), joined.split_parameters),
                false => (formula, joined.parameters),
            })
        })
    };
    let word = if is_split { "split" } else { "joined" };
    let caption = Memo::new(move |_| {
        language();
        tr(&format!("cell.forms.{word}.caption"))
    });
    view! {
        <div class="form-of-cell">
            <h4>{move || tr(&format!("cell.forms.{word}"))}</h4>
            <HeatMap name=if is_split { "split-weights" } else { "joined-weights" } heat caption named_columns=true/>
            <p class="count">
                {move || count().map(|(formula, _)| format!("{formula} = "))}
                <strong data-count=word>{move || count().map(|(_, count)| count.to_string())}</strong>
            </p>
        </div>
    }
}

/// That both compute the same.
#[component]
fn Same(live: LiveCell) -> impl IntoView {
    let difference = Memo::new(move |_| {
        live.answered.with(|found| Some(found.as_ref()?.steps.concatenated.as_ref()?.difference))
    });
    let words = move || {
        let difference = difference.get()?;
        let args = [("difference", format!("{difference:.1e}"))];
        Some(tr_args(if difference == 0.0 { "cell.forms.equal" } else { "cell.forms.same" }, &args))
    };
    view! {
        <p data-figure="same-function" data-difference=move || difference.get().map(|difference| difference.to_string())>
            {words}
        </p>
    }
}
