//! How a series is laid out as a table, and what is said of it in numbers.

use unroll::data::Series;

/// A year's row: its values by month, January first; a month that the series lacks has none.
#[derive(Debug, Clone, PartialEq)]
pub struct YearRow {
    /// The year as the labels write it.
    pub year: String,
    /// Position in the series and value.
    pub months: [Option<(usize, f64)>; 12],
}

/// The series by years and months; `None` unless every label is a month (`1949-01`) and all of them rise.
pub fn by_year(series: &Series) -> Option<Vec<YearRow>> {
    let mut rows: Vec<YearRow> = Vec::new();
    let mut before = None;
    for (index, (label, value)) in series.labels.iter().zip(series.values()).enumerate() {
        let month = month_of(label)?;
        if before.replace(month).is_some_and(|before| before >= month) {
            return None;
        }
        let (year, month) = month;
        let year = format!("{year:04}");
        if rows.last().is_none_or(|row| row.year != year) {
            rows.push(YearRow { year, months: [None; 12] });
        }
        rows.last_mut()?.months[month - 1] = Some((index, *value));
    }
    (!rows.is_empty()).then_some(rows)
}

/// Year and month (1 to 12) of a label such as `1949-01`, `1949/1` or `1949-01-01`.
fn month_of(label: &str) -> Option<(u16, usize)> {
    let mut parts = label.trim().split(['-', '/']);
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month = parts.next()?.parse().ok().filter(|month| (1..=12).contains(month))?;
    let day_fits = parts.next().is_none_or(|day| day.parse().is_ok_and(|day: u8| (1..=31).contains(&day)));
    (day_fits && parts.next().is_none()).then_some((year, month))
}

/// What is said of a series in numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// How many values.
    pub count: usize,
    /// Their sum.
    pub sum: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// The numbers of a series; infinite bounds if it has no values.
pub fn summary(values: &[f64]) -> Summary {
    Summary {
        count: values.len(),
        sum: values.iter().sum(),
        min: values.iter().copied().fold(f64::INFINITY, f64::min),
        max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use unroll::lessons::airline::passengers;

    use super::*;

    #[test]
    fn the_airline_series_is_twelve_whole_years() {
        let rows = by_year(&passengers()).unwrap();
        assert_eq!(rows.len(), 12);
        assert_eq!((rows[0].year.as_str(), rows[0].months[0]), ("1949", Some((0, 112.0))));
        assert_eq!((rows[11].year.as_str(), rows[11].months[11]), ("1960", Some((143, 432.0))));
        assert!(rows.iter().all(|row| row.months.iter().all(Option::is_some)));
    }

    #[test]
    fn the_airline_series_adds_up() {
        let expect = Summary { count: 144, sum: 40_363.0, min: 104.0, max: 622.0 };
        assert_eq!(summary(passengers().values()), expect);
    }

    fn labelled(labels: &[&str]) -> Series {
        let values = (0..labels.len()).map(|index| index as f64).collect();
        Series::single(labels.iter().map(ToString::to_string).collect(), values)
    }

    #[test]
    fn years_may_begin_and_end_in_any_month() {
        let rows = by_year(&labelled(&["2023-11", "2023/12", "2024-01-31", "2024-03"])).unwrap();
        assert_eq!(rows[0].months[9..], [None, Some((0, 0.0)), Some((1, 1.0))]);
        assert_eq!(rows[1].months[..3], [Some((2, 2.0)), None, Some((3, 3.0))]);
    }

    #[test]
    fn anything_else_stays_a_list() {
        for labels in
            [&["1", "2"][..], &["2024-01", "2024-13"], &["2024-02", "2024-02"], &["2024-02", "2024-01"], &[]]
        {
            assert_eq!(by_year(&labelled(labels)), None, "{labels:?}");
        }
    }
}
