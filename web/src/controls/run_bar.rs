//! The bar on top of the figures: reset, play, step, a new seed; where the run stands; what may change on the way.

use leptos::prelude::*;
use unroll::lesson::Lesson;
use unroll::number::Written;
use unroll::settings::{RUN_SETTINGS, SPEED};

use super::field::Field;
use crate::context::{App, use_app, use_lesson};
use crate::i18n::{label_of, tr, tr_args};
use crate::quantity::duration;
use crate::state::{Msg, Phase, State};

/// The bar.
#[component]
pub fn RunBar() -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    let phase = app.select(|state| state.phase);
    let busy = move || matches!(phase.get(), Phase::Training | Phase::Opening);
    let longer = app.select(State::longer);
    let play_words = move |is_title: bool| match longer.get() {
        Some(more) => continue_words(lesson, more),
        None => {
            let word = if busy() { "play.pause" } else { "play.play" };
            tr(&if is_title { format!("{word}_key") } else { word.to_owned() })
        }
    };
    let in_the_bar = lesson
        .settings
        .iter()
        .copied()
        .chain(RUN_SETTINGS)
        .filter(|setting| setting.key == "learning_rate" || setting.key == SPEED.setting.key);
    view! {
        <section class="run-bar" aria-label=move || tr("run.bar")>
            <div class="run-buttons">
                <button
                    type="button"
                    class="round"
                    data-control="reset"
                    aria-label=move || tr("play.reset")
                    title=move || tr("play.reset_key")
                    on:click=move |_| app.dispatch(Msg::Reset)
                >
                    <Icon path="M6 5v14M20 5 9 12l11 7z"/>
                </button>
                <button
                    type="button"
                    class="round play"
                    data-control="play"
                    aria-label=move || play_words(false)
                    title=move || play_words(true)
                    aria-busy=move || (phase.get() == Phase::Opening).to_string()
                    on:pointerenter=move |_| app.dispatch(Msg::Warm)
                    on:focus=move |_| app.dispatch(Msg::Warm)
                    on:click=move |_| {
                        if !busy() {
                            show_figure();
                        }
                        app.dispatch(Msg::PlayPause);
                    }
                >
                    {move || if busy() {
                        view! { <Icon path="M8 5v14M16 5v14" thick=true/> }
                    } else {
                        view! { <Icon path="M8 4.5v15L20 12z" filled=true/> }
                    }}
                </button>
                <button
                    type="button"
                    class="round"
                    data-control="step"
                    aria-label=move || tr("play.step")
                    title=move || tr("play.step_key")
                    on:click=move |_| app.dispatch(Msg::Step)
                >
                    <Icon path="M18 5v14M4 5l11 7-11 7z"/>
                </button>
                <button
                    type="button"
                    class="round"
                    data-control="new-seed"
                    aria-label=move || tr("play.new_seed")
                    title=move || tr("play.new_seed")
                    on:click=move |_| new_seed(app)
                >
                    <Icon path="M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01"/>
                </button>
            </div>
            <Standing/>
            <div class="run-settings">
                {in_the_bar.map(|setting| view! { <Field setting/> }).collect_view()}
            </div>
        </section>
    }
}

/// What a run is offered that has come to its end: more steps, or to begin once more.
#[component]
pub fn RunEnd() -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    let longer = app.select(State::longer);
    move || {
        longer.get().map(|more| {
            view! {
                <div class="run-end">
                    <button type="button" class="panel-button" data-control="continue"
                        on:click=move |_| app.dispatch(Msg::PlayPause)
                    >{continue_words(lesson, more)}</button>
                    <button type="button" class="quiet" data-control="anew"
                        on:click=move |_| app.dispatch(Msg::Anew)
                    >{tr("play.anew")}</button>
                </div>
            }
        })
    }
}

/// What a finished run is offered, with how many more of what the lesson's setting counts.
fn continue_words(lesson: &Lesson, more: u32) -> String {
    let steps = lesson.training.as_ref().map(|training| training.steps).filter(|_| more > 0);
    match steps {
        Some(steps) => {
            let name = label_of(lesson, steps.key);
            tr_args("play.continue", &[("name", name), ("more", more.to_string())])
        }
        None => tr("play.go_on"),
    }
}

/// Where the run stands: steps, pace, time left.
#[component]
fn Standing() -> impl IntoView {
    let app = use_app();
    let steps = app.select(|state| {
        state.current_run().map_or((0, state.steps()), |run| (run.progress.step, run.progress.steps))
    });
    let pace = app.select(|state| state.current_run().map_or(0.0, |run| run.progress.steps_per_s));
    let seconds_left = app.select(|state| {
        let left = state.current_run().map_or(0.0, |run| run.progress.seconds_left);
        (state.phase == Phase::Training && left.is_finite()).then_some(left.ceil())
    });
    let phase = app.select(|state| state.phase);
    let share = move || {
        let (step, all) = steps.get();
        if all == 0 { 0.0 } else { step as f64 / all as f64 }
    };
    let workers = app.select(|state| state.current_run().map_or(1, |run| run.progress.workers));
    let pace_line = move || match (pace.get(), workers.get()) {
        (0.0, _) => String::new(),
        (pace, 0 | 1) => tr_args("run.pace", &[("rate", pace_text(pace))]),
        (pace, workers) => {
            tr_args("run.shared_pace", &[("rate", pace_text(pace)), ("workers", workers.to_string())])
        }
    };
    view! {
        <div class="standing">
            <p class="steps">
                <span class="step-label">{move || tr("run.unit")}</span>
                <strong>{move || steps.get().0.to_string()}</strong>
                <span class="of">{move || format!(" / {}", steps.get().1)}</span>
            </p>
            <div class="track" aria-hidden="true">
                <div class="track-done" style:transform=move || format!("scaleX({})", Written(share()))></div>
            </div>
            <p class="pace">
                <span class="phase">{move || tr(&format!("phase.{}", phase.get().word()))}</span>
                <span
                    data-metric="steps_per_s"
                    data-value=move || Written(pace.get()).to_string()
                    data-workers=move || workers.get().to_string()
                >
                    {pace_line}
                </span>
                <span>
                    {move || seconds_left.get().map(|left| tr_args("run.left", &[("time", duration(left))]))}
                </span>
            </p>
        </div>
    }
}

/// A rate as a reader takes it in at a glance.
pub fn pace_text(per_second: f64) -> String {
    let digits = usize::from(per_second < 10.0);
    format!("{:.digits$}", Written(per_second))
}

/// Scrolls to the figures where what is about to happen there would be seen by nobody: on a phone, settings and lesson fill
/// the screen.
fn show_figure() {
    let Ok(Some(figure)) = document().query_selector(".figures > *") else { return };
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let top = figure.get_bounding_client_rect().top();
    if !(0.0..0.6 * height).contains(&top) {
        figure.scroll_into_view();
    }
}

/// A seed that nobody chose; short enough to be read out in a lecture.
fn new_seed(app: App) {
    let seed = (js_sys::Math::random() * 1e6).floor() as u64;
    app.dispatch(Msg::Set { key: "seed", text: seed.to_string() });
}

#[component]
fn Icon(path: &'static str, #[prop(optional)] filled: bool, #[prop(optional)] thick: bool) -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" class="icon" class:filled=filled class:thick=thick aria-hidden="true" focusable="false">
            <path d=path/>
        </svg>
    }
}
