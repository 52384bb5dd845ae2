//! A run's row: what was different, what came out, and what can be done with it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use unroll::lesson::{Lesson, Metric};
use unroll::number::Written;
use unroll::protocol::RunId;
use unroll::share::Link;

use super::entry::{Entry, SPARK, Stamp};
use super::export::engine_word;
use crate::charts::{Ink, swatch};
use crate::clipboard;
use crate::context::{use_app, use_lesson};
use crate::details::details;
use crate::figures::figure_text;
use crate::i18n::{key_of, label_of, tr, tr_args, value_text};
use crate::quantity::{duration, format_loss};
use crate::route;
use crate::state::Msg;

/// A cell for each of the lesson's own figures, on the training data and, below it, on what is held out.
pub fn metric_cells(lesson: &Lesson, metrics: &BTreeMap<String, f64>) -> impl IntoView + use<> {
    let cell = |metric: &Metric| {
        let name = format!("holdout_{}", metric.key);
        let held_out = metrics.get(&name).map(|value| {
            let (value, text) = (Written(*value).to_string(), figure_text(metric, *value));
            let label = move || tr_args("notebook.holdout", &[("value", text.clone())]);
            view! { <span class="notebook-holdout" data-metric=name data-value=value>{label}</span> }
        });
        let train = metrics.get(metric.key);
        view! {
            <td class="number notebook-metric" data-column=metric.key data-label=heading(metric.key)
                data-value=train.map(|value| Written(*value).to_string())>
                {train.map(|value| figure_text(metric, *value))}
                {held_out}
            </td>
        }
    };
    lesson.metrics().iter().map(cell).collect_view()
}

/// The heading of a column, which stands above each of its values: a run is a block on the page (`notebook.css`).
fn heading(column: &'static str) -> impl Fn() -> String + Send + Sync + 'static {
    move || tr(&format!("notebook.column.{column}"))
}

/// The row of the run `id`.
#[component]
pub fn RunRow(id: RunId) -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    let stamp = app.select(move |state| Stamp::of(state, id));
    let entry = Memo::new(move |_| {
        stamp.with(|_| ());
        app.peek(|state| Entry::of(state, id))
    });
    // The line that the run has in the figures, so that table and charts can be read together.
    let ink = app.select(move |state| match state.current {
        Some(current) if current == id => Some(Ink::Fitted),
        _ => state.overlays().position(|run| run.id == id).map(Ink::Overlay),
    });
    let current = move || entry.with(|entry| entry.as_ref().is_some_and(|entry| entry.current));
    view! {
        <tr data-run=id.to_string() aria-current=move || current().then_some("true")>
            <th scope="row">
                {format!("#{id}")}
                {move || ink.get().map(|ink| view! { <span class="notebook-swatch" inner_html=swatch(ink)></span> })}
            </th>
            {move || entry.get().map(|entry| cells(lesson, entry))}
            <td class="notebook-actions"><Actions id entry /></td>
        </tr>
    }
}

fn cells(lesson: &'static Lesson, entry: Entry) -> impl IntoView {
    let loss = |column: &'static str, value: Option<f32>| {
        let value = value.map(f64::from);
        view! {
            <td class="number" data-column=column data-label=heading(column)
                data-value=value.map(|value| Written(value).to_string())>
                {value.map(format_loss)}
            </td>
        }
    };
    let engine = engine_word(entry.engine);
    let engine_name =
        move || if engine.is_empty() { String::new() } else { tr(&format!("notebook.engine.{engine}")) };
    let failure = entry.failure.clone();
    let failed = failure.map(|error| {
        let reason = details(&error.fields());
        view! { <p class="notebook-failure">{move || tr_args(&error.key(), &error.fields())}</p> {reason} }
    });
    let steps = format!("{} / {}", entry.step, entry.steps);
    let spark_box = format!("0 -2 {} {}", Written(SPARK.0), Written(SPARK.1 + 4.0));
    let spark_label = {
        let args = [entry.final_loss, entry.best_loss]
            .map(|loss| loss.map(|loss| format_loss(loss.into())).unwrap_or_default());
        move || tr_args("notebook.spark", &[("last", args[0].clone()), ("best", args[1].clone())])
    };
    view! {
        <td class="notebook-settings">{settings(lesson, &entry)} {failed}</td>
        <td data-column="engine" data-label=heading("engine")>{engine_name}</td>
        <td class="number" data-column="steps" data-label=heading("steps") data-value=entry.step.to_string()>{steps}</td>
        {loss("loss", entry.final_loss)}
        {loss("best_loss", entry.best_loss)}
        <td class="notebook-spark" data-column="curve" data-label=heading("curve")>
            <svg viewBox=spark_box width=Written(SPARK.0).to_string() height=Written(SPARK.1).to_string() role="img" aria-label=spark_label>
                <path d=entry.spark.clone() />
            </svg>
        </td>
        {metric_cells(lesson, &entry.metrics)}
        <td class="number" data-column="seconds" data-label=heading("seconds") data-value=Written(entry.seconds).to_string()>
            {move || duration(entry.seconds)}
        </td>
    }
}

/// What the run's settings change, and what was changed on the way.
fn settings(lesson: &'static Lesson, entry: &Entry) -> impl IntoView + use<> {
    let differences = entry.differences.clone();
    let changes = entry.changes.clone();
    let own = entry.own_data;
    let plain = differences.is_empty() && changes.is_empty() && !own;
    let named = move |key: &str, value: &str| format!("{} {}", label_of(lesson, key), value_text(key, value));
    let differences = differences.into_iter().map(move |it| {
        let text = move || named(it.setting, &it.value);
        if it.fresh {
            view! { <li><mark>{text}</mark></li> }.into_any()
        } else {
            view! { <li>{text}</li> }.into_any()
        }
    });
    let changes = changes.into_iter().map(move |(step, key, value)| {
        let text = move || {
            tr_args("notebook.changed", &[("step", step.to_string()), ("change", named(&key, &value))])
        };
        view! { <li>{text}</li> }
    });
    view! {
        <ul>
            {plain.then(|| view! { <li class="soft">{move || tr("notebook.preset")}</li> })}
            {own.then(|| view! { <li>{move || tr(&key_of(lesson, "notebook.own_data"))}</li> })}
            {differences.collect_view()}
            {changes.collect_view()}
        </ul>
    }
}

#[component]
fn Actions(id: RunId, entry: Memo<Option<Entry>>) -> impl IntoView {
    let app = use_app();
    let is = move |what: fn(&Entry) -> bool| entry.with(|entry| entry.as_ref().is_some_and(what));
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let Some(link) = app.peek(|state| {
            let job = state.run(id)?.job();
            Some(Link { form: job.form.clone(), data: job.data.clone(), ..Link::new(state.lesson) })
        }) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let done = match route::fragment(link).await {
                Ok(fragment) => clipboard::copy(&(route::page_address() + &fragment)).await,
                Err(_) => false,
            };
            copied.set(Some(done));
        });
    };
    // Each button names its run: a screen reader lists them without their row.
    let label = move |key: &'static str| move || tr_args(key, &[("run", id.to_string())]);
    view! {
        <button type="button" class="text-button" data-control="overlay"
            aria-pressed=move || is(|entry| entry.overlaid).to_string()
            aria-label=label("notebook.overlay.label")
            disabled=move || is(|entry| entry.current)
            on:click=move |_| app.dispatch(Msg::Overlay(id))
        >{move || tr("notebook.overlay")}</button>
        <button type="button" class="text-button" data-control="pin"
            aria-pressed=move || is(|entry| entry.pinned).to_string()
            aria-label=label("notebook.pin.label")
            on:click=move |_| app.dispatch(Msg::Pin(id))
        >{move || tr("notebook.pin")}</button>
        <button type="button" class="text-button" data-control="open-settings"
            aria-label=label("notebook.open.label")
            on:click=move |_| app.dispatch(Msg::OpenSettings(id))
        >{move || tr("notebook.open")}</button>
        <button type="button" class="text-button" data-control="copy-run-link"
            aria-label=label("notebook.copy.label") on:click=copy
        >{move || tr("notebook.copy")}</button>
        <button type="button" class="text-button" data-control="delete"
            aria-label=label("notebook.delete.label")
            on:click=move |_| app.dispatch(Msg::Delete(id))
        >{move || tr("notebook.delete")}</button>
        <span class="soft" role="status">{move || copied.get().map(|done| {
            tr(if done { "share.copied" } else { "notebook.not_copied" })
        })}</span>
    }
}
