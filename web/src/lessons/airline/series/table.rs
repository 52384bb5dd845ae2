//! The series as a table: years by months where its labels are months, a list otherwise.

use leptos::prelude::*;
use unroll::data::Series;
use unroll::number::Written;

use super::layout::{YearRow, by_year};
use super::series_in_use;
use crate::context::use_app;
use crate::i18n::{tr, tr_args};

/// Rows that are drawn at most: a table of a hundred thousand rows would stop the page.
const ROWS: usize = 1_000;

/// The table, in a box of its own that scrolls.
#[component]
pub fn SeriesTable() -> impl IntoView {
    let app = use_app();
    let series = series_in_use(app);
    let own = app.select(|state| state.data.is_some());
    let caption = move || tr(if own.get() { "data.table.own" } else { "data.table.airline" });
    view! {
        <div class="data-scroll" role="region" tabindex="0" aria-label=caption>
            <table data-table="series">
                <caption><span>{caption}</span></caption>
                {move || series.with(|series| match by_year(series) {
                    Some(rows) => year_rows(rows).into_any(),
                    None => list_rows(series).into_any(),
                })}
            </table>
        </div>
        <p class="data-more">{move || {
            let hidden = series.with(|series| {
                if by_year(series).is_some() { 0 } else { series.len().saturating_sub(ROWS) }
            });
            (hidden > 0).then(|| tr_args("data.table.more", &[("count", hidden.to_string())]))
        }}</p>
    }
}

fn year_rows(rows: Vec<YearRow>) -> impl IntoView {
    let months = (1..=12).map(|month| {
        let name = move || tr(&format!("data.month.{month}"));
        view! { <th scope="col">{name}</th> }
    });
    let body = rows.into_iter().map(|row| {
        let cells = row.months.into_iter().map(|month| match month {
            Some((_, value)) => cell(value).into_any(),
            None => view! { <td></td> }.into_any(),
        });
        view! { <tr><th scope="row">{row.year}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <thead><tr><th scope="col">{move || tr("data.table.year")}</th>{months.collect_view()}</tr></thead>
        <tbody>{body.collect_view()}</tbody>
    }
}

fn cell(value: f64) -> impl IntoView {
    let text = Written(value).to_string();
    view! { <td data-value=text.clone()>{text.clone()}</td> }
}

fn list_rows(series: &Series) -> impl IntoView + use<> {
    let body: Vec<_> = series
        .labels
        .iter()
        .cloned()
        .zip(series.values().iter().copied())
        .take(ROWS)
        .map(|(label, value)| {
            view! { <tr><th scope="row">{label}</th>{cell(value)}</tr> }
        })
        .collect();
    view! {
        <thead>
            <tr>
                <th scope="col">{move || tr("data.table.label")}</th>
                <th scope="col">{move || tr("data.table.value")}</th>
            </tr>
        </thead>
        <tbody>{body}</tbody>
    }
}
