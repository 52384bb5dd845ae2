//! The sentences that are told apart, and the way to bring others: a line each, its label first.

use leptos::prelude::*;
use unroll::data::{Data, Sentences};
use unroll::lessons::embedding::{LESSON, sentences};
use unroll::text::Tokenizer;

use crate::context::use_app;
use crate::i18n::{tr, tr_args};
use crate::own_data::{Draft, Intake, OwnData, take};

/// Two lines that show the format rather than describe it.
const EXAMPLE: &str = "1\t明天去看展览\n0\t今天加班，天气不好";

/// The sentences in use, and the field for others.
#[component]
pub fn SentencesPanel() -> impl IntoView {
    let app = use_app();
    let in_use = app.select(|state| {
        let own = state.data.as_ref().and_then(Data::sentences).cloned();
        own.unwrap_or_else(|| sentences(&state.form))
    });
    let intake = Intake::new();
    let Draft { field, cut } = Draft::of(&LESSON);
    let (edited, uncut, chosen) = (field.clone(), cut.clone(), cut.clone());
    view! {
        <section class="data-panel" data-panel="data" aria-labelledby="data-heading">
            <h2 id="data-heading">{move || tr("embedding.data.heading")}</h2>
            <Table in_use/>
            <OwnData
                accept=".txt,.csv,.tsv,text/*"
                example=EXAMPLE
                field
                intake
                take=move |given| take(app, given, Some(chosen.get_untracked()), |_| Ok(()), intake)
                edit=move |()| {
                    edited.set(in_use.with_untracked(Sentences::to_text));
                    uncut.set(Tokenizer::Blanks);
                }
            >
                <CutBy cut/>
            </OwnData>
        </section>
    }
}

/// The choice of what counts as a token.
#[component]
fn CutBy(cut: ArcRwSignal<Tokenizer>) -> impl IntoView {
    let shown = cut.clone();
    let option = move |&(word, tokenizer): &(&'static str, Tokenizer)| {
        let shown = shown.clone();
        view! {
            <option value=word prop:selected=move || shown.get() == tokenizer>
                {move || tr(&format!("setting.tokenizer.choice.{word}"))}
            </option>
        }
    };
    view! {
        <p class="own-cut">
            <label for="own-tokenizer">{move || tr("setting.tokenizer.label")}</label>
            " "
            <select id="own-tokenizer" class="inline-field" data-field="tokenizer" on:change=move |event| {
                let chosen = event_target_value(&event);
                if let Some((_, tokenizer)) = Tokenizer::NAMED.iter().find(|(word, _)| *word == chosen) {
                    cut.set(*tokenizer);
                }
            }>
                {Tokenizer::NAMED.iter().map(option).collect_view()}
            </select>
        </p>
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
        <div class="table-scroll" tabindex="0" role="region" aria-labelledby="data-heading">
            <table class="labelled" data-table="sentences"><tbody>{rows}</tbody></table>
        </div>
    }
}
