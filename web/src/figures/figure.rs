//! How a lesson's own figures are written.

use unroll::lesson::Metric;

use crate::quantity::{format_number, percent};

/// `value` as a reader wants it; the full precision stands in `data-value`.
pub fn figure_text(metric: &Metric, value: f64) -> String {
    if metric.percent { percent(value) } else { format_number(value) }
}
