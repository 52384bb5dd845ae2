//! The lesson's figures together: forecast, cards, loss, with their switches. All show the scrubbed step.

use leptos::prelude::*;

use super::forecast_chart::{Reading, forecast_caption, forecast_chart};
use super::prepared::{Prepared, shown_forecast};
use crate::charts::{Chart, LineChart, XAxis, YAxis};
use crate::context::use_app;
use crate::figures::{Cards, LossFigure, Shown, follow, name, save};
use crate::i18n::{language, tr};
use crate::state::State;

/// The reader's choices about the forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Options {
    baselines: bool,
    reading: Reading,
}

thread_local! {
    /// Outside the tree of components: an exported picture looks like the one on the page.
    static OPTIONS: ArcRwSignal<Options> =
        ArcRwSignal::new(Options { baselines: false, reading: Reading::Month });
}

fn options() -> ArcRwSignal<Options> {
    OPTIONS.with(Clone::clone)
}

/// Forecast, cards and loss curve.
#[component]
pub fn Figures() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let prepared = Memo::new(move |_| job.with(Prepared::new));
    let shown = app.select(Shown::of);
    let forecast = Memo::new(move |_| {
        follow(shown);
        language();
        let chosen = options().get();
        prepared.with(|prepared| {
            prepared.as_ref().map(|prepared| app.peek(|state| draw_forecast(state, prepared, chosen)))
        })
    });
    let forecast_words = Memo::new(move |_| {
        follow(shown);
        language();
        prepared.with(|prepared| match prepared {
            Some(prepared) => app.peek(|state| {
                let step = state.picture().map_or(0, |picture| picture.step);
                forecast_caption(prepared, step, shown_forecast(state).as_ref())
            }),
            None => tr("airline.forecast.too_short"),
        })
    });
    let chart = Signal::derive(move || forecast.get().unwrap_or_else(nothing));
    let save = move |_| {
        if let Some(chart) = forecast.get_untracked() {
            save(app, "unroll-forecast.png", &chart);
        }
    };
    view! {
        <LineChart name="forecast" chart caption=forecast_words>
            <h2>{move || tr("airline.forecast.title")}</h2>
            <ReadingSwitch prepared/>
            <button
                type="button"
                class="quiet"
                data-control="baselines"
                aria-pressed=move || options().with(|options| options.baselines).to_string()
                on:click=move |_| options().update(|options| options.baselines = !options.baselines)
            >
                {move || tr("figure.baselines")}
            </button>
            <button type="button" class="quiet" data-control="export-picture" on:click=save>
                {move || tr("figure.picture")}
            </button>
        </LineChart>
        <Cards/>
        <LossFigure/>
    }
}

/// Reads the series by month, quarter or year; one of no months, by as many values.
#[component]
fn ReadingSwitch(prepared: Memo<Option<Prepared>>) -> impl IntoView {
    let counts = Memo::new(move |_| {
        prepared.with(|prepared| prepared.as_ref().is_some_and(|prepared| !prepared.is_monthly))
    });
    let word = move |reading: Reading| {
        let counted = if counts.get() { ".counted" } else { "" };
        tr(&format!("figure.reading.{}{counted}", reading.word()))
    };
    let button = move |reading: Reading| {
        view! {
            <button
                type="button"
                class="quiet"
                data-reading=reading.word()
                aria-pressed=move || options().with(|options| options.reading == reading).to_string()
                on:click=move |_| options().update(|options| options.reading = reading)
            >
                {move || word(reading)}
            </button>
        }
    };
    view! {
        <div class="switch" role="group" aria-label=move || tr("figure.reading")>
            {Reading::ALL.map(button).collect_view()}
        </div>
    }
}

fn draw_forecast(state: &State, prepared: &Prepared, options: Options) -> Chart {
    let forecast = |run: &crate::state::Run| run.latest()?.figures();
    let others: Vec<_> = state
        .overlays()
        .filter_map(|run| forecast(run).map(|forecast| (name(state, run), forecast)))
        .collect();
    let others: Vec<_> = others.iter().map(|(name, forecast)| (name.clone(), forecast)).collect();
    forecast_chart(prepared, shown_forecast(state).as_ref(), &others, options.reading, options.baselines)
}

/// A chart without curves, where the series is too short for the settings.
fn nothing() -> Chart {
    Chart {
        title: tr("airline.forecast.title"),
        x: XAxis { title: String::new(), from: 0, to: 1, ticks: Vec::new(), names: Vec::new().into() },
        y: YAxis { title: String::new(), log: false, from_zero: true, bounds: (0.0, 1.0) },
        curves: Vec::new(),
        regions: Vec::new(),
        markers: Vec::new(),
    }
}
