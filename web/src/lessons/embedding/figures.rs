//! The lesson's figures together: the table of vectors, one word's vector, who is near whom, the sentences, the loss.

use leptos::prelude::*;

use super::prepared::{Prepared, cosine, shown_learned};
use crate::context::use_app;
use crate::figures::{Cards, Heat, HeatMap, LossFigure, Shown, follow};
use crate::i18n::{language, tr, tr_args};
use crate::state::State;

/// Words whose nearness to each other is drawn.
const COMPARED: usize = 12;
/// The word that the book looks at, by its place in the book's vocabulary; the first that is not reserved.
const FIRST_WORD: usize = 2;
/// Vectors are drawn from a normal distribution: nearly all numbers are within twice its deviation.
const STRONGEST: f64 = 2.0;

/// Vectors, cards, nearness, sentences and loss.
#[component]
pub fn Figures() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let prepared = Memo::new(move |_| job.with(Prepared::new));
    let shown = app.select(Shown::of);
    let learned = Memo::new(move |_| {
        follow(shown);
        app.peek(shown_learned)
    });
    let words = Memo::new(move |_| prepared.with(Prepared::words));
    let chosen = RwSignal::new(FIRST_WORD);
    let marked = Memo::new(move |_| chosen.get().min(words.with(Vec::len).saturating_sub(1)));
    let size = move || prepared.with(|prepared| prepared.config.embedding_dim);
    let vector = move |word: usize| {
        learned.with(|learned| {
            let vectors = &learned.as_ref()?.vectors;
            vectors.get(word * size()..(word + 1) * size()).map(<[f32]>::to_vec)
        })
    };

    let table = Memo::new(move |_| {
        let values = learned.with(|learned| learned.as_ref().map(|learned| widen(&learned.vectors)));
        Heat {
            rows: words.get(),
            columns: (0..size()).map(|index| index.to_string()).collect(),
            values: values.unwrap_or_default(),
            limit: STRONGEST,
        }
    });
    let table_words = Memo::new(move |_| {
        language();
        let count = words.with(Vec::len).to_string();
        tr_args("embedding.table.caption", &[("words", count), ("size", size().to_string())])
    });
    let numbers = move || {
        let word = marked.get();
        let name = words.with(|words| words.get(word).cloned()).unwrap_or_default();
        let numbers = vector(word).unwrap_or_default();
        let cells = numbers.into_iter().map(|number| view! { <li>{format!("{number:.3}")}</li> });
        view! {
            <p>{tr_args("embedding.vector.title", &[("word", name)])}</p>
            <ol class="vector" data-figure="vector" data-word=word.to_string()>{cells.collect_view()}</ol>
        }
    };
    let near = Memo::new(move |_| {
        let names: Vec<String> = words.with(|words| words.iter().take(COMPARED).cloned().collect());
        let vectors: Vec<Vec<f32>> = (0..names.len()).filter_map(vector).collect();
        let values = vectors.iter().flat_map(|a| vectors.iter().map(|b| cosine(a, b))).collect();
        Heat { rows: names.clone(), columns: names, values, limit: 1.0 }
    });
    // One-hot vectors of two words stand at right angles, whatever the words.
    let apart = Memo::new(move |_| {
        let names: Vec<String> = words.with(|words| words.iter().take(COMPARED).cloned().collect());
        let count = names.len();
        let values =
            (0..count * count).map(|cell| f64::from(u8::from(cell / count == cell % count))).collect();
        Heat { rows: names.clone(), columns: names, values, limit: 1.0 }
    });
    let said = |key: &'static str| {
        Memo::new(move |_| {
            language();
            tr(key)
        })
    };
    view! {
        <section class="figure-section" aria-labelledby="embedding-table-heading">
            <h2 id="embedding-table-heading">{move || tr("embedding.table.title")}</h2>
            <HeatMap
                name="embeddings"
                heat=table
                caption=table_words
                marked=marked
                choose=Callback::new(move |row| chosen.set(row))
            />
            <div class="vector-of-word">{numbers}</div>
        </section>
        <Cards/>
        <Verdicts/>
        <section class="figure-section" aria-labelledby="embedding-near-heading">
            <h2 id="embedding-near-heading">{move || tr("embedding.near.title")}</h2>
            <div class="side-by-side">
                <HeatMap name="one-hot-near" heat=apart caption=said("embedding.near.one_hot")/>
                <HeatMap name="learned-near" heat=near caption=said("embedding.near.learned")/>
            </div>
        </section>
        <LossFigure/>
    }
}

/// What the model says of each sentence.
#[component]
fn Verdicts() -> impl IntoView {
    let app = use_app();
    let job = app.select(State::shown_job);
    let prepared = Memo::new(move |_| job.with(Prepared::new));
    let shown = app.select(Shown::of);
    let probabilities = Memo::new(move |_| {
        follow(shown);
        app.peek(|state| shown_learned(state).map(|learned| learned.probabilities.clone()))
    });
    let rows = move || {
        let probabilities = probabilities.get().unwrap_or_default();
        prepared.with(|prepared| {
            let classes = prepared.sentences.labels.len().max(1);
            let row = |(index, sentence): (usize, &unroll::data::Sentence)| {
                let own = probabilities.get(index * classes + sentence.label).copied();
                let right = own.is_some_and(|own| {
                    let all = &probabilities[index * classes..(index + 1) * classes];
                    all.iter().all(|other| *other <= own)
                });
                let label = prepared.sentences.labels.get(sentence.label).cloned().unwrap_or_default();
                view! {
                    <tr class:right=right>
                        <th scope="row" lang="zh">{sentence.tokens.join(" ")}</th>
                        <td>{label}</td>
                        <td class="number" data-probability=own.map(|own| own.to_string())>
                            {own.map(|own| format!("{own:.3}"))}
                        </td>
                        <td class="bar" aria-hidden="true">
                            <span style:transform=format!("scaleX({:.3})", own.unwrap_or(0.0))></span>
                        </td>
                    </tr>
                }
            };
            let shown = prepared.sentences.sentences.iter().enumerate();
            shown.take(unroll::lessons::embedding::SHOWN_SENTENCES).map(row).collect_view()
        })
    };
    view! {
        <section class="figure-section" aria-labelledby="embedding-verdicts-heading">
            <h2 id="embedding-verdicts-heading">{move || tr("embedding.verdicts.title")}</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-labelledby="embedding-verdicts-heading">
                <table class="verdicts" data-figure="verdicts">
                    <thead>
                        <tr>
                            <th scope="col">{move || tr("embedding.verdicts.sentence")}</th>
                            <th scope="col">{move || tr("embedding.verdicts.label")}</th>
                            <th scope="col" colspan="2">{move || tr("embedding.verdicts.probability")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn widen(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}
