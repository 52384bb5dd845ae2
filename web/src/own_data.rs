//! Data of the reader's own, in the place of a lesson's: from a file, dropped or typed. The worker for text reads it.
//!
//! What is said is the lesson's, under `lesson.<id>.own`: `heading`, `format`, `field`, `use`, `edit`, `shipped`, `taken`
//! (with `%{count}` and `%{name}`), `kept` and `private`.

mod encodings;
mod tables;

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::*;
use unroll::Error;
use unroll::data::Data;
use unroll::data::table::TableFacts;
use unroll::lesson::Lesson;
use unroll::text::{Charset, Choices, Reading, TextFacts, Tokenizer};
use web_sys::DragEvent;

use crate::context::{App, use_app, use_lesson};
use crate::details::details;
use crate::i18n::{tr, tr_args};
use crate::messages::{Blob, Source};
use crate::state::Msg;
use crate::{files, text_client};

pub use encodings::{Encodings, InQuestion, Panel};
use tables::{Table, TableReading};

/// What the reader gave.
#[derive(Clone)]
pub struct Given {
    /// What the file is called, or the first line of what was written.
    pub name: String,
    /// What it says.
    pub source: Source,
    /// How the reader wants it read.
    pub choices: Choices,
}

impl Given {
    /// What stands in a field.
    pub fn written(text: String) -> Self {
        let name = text.trim().lines().next().unwrap_or_default().to_owned();
        Given { name, source: Source::Text { text }, choices: Choices::default() }
    }

    /// The bytes of a file.
    pub fn file(name: String, bytes: Blob) -> Self {
        Given { name, source: Source::File { bytes }, choices: Choices::default() }
    }
}

/// What the reader gave last, to be read once more with other choices, and what reading it came to.
#[derive(Clone, Copy)]
pub struct Intake {
    given: RwSignal<Option<Given>>,
    facts: RwSignal<Option<TextFacts>>,
    /// What is said and asked of a table.
    table: RwSignal<Option<TableFacts>>,
    /// What it came to.
    pub outcome: RwSignal<Outcome>,
}

impl Intake {
    /// Nothing has been given yet.
    pub fn new() -> Self {
        Intake {
            given: RwSignal::new(None),
            facts: RwSignal::new(None),
            table: RwSignal::new(None),
            outcome: RwSignal::new(Outcome::Quiet),
        }
    }

    /// This is being read now.
    pub fn begin(self, given: &Given) {
        // Questions about what is read once more stand where they stood.
        if !self.holds(given) {
            self.table.set(None);
        }
        self.given.set(Some(given.clone()));
        self.facts.set(None);
        self.outcome.set(Outcome::Reading);
    }

    /// It was written so.
    pub fn find(self, facts: Option<TextFacts>) {
        self.facts.set(facts);
    }

    /// It can't be used.
    pub fn refuse(self, error: Error) {
        self.outcome.set(Outcome::Refused(error));
    }

    /// Has nothing been given?
    pub fn is_empty(self) -> bool {
        self.given.with_untracked(Option::is_none)
    }

    /// Was this given last, perhaps to be read otherwise?
    pub fn holds(self, given: &Given) -> bool {
        self.given.with_untracked(|last| last.as_ref().is_some_and(|last| last.source == given.source))
    }

    /// What is in use already, and may be read once more.
    pub fn offer(self, given: Given, facts: TextFacts) {
        self.given.set(Some(given));
        self.facts.set(Some(facts));
    }

    /// Other data is in use: a lesson's own, or what was given earlier.
    pub fn clear(self) {
        self.given.set(None);
        self.facts.set(None);
        self.table.set(None);
        self.outcome.set(Outcome::Quiet);
    }

    /// What was given last, with choices as `change` has them.
    fn chosen(self, change: impl FnOnce(&mut Choices)) -> Option<Given> {
        let mut given = self.given.get_untracked()?;
        change(&mut given.choices);
        Some(given)
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
        /// How it was written, where that is to be said of it here.
        written: Option<TextFacts>,
    },
    /// The old data stays until the reader has said how the new is meant.
    Asked,
    /// The old data stays.
    Refused(Error),
    /// It can be used, but not kept: what the browser said.
    NotKept(String),
}

/// Has what was given read as data of the lesson's kind, its lines cut by `tokenizer` where the kind has tokens, and puts it
/// to use where `check` has nothing against it.
pub fn take(
    app: App,
    given: Given,
    tokenizer: Option<Tokenizer>,
    check: impl FnOnce(&Data) -> Result<(), Error> + 'static,
    intake: Intake,
) {
    let Some(kind) = app.peek(|state| state.lesson.takes) else { return };
    intake.begin(&given);
    let Given { name, source, choices } = given;
    text_client::data(kind, source, choices, tokenizer, move |Reading { facts, table, outcome }| {
        intake.find(facts.clone());
        let is_open = outcome.is_ok() && table.as_ref().is_some_and(TableFacts::is_open);
        // Where an answer leads nowhere, its question stays, so that another one may be given.
        if table.is_some() || intake.table.with_untracked(Option::is_none) {
            intake.table.set(table);
        }
        match outcome.and_then(|data| if is_open { Ok(data) } else { check(&data).map(|()| data) }) {
            Ok(_) if is_open => intake.outcome.set(Outcome::Asked),
            Ok(data) => {
                intake.outcome.set(Outcome::Taken { name, count: data.len(), written: facts });
                app.dispatch(Msg::UseData(Some(data)));
            }
            Err(error) => intake.refuse(error),
        }
    });
}

/// How a text was written, where that is worth a word: in which encoding, and what of it means nothing or was left out.
pub fn about_text(facts: &TextFacts) -> String {
    let mut said = Vec::new();
    // Of a file in UTF-8 without a slip there is nothing to be said.
    if let Some(charset) = facts.charset
        && (charset != Charset::Utf8 || facts.ill_formed > 0)
    {
        said.push(tr_args("data.own.charset", &[("charset", charset.name().to_owned())]));
    }
    if let Some(place) = &facts.first_ill_formed {
        let fields = [
            ("count", facts.ill_formed.to_string()),
            ("line", place.line.to_string()),
            ("around", place.around.clone()),
        ];
        said.push(tr_args("data.own.ill_formed", &fields));
    }
    if facts.left_out > 0 {
        said.push(tr_args("data.own.left_out", &[("count", facts.left_out.to_string())]));
    }
    said.join(&tr("sentence.space"))
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
    /// What was given last, and what reading it came to.
    intake: Intake,
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
    let outcome = intake.outcome;
    let read = move |file: web_sys::File| {
        outcome.set(Outcome::Reading);
        let name = file.name();
        files::read(&file, kind.file_limit, move |read| match read {
            Ok(bytes) => take.run(Given::file(name, bytes)),
            Err(error) => intake.refuse(error),
        });
    };
    let file = move || match intake.given.get()?.source {
        source @ Source::File { .. } => Some(InQuestion::Given(source)),
        Source::Text { .. } => None,
    };
    let panel = Panel {
        facts: intake.facts.into(),
        file: Signal::derive(file),
        choose: Callback::new(move |charset| {
            intake
                .chosen(|choices| choices.charset = Some(charset))
                .into_iter()
                .for_each(|given| take.run(given));
        }),
    };
    let table = Table {
        facts: intake.table,
        answer: Callback::new(move |(topic, answer)| {
            intake
                .chosen(|choices| choices.table = choices.table.with(topic, answer))
                .into_iter()
                .for_each(|given| take.run(given));
        }),
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
            Outcome::Quiet | Outcome::Reading | Outcome::Asked | Outcome::Taken { .. } => return None,
        };
        Some(format!("{reason} {}", words("kept")))
    };
    let said = move || match outcome.get() {
        Outcome::Reading => text_client::building().unwrap_or_else(|| tr("data.own.reading")),
        Outcome::Taken { name, count, written } => {
            let key = format!("lesson.{id}.own.taken");
            let taken = tr_args(&key, &[("count", count.to_string()), ("name", name)]);
            let about = written.as_ref().map(about_text).filter(|about| !about.is_empty());
            about.into_iter().fold(taken, |taken, about| taken + &tr("sentence.space") + &about)
        }
        Outcome::Asked => tr("table.asked"),
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
                Outcome::Quiet | Outcome::Reading | Outcome::Asked | Outcome::Taken { .. } => Vec::new(),
            })}
            <p class="own-taken" role="status">{said}</p>
            <TableReading table/>
            <Encodings panel/>
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
                    on:click=move |_| { intake.clear(); app.dispatch(Msg::UseData(None)) }
                >{move || words("shipped")}</button>
            </div>
            <p id="own-private" class="own-private">{move || words("private")}</p>
        </div>
    }
    .into_any()
}
