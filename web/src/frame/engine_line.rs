//! One quiet line: which engine computes, and why.

use leptos::prelude::*;
use unroll::protocol::Engine;

use crate::context::use_app;
use crate::controls::pace_text;
use crate::i18n::{tr, tr_args};
use crate::state::State;

/// The line.
#[component]
pub fn EngineLine() -> impl IntoView {
    let app = use_app();
    let choice = app.select(|state| (state.engine.active, state.engine.reason));
    let waits = app.select(State::waits_for_webgpu);
    // Whole steps per second are enough here, and keep the line from flickering.
    let rates = app.select(|state| {
        let rate = |engine| state.engine.steps_per_s.get(&engine).map(|rate: &f64| rate.round());
        (rate(Engine::Cpu), rate(Engine::Webgpu))
    });
    let text = move || {
        let (active, reason) = choice.get();
        let Some(engine) = active else {
            return tr("engine.none");
        };
        if waits.get() {
            return tr("engine.building");
        }
        let name = tr(&format!("engine.{}", word_of(engine)));
        let why = tr(&format!("engine.reason.{}", reason.word()));
        let figures = match rates.get() {
            (Some(cpu), Some(gpu)) => {
                tr_args("engine.both", &[("cpu", pace_text(cpu)), ("webgpu", pace_text(gpu))])
            }
            _ => String::new(),
        };
        tr_args("engine.line", &[("name", name), ("why", why), ("figures", figures)])
    };
    let reason = move || {
        let (active, reason) = choice.get();
        active.map(|_| reason.word())
    };
    view! { <p class="engine-line" data-status="engine" data-reason=reason>{text}</p> }
}

/// An engine in `data-engine` and in the catalogue.
pub fn word_of(engine: Engine) -> &'static str {
    match engine {
        Engine::Cpu => "cpu",
        Engine::Webgpu => "webgpu",
    }
}
