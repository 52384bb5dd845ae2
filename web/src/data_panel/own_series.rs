//! The reader's own series: from a file, dropped on the page's panel, or pasted.

use leptos::prelude::*;
use unroll::Error;
use unroll::data::{FILE_LIMIT, Series};
use unroll::lessons::airline::AirlineConfig;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File, HtmlInputElement};

use super::{facts, series_in_use};
use crate::context::{App, use_app};
use crate::i18n::{tr, tr_args, tr_map};
use crate::state::Msg;

/// Three months of a small shop: the format, shown rather than described.
const EXAMPLE: &str = "month,sales\n2024-01,131.5\n2024-02,128\n2024-03,140.2";

/// What reading a series came to.
#[derive(Clone, PartialEq)]
enum Outcome {
    /// Nothing has been read yet.
    Quiet,
    /// So many values are in use now.
    Taken(usize),
    /// The old series stays.
    Refused(Error),
}

/// File picker, drop target and text field.
#[component]
pub fn OwnSeries() -> impl IntoView {
    let app = use_app();
    let own = app.select(|state| state.series.is_some());
    let text = RwSignal::new(String::new());
    let outcome = RwSignal::new(Outcome::Quiet);
    let over = RwSignal::new(false);
    let loaded = series_in_use(app);

    let picked = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            read_file(app, file, outcome);
        }
        // So that the same file, edited, can be picked again.
        input.set_value("");
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        let Some(transfer) = event.data_transfer() else { return };
        match transfer.files().and_then(|files| files.get(0)) {
            Some(file) => read_file(app, file, outcome),
            None => {
                if let Ok(dragged) = transfer.get_data("text/plain") {
                    take(app, dragged.as_bytes(), outcome);
                }
            }
        }
    };
    let leaves = move |event: DragEvent| {
        // Entering a child leaves the parent too; only leaving the whole panel counts.
        let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let panel = event.current_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if !panel.is_some_and(|panel| panel.contains(to.as_ref())) {
            over.set(false);
        }
    };
    let refused = move || match outcome.get() {
        Outcome::Refused(error) => {
            Some(format!("{} {}", tr_map(&error.key(), &error.fields()), tr("data.own.kept")))
        }
        Outcome::Quiet | Outcome::Taken(_) => None,
    };
    let taken = move || match outcome.get() {
        Outcome::Taken(count) => tr_args("data.own.taken", &[("count", count.to_string())]),
        Outcome::Quiet | Outcome::Refused(_) => String::new(),
    };

    view! {
        <div
            class="own-series"
            class:over=move || over.get()
            on:dragover=move |event| { event.prevent_default(); over.set(true) }
            on:dragleave=leaves
            on:drop=dropped
        >
            <h3>{move || tr("data.own.heading")}</h3>
            <p id="own-format">{move || tr("data.own.format")}</p>
            <div class="own-actions">
                <label class="panel-button file-button">
                    <input type="file" data-field="file" accept=".csv,.tsv,.txt,text/csv,text/plain"
                        aria-describedby="own-format own-private" on:change=picked />
                    {move || tr("data.own.file")}
                </label>
                <span class="own-drop" aria-hidden="true">
                    {move || tr(if over.get() { "data.own.release" } else { "data.own.drop" })}
                </span>
            </div>
            <label class="own-label" for="own-text">{move || tr("data.own.paste")}</label>
            <textarea
                id="own-text"
                data-field="series"
                rows="5"
                spellcheck="false"
                autocomplete="off"
                placeholder=EXAMPLE
                aria-describedby="own-format own-private own-error"
                aria-invalid=move || refused().is_some().to_string()
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            <p id="own-error" class="own-error" role="alert">{refused}</p>
            <p class="own-taken" role="status">{taken}</p>
            <div class="own-actions">
                <button type="button" class="panel-button" data-control="use-series"
                    disabled=move || text.with(|text| text.trim().is_empty())
                    on:click=move |_| take(app, text.get_untracked().as_bytes(), outcome)
                >{move || tr("data.own.use")}</button>
                <button type="button" class="panel-button" data-control="edit-series"
                    on:click=move |_| text.set(loaded.with_untracked(Series::to_csv))
                >{move || tr("data.own.edit")}</button>
                <button type="button" class="panel-button" data-control="use-preset-series"
                    disabled=move || !own.get()
                    on:click=move |_| { outcome.set(Outcome::Quiet); app.dispatch(Msg::UseSeries(None)) }
                >{move || tr("data.own.airline")}</button>
            </div>
            <p id="own-private" class="own-private">{move || tr("data.own.private")}</p>
        </div>
    }
}

/// Puts the series in `bytes` to use, or says why not.
fn take(app: App, bytes: &[u8], outcome: RwSignal<Outcome>) {
    let config = app.peek(|state| AirlineConfig::from_form(&state.form));
    let read = Series::parse(bytes).and_then(|series| facts::check(&series, &config).map(|()| series));
    match read {
        Ok(series) => {
            outcome.set(Outcome::Taken(series.values.len()));
            app.dispatch(Msg::UseSeries(Some(series)));
        }
        Err(error) => outcome.set(Outcome::Refused(error)),
    }
}

/// Reads a file that the reader has chosen; its size is bounded before anything is read.
fn read_file(app: App, file: File, outcome: RwSignal<Outcome>) {
    if file.size() > FILE_LIMIT as f64 {
        outcome.set(Outcome::Refused(Error::TooLarge { found: file.size() as usize, limit: FILE_LIMIT }));
        return;
    }
    leptos::task::spawn_local(async move {
        match JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => take(app, &js_sys::Uint8Array::new(&buffer).to_vec(), outcome),
            // The file has gone, or is a folder.
            Err(_) => outcome.set(Outcome::Refused(Error::NotText)),
        }
    });
}
