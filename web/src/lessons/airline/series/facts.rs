//! What is said of the series: its size, its split, its windows, its scale.

use leptos::prelude::*;
use unroll::Error;
use unroll::data::{Scaler, Series};
use unroll::lessons::airline::{AirlineConfig, Dataset};
use unroll::number::Written;

use super::layout::summary;
use super::series_in_use;
use crate::context::use_app;
use crate::i18n::{tr, tr_args};

/// How the settings cut and scale the series.
#[derive(Debug, Clone, PartialEq)]
struct Cut {
    /// First and last label of the training values.
    training: Option<(String, String)>,
    /// How many values are trained on.
    training_count: usize,
    /// First and last label of what is held out.
    holdout: Option<(String, String)>,
    /// How many values are held out.
    holdout_count: usize,
    /// Oldest values left out, so that whole vectors remain.
    trimmed: usize,
    /// Training windows: how many, of how many vectors, of how many values.
    windows: (usize, usize, usize),
    /// The scale fitted on the training values.
    scaler: Scaler,
}

impl Cut {
    fn of(series: &Series, config: &AirlineConfig) -> Result<Self, Error> {
        let data = Dataset::new(series, config)?;
        let span = |from: usize, to: usize| {
            let label = |index: usize| series.labels.get(index + data.trimmed).cloned();
            label(from).zip(label(to.checked_sub(1)?)).filter(|_| from < to)
        };
        Ok(Cut {
            training: span(0, data.split),
            training_count: data.split,
            holdout: span(data.split, data.values.len()),
            holdout_count: data.values.len() - data.split,
            trimmed: data.trimmed,
            windows: (data.train.count, data.window, data.size),
            scaler: data.scaler,
        })
    }
}

/// Is `series` long enough for `config`?
///
/// # Errors
/// Those of [`Dataset::new`].
pub fn check(series: &Series, config: &AirlineConfig) -> Result<(), Error> {
    Cut::of(series, config).map(drop)
}

/// The numbers as a list of terms.
#[component]
pub fn Facts() -> impl IntoView {
    let app = use_app();
    let series = series_in_use(app);
    let form = app.select(|state| state.form.clone());
    let cut = Memo::new(move |_| {
        let config = form.with(AirlineConfig::from_form);
        series.with(|series| Cut::of(series, &config))
    });
    let numbers = move || {
        let numbers = series.with(|series| summary(series.values()));
        tr_args(
            "data.fact.numbers",
            &[
                ("count", numbers.count.to_string()),
                ("sum", number(numbers.sum)),
                ("min", number(numbers.min)),
                ("max", number(numbers.max)),
            ],
        )
    };
    let cut_line = move |line: fn(&Cut) -> String| cut.with(|cut| cut.as_ref().map(line).ok());
    let row = move |term: &'static str, line: fn(&Cut) -> String| {
        view! {
            <Show when=move || cut.with(Result::is_ok)>
                <div class="fact">
                    <dt>{move || tr(term)}</dt>
                    <dd>{move || cut_line(line)}</dd>
                </div>
            </Show>
        }
    };
    let problem =
        move || cut.with(|cut| cut.as_ref().err().map(|error| tr_args(&error.key(), &error.fields())));
    view! {
        <dl class="facts">
            <div class="fact">
                <dt>{move || tr("data.fact.series")}</dt>
                <dd>{numbers}</dd>
            </div>
            {row("data.fact.split", split_line)}
            {row("data.fact.windows", windows_line)}
            {row("data.fact.scaling", scaling_line)}
        </dl>
        <p class="own-error" role="status">{problem}</p>
    }
}

fn split_line(cut: &Cut) -> String {
    let part = |key: &str, count: usize, span: &Option<(String, String)>| {
        let (from, to) = span.clone().unwrap_or_default();
        tr_args(key, &[("count", count.to_string()), ("from", from), ("to", to)])
    };
    let mut parts = vec![part("data.split.training", cut.training_count, &cut.training)];
    parts.push(if cut.holdout.is_some() {
        part("data.split.holdout", cut.holdout_count, &cut.holdout)
    } else {
        tr("data.split.no_holdout")
    });
    if cut.trimmed > 0 {
        parts.push(tr_args("data.split.trimmed", &[("count", cut.trimmed.to_string())]));
    }
    parts.join(&tr("sentence.space"))
}

fn windows_line(cut: &Cut) -> String {
    let (count, window, size) = cut.windows;
    let key = if count == 1 { "data.windows.one" } else { "data.windows.many" };
    tr_args(key, &[("count", count.to_string()), ("window", window.to_string()), ("size", size.to_string())])
}

fn scaling_line(cut: &Cut) -> String {
    let (key, a, b) = match cut.scaler {
        Scaler::MinMax { min, max } => ("data.scaling.min_max", min, max),
        Scaler::Standard { mean, std } => ("data.scaling.standard", mean, std),
    };
    tr_args(key, &[("a", number(a)), ("b", number(b))])
}

/// A number as the panel writes it: at most two decimals, none for whole numbers.
fn number(value: f64) -> String {
    let rounded = format!("{:.2}", Written(value));
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use unroll::lessons::airline::{LESSON, passengers};
    use unroll::settings::Form;

    use super::*;

    fn cut(pairs: &[(&str, &str)]) -> Result<Cut, Error> {
        let (form, _) = Form::read(LESSON.settings, pairs.iter().copied());
        Cut::of(&passengers(), &AirlineConfig::from_form(&form))
    }

    #[test]
    fn the_books_preset_trains_on_eight_windows_of_four_years() {
        let cut = cut(&[]).unwrap();
        assert_eq!(cut.windows, (8, 4, 12));
        assert_eq!(cut.training, Some(("1949-01".into(), "1960-12".into())));
        assert_eq!((cut.holdout, cut.holdout_count, cut.trimmed), (None, 0, 0));
        assert_eq!(cut.scaler, Scaler::MinMax { min: 104.0, max: 622.0 });
    }

    #[test]
    fn a_holdout_is_named_by_its_months_and_takes_no_part_in_the_scale() {
        let cut = cut(&[("holdout", "2")]).unwrap();
        assert_eq!(cut.training, Some(("1949-01".into(), "1958-12".into())));
        assert_eq!(cut.holdout, Some(("1959-01".into(), "1960-12".into())));
        assert_eq!((cut.training_count, cut.holdout_count, cut.windows.0), (120, 24, 6));
        assert_eq!(cut.scaler, Scaler::MinMax { min: 104.0, max: 505.0 });
    }

    #[test]
    fn too_few_values_for_the_window_are_an_error() {
        assert!(matches!(cut(&[("window", "12")]), Err(Error::SeriesTooShort { found: 144, .. })));
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [(40_363.0, "40363"), (0.5, "0.5"), (280.298_61, "280.3"), (100.0, "100")] {
            assert_eq!(number(value), text);
        }
    }
}
