//! Series of numbers.

use serde::{Deserialize, Serialize};

use crate::Error;

/// Numbers in the order of time, oldest first: a label for each moment, and one or several columns of values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Series {
    /// One label per row, as the source has it; the position counted from 1 where the source has none.
    pub labels: Vec<String>,
    /// At least one.
    pub columns: Vec<Column>,
}

/// One quantity of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// As the source's header has it; where it has none, as [`unnamed`] says.
    pub name: String,
    /// One value per label, all finite.
    pub values: Vec<f64>,
}

impl Series {
    /// A series of one column without a name.
    pub fn single(labels: Vec<String>, values: Vec<f64>) -> Self {
        Series { labels, columns: vec![Column { name: unnamed(1, 1), values }] }
    }

    /// How many moments it has.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Is there no moment?
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The values of the first column, `[len]`.
    pub fn values(&self) -> &[f64] {
        self.columns.first().map_or(&[], |column| &column.values)
    }

    /// The values of the only column, `[len]`.
    ///
    /// # Errors
    /// [`Error::ColumnCount`] where there are several.
    pub fn only_values(&self) -> Result<&[f64], Error> {
        match &self.columns[..] {
            [column] => Ok(&column.values),
            columns => Err(Error::ColumnCount { found: columns.len() }),
        }
    }
}

/// What a column is called that has no name: its place, counted from 1, where there are several.
pub(super) fn unnamed(place: usize, count: usize) -> String {
    if count == 1 { "value".to_owned() } else { format!("value {place}") }
}

/// A series as browsers keep it: those of earlier versions have `values`, the one column that there was.
#[derive(Serialize, Deserialize)]
struct Kept {
    labels: Vec<String>,
    #[serde(default)]
    values: Vec<f64>,
    #[serde(default)]
    columns: Vec<Column>,
}

impl From<Kept> for Series {
    fn from(Kept { labels, values, columns }: Kept) -> Self {
        if columns.is_empty() { Series::single(labels, values) } else { Series { labels, columns } }
    }
}

impl From<Series> for Kept {
    fn from(Series { labels, columns }: Series) -> Self {
        Kept { labels, values: Vec::new(), columns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_that_was_kept_before_there_were_columns_is_read() {
        let series: Series = serde_json::from_str(r#"{"labels":["a","b"],"values":[1,2.5]}"#).unwrap();
        assert_eq!(series, Series::single(vec!["a".into(), "b".into()], vec![1.0, 2.5]));
        assert_eq!(series.only_values(), Ok(&[1.0, 2.5][..]));
        let again = serde_json::from_str(&serde_json::to_string(&series).unwrap()).ok();
        assert_eq!(again, Some(series));
    }

    #[test]
    fn several_columns_are_not_taken_for_one() {
        let column = |name: &str| Column { name: name.into(), values: vec![1.0] };
        let series = Series { labels: vec!["a".into()], columns: vec![column("x"), column("y")] };
        assert_eq!((series.len(), series.values()), (1, &[1.0][..]));
        assert_eq!(series.only_values(), Err(Error::ColumnCount { found: 2 }));
    }
}
