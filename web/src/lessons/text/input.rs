//! Where the text comes from: typed, pasted, dropped or picked, in any encoding.

use leptos::prelude::*;
use unroll::data::kinds;
use unroll::lessons::text::example;
use unroll::text::Charset;
use web_sys::DragEvent;

use super::state::{File, Lab, Msg};
use super::use_lab;
use crate::details::details;
use crate::i18n::{tr, tr_args};
use crate::{files, text_client};

/// The text field, the file, its encoding, and words of the reader's own.
#[component]
pub fn TextInput() -> impl IntoView {
    let lab = use_lab();
    let over = RwSignal::new(false);
    let text = lab.select(|lab| lab.text.clone());
    let long = lab.select(|lab| lab.file.as_ref().is_some_and(|file| file.is_long));
    let error = lab.select(|lab| lab.error.clone());
    let loading = lab.select(|lab| lab.loading);
    let waits = lab.select(Lab::waits_for_worker);
    let user_words = lab.select(|lab| lab.user_words.clone());
    let read = move |file: web_sys::File| {
        let name = file.name();
        files::read(&file, kinds::TEXT.file_limit, move |read| {
            lab.dispatch(match read {
                Ok(bytes) => Msg::File(name, bytes),
                Err(error) => Msg::Wrong(error),
            });
        });
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        files::dropped(&event).into_iter().for_each(read);
    };
    view! {
        <section
            class="lab-input"
            class:over=move || over.get()
            aria-labelledby="lab-text-heading"
            on:dragover=move |event: DragEvent| {
                if files::are_dragged(&event) {
                    event.prevent_default();
                    over.set(true);
                }
            }
            on:dragleave=move |event: DragEvent| if files::have_left(&event) { over.set(false) }
            on:drop=dropped
        >
            <h2 id="lab-text-heading">{move || tr("text.input.heading")}</h2>
            <textarea
                data-field="text"
                rows="5"
                spellcheck="false"
                autocomplete="off"
                aria-labelledby="lab-text-heading"
                aria-describedby="lab-text-help"
                placeholder=move || tr(if long.get() { "text.input.long" } else { "text.input.placeholder" })
                prop:value=move || text.get()
                on:input=move |event| lab.dispatch(Msg::Text(event_target_value(&event)))
            ></textarea>
            <div class="own-actions">
                <label class="panel-button file-button">
                    <input type="file" data-field="text-file" accept=".txt,.md,.csv,text/*"
                        aria-describedby="lab-text-help"
                        on:change=move |event| files::chosen(&event).into_iter().for_each(read) />
                    {move || tr("text.input.file")}
                </label>
                <button type="button" class="panel-button" data-control="book-sentences"
                    on:click=move |_| {
                        let form = lab.lab.with_untracked(|lab| lab.form.clone());
                        lab.dispatch(Msg::Text(example(&form).into()));
                    }
                >{move || tr("text.input.book")}</button>
                <span id="lab-text-help" class="own-drop">
                    {move || tr(if over.get() { "data.own.release" } else { "text.input.help" })}
                </span>
            </div>
            <FileFacts/>
            <details class="lab-words">
                <summary>{move || tr("text.input.words")}</summary>
                <p id="lab-words-help">{move || tr("text.input.words_help")}</p>
                <textarea
                    data-field="user-words"
                    rows="3"
                    spellcheck="false"
                    autocomplete="off"
                    aria-label=move || tr("text.input.words")
                    aria-describedby="lab-words-help"
                    prop:value=move || user_words.get()
                    on:input=move |event| lab.dispatch(Msg::UserWords(event_target_value(&event)))
                ></textarea>
            </details>
            <p class="own-error" role="alert" data-lab-error=move || error.get().map(|error| error.key())>
                {move || error.get().map(|error| tr_args(&error.key(), &error.fields()))}
            </p>
            {move || error.get().and_then(|error| details(&error.fields()))}
            {move || waits.get().then(|| view! { <p class="lab-loading" role="status">{text_client::building()}</p> })}
            {move || loading.get().map(|(loaded, total)| view! {
                <p class="lab-loading" role="status">
                    <label for="lab-dictionary">{tr("text.loading")}</label>
                    <progress id="lab-dictionary" value=loaded.to_string() max=total.map(|total| total.to_string())></progress>
                    <span>{format!("{:.1} MB", loaded as f64 / 1e6)}</span>
                </p>
            })}
        </section>
    }
}

/// How the file was read, with a switch to correct it.
#[component]
fn FileFacts() -> impl IntoView {
    let lab = use_lab();
    // Written anew after a refusal too: the list of encodings stands where the reader put it.
    let file = lab.select(|lab| (lab.file.clone(), lab.refused));
    let facts = move |file: File| {
        let File { name, facts, .. } = file;
        let found = [
            (facts.mark, tr("text.file.mark")),
            (
                facts.foreign_line_ends > 0,
                tr_args("text.file.line_ends", &[("count", facts.foreign_line_ends.to_string())]),
            ),
            (
                facts.full_width > 0,
                tr_args("text.file.full_width", &[("count", facts.full_width.to_string())]),
            ),
            (
                facts.ill_formed > 0,
                tr_args("text.file.ill_formed", &[("count", facts.ill_formed.to_string())]),
            ),
        ];
        let found: Vec<String> = found.into_iter().filter(|(is, _)| *is).map(|(_, said)| said).collect();
        view! {
            <div class="lab-file" data-charset=word(facts.charset)>
                <strong>{name}</strong>
                <label for="lab-charset">{tr("text.file.charset")}</label>
                <select id="lab-charset" class="inline-field" data-field="charset"
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        let charset = Charset::ALL.into_iter().find(|charset| word(*charset) == chosen);
                        if let Some(charset) = charset {
                            lab.dispatch(Msg::ReadAs(charset));
                        }
                    }
                >
                    {Charset::ALL.into_iter().map(|charset| view! {
                        <option value=word(charset) prop:selected=charset == facts.charset>{charset.name()}</option>
                    }).collect_view()}
                </select>
                <span>{found.join(&tr("text.file.separator"))}</span>
            </div>
        }
    };
    move || file.get().0.filter(|file| !file.name.is_empty()).map(facts)
}

/// As it stands in attributes.
fn word(charset: Charset) -> &'static str {
    match charset {
        Charset::Utf8 => "utf-8",
        Charset::Utf16Le => "utf-16le",
        Charset::Utf16Be => "utf-16be",
        Charset::Gb18030 => "gb18030",
        Charset::Big5 => "big5",
    }
}
