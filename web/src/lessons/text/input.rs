//! Where the text comes from: typed, pasted, dropped or picked, in any encoding.

use leptos::prelude::*;
use unroll::Error;
use unroll::data::kinds;
use unroll::lessons::text::example;
use unroll::text::{Charset, Doubt, DoubtfulLine};
use web_sys::DragEvent;

use super::state::{File, Lab, Msg};
use super::use_lab;
use crate::details::details;
use crate::i18n::{tr, tr_args};
use crate::late::Remedy;
use crate::own_data::{Encodings, InQuestion, Panel, about_text};
use crate::{files, text_client};

/// The text field, the file, its encoding, and words of the reader's own.
#[component]
pub fn TextInput() -> impl IntoView {
    let lab = use_lab();
    let over = RwSignal::new(false);
    let text = lab.select(|lab| lab.text.clone());
    let long = lab.select(|lab| lab.file.as_ref().is_some_and(|file| file.is_long()));
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
                <DoubtfulWords/>
            </details>
            <p class="own-error" role="alert" data-lab-error=move || error.get().map(|error| error.key())>
                {move || error.get().map(|error| tr_args(&error.key(), &error.fields()))}
                " "
                {move || error.get().filter(Error::is_out_of_reach).map(|error| view! {
                    <Remedy key=error.key() act=move || lab.dispatch(Msg::Again)/>
                })}
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

/// The lines among the words of the reader's own that do not say what was meant, each with the reason.
#[component]
fn DoubtfulWords() -> impl IntoView {
    /// Lines that are listed; who has more has given another kind of file.
    const LISTED: usize = 20;
    let lab = use_lab();
    let doubtful = lab.select(Lab::doubtful_words);
    let line = |DoubtfulLine { row, text, doubt }: DoubtfulLine| {
        let fields = [("row", row.to_string()), ("text", text)];
        let said = match doubt {
            Doubt::Frequency => tr_args("text.words.doubt.frequency", &fields),
            Doubt::TooLarge => tr_args("text.words.doubt.too_large", &fields),
            Doubt::Order => tr_args("text.words.doubt.order", &fields),
            Doubt::NoWord => tr_args("text.words.doubt.no_word", &fields),
            Doubt::Blank => tr_args("text.words.doubt.blank", &fields),
        };
        view! { <li data-row=row>{said}</li> }
    };
    let more = move || doubtful.with(|doubtful| doubtful.len().saturating_sub(LISTED));
    view! {
        <ul class="own-error" role="status" data-list="doubtful-words" hidden=move || doubtful.with(Vec::is_empty)>
            {move || doubtful.get().into_iter().take(LISTED).map(line).collect_view()}
            {move || (more() > 0).then(|| view! {
                <li>{tr_args("text.words.doubt.more", &[("count", more().to_string())])}</li>
            })}
        </ul>
    }
}

/// How the file was read, with the way to correct it.
#[component]
fn FileFacts() -> impl IntoView {
    let lab = use_lab();
    let file = lab.select(|lab| lab.file.clone().filter(|file| !file.name.is_empty()));
    let facts = move |File { name, facts, .. }: File| {
        let count = |count: usize| [("count", count.to_string())];
        let found = [
            (facts.mark, tr("text.file.mark")),
            (facts.foreign_line_ends > 0, tr_args("text.file.line_ends", &count(facts.foreign_line_ends))),
            (facts.full_width > 0, tr_args("text.file.full_width", &count(facts.full_width))),
        ];
        let found: Vec<String> = found.into_iter().filter(|(is, _)| *is).map(|(_, said)| said).collect();
        view! {
            <strong>{name}</strong>
            <span>{facts.charset.map(Charset::name)}</span>
            <span>{found.join(&tr("text.file.separator"))}</span>
            <span>{about_text(&facts)}</span>
        }
    };
    // Written anew after a refusal too: the list of encodings stands where the reader put it.
    let written = lab.select(|lab| (lab.file.as_ref().map(|file| file.facts.clone()), lab.refused));
    let in_hand = lab.select(|lab| lab.file.as_ref().map(|_| lab.files));
    let panel = Panel {
        facts: Signal::derive(move || written.get().0),
        file: Signal::derive(move || in_hand.get().map(InQuestion::InHand)),
        choose: Callback::new(move |charset| lab.dispatch(Msg::ReadAs(charset))),
    };
    // Of a file this is said with the rest.
    let left_out =
        lab.select(|lab| lab.cut.as_ref().filter(|_| lab.file.is_none()).map_or(0, |cut| cut.left_out));
    view! {
        <p class="remark" role="status" hidden=move || left_out.get() == 0>
            {move || tr_args("data.own.left_out", &[("count", left_out.get().to_string())])}
        </p>
        <div class="lab-file" hidden=move || file.with(Option::is_none)>{move || file.get().map(facts)}</div>
        <Encodings panel/>
    }
}
