//! The text in use, and the reader's own: from a file, dropped, pasted or fetched, and kept in this browser.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use unroll::Error;
use unroll::data::{Data, OwnText};
use unroll::lessons::novel::{NovelConfig, corpus_options, story};

use crate::context::{App, use_app};
use crate::i18n::{tr, tr_args};
use crate::library::{self, Entry};
use crate::messages::{Blob, Source};
use crate::own_data::{Given, Intake, Outcome, OwnData, about_text};
use crate::state::{Msg, Notice, State};
use crate::{clipboard, fetch, files, text_client};

/// Characters of a name.
const NAME_LIMIT: usize = 40;

/// The panel.
#[component]
pub fn TextsPanel() -> impl IntoView {
    let intake = Intake::new();
    let entries: RwSignal<Vec<Entry>> = RwSignal::new(Vec::new());
    spawn_local(async move { entries.set(library::list().await) });
    offer_again(use_app(), intake);
    name_what_is_gone();
    view! {
        <section class="data-panel" data-panel="data" aria-labelledby="data-heading">
            <h2 id="data-heading">{move || tr("novel.texts.heading")}</h2>
            <InUse/>
            <OwnTexts intake entries/>
            <Shelf intake entries/>
        </section>
    }
}

/// Says at once, and not at Play, that the text in use is no longer in this browser.
fn name_what_is_gone() {
    let app = use_app();
    let own = app.select(|state| state.data.as_ref().and_then(Data::text).cloned());
    Effect::new(move |_| {
        let Some(own) = own.get() else { return };
        spawn_local(async move {
            if !library::list().await.iter().any(|entry| entry.text.id == own.id) {
                app.dispatch(Msg::Notify(Notice::from(&Error::NoSuchText { name: own.name })));
            }
        });
    });
}

/// What is known of the text in use.
#[component]
fn InUse() -> impl IntoView {
    let app = use_app();
    let name = app.select(|state| match state.data.as_ref().and_then(Data::text) {
        Some(own) => Err(own.name.clone()),
        None => Ok(story(&state.form)),
    });
    let text =
        app.select(|state| state.text.clone().filter(|text| Some(&text.key) == state.corpus_key().as_ref()));
    let preparing = app.select(State::is_preparing);
    let preview = Memo::new(move |_| text.with(|text| text.as_ref().map(|text| text.beginning.clone())));
    let facts = move || {
        let (facts, vocabulary) = text
            .with(|text| text.as_ref().map(|text| (text.facts.clone(), text.corpus.lexicon.tokens.len())))?;
        let mut words = tr_args(
            "novel.texts.facts",
            &[
                ("characters", facts.characters.to_string()),
                ("tokens", facts.tokens.to_string()),
                ("vocabulary", vocabulary.to_string()),
                ("unknown", facts.unknown.to_string()),
            ],
        );
        let about = about_text(&facts.written);
        if !about.is_empty() {
            words += " ";
            words += &about;
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
            {move || preparing.get().then(text_client::building)}
        </p>
    }
}

/// A kept text in use may be read in another encoding too.
fn offer_again(app: App, intake: Intake) {
    let in_use = app.select(|state| {
        let own = state.data.as_ref().and_then(Data::text)?;
        let text = state.text.as_ref().filter(|text| Some(&text.key) == state.corpus_key().as_ref())?;
        Some((own.clone(), text.facts.written.clone()))
    });
    Effect::new(move |_| {
        let Some((own, written)) = in_use.get().filter(|_| intake.is_empty()) else { return };
        spawn_local(async move {
            // What is no longer there can't be read in another way either; that it is gone is said by whoever needs it.
            if let Ok(Some((bytes, choices))) = library::text(&own.id).await
                && intake.is_empty()
            {
                intake.offer(Given { choices, ..Given::file(own.name, bytes) }, written);
            }
        });
    });
}

/// Has a text numbered as the settings ask; where that can be done, keeps and uses it.
fn take(app: App, given: Given, intake: Intake, entries: RwSignal<Vec<Entry>>) {
    // The same bytes in another encoding take the place of what stands there.
    let replaced = app
        .peek(|state| state.data.as_ref().and_then(Data::text).map(|own| own.id.clone()))
        .filter(|_| intake.holds(&given));
    intake.begin(&given);
    let (options, needed) =
        app.peek(|state| (corpus_options(&state.form), NovelConfig::from_form(&state.form).tokens_needed()));
    let Given { name, source, choices } = given;
    let bytes = match &source {
        Source::File { bytes } => bytes.clone(),
        Source::Text { text } => Blob::from(text.as_bytes()),
    };
    text_client::corpus(source, choices.clone(), options, move |read| {
        intake.find(read.facts);
        let long_enough = read.outcome.and_then(|(corpus, facts, beginning)| match corpus.len() {
            found if found < needed => Err(Error::TextTooShort { found, needed }),
            _ => Ok((Arc::new(corpus), facts, beginning)),
        });
        let prepared = match long_enough {
            Ok(prepared) => prepared,
            Err(error) => return intake.refuse(error),
        };
        let name: String = name.trim().chars().take(NAME_LIMIT).collect();
        let id = format!("{:x}", js_sys::Date::now() as u64);
        let entry = Entry { text: OwnText { id, name: name.clone() }, bytes: bytes.len(), choices };
        spawn_local(async move {
            // It can be trained on all the same, as long as the page is open.
            if let Err(reason) = library::keep(&entry, &bytes).await {
                app.dispatch(Msg::Notify(Notice::not_kept("notice.text", reason)));
            }
            if let Some(replaced) = replaced {
                // Where that fails it is still on the list, and can be deleted there.
                let _ = library::delete(&replaced).await;
            }
            // How it was written is said of the text in use.
            intake.outcome.set(Outcome::Taken { name, count: prepared.1.characters, written: None });
            entries.set(library::list().await);
            app.dispatch(Msg::UseData(Some(Data::Text(entry.text))));
            // What has just been numbered need not be once more, unless it is to be cut in another way by now.
            let key = app.peek(State::corpus_key).filter(|key| key.options == options);
            app.dispatch(match key {
                Some(key) => Msg::Prepared { key, outcome: Box::new(Ok(prepared)) },
                None => Msg::Prepare,
            });
        });
    });
}

/// The way to bring a text.
#[component]
fn OwnTexts(intake: Intake, entries: RwSignal<Vec<Entry>>) -> impl IntoView {
    let app = use_app();
    view! {
        <OwnData
            accept=".txt,text/plain"
            field=ArcRwSignal::new(String::new())
            intake
            take=move |given| take(app, given, intake, entries)
        >
            <Address intake entries/>
        </OwnData>
    }
}

/// The address of a text that other pages may read.
#[component]
fn Address(intake: Intake, entries: RwSignal<Vec<Entry>>) -> impl IntoView {
    let app = use_app();
    let address = RwSignal::new(String::new());
    let fetch = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let address = address.get_untracked();
        intake.outcome.set(Outcome::Reading);
        spawn_local(async move {
            match fetch::bytes(&address, |_, _| {}).await {
                Ok(bytes) => {
                    let name = address.rsplit('/').find(|part| !part.is_empty()).unwrap_or(&address);
                    take(app, Given::file(name.to_owned(), bytes), intake, entries);
                }
                Err(error) => intake.refuse(error),
            }
        });
    };
    view! {
        <form class="own-address" on:submit=fetch>
            <label for="own-address">{move || tr("novel.texts.address")}</label>
            <input id="own-address" type="url" data-field="address" required placeholder="https://…"
                prop:value=move || address.get()
                on:input=move |event| address.set(event_target_value(&event)) />
            <button type="submit" class="panel-button" data-control="fetch-text">
                {move || tr("novel.texts.fetch")}
            </button>
        </form>
    }
}

/// The texts that this browser keeps.
#[component]
fn Shelf(intake: Intake, entries: RwSignal<Vec<Entry>>) -> impl IntoView {
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
                    intake.outcome.set(Outcome::NotKept(reason));
                }
                reload();
            });
        };
        // A text that is gone can't be had back: the reader is asked.
        let is_asked = RwSignal::new(false);
        let delete = move |_| {
            if !is_asked.get_untracked() {
                return is_asked.set(true);
            }
            let id = deleted.clone();
            if app.peek(|state| state.data.as_ref().and_then(Data::text).is_some_and(|text| text.id == id)) {
                app.dispatch(Msg::UseData(None));
            }
            spawn_local(async move {
                if let Err(reason) = library::delete(&id).await {
                    intake.outcome.set(Outcome::NotKept(reason));
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
                    intake.clear();
                    app.dispatch(Msg::UseData(Some(Data::Text(used.clone()))));
                    app.dispatch(Msg::Prepare);
                }>{move || tr("lesson.novel.own.use")}</button>
                <button type="button" class="quiet" data-control="delete-kept" on:click=delete
                    data-asked=move || is_asked.get().to_string()
                    on:blur=move |_| is_asked.set(false)
                    on:keydown=move |event: leptos::ev::KeyboardEvent| {
                        if event.key() == "Escape" {
                            is_asked.set(false);
                        }
                    }
                >
                    <span aria-live="polite">{move || tr(match is_asked.get() {
                        true => "novel.texts.delete_asked",
                        false => "novel.texts.delete",
                    })}</span>
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
            link.without_payload()
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
