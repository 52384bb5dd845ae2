//! Data of the reader's own, in the place of a lesson's: from a file, dropped or typed. The worker for text reads it.
//!
//! What is said is the lesson's, under `lesson.<id>.own`: `heading`, `format`, `field`, `use`, `edit`, `shipped`, `taken`
//! (with `%{count}` and `%{name}`), `kept` and `private`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::*;
use unroll::Error;
use unroll::data::Data;
use unroll::lesson::Lesson;
use unroll::text::{Charset, FileFacts, Tokenizer};
use web_sys::DragEvent;

use crate::context::{App, use_app, use_lesson};
use crate::details::details;
use crate::i18n::{tr, tr_args};
use crate::messages::Source;
use crate::state::Msg;
use crate::{files, text_client};

/// What the reader gave.
pub struct Given {
    /// What the file is called, or the first line of what was written.
    pub name: String,
    /// What it says.
    pub source: Source,
}

impl Given {
    /// What stands in a field.
    pub fn written(text: String) -> Self {
        let name = text.trim().lines().next().unwrap_or_default().to_owned();
        Given { name, source: Source::Text { text } }
    }
}

/// What stands in a lesson's field for data that is cut into tokens, and how it is to be cut. It lives as long as the page,
/// for another lesson may put a text there.
#[derive(Clone)]
pub struct Draft {
    /// The field's text.
    pub field: ArcRwSignal<String>,
    /// What counts as a token.
    pub cut: ArcRwSignal<Tokenizer>,
}

thread_local! {
    /// Those that have been asked for, by their lessons' ids. Outside the tree of components.
    static DRAFTS: RefCell<BTreeMap<&'static str, Draft>> = const { RefCell::new(BTreeMap::new()) };
}

impl Draft {
    /// That of a lesson; empty at first.
    pub fn of(lesson: &'static Lesson) -> Self {
        let empty =
            || Draft { field: ArcRwSignal::new(String::new()), cut: ArcRwSignal::new(Tokenizer::NAMED[0].1) };
        DRAFTS.with_borrow_mut(|drafts| drafts.entry(lesson.id).or_insert_with(empty).clone())
    }
}

/// What reading it came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing has been read yet.
    Quiet,
    /// It is being read.
    Reading,
    /// It is in use now.
    Taken {
        /// What it is called.
        name: String,
        /// How large it is, in what the lesson counts.
        count: usize,
        /// How its file was written, where it was one.
        file: Option<FileFacts>,
    },
    /// The old data stays.
    Refused(Error),
    /// It can be used, but not kept: what the browser said.
    NotKept(String),
}

/// Has what was given read as data of the lesson's kind, its lines cut by `tokenizer` where the kind has tokens, and puts it
/// to use where `check` has nothing against it.
pub fn take(
    app: App,
    Given { name, source }: Given,
    tokenizer: Option<Tokenizer>,
    check: impl FnOnce(&Data) -> Result<(), Error> + 'static,
    outcome: RwSignal<Outcome>,
) {
    let Some(kind) = app.peek(|state| state.lesson.takes) else { return };
    outcome.set(Outcome::Reading);
    text_client::data(kind, source, tokenizer, move |read| {
        match read.and_then(|(data, file)| check(&data).map(|()| (data, file))) {
            Ok((data, file)) => {
                outcome.set(Outcome::Taken { name, count: data.len(), file });
                app.dispatch(Msg::UseData(Some(data)));
            }
            Err(error) => outcome.set(Outcome::Refused(error)),
        }
    });
}

/// How a file was read, where that is worth a word: in which encoding, and what of it means nothing.
pub fn about_file(charset: Option<Charset>, ill_formed: usize) -> String {
    let charset = charset.map(|charset| {
        tr_args("data.own.charset", &[("charset", charset.name().to_owned())]) + &tr("sentence.space")
    });
    let ill_formed =
        (ill_formed > 0).then(|| tr_args("data.own.ill_formed", &[("count", ill_formed.to_string())]));
    [charset, ill_formed].into_iter().flatten().collect::<String>().trim_end().to_owned()
}

/// Drop zone, file picker, field, and the way back to the lesson's own data.
#[component]
pub fn OwnData(
    /// Files that the picker shows.
    accept: &'static str,
    /// A few lines in the field that show the format.
    #[prop(optional)]
    example: &'static str,
    /// What stands in the field.
    #[prop(into)]
    field: ArcRwSignal<String>,
    /// What reading came to.
    outcome: RwSignal<Outcome>,
    /// Reads what was given.
    #[prop(into)]
    take: Callback<Given>,
    /// Puts the data in use into the field, where it fits.
    #[prop(optional, into)]
    edit: Option<Callback<()>>,
    /// More ways to bring data, or more to say about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    let id = lesson.id;
    let Some(kind) = lesson.takes else { return ().into_any() };
    let words = move |word: &str| tr(&format!("lesson.{id}.own.{word}"));
    let own = app.select(|state| state.data.is_some());
    let over = RwSignal::new(false);
    let read = move |file: web_sys::File| {
        outcome.set(Outcome::Reading);
        let name = file.name();
        files::read(&file, kind.file_limit, move |read| match read {
            Ok(bytes) => take.run(Given { name, source: Source::File { bytes } }),
            Err(error) => outcome.set(Outcome::Refused(error)),
        });
    };
    let dropped = move |event: DragEvent| {
        over.set(false);
        if let Some(file) = files::dropped(&event) {
            event.prevent_default();
            read(file);
        } else if let Some(text) = files::dropped_text(&event) {
            event.prevent_default();
            take.run(Given::written(text));
        }
    };
    let refused = move || {
        let reason = match outcome.get() {
            Outcome::Refused(error) => tr_args(&error.key(), &error.fields()),
            Outcome::NotKept(reason) => tr_args("data.own.not_kept", &[("reason", reason)]),
            Outcome::Quiet | Outcome::Reading | Outcome::Taken { .. } => return None,
        };
        Some(format!("{reason} {}", words("kept")))
    };
    let said = move || match outcome.get() {
        Outcome::Reading => text_client::building().unwrap_or_else(|| tr("data.own.reading")),
        Outcome::Taken { name, count, file } => {
            let key = format!("lesson.{id}.own.taken");
            let taken = tr_args(&key, &[("count", count.to_string()), ("name", name)]);
            // Of a file in UTF-8 without a slip there is nothing to be said.
            let odd = file.filter(|file| file.charset != Charset::Utf8 || file.ill_formed > 0);
            let about = odd.map(|file| about_file(Some(file.charset), file.ill_formed));
            about.into_iter().fold(taken, |taken, about| taken + &tr("sentence.space") + &about)
        }
        Outcome::Quiet | Outcome::Refused(_) | Outcome::NotKept(_) => String::new(),
    };
    let (shown, typed, used) = (field.clone(), field.clone(), field.clone());
    let is_empty = Memo::new(move |_| field.with(|text| text.trim().is_empty()));
    view! {
        <div
            class="own-series"
            class:over=move || over.get()
            on:dragover=move |event: DragEvent| if files::are_welcome(&event) { event.prevent_default(); over.set(true) }
            on:dragleave=move |event: DragEvent| if files::have_left(&event) { over.set(false) }
            on:drop=dropped
        >
            <h3>{move || words("heading")}</h3>
            <p id="own-format">{move || words("format")}</p>
            <div class="own-actions">
                <label class="panel-button file-button">
                    <input type="file" data-field="file" accept=accept aria-describedby="own-format own-private"
                        on:change=move |event| files::chosen(&event).into_iter().for_each(read) />
                    {move || tr("data.own.file")}
                </label>
                <span class="own-drop" aria-hidden="true">
                    {move || tr(if over.get() { "data.own.release" } else { "data.own.drop" })}
                </span>
            </div>
            <label class="own-label" for="own-text">{move || words("field")}</label>
            <textarea
                id="own-text"
                data-field=kind.id
                rows="5"
                spellcheck="false"
                autocomplete="off"
                placeholder=example
                aria-describedby="own-format own-private own-error"
                aria-invalid=move || refused().is_some().to_string()
                prop:value=move || shown.get()
                on:input=move |event| typed.set(event_target_value(&event))
            ></textarea>
            {children.map(|children| children())}
            <p id="own-error" class="own-error" role="alert">{refused}</p>
            {move || details(&match outcome.get() {
                Outcome::Refused(error) => error.fields(),
                Outcome::NotKept(reason) => vec![("reason", reason)],
                Outcome::Quiet | Outcome::Reading | Outcome::Taken { .. } => Vec::new(),
            })}
            <p class="own-taken" role="status">{said}</p>
            <div class="own-actions">
                <button type="button" class="panel-button" data-control="use-own"
                    disabled=move || is_empty.get()
                    on:click=move |_| take.run(Given::written(used.get_untracked()))
                >{move || words("use")}</button>
                {edit.map(|edit| view! {
                    <button type="button" class="panel-button" data-control="edit-own" on:click=move |_| edit.run(())>
                        {move || words("edit")}
                    </button>
                })}
                <button type="button" class="panel-button" data-control="use-shipped"
                    disabled=move || !own.get()
                    on:click=move |_| { outcome.set(Outcome::Quiet); app.dispatch(Msg::UseData(None)) }
                >{move || words("shipped")}</button>
            </div>
            <p id="own-private" class="own-private">{move || words("private")}</p>
        </div>
    }
    .into_any()
}
