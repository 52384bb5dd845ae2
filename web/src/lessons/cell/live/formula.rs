//! A gate's formula with the numbers put in, unit by unit, and the pins that hold it.

use leptos::prelude::*;
use unroll::lessons::cell::config::{LIVE_PINS, live_pins, pins_text};
use unroll::lessons::cell::{Pin, Steps};
use unroll::nn::Cell;

use super::diagram::{family, shown};
use super::{Answered, LiveCell};
use crate::controls::use_form;
use crate::i18n::{tr, tr_args};

/// The formula of the chosen gate.
#[component]
pub fn Formula(live: LiveCell) -> impl IntoView {
    let lines = move || {
        let (gate, step) = (live.shown_gate(), live.step());
        live.answered.with(|found| {
            let found = found.as_ref()?;
            let name = found.question.cell.gate_names()[gate];
            let line = |unit: usize| {
                let (sum, value) =
                    (found.sum(gate, step, unit), found.wire(name, step, unit).unwrap_or(f32::NAN));
                let terms = found.terms(gate, step, unit);
                view! {
                    <li data-formula=unit.to_string()>
                        <p class="formula-line">
                            <i>{name}</i><sub>{unit + 1}</sub>" = "{function(found.question.cell, gate)}
                            "("<span class="terms">{terms}</span>") = "
                            {function(found.question.cell, gate)}
                            "("<span data-sum=sum.to_string()>{shown(sum)}</span>") = "
                            <strong data-gate-value=value.to_string()>{shown(value)}</strong>
                        </p>
                        <Pins live gate unit/>
                    </li>
                }
            };
            let lines = (0..found.question.hidden_size).map(line).collect_view();
            let title = tr(&format!("cell.gate.{}.{name}", family(found.question.cell)));
            let about = tr(&format!("cell.gate.{}.{name}.about", family(found.question.cell)));
            let law = written(found.question.cell, name);
            Some(view! {
                <h3>{title}</h3>
                <p class="gate-law">{law}</p>
                <p class="soft">{about}</p>
                <ol class="formula-lines">{lines}</ol>
            })
        })
    };
    let choices = move || {
        let cell = live.cell();
        let choice = move |(index, name): (usize, &'static &'static str)| {
            view! {
                <button type="button" class="quiet" data-choose-gate=*name
                    aria-pressed=move || (live.shown_gate() == index).to_string()
                    on:click=move |_| live.gate.set(index)>{*name}</button>
            }
        };
        cell.gate_names().iter().enumerate().map(choice).collect_view()
    };
    view! {
        <div class="gate-panel" data-figure="formula" aria-live="off">
            <div class="gate-choices" role="group" aria-label=move || tr("cell.live.gates")>{choices}</div>
            {lines}
        </div>
    }
}

/// Three buttons that hold one unit of a gate, or let it go; none where the gate is no number between 0 and 1.
#[component]
fn Pins(live: LiveCell, gate: usize, unit: usize) -> impl IntoView {
    let form = use_form();
    let cell = live.cell();
    let held = form.select(move |form| {
        live_pins(form).into_iter().find(|pin| (pin.gate, pin.unit) == (gate, unit)).map(|pin| pin.open)
    });
    let hold = move |to: Option<bool>| {
        let mut pins = form.form.with_untracked(live_pins);
        pins.retain(|pin| (pin.gate, pin.unit) != (gate, unit));
        pins.extend(to.map(|open| Pin { gate, unit, open }));
        form.set.run((LIVE_PINS.setting.key, pins_text(cell, &pins)));
    };
    let button = move |(word, to): (&'static str, Option<bool>)| {
        let name = cell.gate_names()[gate];
        let said = move || {
            let action = tr(&format!("cell.pin.{word}"));
            tr_args("cell.pin.about", &[("action", action), ("gate", format!("{name} {}", unit + 1))])
        };
        view! {
            <button type="button" class="pin" data-pin=format!("{name}{}{word}", unit + 1) aria-label=said
                aria-pressed=move || (held.get() == to).to_string() on:click=move |_| hold(to)>
                {move || tr(&format!("cell.pin.{word}"))}
            </button>
        }
    };
    cell.is_sigmoid(gate).then(|| {
        let all = [("free", None), ("open", Some(true)), ("shut", Some(false))];
        view! { <span class="pins" role="group">{all.map(button).collect_view()}</span> }
    })
}

impl Answered {
    /// What goes into σ or tanh of a unit of a gate.
    fn sum(&self, gate: usize, step: usize, unit: usize) -> f32 {
        let hidden = self.question.hidden_size;
        let rows = self.question.cell.gates() * hidden;
        self.steps.sums.get(step * rows + gate * hidden + unit).copied().unwrap_or(f32::NAN)
    }

    /// The terms of that sum with the numbers put in.
    fn terms(&self, gate: usize, step: usize, unit: usize) -> String {
        let Steps { weight_ih, weight_hh, bias_ih, bias_hh, .. } = &self.steps;
        let (hidden, inputs) = (self.question.hidden_size, self.size("x"));
        let row = gate * hidden + unit;
        let number = |values: &[f32], index: usize| values.get(index).copied().unwrap_or(f32::NAN);
        let of = |wire: &str, index: usize| self.wire(wire, step, index).unwrap_or(f32::NAN);
        let product = |weight: f32, value: f32| format!("{}·{}", shown(weight), shown(value));
        let from_input =
            (0..inputs).map(|index| product(number(weight_ih, row * inputs + index), of("x", index)));
        let is_candidate = gate == 2;
        let state = match self.question.cell {
            Cell::GruResetBefore if is_candidate => "r*h",
            _ => "h-",
        };
        let from_state =
            (0..hidden).map(|index| product(number(weight_hh, row * hidden + index), of(state, index)));
        let (bias_ih, bias_hh) = (number(bias_ih, row), number(bias_hh, row));
        let terms: Vec<String> = match self.question.cell {
            // r scales the product and its bias together.
            Cell::Gru if is_candidate => {
                let scaled = from_state.chain([shown(bias_hh)]).collect::<Vec<_>>().join(" + ");
                let scaled = format!("{}·({scaled})", shown(of("r", unit)));
                from_input.chain([shown(bias_ih), scaled]).collect()
            }
            _ => from_input.chain(from_state).chain([shown(bias_ih), shown(bias_hh)]).collect(),
        };
        terms.join(" + ").replace("+ −", "− ")
    }
}

/// What a gate puts its sum into.
fn function(cell: Cell, gate: usize) -> &'static str {
    match cell {
        Cell::RnnRelu => "ReLU",
        _ if cell.is_sigmoid(gate) => "σ",
        _ => "tanh",
    }
}

/// The formula of a gate in letters.
fn written(cell: Cell, name: &str) -> String {
    match (cell, name) {
        (Cell::RnnTanh, _) => "hₜ = tanh(W_ih xₜ + b_ih + W_hh h₍ₜ₋₁₎ + b_hh)".into(),
        (Cell::RnnRelu, _) => "hₜ = ReLU(W_ih xₜ + b_ih + W_hh h₍ₜ₋₁₎ + b_hh)".into(),
        (Cell::Gru, "n") => "n = tanh(W_in xₜ + b_in + r ⊗ (W_hn h₍ₜ₋₁₎ + b_hn))".into(),
        (Cell::GruResetBefore, "n") => "n = tanh(W_in xₜ + b_in + W_hn (r ⊗ h₍ₜ₋₁₎) + b_hn)".into(),
        (_, "g") => "g = tanh(W_ig xₜ + b_ig + W_hg h₍ₜ₋₁₎ + b_hg)".into(),
        (_, name) => format!("{name} = σ(W_i{name} xₜ + b_i{name} + W_h{name} h₍ₜ₋₁₎ + b_h{name})"),
    }
}

#[cfg(test)]
mod tests {
    use unroll::lessons::cell::StepsQuestion;

    use super::*;

    #[test]
    fn a_sum_is_written_out_with_its_numbers() {
        let question = StepsQuestion {
            cell: Cell::RnnTanh,
            hidden_size: 1,
            seed: 1,
            x: vec![vec![1.0, -0.5]],
            pins: vec![],
        };
        let steps = Steps {
            weight_ih: vec![0.25, -0.5],
            weight_hh: vec![2.0],
            bias_ih: vec![-0.125],
            bias_hh: vec![0.0],
            sums: vec![0.375],
            ..Steps::default()
        };
        let answered = Answered { question, steps };
        // The state before the first step is zero.
        assert_eq!(answered.terms(0, 0, 0), "0.25·1.00 − 0.50·−0.50 + 2.00·0.00 − 0.12 + 0.00");
        assert_eq!(answered.sum(0, 0, 0), 0.375);
    }
}
