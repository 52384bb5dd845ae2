//! The series and what the model makes of it: actual, fitted, held out, forecast, baselines, other runs.

use std::sync::Arc;

use unroll::lessons::airline::Forecast;

use super::prepared::{Prepared, month};
use crate::charts::{Chart, Curve, Ink, Region, XAxis, YAxis};
use crate::i18n::{tr, tr_args};
use crate::quantity::{format_number, percent};

/// Into which stretches the series is cut for the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// One long line.
    Month,
    /// Every second quarter shaded.
    Quarter,
    /// Every second year shaded.
    Year,
}

impl Reading {
    /// All of them, the finest first.
    pub const ALL: [Reading; 3] = [Reading::Month, Reading::Quarter, Reading::Year];

    /// The word under which the setting `granularity` names it in the catalogues.
    pub fn word(self) -> &'static str {
        match self {
            Reading::Month => "month",
            Reading::Quarter => "quarter",
            Reading::Year => "year",
        }
    }

    fn size(self) -> usize {
        match self {
            Reading::Month => 1,
            Reading::Quarter => 3,
            Reading::Year => 12,
        }
    }
}

/// The chart. `others` are the overlaid runs, each with its name.
pub fn forecast_chart(
    prepared: &Prepared,
    forecast: Option<&Forecast>,
    others: &[(String, &Forecast)],
    reading: Reading,
    with_baselines: bool,
) -> Chart {
    let count = prepared.values.len();
    let mut curves = Vec::new();
    if with_baselines {
        curves.extend(prepared.baselines.iter().enumerate().map(|(index, (id, first, values))| {
            Curve::new(
                tr(&format!("airline.baseline.{id}")),
                Ink::Baseline(index),
                *first,
                Arc::clone(values),
            )
        }));
    }
    curves.push(Curve {
        dots: true,
        ..Curve::new(tr("airline.curve.actual"), Ink::Actual, 0, Arc::clone(&prepared.values))
    });
    for (index, (name, other)) in others.iter().enumerate() {
        let values = [&other.fitted[..], &other.holdout, &other.forecast].concat();
        curves.push(Curve::new(name.clone(), Ink::Overlay(index), other.first, values));
    }
    let mut end = count;
    let mut regions = bands(prepared, reading);
    if let Some(forecast) = forecast {
        let Forecast { first, fitted, holdout, forecast: ahead, .. } = forecast;
        let mut at = *first;
        for (key, ink, values) in [
            ("fitted", Ink::Fitted, fitted),
            ("holdout", Ink::Holdout, holdout),
            ("forecast", Ink::Forecast, ahead),
        ] {
            if !values.is_empty() {
                curves.push(Curve::new(tr(&format!("airline.curve.{key}")), ink, at, values.as_slice()));
                if ink != Ink::Fitted {
                    let (from, to) = (at as f64 - 0.5, (at + values.len()) as f64 - 0.5);
                    let label = tr(&format!("airline.region.{key}"));
                    regions.push(Region { from, to, label, token: ink.token() });
                }
            }
            at += values.len();
        }
        end = end.max(at);
    }
    end = others.iter().fold(end, |end, (_, other)| {
        end.max(other.first + other.fitted.len() + other.holdout.len() + other.forecast.len())
    });
    let (low, high) = extent(&prepared.values);
    let span = (high - low).max(f64::MIN_POSITIVE);
    Chart {
        title: tr("airline.forecast.title"),
        x: XAxis {
            title: tr(if prepared.is_monthly {
                "airline.forecast.month"
            } else {
                "airline.forecast.position"
            }),
            from: 0,
            to: end.saturating_sub(1),
            ticks: ticks(&prepared.labels, end),
            names: Arc::clone(&prepared.labels),
        },
        // A model that knows nothing yet may predict anything; the series keeps at least a third of the height.
        y: YAxis {
            title: prepared.unit(),
            log: false,
            from_zero: low >= 0.0,
            bounds: (low - span, high + span),
        },
        curves,
        regions,
        markers: Vec::new(),
    }
}

fn extent(values: &[f64]) -> (f64, f64) {
    values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)))
}

/// Every second stretch of the reading, shaded quietly.
fn bands(prepared: &Prepared, reading: Reading) -> Vec<Region> {
    let size = reading.size();
    let count = prepared.values.len();
    // Shades finer than this can't be told apart on any screen.
    if size == 1 || count / size > 400 {
        return Vec::new();
    }
    (0..count / size)
        .skip(1)
        .step_by(2)
        .map(|index| Region {
            from: (index * size) as f64 - 0.5,
            to: ((index + 1) * size) as f64 - 0.5,
            label: String::new(),
            token: "ink-soft",
        })
        .collect()
}

/// Januaries under their year; without months, about a dozen labels as they are.
fn ticks(labels: &[String], end: usize) -> Vec<(usize, String)> {
    let labels = &labels[..end.min(labels.len())];
    let years: Vec<_> = labels
        .iter()
        .enumerate()
        .filter_map(|(index, label)| {
            month(label).filter(|(_, month)| *month == 1).map(|(year, _)| (index, year))
        })
        .map(|(index, year)| (index, year.to_string()))
        .collect();
    if years.len() >= 2 {
        return years;
    }
    let every = labels.len().div_ceil(12).max(1);
    labels.iter().enumerate().step_by(every).map(|(index, label)| (index, label.clone())).collect()
}

/// What is to be seen after `step` steps, in words.
pub fn forecast_caption(prepared: &Prepared, step: usize, forecast: Option<&Forecast>) -> String {
    let (low, high) = extent(&prepared.values);
    let label = |index: usize| prepared.labels.get(index).cloned().unwrap_or_default();
    let count = prepared.values.len();
    let mut sentences = vec![tr_args(
        "airline.forecast.caption.series",
        &[
            ("from", label(0)),
            ("to", label(count.saturating_sub(1))),
            ("low", format_number(low)),
            ("high", format_number(high)),
            ("measure", prepared.unit()),
        ],
    )];
    if let Some(forecast) = forecast {
        sentences.push(tr_args(
            "airline.forecast.caption.fitted",
            &[
                ("step", step.to_string()),
                ("rmse", format_number(forecast.train_scores.rmse)),
                ("mape", percent(forecast.train_scores.mape)),
            ],
        ));
        if let Some(scores) = forecast.holdout_scores {
            sentences.push(tr_args(
                "airline.forecast.caption.holdout",
                &[
                    ("from", label(prepared.split)),
                    ("rmse", format_number(scores.rmse)),
                    ("mape", percent(scores.mape)),
                ],
            ));
        }
        if let (Some(last), ahead @ 1..) = (forecast.forecast.last(), forecast.forecast.len()) {
            sentences.push(tr_args(
                "airline.forecast.caption.forecast",
                &[("to", label(count + ahead - 1)), ("last", format_number(*last))],
            ));
        }
    }
    sentences.join(&tr("chart.sentence_gap"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unroll::lessons::airline::{LESSON, Scores};
    use unroll::protocol::Job;
    use unroll::settings::Form;

    fn sample() -> (Prepared, Forecast) {
        let (form, _) = Form::read(&LESSON.all_settings(), [("holdout", "2")]);
        let prepared =
            Prepared::new(&Job { lesson: LESSON.id.into(), form, data: None, corpus: None }).unwrap();
        let scores = Scores { rmse: 12.5, mape: 4.25 };
        let forecast = Forecast {
            first: 48,
            fitted: prepared.values[48..120].to_vec(),
            holdout: vec![400.0; 24],
            forecast: vec![450.0; 12],
            train_scores: scores,
            holdout_scores: Some(scores),
        };
        (prepared, forecast)
    }

    #[test]
    fn every_part_stands_where_it_belongs() {
        let (prepared, forecast) = sample();
        let chart = forecast_chart(&prepared, Some(&forecast), &[], Reading::Month, true);
        let spans: Vec<_> =
            chart.curves.iter().map(|curve| (curve.ink, curve.first, curve.values.len())).collect();
        assert_eq!(
            spans,
            [
                (Ink::Baseline(0), 48, 96),
                (Ink::Baseline(1), 48, 96),
                (Ink::Actual, 0, 144),
                (Ink::Fitted, 48, 72),
                (Ink::Holdout, 120, 24),
                (Ink::Forecast, 144, 12),
            ]
        );
        let regions: Vec<_> = chart.regions.iter().map(|region| (region.from, region.to)).collect();
        assert_eq!(regions, [(119.5, 143.5), (143.5, 155.5)]);
        assert_eq!((chart.x.to, chart.x.name(114), chart.x.ticks.len()), (155, "1958-07".into(), 13));
    }

    #[test]
    fn years_are_shaded_and_a_wild_model_does_not_flatten_the_series() {
        let (prepared, mut forecast) = sample();
        forecast.fitted[0] = 1e9;
        let chart = forecast_chart(&prepared, Some(&forecast), &[], Reading::Year, false);
        assert_eq!(chart.regions.iter().filter(|region| region.label.is_empty()).count(), 6);
        assert_eq!(chart.y.bounds.1, 622.0 + 518.0);
    }
}
