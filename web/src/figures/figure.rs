//! How figures are written.

use unroll::lesson::Metric;
use unroll::number::{Written, exponential};

/// How a figure is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// In the data's unit.
    Number,
    /// In percent.
    Percent,
    /// A loss in scaled units, over many decades.
    Loss,
}

impl Figure {
    /// How one of a lesson's own figures is written.
    pub fn of(metric: Metric) -> Self {
        if metric.percent { Figure::Percent } else { Figure::Number }
    }

    /// `value` as a reader wants it; the full precision stands in `data-value`.
    pub fn text(self, value: f64) -> String {
        match self {
            Figure::Number if value.abs() < 0.1 => Figure::Loss.text(value),
            Figure::Number => format!("{:.2}", Written(value)),
            Figure::Percent => format!("{:.2} %", Written(value)),
            Figure::Loss if !value.is_finite() => "∞".into(),
            Figure::Loss if (0.001..1e4).contains(&value) => format!("{:.4}", Written(value)),
            Figure::Loss => exponential(value, 2),
        }
    }
}
