//! The sequence that goes through the cell: unrolled in time, each step a button, and sliders for the input of the one
//! that is shown.

use leptos::prelude::*;
use unroll::lessons::cell::config::{INPUT_LIMIT, LIVE_SEQUENCE, MOST_STEPS};

use super::LiveCell;
use super::diagram::shown;
use crate::controls::Field;
use crate::i18n::{tr, tr_args};

/// The network unrolled, and the controls of its input.
#[component]
pub fn Sequence(
    live: LiveCell,
    /// The sequence as the reader has written it, where it can be read.
    sequence: Memo<Option<Vec<Vec<f32>>>>,
    /// Writes another one.
    change: Callback<Vec<Vec<f32>>>,
) -> impl IntoView {
    // What hangs on the sequence's shape alone is made anew with its shape alone: a slider that were made anew at every
    // number would end the drag that moves it.
    let count = Memo::new(move |_| sequence.with(|sequence| sequence.as_ref().map_or(0, Vec::len)));
    let size = Memo::new(move |_| {
        sequence.with(|sequence| sequence.as_ref()?.first().map(Vec::len)).unwrap_or_default()
    });
    let count = move || count.get();
    let step = move || live.at.get().min(count().saturating_sub(1));
    let go = move |to: usize| live.at.set(to);
    let resize = move |longer: bool| {
        if let Some(mut sequence) = sequence.get_untracked() {
            match longer {
                true => sequence.push(vec![0.0; sequence.first().map_or(1, Vec::len)]),
                false => sequence.truncate(sequence.len() - 1),
            }
            change.run(sequence);
        }
    };
    // Not in the markup: a sign of comparison would end the tag.
    let at_end = move || step() + 1 >= count();
    let is_longest = move || count() >= MOST_STEPS;
    let is_shortest = move || count() <= 1;
    let unrolled = move || (0..count()).map(|index| view! { <Step live index/> }).collect_view();
    let inputs = move || {
        (0..size.get())
            .map(|index| view! { <Slider index step=Signal::derive(step) sequence change/> })
            .collect_view()
    };
    view! {
        <div class="unrolled" data-figure="unrolled">
            <div class="unrolled-controls" role="group" aria-label=move || tr("cell.live.steps")>
                <button type="button" class="quiet" data-control="step-back" disabled=move || step() == 0
                    on:click=move |_| go(step().saturating_sub(1))>"◀ "{move || tr("cell.live.back")}</button>
                <output data-figure="step">
                    {move || tr_args("cell.live.at", &[("step", (step() + 1).to_string()), ("steps", count().to_string())])}
                </output>
                <button type="button" class="quiet" data-control="step-on" disabled=at_end
                    on:click=move |_| go(step() + 1)>{move || tr("cell.live.on")}" ▶"</button>
                <button type="button" class="quiet" data-control="add-step" disabled=is_longest
                    on:click=move |_| resize(true)>{move || tr("cell.live.longer")}</button>
                <button type="button" class="quiet" data-control="drop-step" disabled=is_shortest
                    on:click=move |_| resize(false)>{move || tr("cell.live.shorter")}</button>
            </div>
            <ol class="unrolled-steps" tabindex="0" aria-label=move || tr("cell.live.unrolled")>{unrolled}</ol>
        </div>
        <div class="input-sliders">
            {inputs}
            <Field setting=&LIVE_SEQUENCE.setting/>
        </div>
    }
}

/// One step: what goes in, and the state after it.
#[component]
fn Step(live: LiveCell, index: usize) -> impl IntoView {
    let vector = move |wire: &'static str| {
        live.answered.with(|found| {
            let found = found.as_ref()?;
            let values: Vec<f32> =
                (0..found.size(wire)).filter_map(|unit| found.wire(wire, index, unit)).collect();
            let unit = |value: f32| {
                let side = if value < 0.0 { "unit heat-unit-below" } else { "unit heat-unit-above" };
                let style = format!("--heat:{:.3}", f64::from(value.abs().min(1.0)) * 0.85);
                view! { <span class=side style=style>{shown(value)}</span> }
            };
            (!values.is_empty()).then(|| {
                view! {
                    <span class="mini-vector">
                        <i>{wire}</i>
                        {values.into_iter().map(unit).collect_view()}
                    </span>
                }
            })
        })
    };
    view! {
        <li>
            <button type="button" class="unrolled-step" data-step=index.to_string()
                aria-pressed=move || (live.step() == index).to_string() on:click=move |_| live.at.set(index)>
                <b>{move || tr_args("cell.live.step", &[("step", (index + 1).to_string())])}</b>
                {move || vector("x")}
                {move || vector("c")}
                {move || vector("h")}
            </button>
        </li>
    }
}

/// One number of the input at the step that is shown.
#[component]
fn Slider(
    index: usize,
    step: Signal<usize>,
    sequence: Memo<Option<Vec<Vec<f32>>>>,
    change: Callback<Vec<Vec<f32>>>,
) -> impl IntoView {
    let value = move || {
        sequence.with(|sequence| sequence.as_ref()?.get(step.get())?.get(index).copied()).unwrap_or(0.0)
    };
    let slide = move |event: web_sys::Event| {
        let Ok(number) = event_target_value(&event).parse::<f32>() else { return };
        if let Some(mut sequence) = sequence.get_untracked() {
            if let Some(place) = sequence.get_mut(step.get_untracked()).and_then(|step| step.get_mut(index)) {
                *place = number;
            }
            change.run(sequence);
        }
    };
    let name = move || {
        tr_args(
            "cell.live.input",
            &[("index", (index + 1).to_string()), ("step", (step.get() + 1).to_string())],
        )
    };
    view! {
        <label class="input-slider">
            <span>{name}</span>
            <input type="range" min=(-INPUT_LIMIT).to_string() max=INPUT_LIMIT.to_string() step="0.1"
                data-input=index.to_string() prop:value=move || value().to_string() on:input=slide/>
            <output>{move || shown(value())}</output>
        </label>
    }
}
