//! What the figures draw that doesn't change while a run trains: the series under its labels, its split, its
//! baselines.

use std::sync::Arc;

use unroll::data::{Data, Series};
use unroll::lessons::airline::{AirlineConfig, Dataset, Forecast, baselines, passengers};
use unroll::protocol::Job;

use crate::i18n::tr;
use crate::state::State;

/// A job's series, cut and labelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Its settings.
    pub config: AirlineConfig,
    /// Windows that are trained on.
    pub windows: usize,
    /// The values, without those at the beginning that fill no vector.
    pub values: Arc<[f64]>,
    /// A label for each value and for each position of the longest forecast.
    pub labels: Arc<[String]>,
    /// Where the hold-out begins.
    pub split: usize,
    /// Id, position of the first value, and values of each naive forecast.
    pub baselines: Vec<(&'static str, usize, Arc<[f64]>)>,
    /// Is it the lesson's own series, in thousands of passengers?
    pub own: bool,
    /// Is a value that of a month? Of days and hours nothing is said in years.
    pub is_monthly: bool,
}

impl Prepared {
    /// Prepares a job; nothing where its series is too short for its settings.
    pub fn new(job: &Job) -> Option<Self> {
        let config = AirlineConfig::from_form(&job.form);
        let lesson_series;
        let series = match job.data.as_ref().and_then(Data::series) {
            Some(series) => series,
            None => {
                lesson_series = passengers();
                &lesson_series
            }
        };
        let data = Dataset::new(series, &config).ok()?;
        let mut labels = series.labels[data.trimmed.min(series.labels.len())..].to_vec();
        let last = labels.last().cloned().unwrap_or_default();
        let ahead = config.horizon * config.granularity.size();
        labels.extend((1..=ahead).map(|steps| label_after(&last, steps)));
        let first = data.first();
        let is_monthly = is_monthly(series);
        let naive = baselines(&data).into_iter().map(|baseline| {
            let values = [baseline.fitted, baseline.holdout].concat();
            (baseline_id(baseline.id, is_monthly), first, Arc::from(values))
        });
        Some(Prepared {
            windows: data.train.count,
            split: data.split,
            baselines: naive.collect(),
            values: data.values.into(),
            labels: labels.into(),
            own: job.data.is_none(),
            is_monthly,
            config,
        })
    }

    /// What the values are, with their unit.
    pub fn unit(&self) -> String {
        tr(if self.own { "airline.unit.passengers" } else { "airline.unit.series" })
    }
}

/// The forecast in the figures.
pub fn shown_forecast(state: &State) -> Option<Forecast> {
    state.picture()?.figures()
}

/// The label `steps` after `label`: a month goes on as months do, anything else counts from there.
fn label_after(label: &str, steps: usize) -> String {
    match month(label) {
        Some((year, month)) => {
            let months = month - 1 + steps;
            format!("{:04}-{:02}", year + months / 12, months % 12 + 1)
        }
        None => format!("+{steps}"),
    }
}

/// Are its values those of months?
pub fn is_monthly(series: &Series) -> bool {
    series.labels.first().is_some_and(|label| month(label).is_some())
}

/// What a baseline is called: by years where values are months, else by what it counts.
pub fn baseline_id(id: &'static str, is_monthly: bool) -> &'static str {
    match (id, is_monthly) {
        (id, true) => id,
        ("last_year", false) => "twelve_before",
        (_, false) => "twelve_before_drift",
    }
}

/// Year and month (1 to 12) of a label such as `1958-07`.
pub fn month(label: &str) -> Option<(usize, usize)> {
    let (year, month) = label.split_once('-')?;
    let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
    let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    Some((year, month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unroll::lessons::airline::LESSON;

    #[test]
    fn months_go_on_past_the_end_of_the_series() {
        assert_eq!(label_after("1960-12", 1), "1961-01");
        assert_eq!(label_after("1960-11", 14), "1962-01");
        assert_eq!(label_after("144", 2), "+2");
        assert_eq!((month("1958-07"), month("1958-13"), month("week 3")), (Some((1958, 7)), None, None));
    }

    #[test]
    fn the_preset_is_prepared_with_both_baselines() {
        let job = Job { lesson: LESSON.id.into(), form: LESSON.preset(), data: None, corpus: None };
        let prepared = Prepared::new(&job).unwrap();
        assert_eq!((prepared.values.len(), prepared.split, prepared.windows), (144, 144, 8));
        assert_eq!(prepared.labels.len(), 156);
        assert_eq!(prepared.labels[155], "1961-12");
        assert_eq!(prepared.baselines.len(), 2);
        assert!(prepared.baselines.iter().all(|(_, first, values)| first + values.len() == 144));
    }

    /// Days are no months: nothing on the page may speak of years then.
    #[test]
    fn of_days_and_hours_nothing_is_said_in_years() {
        for label in ["2024-01-31", "2024-01-31 07:00", "31/01/2024", "7"] {
            let values = passengers().values().to_vec();
            let labels = vec![label.to_owned(); values.len()];
            let data = Some(Data::Series(Series::single(labels, values)));
            let job = Job { lesson: LESSON.id.into(), form: LESSON.preset(), data, corpus: None };
            let prepared = Prepared::new(&job).unwrap();
            assert!(!prepared.is_monthly && !prepared.own, "{label}");
            let ids: Vec<_> = prepared.baselines.iter().map(|(id, ..)| *id).collect();
            assert_eq!(ids, ["twelve_before", "twelve_before_drift"], "{label}");
        }
    }
}
