//! The text in use, and the reader's own: from a file, dropped, pasted or fetched, and kept in this browser.

use crate::messages::Blob;
use crate::messages::Source;
use leptos::prelude::*;
use leptos::task::spawn_local;
use unroll::Error;
use unroll::data::{Data, OwnText, TEXT_LIMIT};
use unroll::lessons::novel::{NovelConfig, corpus_options, story};
use web_sys::DragEvent;

use crate::context::{App, use_app};
use crate::i18n::{tr, tr_args, tr_map};
use crate::lessons::text::{LabInHand, client};
use crate::library::{self, Entry};
use crate::state::{Msg, State};
use crate::{clipboard, fetch, files};

/// Tokens of the text that are shown as they came out.
const PREVIEW: usize = 160;
/// Characters of a name.
const NAME_LIMIT: usize = 40;

/// What reading a text came to.
#[derive(Clone, PartialEq)]
enum Outcome {
    /// Nothing has been read yet.
    Quiet,
    /// It is being read.
    Reading,
    /// It is in use now: its name and its characters.
    Taken(String, usize),
    /// The old one stays.
    Refused(Error),
    /// It can be used, but not kept: what the browser said.
    NotKept(String),
}

/// The panel.
#[component]
pub fn TextsPanel() -> impl IntoView {
    let outcome = RwSignal::new(Outcome::Quiet);
    let entries: RwSignal<Vec<Entry>> = RwSignal::new(Vec::new());
    spawn_local(async move { entries.set(library::list().await) });
    view! {
        <section class="data-panel" data-panel="data" aria-labelledby="data-heading">
            <h2 id="data-heading">{move || tr("novel.texts.heading")}</h2>
            <InUse/>
            <OwnTexts outcome entries/>
            <Shelf outcome entries/>
        </section>
    }
}

/// What is known of the text in use.
#[component]
fn InUse() -> impl IntoView {
    let app = use_app();
    let name = app.select(|state| match state.data.as_ref().and_then(Data::text) {
        Some(own) => Err(own.name.clone()),
        None => Ok(story(&state.form)),
    });
    let text = app.select(|state| state.text.clone().filter(|text| text.key == state.corpus_key()));
    let preparing = app.select(State::is_preparing);
    let lab = expect_context::<LabInHand>();
    let preview =
        Memo::new(move |_| text.with(|text| text.as_ref().map(|text| text.corpus.beginning(PREVIEW))));
    let facts = move || {
        let (facts, vocabulary) =
            text.with(|text| text.as_ref().map(|text| (text.facts, text.corpus.lexicon.tokens.len())))?;
        let mut words = tr_args(
            "novel.texts.facts",
            &[
                ("characters", facts.characters.to_string()),
                ("tokens", facts.tokens.to_string()),
                ("vocabulary", vocabulary.to_string()),
                ("unknown", facts.unknown.to_string()),
            ],
        );
        if let Some(charset) = facts.charset {
            words += " ";
            words += &tr_args("novel.texts.charset", &[("charset", charset.name().to_owned())]);
        }
        if facts.ill_formed > 0 {
            words += " ";
            words += &tr_args("novel.texts.ill_formed", &[("count", facts.ill_formed.to_string())]);
        }
        Some(words)
    };
    view! {
        <p class="text-in-use" data-figure="text-in-use">
            {move || match name.get() {
                Ok(story) => tr(&format!("novel.texts.{story}")),
                Err(own) => tr_args("novel.texts.own", &[("name", own)]),
            }}
        </p>
        <p class="soft" data-figure="text-facts">{facts}</p>
        {move || preview.get().map(|preview| view! { <blockquote class="prose preview">{preview}"…"</blockquote> })}
        <p hidden=move || text.with(Option::is_some)>
            <button type="button" class="panel-button" data-control="look-into-text"
                on:click=move |_| app.dispatch(Msg::Prepare)
            >{move || tr("novel.texts.look")}</button>
            " "
            {move || preparing.get().then(|| lab.building())}
        </p>
    }
}

/// Has a text numbered as the settings ask; where that can be done, keeps and uses it.
fn take(app: App, name: String, bytes: Blob, outcome: RwSignal<Outcome>, entries: RwSignal<Vec<Entry>>) {
    outcome.set(Outcome::Reading);
    let (options, needed) =
        app.peek(|state| (corpus_options(&state.form), NovelConfig::from_form(&state.form).tokens_needed()));
    let source = Source::File { bytes: bytes.clone() };
    client::corpus(source, options, move |read| {
        let long_enough = read.and_then(|(corpus, facts)| match corpus.len() {
            found if found < needed => Err(Error::TextTooShort { found, needed }),
            _ => Ok(facts),
        });
        let facts = match long_enough {
            Ok(facts) => facts,
            Err(error) => return outcome.set(Outcome::Refused(error)),
        };
        let name: String = name.trim().chars().take(NAME_LIMIT).collect();
        let id = format!("{:x}", js_sys::Date::now() as u64);
        let entry = Entry { text: OwnText { id, name: name.clone() }, bytes: bytes.len() };
        spawn_local(async move {
            match library::keep(&entry, &bytes).await {
                Ok(()) => {
                    outcome.set(Outcome::Taken(name, facts.characters));
                    entries.set(library::list().await);
                    app.dispatch(Msg::UseData(Some(Data::Text(entry.text))));
                    app.dispatch(Msg::Prepare);
                }
                Err(reason) => outcome.set(Outcome::NotKept(reason)),
            }
        });
    });
}

/// File picker, drop target, address and text field.
#[component]
fn OwnTexts(outcome: RwSignal<Outcome>, entries: RwSignal<Vec<Entry>>) -> impl IntoView {
    let app = use_app();
    let own = app.select(|state: &State| state.data.is_some());
    let over = RwSignal::new(false);
    let pasted = RwSignal::new(String::new());
    let address = RwSignal::new(String::new());
    let read = move |file: web_sys::File| {
        let name = file.name();
        outcome.set(Outcome::Reading);
        files::read(&file, TEXT_LIMIT, move |read| match read {
            Ok(bytes) => take(app, name, bytes, outcome, entries),
            Err(error) => outcome.set(Outcome::Refused(error)),
        });
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        files::dropped(&event).into_iter().for_each(read);
    };
    let fetch = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let address = address.get_untracked();
        outcome.set(Outcome::Reading);
        spawn_local(async move {
            match fetch::bytes(&address, |_, _| {}).await {
                Ok(bytes) if bytes.len() > TEXT_LIMIT => {
                    outcome.set(Outcome::Refused(Error::TooLarge { found: bytes.len(), limit: TEXT_LIMIT }));
                }
                Ok(bytes) => {
                    let name = address.rsplit('/').find(|part| !part.is_empty()).unwrap_or(&address);
                    take(app, name.to_owned(), bytes, outcome, entries);
                }
                Err(error) => outcome.set(Outcome::Refused(error)),
            }
        });
    };
    let paste = move |_| {
        let text = pasted.get_untracked();
        let name = text.trim().lines().next().unwrap_or_default().to_owned();
        take(app, name, text.into_bytes().into(), outcome, entries);
    };
    let refused = move || match outcome.get() {
        Outcome::Refused(error) => {
            Some(format!("{} {}", tr_map(&error.key(), &error.fields()), tr("novel.texts.kept")))
        }
        Outcome::NotKept(reason) => Some(tr_args("novel.texts.not_kept", &[("reason", reason)])),
        Outcome::Quiet | Outcome::Reading | Outcome::Taken(..) => None,
    };
    let lab = expect_context::<LabInHand>();
    let said = move || match outcome.get() {
        Outcome::Reading => lab.building().unwrap_or_else(|| tr("novel.texts.reading")),
        Outcome::Taken(name, characters) => {
            tr_args("novel.texts.taken", &[("name", name), ("count", characters.to_string())])
        }
        Outcome::Quiet | Outcome::Refused(_) | Outcome::NotKept(_) => String::new(),
    };
    view! {
        <div
            class="own-series"
            class:over=move || over.get()
            on:dragover=move |event| if files::are_dragged(&event) { event.prevent_default(); over.set(true) }
            on:dragleave=move |event: DragEvent| if files::have_left(&event) { over.set(false) }
            on:drop=dropped
        >
            <h3>{move || tr("novel.texts.own_heading")}</h3>
            <p id="own-format">{move || tr("novel.texts.format")}</p>
            <div class="own-actions">
                <label class="panel-button file-button">
                    <input type="file" data-field="file" accept=".txt,text/plain" aria-describedby="own-format"
                        on:change=move |event| files::chosen(&event).into_iter().for_each(read) />
                    {move || tr("data.own.file")}
                </label>
                <span class="own-drop" aria-hidden="true">
                    {move || tr(if over.get() { "data.own.release" } else { "data.own.drop" })}
                </span>
                <button type="button" class="panel-button" data-control="use-story"
                    disabled=move || !own.get()
                    on:click=move |_| { outcome.set(Outcome::Quiet); app.dispatch(Msg::UseData(None)) }
                >{move || tr("novel.texts.shipped")}</button>
            </div>
            <form class="own-address" on:submit=fetch>
                <label for="own-address">{move || tr("novel.texts.address")}</label>
                <input id="own-address" type="url" data-field="address" required placeholder="https://…"
                    prop:value=move || address.get()
                    on:input=move |event| address.set(event_target_value(&event)) />
                <button type="submit" class="panel-button" data-control="fetch-text">
                    {move || tr("novel.texts.fetch")}
                </button>
            </form>
            <label class="own-label" for="own-text">{move || tr("novel.texts.paste")}</label>
            <textarea id="own-text" data-field="text" rows="3" spellcheck="false" autocomplete="off"
                aria-describedby="own-error"
                aria-invalid=move || refused().is_some().to_string()
                prop:value=move || pasted.get()
                on:input=move |event| pasted.set(event_target_value(&event))
            ></textarea>
            <p id="own-error" class="own-error" role="alert">{refused}</p>
            <p class="own-taken" role="status" data-figure="own-taken">{said}</p>
            <div class="own-actions">
                <button type="button" class="panel-button" data-control="use-text"
                    disabled=move || pasted.with(|text| text.trim().is_empty())
                    on:click=paste
                >{move || tr("novel.texts.use")}</button>
            </div>
            <p class="own-private">{move || tr("novel.texts.private")}</p>
        </div>
    }
}

/// The texts that this browser keeps.
#[component]
fn Shelf(outcome: RwSignal<Outcome>, entries: RwSignal<Vec<Entry>>) -> impl IntoView {
    let app = use_app();
    let in_use = app.select(|state| state.data.as_ref().and_then(Data::text).map(|text| text.id.clone()));
    let reload = move || spawn_local(async move { entries.set(library::list().await) });
    let row = move |entry: Entry| {
        let id = entry.text.id.clone();
        let is_used = move || in_use.with(|used| used.as_ref() == Some(&id));
        let (used, renamed, deleted) = (entry.text.clone(), entry.clone(), entry.text.id.clone());
        let rename = move |event| {
            let name: String = event_target_value(&event).trim().chars().take(NAME_LIMIT).collect();
            if name.is_empty() {
                return reload();
            }
            let text = OwnText { name, ..renamed.text.clone() };
            let entry = Entry { text: text.clone(), ..renamed.clone() };
            spawn_local(async move {
                if let Err(reason) = library::rename(&entry).await {
                    outcome.set(Outcome::NotKept(reason));
                }
                reload();
            });
        };
        let delete = move |_| {
            let id = deleted.clone();
            if app.peek(|state| state.data.as_ref().and_then(Data::text).is_some_and(|text| text.id == id)) {
                app.dispatch(Msg::UseData(None));
            }
            spawn_local(async move {
                if let Err(reason) = library::delete(&id).await {
                    outcome.set(Outcome::NotKept(reason));
                }
                reload();
            });
        };
        view! {
            <li data-text=entry.text.id.clone() aria-current=move || is_used().then_some("true")>
                <input type="text" aria-label=move || tr("novel.texts.name") prop:value=entry.text.name.clone()
                    on:change=rename />
                <span class="soft">{format!("{} KB", entry.bytes.div_ceil(1000))}</span>
                <button type="button" class="panel-button" data-control="use-kept" on:click=move |_| {
                    app.dispatch(Msg::UseData(Some(Data::Text(used.clone()))));
                    app.dispatch(Msg::Prepare);
                }>{move || tr("novel.texts.use")}</button>
                <button type="button" class="quiet" data-control="delete-kept" on:click=delete>
                    {move || tr("novel.texts.delete")}
                </button>
            </li>
        }
    };
    view! {
        <div class="shelf" hidden=move || entries.with(Vec::is_empty)>
            <h3>{move || tr("novel.texts.shelf")}</h3>
            <ul class="kept-texts" data-figure="library">
                <For each=move || entries.get() key=|entry| entry.text.clone() children=row/>
            </ul>
        </div>
        <ModelFiles/>
    }
}

/// The way of a model out of the page, and back.
#[component]
fn ModelFiles() -> impl IntoView {
    let app = use_app();
    let address = RwSignal::new(String::new());
    let copied = RwSignal::new(None::<bool>);
    let import = move |event: leptos::ev::Event| {
        if let Some(file) = files::chosen(&event) {
            files::read(&file, unroll::share::MODEL_LIMIT, move |read| match read {
                Ok(bytes) => app.dispatch(Msg::ModelArrived { bytes, is_own: true }),
                Err(error) => app.dispatch(Msg::ModelMissing(error)),
            });
        }
    };
    let has_model = app.select(|state| {
        let kept = state.snapshot.as_ref().map(|snapshot| snapshot.run);
        state.current.is_some() && (state.current == state.engine.held || state.current == kept)
    });
    let copy = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let link = app.peek(|state| {
            let mut link = state.link_to_settings();
            link.model = Some(address.get_untracked().trim().to_owned());
            link.to_fragment()
        });
        let location = window().location();
        let page = location.href().unwrap_or_default();
        let page = page.split(['#', '?']).next().unwrap_or_default().to_owned();
        spawn_local(async move { copied.set(Some(clipboard::copy(&(page + &link)).await)) });
    };
    let said = move || match copied.get() {
        Some(true) => tr("novel.model.copied"),
        Some(false) => tr("novel.model.not_copied"),
        None => String::new(),
    };
    view! {
        <div class="model-files">
            <h3>{move || tr("novel.model.heading")}</h3>
            <p>{move || tr("novel.model.about")}</p>
            <div class="own-actions">
                <button type="button" class="panel-button" data-control="export-model"
                    disabled=move || !has_model.get()
                    on:click=move |_| app.dispatch(Msg::Export)
                >{move || tr("novel.model.export")}</button>
                <label class="panel-button file-button">
                    <input type="file" data-field="model" accept=".safetensors" on:change=import />
                    {move || tr("novel.model.import")}
                </label>
                <a class="panel-button" href="./pytorch/unroll_novel.py" download>
                    {move || tr("novel.model.script")}
                </a>
            </div>
            <form class="own-address" on:submit=copy>
                <label for="model-address">{move || tr("novel.model.address")}</label>
                <input id="model-address" type="url" data-field="model-address" required placeholder="https://…"
                    prop:value=move || address.get()
                    on:input=move |event| { copied.set(None); address.set(event_target_value(&event)) } />
                <button type="submit" class="panel-button" data-control="copy-model-link">
                    {move || tr("novel.model.copy")}
                </button>
            </form>
            <p class="soft" role="status">{said}</p>
        </div>
    }
}
