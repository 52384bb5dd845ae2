//! The notebook as text: CSV for spreadsheets, in full precision and with language-neutral names, and a Markdown
//! table for notes.

use std::collections::BTreeMap;

use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::lesson::{Lesson, Metric};
use unroll::protocol::Engine;

use super::columns;
use super::entry::{Entry, order};
use crate::context::App;
use crate::figures::figure_text;
use crate::i18n::{label_of, tr, value_text};
use crate::lesson::Baseline;
use crate::quantity::format_loss;

/// The figures of a run that every lesson has, before and behind the lesson's own.
const FIRST: [&str; 4] = ["engine", "steps_done", "final_loss", "best_loss"];
const LAST: [&str; 1] = ["seconds"];

/// What the notebook is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// For notes.
    Markdown,
}

/// Fetches what writes, and writes the notebook as it is then.
#[wasm_split(export, wasm_split_path = leptos::wasm_split, fallible)]
pub fn write(
    app: App,
    lesson: &'static Lesson,
    baselines: Vec<Baseline>,
    format: Format,
) -> Result<String, SplitLoaderError> {
    Ok(match format {
        Format::Csv => csv(lesson, &entries(app), &baselines),
        Format::Markdown => markdown_of(lesson, &entries(app), &baselines),
    })
}

/// The runs and the baselines as CSV: a row each, every setting a column.
fn csv(lesson: &Lesson, entries: &[Entry], baselines: &[Baseline]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let keys: Vec<&str> = lesson.model_settings().iter().map(|setting| setting.key).collect();
    let own: Vec<String> = lesson
        .metrics()
        .iter()
        .flat_map(|metric| [metric.key.into(), format!("holdout_{}", metric.key)])
        .collect();
    let scores = |metrics: &BTreeMap<String, f64>| {
        own.iter().map(|name| text(metrics.get(name).copied())).collect::<Vec<_>>()
    };
    let header = [owned(&["run"]), owned(&keys), owned(&["data"]), owned(&FIRST), own.clone(), owned(&LAST)];
    // Writing to memory can't fail, and all rows have the header's length.
    let _ = writer.write_record(header.concat());
    for entry in entries {
        let values = lesson.model_settings().into_iter().map(|setting| {
            if entry.form.is_relevant(setting) { entry.form.get(setting).to_string() } else { String::new() }
        });
        let data = if entry.own_data { "own" } else { lesson.id };
        let first = [
            engine_word(entry.engine),
            entry.step.to_string(),
            text(entry.final_loss),
            text(entry.best_loss),
        ];
        let row = [
            vec![entry.id.to_string()],
            values.collect(),
            owned(&[data]),
            first.to_vec(),
            scores(&entry.metrics),
            vec![entry.seconds.to_string()],
        ];
        let _ = writer.write_record(row.concat());
    }
    for baseline in baselines {
        let empty = vec![String::new(); keys.len() + 1 + FIRST.len()];
        let row = [owned(&[baseline.id]), empty, scores(&baseline.metrics), vec![String::new()]];
        let _ = writer.write_record(row.concat());
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// As links write it; empty without an engine.
pub fn engine_word(engine: Option<Engine>) -> String {
    match engine {
        None => "",
        Some(Engine::Cpu) => "cpu",
        Some(Engine::Webgpu) => "webgpu",
    }
    .to_owned()
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
    let loss = |value: Option<f32>| value.map(|value| format_loss(value.into())).unwrap_or_default();
    let scores = |metrics: &BTreeMap<String, f64>| {
        let text = |metric: &Metric| metrics.get(metric.key).map(|value| figure_text(metric, *value));
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

/// A Markdown table of `rows` under `header`; all rows have the header's length.
fn markdown(header: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<_> = header.iter().map(|_| "---".to_owned()).collect();
    [line(header), line(&rule)].into_iter().chain(rows.iter().map(|row| line(row))).collect()
}

#[cfg(test)]
mod tests {
    use unroll::lessons::airline::LESSON;
    use unroll::settings::Form;

    use super::*;

    fn entry() -> Entry {
        let (form, _) = Form::read(LESSON.settings, [("cell", "gru")]);
        Entry {
            id: 3,
            differences: Vec::new(),
            changes: Vec::new(),
            own_data: false,
            form,
            engine: Some(Engine::Cpu),
            step: 500,
            steps: 500,
            final_loss: Some(0.000_123_4),
            best_loss: Some(0.000_12),
            metrics: BTreeMap::from([("rmse".into(), 9.1), ("mape".into(), 2.5)]),
            seconds: 1.25,
            spark: String::new(),
            pinned: false,
            overlaid: false,
            current: true,
            failure: None,
        }
    }

    #[test]
    fn the_csv_reads_back_with_every_setting_and_figure() {
        let baselines =
            [Baseline { id: "last_year", metrics: BTreeMap::from([("holdout_rmse".into(), 50.0)]) }];
        let text = csv(&LESSON, &[entry()], &baselines);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        let cell = |row: usize, name: &str| {
            rows[row].get(header.iter().position(|column| column == name).unwrap()).unwrap()
        };
        assert_eq!(rows.len(), 2);
        assert_eq!((cell(0, "run"), cell(0, "cell"), cell(0, "hidden_size")), ("3", "gru", "10"));
        // Momentum means nothing to Adam.
        assert_eq!((cell(0, "momentum"), cell(0, "engine"), cell(0, "data")), ("", "cpu", "airline"));
        assert_eq!(
            (cell(0, "final_loss"), cell(0, "rmse"), cell(0, "seconds")),
            ("0.0001234", "9.1", "1.25")
        );
        assert_eq!((cell(0, "holdout_rmse"), cell(1, "run")), ("", "last_year"));
        assert_eq!((cell(1, "rmse"), cell(1, "holdout_rmse"), cell(1, "cell")), ("", "50", ""));
    }

    #[test]
    fn a_cell_never_breaks_the_markdown_table() {
        let texts = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        let table = markdown(&texts(&["a", "b"]), &[texts(&["x|y", "1\n2"])]);
        assert_eq!(table, "| a | b |\n| --- | --- |\n| x\\|y | 1 2 |\n");
    }
}
