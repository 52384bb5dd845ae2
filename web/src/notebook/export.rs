//! The notebook as text: CSV for spreadsheets, in full precision and with language-neutral names, and a Markdown
//! table for notes.

use unroll::lessons::airline::{Baseline, Scores};
use unroll::protocol::Engine;
use unroll::settings::Setting;

use super::entry::Entry;

/// The figures of a run, in the order of the columns.
const FIGURES: [&str; 9] = [
    "engine",
    "epochs_done",
    "final_loss",
    "best_loss",
    "rmse",
    "mape",
    "holdout_rmse",
    "holdout_mape",
    "seconds",
];

/// The runs and the baselines as CSV: a row each, every setting a column.
pub fn csv(settings: &[&'static Setting], entries: &[Entry], baselines: &[Baseline]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["run"]
        .into_iter()
        .chain(settings.iter().map(|setting| setting.key))
        .chain(["series"])
        .chain(FIGURES);
    // Writing to memory can't fail, and all rows have the header's length.
    let _ = writer.write_record(header);
    for entry in entries {
        let values = settings.iter().map(|setting| {
            if entry.form.is_relevant(setting) { entry.form.get(setting).to_string() } else { String::new() }
        });
        let row = [entry.id.to_string()]
            .into_iter()
            .chain(values)
            .chain([if entry.own_series { "own" } else { "airline" }.to_owned()])
            .chain(figures(entry));
        let _ = writer.write_record(row);
    }
    for baseline in baselines {
        let scores = scores(Some(baseline.train_scores), baseline.holdout_scores);
        let row = [baseline.id.to_owned()]
            .into_iter()
            .chain(settings.iter().map(|_| String::new()))
            .chain([String::new(), String::new(), String::new(), String::new(), String::new()])
            .chain(scores)
            .chain([String::new()]);
        let _ = writer.write_record(row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn figures(entry: &Entry) -> impl Iterator<Item = String> {
    [engine_word(entry.engine), entry.epoch.to_string(), text(entry.final_loss), text(entry.best_loss)]
        .into_iter()
        .chain(scores(entry.train, entry.holdout))
        .chain([entry.seconds.to_string()])
}

fn scores(train: Option<Scores>, holdout: Option<Scores>) -> [String; 4] {
    [
        text(train.map(|scores| scores.rmse)),
        text(train.map(|scores| scores.mape)),
        text(holdout.map(|scores| scores.rmse)),
        text(holdout.map(|scores| scores.mape)),
    ]
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

/// A Markdown table of `rows` under `header`; all rows have the header's length.
pub fn markdown(header: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<_> = header.iter().map(|_| "---".to_owned()).collect();
    [line(header), line(&rule)].into_iter().chain(rows.iter().map(|row| line(row))).collect()
}

#[cfg(test)]
mod tests {
    use unroll::lessons::airline::{AirlineConfig, Dataset, LESSON, baselines, passengers};
    use unroll::settings::Form;

    use super::*;

    fn entry() -> Entry {
        let (form, _) = Form::read(LESSON.settings, [("cell", "gru")]);
        Entry {
            id: 3,
            differences: Vec::new(),
            changes: Vec::new(),
            own_series: false,
            form,
            engine: Some(Engine::Cpu),
            epoch: 500,
            epochs: 500,
            final_loss: Some(0.000_123_4),
            best_loss: Some(0.000_12),
            train: Some(Scores { rmse: 9.1, mape: 2.5 }),
            holdout: None,
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
        let config = AirlineConfig::from_form(&Form::preset(LESSON.settings));
        let baselines = baselines(&Dataset::new(&passengers(), &config).unwrap());
        let text = csv(LESSON.settings, &[entry()], &baselines);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        let cell = |row: usize, name: &str| {
            rows[row].get(header.iter().position(|column| column == name).unwrap()).unwrap()
        };
        assert_eq!(rows.len(), 3);
        assert_eq!((cell(0, "run"), cell(0, "cell"), cell(0, "hidden_size")), ("3", "gru", "10"));
        // Momentum means nothing to Adam.
        assert_eq!((cell(0, "momentum"), cell(0, "engine"), cell(0, "series")), ("", "cpu", "airline"));
        assert_eq!(
            (cell(0, "final_loss"), cell(0, "rmse"), cell(0, "seconds")),
            ("0.0001234", "9.1", "1.25")
        );
        assert_eq!((cell(0, "holdout_rmse"), cell(1, "run")), ("", "last_year"));
        let rmse: f64 = cell(1, "rmse").parse().unwrap();
        assert_eq!(rmse, baselines[0].train_scores.rmse);
    }

    #[test]
    fn a_cell_never_breaks_the_markdown_table() {
        let texts = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        let table = markdown(&texts(&["a", "b"]), &[texts(&["x|y", "1\n2"])]);
        assert_eq!(table, "| a | b |\n| --- | --- |\n| x\\|y | 1 2 |\n");
    }
}
