//! The loss curve as a figure, with its switches.

use leptos::prelude::*;
use unroll::lesson::Lesson;

use super::loss_chart::{LossOptions, loss_caption, loss_chart};
use super::{Shown, follow, name, save};
use crate::charts::{Chart, LineChart};
use crate::context::{use_app, use_lesson};
use crate::i18n::{language, tr};
use crate::state::State;

thread_local! {
    /// Outside the tree of components: an exported picture looks like the one on the page.
    static OPTIONS: ArcRwSignal<LossOptions> = ArcRwSignal::new(LossOptions { log: false, smoothed: false });
}

fn options() -> ArcRwSignal<LossOptions> {
    OPTIONS.with(Clone::clone)
}

/// The loss over the steps of the run, and of the runs beside it.
#[component]
pub fn LossFigure() -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    let shown = app.select(Shown::of);
    let loss = Memo::new(move |_| {
        follow(shown);
        language();
        let chosen = options().get();
        app.peek(|state| draw(lesson, state, chosen))
    });
    let words = Memo::new(move |_| {
        follow(shown);
        language();
        app.peek(|state| loss_caption(state.current_run()))
    });
    let save = move |_| {
        let chosen = options().get_untracked();
        save(app, "unroll-loss.png", &app.peek(|state| draw(lesson, state, chosen)));
    };
    view! {
        <LineChart name="loss" chart=loss caption=words>
            <h2>{move || tr("loss.title")}</h2>
            <Switch control="log-scale" on=|options| options.log turn=|options| options.log = !options.log/>
            <Switch
                control="smooth"
                on=|options| options.smoothed
                turn=|options| options.smoothed = !options.smoothed
            />
            <button type="button" class="quiet" data-control="export-loss" on:click=save>
                {move || tr("figure.picture")}
            </button>
        </LineChart>
    }
}

/// A button that stays pressed, named in the catalogues under `figure.<control>`.
#[component]
fn Switch(control: &'static str, on: fn(&LossOptions) -> bool, turn: fn(&mut LossOptions)) -> impl IntoView {
    view! {
        <button
            type="button"
            class="quiet"
            data-control=control
            aria-pressed=move || options().with(on).to_string()
            on:click=move |_| options().update(turn)
        >
            {move || tr(&format!("figure.{control}"))}
        </button>
    }
}

fn draw(lesson: &'static Lesson, state: &State, options: LossOptions) -> Chart {
    let run = state.current_run();
    let others: Vec<_> = state.overlays().map(|run| (name(state, run), run)).collect();
    let last = run.map_or(0, |run| run.recording.losses.len());
    let step = state.scrub.filter(|step| *step < last);
    let planned = run.map_or_else(|| state.steps(), |run| run.progress.steps);
    loss_chart(run, planned, step, &others, lesson, options)
}
