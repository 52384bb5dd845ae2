//! The notebook as a file and as text for notes, the figures as a picture.

use std::collections::BTreeMap;

use leptos::prelude::*;
use unroll::lesson::{Lesson, Metric};

use super::columns;
use super::entry::{Entry, order};
use super::export::{csv, engine_word, markdown};
use super::row::Figure;
use crate::context::{App, use_app, use_lesson};
use crate::i18n::{label_of, tr};
use crate::lessons::Baseline;
use crate::share::value_text;
use crate::{clipboard, download};

/// The buttons under the table, and what came of the last one.
#[component]
pub fn ExportBar(baselines: Memo<Vec<Baseline>>) -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    let said = RwSignal::new(None::<&'static str>);
    let save_csv = move |_| {
        let text = csv(lesson, &entries(app), &baselines.get_untracked());
        let saved = download::save_text("unroll-runs.csv", "text/csv;charset=utf-8", &text).is_ok();
        said.set(Some(if saved { "notebook.export.saved" } else { "notebook.export.failed" }));
    };
    let copy_markdown = move |_| {
        let text = markdown_of(lesson, &entries(app), &baselines.get_untracked());
        leptos::task::spawn_local(async move {
            said.set(Some(if clipboard::copy(&text).await { "share.copied" } else { "notebook.not_copied" }));
        });
    };
    view! {
        <div class="notebook-export">
            <button type="button" class="panel-button" data-control="export-csv" on:click=save_csv>
                {move || tr("notebook.export.csv")}
            </button>
            <button type="button" class="panel-button" data-control="copy-markdown" on:click=copy_markdown>
                {move || tr("notebook.export.markdown")}
            </button>
            <p role="status">{move || said.get().map(tr)}</p>
        </div>
    }
}

/// All runs of the log, in the order of the table.
fn entries(app: App) -> Vec<Entry> {
    app.peek(|state| order(state).into_iter().filter_map(|id| Entry::of(state, id)).collect())
}

/// The table as it stands on the page, without curve and buttons.
fn markdown_of(lesson: &Lesson, entries: &[Entry], baselines: &[Baseline]) -> String {
    let header: Vec<_> = columns(lesson)
        .into_iter()
        .filter(|(column, _)| !["curve", "actions"].contains(column))
        .map(|(_, key)| tr(&key))
        .collect();
    let loss = |value: Option<f32>| value.map(|value| Figure::Loss.text(value.into())).unwrap_or_default();
    let scores = |metrics: &BTreeMap<String, f64>| {
        let text = |metric: &Metric| metrics.get(metric.key).map(|value| Figure::of(*metric).text(*value));
        lesson.metrics().iter().map(|metric| text(metric).unwrap_or_default()).collect::<Vec<_>>()
    };
    let runs = entries.iter().map(|entry| {
        let settings: Vec<_> = entry
            .differences
            .iter()
            .map(|it| format!("{} {}", label_of(lesson, it.setting), value_text(it.setting, &it.value)))
            .collect();
        let first = vec![
            format!("#{}", entry.id),
            if settings.is_empty() { tr("notebook.preset") } else { settings.join(&tr("list.separator")) },
            engine_word(entry.engine),
            format!("{} / {}", entry.step, entry.steps),
            loss(entry.final_loss),
            loss(entry.best_loss),
        ];
        [first, scores(&entry.metrics), vec![format!("{:.1}", entry.seconds)]].concat()
    });
    let honest = baselines.iter().map(|baseline| {
        let mut row = vec![tr("notebook.baseline"), tr(&format!("notebook.baseline.{}", baseline.id))];
        row.extend(["", "", "", ""].map(str::to_owned));
        row.extend(scores(&baseline.metrics));
        row.push(String::new());
        row
    });
    markdown(&header, &runs.chain(honest).collect::<Vec<_>>())
}
