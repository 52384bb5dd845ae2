//! The lesson's figures together: forecast, cards, loss, with their switches. All show the scrubbed epoch.

use leptos::prelude::*;
use unroll::lessons::Picture;
use unroll::lessons::airline::AirlineConfig;
use unroll::protocol::RunId;
use unroll::settings::Value;

use super::cards::Cards;
use super::forecast_chart::{Reading, forecast_caption, forecast_chart};
use super::loss_chart::{LossOptions, loss_caption, loss_chart};
use super::prepared::{Prepared, shown_forecast, shown_job};
use crate::charts::{Chart, LineChart, layout, page_color, to_svg_string};
use crate::context::{App, use_app};
use crate::i18n::{language, tr, tr_args};
use crate::state::{Msg, Notice, Run, State};
use crate::{download, picture};

/// A figure that can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    /// The series and its forecasts.
    Forecast,
    /// The loss curve.
    Loss,
}

/// The reader's choices about the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Options {
    log: bool,
    smoothed: bool,
    baselines: bool,
    reading: Reading,
}

thread_local! {
    /// Outside the tree of components: an exported picture looks like the one on the page.
    static OPTIONS: ArcRwSignal<Options> = ArcRwSignal::new(Options {
        log: false,
        smoothed: false,
        baselines: false,
        reading: Reading::Month,
    });
}

fn options() -> ArcRwSignal<Options> {
    OPTIONS.with(Clone::clone)
}

/// Forecast, cards and loss curve.
#[component]
pub fn Figures() -> impl IntoView {
    let app = use_app();
    let job = app.select(shown_job);
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
            Some(prepared) => app.peek(|state| forecast_caption(prepared, shown_forecast(state))),
            None => tr("airline.forecast.too_short"),
        })
    });
    let loss = Memo::new(move |_| {
        follow(shown);
        language();
        let chosen = options().get();
        app.peek(|state| draw_loss(state, chosen))
    });
    let loss_words = Memo::new(move |_| {
        follow(shown);
        language();
        app.peek(|state| loss_caption(state.current_run()))
    });
    let forecast_figure = move || {
        let chart = Signal::derive(move || forecast.get().unwrap_or_else(|| draw_nothing(app)));
        view! {
            <LineChart name="forecast" chart caption=forecast_words>
                <h2>{move || tr("airline.forecast.title")}</h2>
                <ReadingSwitch/>
                <Switch
                    control="baselines"
                    on=|options| options.baselines
                    turn=|options| options.baselines = !options.baselines
                />
                <button
                    type="button"
                    class="quiet"
                    data-control="export-picture"
                    on:click=move |_| save(app, Figure::Forecast)
                >
                    {move || tr("figure.picture")}
                </button>
            </LineChart>
        }
    };
    view! {
        {forecast_figure}
        <Cards/>
        <LineChart name="loss" chart=loss caption=loss_words>
            <h2>{move || tr("airline.loss.title")}</h2>
            <Switch control="log-scale" on=|options| options.log turn=|options| options.log = !options.log/>
            <Switch
                control="smooth"
                on=|options| options.smoothed
                turn=|options| options.smoothed = !options.smoothed
            />
            <button type="button" class="quiet" data-control="export-loss" on:click=move |_| save(app, Figure::Loss)>
                {move || tr("figure.picture")}
            </button>
        </LineChart>
    }
}

/// Subscribes to what is shown. Read, not merely tracked: a memo that nobody reads is never computed, so it would
/// never tell.
fn follow(shown: Memo<Shown>) {
    shown.with(|_| ());
}

/// A button that stays pressed, named in the catalogues under `figure.<control>`.
#[component]
fn Switch(control: &'static str, on: fn(&Options) -> bool, turn: fn(&mut Options)) -> impl IntoView {
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

/// Reads the series by month, quarter or year.
#[component]
fn ReadingSwitch() -> impl IntoView {
    let button = |reading: Reading| {
        view! {
            <button
                type="button"
                class="quiet"
                data-reading=reading.word()
                aria-pressed=move || options().with(|options| options.reading == reading).to_string()
                on:click=move |_| options().update(|options| options.reading = reading)
            >
                {move || tr(&format!("figure.reading.{}", reading.word()))}
            </button>
        }
    };
    view! {
        <div class="switch" role="group" aria-label=move || tr("figure.reading")>
            {Reading::ALL.map(button).collect_view()}
        </div>
    }
}

/// All that a figure depends on, in brief: cheap to compute with every event of a run, and different whenever
/// another picture is due.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    run: Option<RunId>,
    epochs: usize,
    losses: usize,
    scrub: Option<usize>,
    picture: Option<(usize, usize, u64)>,
    others: Vec<(RunId, usize, Option<usize>)>,
}

impl Shown {
    fn of(state: &State) -> Self {
        let run = state.current_run();
        let mark = |Picture::Airline(forecast): &Picture| {
            let last = forecast.fitted.last().map_or(0, |value| value.to_bits());
            (forecast.epoch, forecast.forecast.len(), last)
        };
        let other = |run: &Run| {
            let epoch = run.latest().map(|Picture::Airline(forecast)| forecast.epoch);
            (run.id, run.recording.losses.len(), epoch)
        };
        Shown {
            run: state.current,
            epochs: run.map_or(0, |run| run.progress.epochs),
            losses: run.map_or(0, |run| run.recording.losses.len()),
            scrub: state.scrub,
            picture: state.picture().map(mark),
            others: state.overlays().map(other).collect(),
        }
    }
}

fn draw_forecast(state: &State, prepared: &Prepared, options: Options) -> Chart {
    let others: Vec<_> = state
        .overlays()
        .filter_map(|run| run.latest().map(|Picture::Airline(forecast)| (name(state, run), forecast)))
        .collect();
    forecast_chart(prepared, shown_forecast(state), &others, options.reading, options.baselines)
}

fn draw_loss(state: &State, options: Options) -> Chart {
    let run = state.current_run();
    let others: Vec<_> = state.overlays().map(|run| (name(state, run), run)).collect();
    let last = run.map_or(0, |run| run.recording.losses.len());
    let epoch = state.scrub.filter(|epoch| *epoch < last);
    let planned = AirlineConfig::from_form(&shown_job(state).form).epochs;
    loss_chart(run, planned, epoch, &others, LossOptions { log: options.log, smoothed: options.smoothed })
}

/// A chart without curves, where the series is too short for the settings.
fn draw_nothing(app: App) -> Chart {
    let options = LossOptions { log: false, smoothed: false };
    let mut chart = app.peek(|_| loss_chart(None, 0, None, &[], options));
    chart.title = tr("airline.forecast.title");
    chart.curves.clear();
    chart
}

/// The name of an overlaid run: its number and where its settings differ from the current run's.
fn name(state: &State, run: &Run) -> String {
    let Some(current) = state.current_run() else { return format!("#{}", run.id) };
    let (own, other) = (&run.job().form, &current.job().form);
    let differences = state
        .lesson
        .settings
        .iter()
        .filter(|setting| own.is_relevant(setting) && own.get(setting) != other.get(setting));
    let words: Vec<String> = differences
        .map(|setting| match own.get(setting) {
            Value::Choice(word) => tr(&format!("setting.{}.choice.{word}", setting.key)),
            number => format!("{} {number}", tr(&format!("setting.{}.label", setting.key))),
        })
        .collect();
    tr_args("figure.run", &[("id", run.id.to_string()), ("difference", words.join(", "))]).trim().to_owned()
}

/// Saves the figure as it stands on the page, with title and legend, as a picture of a slide's proportions.
fn save(app: App, figure: Figure) {
    const SIZE: (f64, f64) = (960.0, 540.0);
    let chosen = options().get_untracked();
    let (file, chart) = app.peek(|state| match figure {
        Figure::Loss => ("unroll-loss.png", Some(draw_loss(state, chosen))),
        Figure::Forecast => {
            let prepared = Prepared::new(&shown_job(state));
            ("unroll-forecast.png", prepared.map(|prepared| draw_forecast(state, &prepared, chosen)))
        }
    });
    let Some(chart) = chart else { return };
    let svg = to_svg_string(&layout(&chart, SIZE.0, SIZE.1, true), &page_color);
    leptos::task::spawn_local(async move {
        let saved =
            picture::png(&svg, SIZE.0, SIZE.1).await.and_then(|blob| download::save_blob(file, &blob));
        if saved.is_err() {
            app.dispatch(Msg::Notify(Notice::new("figure.picture_failed", [])));
        }
    });
}
