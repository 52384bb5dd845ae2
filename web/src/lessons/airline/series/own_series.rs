//! The reader's own series: from a file, dropped on the page's panel, or pasted.

use leptos::prelude::*;
use unroll::Error;
use unroll::data::{Data, FILE_LIMIT, Series};
use unroll::lessons::airline::AirlineConfig;
use web_sys::DragEvent;

use super::{facts, series_in_use};
use crate::context::{App, use_app};
use crate::files;
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
    let own = app.select(|state| state.data.is_some());
    let text = RwSignal::new(String::new());
    let outcome = RwSignal::new(Outcome::Quiet);
    let over = RwSignal::new(false);
    let loaded = series_in_use(app);

    let read = move |file: web_sys::File| {
        files::read(&file, FILE_LIMIT, move |read| match read {
            Ok(bytes) => take(app, &bytes.head(usize::MAX), outcome),
            Err(error) => outcome.set(Outcome::Refused(error)),
        });
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        match files::dropped(&event) {
            Some(file) => read(file),
            None => {
                let text = event.data_transfer().and_then(|transfer| transfer.get_data("text/plain").ok());
                text.into_iter().for_each(|text| take(app, text.as_bytes(), outcome));
            }
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
            on:dragleave=move |event: DragEvent| if files::have_left(&event) { over.set(false) }
            on:drop=dropped
        >
            <h3>{move || tr("data.own.heading")}</h3>
            <p id="own-format">{move || tr("data.own.format")}</p>
            <div class="own-actions">
                <label class="panel-button file-button">
                    <input type="file" data-field="file" accept=".csv,.tsv,.txt,text/csv,text/plain"
                        aria-describedby="own-format own-private"
                        on:change=move |event| files::chosen(&event).into_iter().for_each(read) />
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
                    on:click=move |_| { outcome.set(Outcome::Quiet); app.dispatch(Msg::UseData(None)) }
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
            app.dispatch(Msg::UseData(Some(Data::Series(series))));
        }
        Err(error) => outcome.set(Outcome::Refused(error)),
    }
}
