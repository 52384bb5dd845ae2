//! Tokens as numbers: the vocabulary, the table of indices, and one-hot vectors.

use leptos::prelude::*;

use super::use_lab;
use crate::i18n::{tr, tr_args};

/// Tokens of the vocabulary that are shown.
const LISTED: usize = 120;
/// Words of the vocabulary up to which a one-hot matrix is drawn.
const COLUMNS: usize = 60;

/// The vocabulary by number, and the sentences as rows of a table.
#[component]
pub fn Vocabulary() -> impl IntoView {
    let lab = use_lab();
    let size = lab.found(|cut| cut.vocabulary_size);
    let listed = lab.found_after(1, |cut| cut.vocabulary.iter().take(LISTED).cloned().collect::<Vec<_>>());
    let table = lab.found_after(2, |cut| cut.table.clone());
    let names = lab.found(|cut| cut.vocabulary.clone());
    let row = move |row: Vec<usize>| {
        let cell = |index: usize| {
            let name = names.with(|names| {
                names.as_ref().and_then(|names| names.get(index)).map(|(name, _)| name.clone())
            });
            let reserved = name.as_deref().is_some_and(|name| name.starts_with('<'));
            view! { <td class:reserved=reserved>{index}<small>{name}</small></td> }
        };
        view! { <tr>{row.into_iter().map(cell).collect_view()}</tr> }
    };
    view! {
        <section class="lab-section" aria-labelledby="lab-vocabulary-heading">
            <h2 id="lab-vocabulary-heading">
                {move || tr_args("text.vocabulary.heading", &[("size", size.get().unwrap_or(0).to_string())])}
            </h2>
            <p class="remark">{move || tr("text.vocabulary.help")}</p>
            <ol class="lab-vocabulary" start="0" data-figure="vocabulary" tabindex="0">
                {move || listed.get().unwrap_or_default().into_iter().enumerate().map(|(index, (name, count))| view! {
                    <li value=index.to_string()>
                        <span class="index">{index}</span><span lang="zh">{name}</span><small>{format!("×{count}")}</small>
                    </li>
                }).collect_view()}
            </ol>
            <h3>{move || tr("text.table.heading")}</h3>
            <p class="remark">{move || tr("text.table.help")}</p>
            <div class="table-scroll" tabindex="0" role="region" aria-label=move || tr("text.table.heading")>
                <table class="lab-table" data-figure="table">
                    <tbody>{move || table.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// The first sentence as a matrix: a row for each token, a column for each word of the vocabulary.
#[component]
pub fn OneHot() -> impl IntoView {
    let lab = use_lab();
    let drawn = lab.found_after(3, |cut| {
        let sentence = cut.shown.first().cloned().unwrap_or_default();
        let names: Vec<String> = cut.vocabulary.iter().map(|(name, _)| name.clone()).collect();
        (cut.vocabulary_size, sentence, names)
    });
    let matrix = move || {
        let (size, sentence, names) = drawn.get()?;
        if size > COLUMNS {
            let args = [("size", size.to_string()), ("limit", COLUMNS.to_string())];
            return Some(view! { <p class="remark">{tr_args("text.one_hot.large", &args)}</p> }.into_any());
        }
        let head =
            names.iter().map(|name| view! { <th scope="col" lang="zh"><span>{name.clone()}</span></th> });
        let rows = sentence.into_iter().take(20).map(|token| {
            let hot = token.index.or((size > 0).then_some(0));
            let cells = (0..size).map(|column| {
                let one = hot == Some(column);
                view! { <td class:one=one>{if one { "1" } else { "0" }}</td> }
            });
            view! { <tr><th scope="row" lang="zh">{token.text}</th>{cells.collect_view()}</tr> }
        });
        Some(
            view! {
                <div class="table-scroll" tabindex="0" role="region" aria-label=move || tr("text.one_hot.heading")>
                    <table class="lab-one-hot" data-figure="one-hot">
                        <thead><tr><td></td>{head.collect_view()}</tr></thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any(),
        )
    };
    view! {
        <section class="lab-section" aria-labelledby="lab-one-hot-heading">
            <h2 id="lab-one-hot-heading">{move || tr("text.one_hot.heading")}</h2>
            <p class="remark">{move || tr("text.one_hot.help")}</p>
            {matrix}
        </section>
    }
}
