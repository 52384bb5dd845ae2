//! The sentences that are told apart, and the way to bring others: a line each, its label first.

use crate::messages::Source;
use leptos::prelude::*;
use unroll::Error;
use unroll::data::{Data, Sentences, labelled};
use unroll::lessons::embedding::sentences;
use unroll::lessons::text::TOKENIZER;
use unroll::text::{FILE_LIMIT, Tokenizer};
use web_sys::DragEvent;

use crate::context::use_app;
use crate::files;
use crate::i18n::{tr, tr_args, tr_map};
use crate::lessons::text::{LabInHand, client};
use crate::state::Msg;

/// Two lines that show the format rather than describe it.
const EXAMPLE: &str = "1\t明天去看展览\n0\t今天加班，天气不好";

thread_local! {
    /// What stands in the field, and how it is to be cut. Outside the tree of components: the text lab offers its text.
    static FIELD: ArcRwSignal<(String, Tokenizer)> =
        ArcRwSignal::new((String::new(), TOKENIZER.rows()[0].1));
}

fn field() -> ArcRwSignal<(String, Tokenizer)> {
    FIELD.with(Clone::clone)
}

/// Puts a text into the field, to be given labels where it has none.
pub fn offer(text: &str, tokenizer: Tokenizer) {
    let has_labels =
        labelled(text).is_ok() && text.lines().all(|line| line.trim().is_empty() || line.contains('\t'));
    let text = if has_labels {
        text.to_owned()
    } else {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| format!("0\t{line}\n")).collect()
    };
    field().set((text, tokenizer));
}

/// What reading sentences came to.
#[derive(Clone, PartialEq)]
enum Outcome {
    /// Nothing has been read yet.
    Quiet,
    /// They are being cut; the dictionary may be on its way.
    Reading,
    /// So many sentences are in use now.
    Taken(usize),
    /// The old ones stay.
    Refused(Error),
}

/// The sentences in use, and the field for others.
#[component]
pub fn SentencesPanel() -> impl IntoView {
    let app = use_app();
    let lab = expect_context::<LabInHand>();
    let own = app.select(|state| state.data.is_some());
    let in_use =
        app.select(|state| state.data.as_ref().and_then(Data::sentences).cloned().unwrap_or_else(sentences));
    let outcome = RwSignal::new(Outcome::Quiet);
    let over = RwSignal::new(false);
    let take = move |source: Source| {
        outcome.set(Outcome::Reading);
        let chosen = field().get_untracked().1;
        client::label(lab, source, chosen, move |read| match read {
            Ok(sentences) => {
                outcome.set(Outcome::Taken(sentences.sentences.len()));
                app.dispatch(Msg::UseData(Some(Data::Sentences(sentences))));
            }
            Err(error) => outcome.set(Outcome::Refused(error)),
        });
    };
    let read = move |file: web_sys::File| {
        files::read(&file, FILE_LIMIT, move |read| match read {
            Ok(bytes) => take(Source::File { bytes }),
            Err(error) => outcome.set(Outcome::Refused(error)),
        });
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        files::dropped(&event).into_iter().for_each(read);
    };
    let refused = move || match outcome.get() {
        Outcome::Refused(error) => {
            Some(format!("{} {}", tr_map(&error.key(), &error.fields()), tr("embedding.own.kept")))
        }
        _ => None,
    };
    let said = move || match outcome.get() {
        Outcome::Reading => lab.building().unwrap_or_else(|| tr("embedding.own.reading")),
        Outcome::Taken(count) => tr_args("embedding.own.taken", &[("count", count.to_string())]),
        Outcome::Quiet | Outcome::Refused(_) => String::new(),
    };
    let option = |&(word, tokenizer): &(&'static str, Tokenizer)| {
        view! {
            <option value=word prop:selected=move || field().with(|(_, chosen)| *chosen == tokenizer)>
                {move || tr(&format!("setting.tokenizer.choice.{word}"))}
            </option>
        }
    };
    view! {
        <section class="data-panel" data-panel="data" aria-labelledby="data-heading">
            <h2 id="data-heading">{move || tr("embedding.data.heading")}</h2>
            <Table in_use/>
            <div
                class="own-series"
                class:over=move || over.get()
                on:dragover=move |event: DragEvent| {
                    if files::are_dragged(&event) {
                        event.prevent_default();
                        over.set(true);
                    }
                }
                on:dragleave=move |event: DragEvent| if files::have_left(&event) { over.set(false) }
                on:drop=dropped
            >
                <h3>{move || tr("embedding.own.heading")}</h3>
                <p id="own-format">{move || tr("embedding.own.format")}</p>
                <textarea
                    data-field="sentences"
                    rows="6"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder=EXAMPLE
                    aria-label=move || tr("embedding.own.heading")
                    aria-describedby="own-format own-error"
                    aria-invalid=move || refused().is_some().to_string()
                    prop:value=move || field().with(|(text, _)| text.clone())
                    on:input=move |event| field().update(|field| field.0 = event_target_value(&event))
                ></textarea>
                <p class="own-cut">
                    <label for="own-tokenizer">{move || tr("setting.tokenizer.label")}</label>
                    " "
                    <select id="own-tokenizer" data-field="tokenizer" on:change=move |event| {
                        let chosen = event_target_value(&event);
                        if let Some((_, tokenizer)) = TOKENIZER.rows().iter().find(|(word, _)| *word == chosen) {
                            field().update(|field| field.1 = *tokenizer);
                        }
                    }>
                        {TOKENIZER.rows().iter().map(option).collect_view()}
                    </select>
                </p>
                <p id="own-error" class="own-error" role="alert">{refused}</p>
                <p class="own-taken" role="status">{said}</p>
                <div class="own-actions">
                    <button type="button" class="panel-button" data-control="use-sentences"
                        disabled=move || field().with(|(text, _)| text.trim().is_empty())
                        on:click=move |_| take(Source::Text { text: field().get_untracked().0 })
                    >{move || tr("embedding.own.use")}</button>
                    <label class="panel-button file-button">
                        <input type="file" data-field="sentences-file" accept=".txt,.csv,.tsv,text/*"
                            aria-describedby="own-format"
                            on:change=move |event| files::chosen(&event).into_iter().for_each(read) />
                        {move || tr("data.own.file")}
                    </label>
                    <button type="button" class="panel-button" data-control="edit-sentences"
                        on:click=move |_| field().set((in_use.with_untracked(Sentences::to_text), Tokenizer::Blanks))
                    >{move || tr("embedding.own.edit")}</button>
                    <button type="button" class="panel-button" data-control="use-book-sentences"
                        disabled=move || !own.get()
                        on:click=move |_| { outcome.set(Outcome::Quiet); app.dispatch(Msg::UseData(None)) }
                    >{move || tr("embedding.own.book")}</button>
                </div>
                <p class="own-private">{move || tr("embedding.own.private")}</p>
            </div>
        </section>
    }
}

/// The sentences with their labels.
#[component]
fn Table(in_use: Memo<Sentences>) -> impl IntoView {
    /// Rows that are shown.
    const SHOWN: usize = 50;
    let rows = move || {
        in_use.with(|in_use| {
            let row = |sentence: &unroll::data::Sentence| {
                let tokens =
                    sentence.tokens.iter().map(|token| view! { <span class="chip">{token.clone()}</span> });
                let label = in_use.labels.get(sentence.label).cloned().unwrap_or_default();
                view! { <tr><th scope="row">{label}</th><td lang="zh">{tokens.collect_view()}</td></tr> }
            };
            in_use.sentences.iter().take(SHOWN).map(row).collect_view()
        })
    };
    let count = move || in_use.with(|in_use| (in_use.sentences.len(), in_use.labels.len()));
    view! {
        <p class="soft">
            {move || tr_args(
                "embedding.data.count",
                &[("sentences", count().0.to_string()), ("labels", count().1.to_string())],
            )}
        </p>
        <div class="lab-scroll" tabindex="0" role="region" aria-labelledby="data-heading">
            <table class="labelled" data-table="sentences"><tbody>{rows}</tbody></table>
        </div>
    }
}
