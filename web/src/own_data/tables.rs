//! What was left out of a table, and what its reader is asked about it. It is fetched with the first table of which there is
//! something to say.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::data::table::{Offer, Question, TableFacts, Told, Topic};
use unroll::number::Written;

use crate::i18n::{tr, tr_args};
use crate::late::{Late, Waiting};

/// Width and height of a column's picture.
const SIZE: (f64, f64) = (96.0, 24.0);

/// What is shown of a table.
#[derive(Clone, Copy)]
pub struct Table {
    /// What was found.
    pub facts: RwSignal<Option<TableFacts>>,
    /// Takes an answer.
    pub answer: Callback<(Topic, u32)>,
}

/// Everything that is said and asked, where there is anything.
#[component]
pub fn TableReading(table: Table) -> impl IntoView {
    let content = Late::new(|| Box::pin(async { content().await.ok() }));
    let has_words = Memo::new(move |_| {
        table.facts.with(|facts| {
            facts.as_ref().is_some_and(|facts| !facts.told.is_empty() || !facts.questions.is_empty())
        })
    });
    Effect::new(move |_| {
        if has_words.get() && untrack(|| content.get().is_none()) {
            content.fetch();
        }
    });
    move || {
        has_words.get().then(|| match content.get() {
            Some(content) => content(table),
            None => view! { <Waiting part=content><div class="frame-line"></div></Waiting> }.into_any(),
        })
    }
}

/// What is fetched.
type Content = fn(Table) -> AnyView;

#[wasm_split(tables, wasm_split_path = leptos::wasm_split, fallible)]
fn content() -> Result<Content, SplitLoaderError> {
    Ok(reading)
}

fn reading(table: Table) -> AnyView {
    let told =
        move || table.facts.with(|facts| facts.as_ref().map(|facts| facts.told.clone()).unwrap_or_default());
    let questions = move || {
        table.facts.with(|facts| facts.as_ref().map(|facts| facts.questions.clone()).unwrap_or_default())
    };
    // A question keeps its buttons while only its answer changes, and with them the keyboard its place.
    let key = |question: &Question| {
        let offers = question.offers.iter().map(|offer| (offer.answer, offer.name.clone()));
        (question.topic, offers.collect::<Vec<_>>())
    };
    view! {
        <section class="table-reading" data-panel="table" aria-labelledby="table-heading">
            <h4 id="table-heading">{move || tr("table.heading")}</h4>
            <For each=questions key=key let:question>{asked(table, question)}</For>
            <ul class="table-told">
                {move || told().iter().map(|told| view! { <li data-told=told.what.name()>{said(told)}</li> }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

/// A question with a button for each answer.
fn asked(table: Table, question: Question) -> AnyView {
    let Question { topic, offers, .. } = question;
    // What is taken, and whether the reader said so.
    let state = Memo::new(move |_| {
        table.facts.with(|facts| {
            let questions = facts.iter().flat_map(|facts| &facts.questions);
            questions
                .into_iter()
                .find(|question| question.topic == topic)
                .map(|own| (own.taken, own.is_answered))
        })
    });
    let button = move |offer: Offer| {
        let answer = offer.answer;
        let is_taken = move || state.get().is_some_and(|(taken, _)| taken == answer);
        let is_answered = move || state.get().is_some_and(|(_, is_answered)| is_answered);
        let name = move || match topic.answers().get(answer as usize) {
            Some(word) => tr(&format!("table.answer.{}.{word}", topic.name())),
            None => offer.name.clone(),
        };
        view! {
            <button type="button" class="panel-button offer" data-answer=answer.to_string()
                class:primary=move || is_taken() && !is_answered()
                aria-pressed=move || (is_taken() && is_answered()).to_string()
                on:click=move |_| table.answer.run((topic, answer))
            >
                <span class="offer-name">{name}</span>
                {move || (is_taken() && !is_answered()).then(|| view! { <em>{tr("table.suggested")}</em> })}
                {picture(&offer.picture)}
                {offer.examples.iter().map(|example| view! { <span class="offer-example">{example.clone()}</span> }).collect_view()}
            </button>
        }
    };
    view! {
        <fieldset class="table-question" data-question=topic.name()>
            <legend>{move || tr(&format!("table.ask.{}", topic.name()))}</legend>
            <div class="offers">{offers.into_iter().map(button).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// A column as a small curve.
fn picture(heights: &[f32]) -> Option<AnyView> {
    let (width, height) = SIZE;
    let step = width / heights.len().saturating_sub(1).max(1) as f64;
    let point = |(index, part): (usize, &f32)| {
        let (x, y) = (index as f64 * step, 1.0 + (height - 2.0) * (1.0 - f64::from(*part)));
        format!("{:.1},{:.1}", Written(x), Written(y))
    };
    let points = heights.iter().enumerate().map(point).collect::<Vec<_>>().join(" ");
    (heights.len() > 1).then(|| {
        view! {
            <svg class="offer-picture" viewBox="0 0 96 24" width="96" height="24" aria-hidden="true">
                <polyline points=points fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>
            </svg>
        }
        .into_any()
    })
}

/// One thing that is told, in words.
fn said(told: &Told) -> String {
    let fields =
        [("row", told.row.to_string()), ("last", told.last.to_string()), ("count", told.count.to_string())];
    let rows = tr_args(if told.row == told.last { "table.row" } else { "table.rows" }, &fields);
    let rows = match told.text.is_empty() {
        true => rows,
        false => tr_args("table.quoted", &[("rows", rows), ("text", told.text.clone())]),
    };
    tr_args(&format!("table.told.{}", told.what.name()), &[("rows", rows)])
}
