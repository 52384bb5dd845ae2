//! What a chart shows, before anybody knows its size: curves over whole numbers (months, steps), regions, markers.

use std::sync::Arc;

/// A line chart. All texts are in the reader's language already.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Stands over an exported picture.
    pub title: String,
    /// The horizontal axis.
    pub x: XAxis,
    /// The vertical axis.
    pub y: YAxis,
    /// The curves, the undermost first.
    pub curves: Vec<Curve>,
    /// Shaded stretches of the horizontal axis.
    pub regions: Vec<Region>,
    /// Vertical lines with a name.
    pub markers: Vec<Marker>,
}

/// The horizontal axis: whole positions, each with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct XAxis {
    /// What the positions are, with their unit.
    pub title: String,
    /// The first position shown.
    pub from: usize,
    /// The last position shown, not before `from`.
    pub to: usize,
    /// Positions that may carry a tick, with its text; where there are none, round numbers do.
    pub ticks: Vec<(usize, String)>,
    /// The names of the positions from `from` on; where there are none, a position's number is its name.
    pub names: Arc<[String]>,
}

impl XAxis {
    /// The name of a position in readouts and tables.
    pub fn name(&self, position: usize) -> String {
        position
            .checked_sub(self.from)
            .and_then(|index| self.names.get(index))
            .cloned()
            .unwrap_or_else(|| position.to_string())
    }
}

/// The vertical axis.
#[derive(Debug, Clone, PartialEq)]
pub struct YAxis {
    /// What the values are, with their unit.
    pub title: String,
    /// Logarithmic instead of linear; values that are not positive have no place there.
    pub log: bool,
    /// Must the linear axis begin at zero?
    pub from_zero: bool,
    /// The axis never reaches beyond these values; a curve that does runs along the edge.
    pub bounds: (f64, f64),
}

/// A curve: one value per position from `first` on. A value that is not finite leaves a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Its name in legend, readout and table.
    pub label: String,
    /// Its colour and dash.
    pub ink: Ink,
    /// The position of the first value.
    pub first: usize,
    /// The values, in the unit of the vertical axis.
    pub values: Arc<[f64]>,
    /// A dot on every value, where there is room.
    pub dots: bool,
    /// Drawn faintly, behind its own smoothed version, which has the entry in the legend.
    pub faint: bool,
    /// Left out of readout and table: the same values stand there under another curve.
    pub silent: bool,
}

impl Curve {
    /// A plain curve.
    pub fn new(label: impl Into<String>, ink: Ink, first: usize, values: impl Into<Arc<[f64]>>) -> Self {
        Curve {
            label: label.into(),
            ink,
            first,
            values: values.into(),
            dots: false,
            faint: false,
            silent: false,
        }
    }

    /// The value at a position, if the curve has a finite one there.
    pub fn at(&self, position: usize) -> Option<f64> {
        position
            .checked_sub(self.first)
            .and_then(|index| self.values.get(index))
            .copied()
            .filter(|value| value.is_finite())
    }
}

/// What a line means; colour and dash follow, so that no two kinds differ in colour only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// What was measured.
    Actual,
    /// One-step predictions for what was trained on.
    Fitted,
    /// Predictions for what was held out.
    Holdout,
    /// Predictions beyond the end.
    Forecast,
    /// A naive forecast, counted from 0.
    Baseline(usize),
    /// Another run laid over the current one, counted from 0.
    Overlay(usize),
}

impl Ink {
    /// The custom property that holds its colour, without the leading dashes.
    pub fn token(self) -> &'static str {
        const OVERLAYS: [&str; 5] = ["overlay-1", "overlay-2", "overlay-3", "overlay-4", "overlay-5"];
        match self {
            Ink::Actual => "actual",
            Ink::Fitted => "fitted",
            Ink::Holdout => "holdout",
            Ink::Forecast => "forecast",
            Ink::Baseline(_) => "baseline",
            Ink::Overlay(index) => OVERLAYS[index % OVERLAYS.len()],
        }
    }

    /// Its dash pattern in pixels; empty for a solid line.
    pub fn dash(self) -> &'static str {
        const OVERLAYS: [&str; 5] = ["8 3", "2 3", "10 3 2 3", "5 2", "10 3 2 3 2 3"];
        match self {
            Ink::Actual | Ink::Fitted => "",
            Ink::Holdout => "6 3",
            Ink::Forecast => "2.5 2.5",
            Ink::Baseline(index) if index % 2 == 0 => "1 3",
            Ink::Baseline(_) => "7 3 1 3",
            Ink::Overlay(index) => OVERLAYS[index % OVERLAYS.len()],
        }
    }

    /// Its width in pixels.
    pub fn width(self) -> f64 {
        match self {
            Ink::Actual => 1.5,
            Ink::Fitted | Ink::Holdout | Ink::Forecast => 2.0,
            Ink::Baseline(_) | Ink::Overlay(_) => 1.6,
        }
    }
}

/// A shaded stretch of the horizontal axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Where it begins; halves lie between two positions.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Stands at its top.
    pub label: String,
    /// The custom property of its colour: that of an [`Ink`], or `line` for a quiet band.
    pub token: &'static str,
}

/// A vertical line.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    /// Where.
    pub at: f64,
    /// Stands beside its top.
    pub label: String,
}
