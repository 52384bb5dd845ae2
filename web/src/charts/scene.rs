//! What is to be drawn, in pixels: the outcome of the layout, the input of the painter.

use super::axis::Scale;
use super::chart::Ink;

/// A laid-out chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
    /// From positions to pixels.
    pub x: Scale,
    /// From values to pixels.
    pub y: Scale,
    /// What is drawn, the undermost first.
    pub shapes: Vec<Shape>,
}

/// One thing to draw. Colours are custom properties of the page, without the leading dashes.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A shaded rectangle.
    Band {
        /// Left edge.
        x: f64,
        /// Upper edge.
        y: f64,
        /// Width.
        width: f64,
        /// Height.
        height: f64,
        /// Colour.
        token: &'static str,
    },
    /// A thin straight line.
    Rule {
        /// Where it starts.
        from: (f64, f64),
        /// Where it ends.
        to: (f64, f64),
        /// Colour.
        token: &'static str,
        /// Dashed instead of solid.
        dashed: bool,
    },
    /// A curve, in pieces between its gaps.
    Line {
        /// Points of each piece.
        pieces: Vec<Vec<(f64, f64)>>,
        /// Colour, dash, width.
        ink: Ink,
        /// Thin and pale.
        faint: bool,
    },
    /// A dot on each point.
    Dots {
        /// The centres.
        points: Vec<(f64, f64)>,
        /// Colour.
        ink: Ink,
    },
    /// A line of text.
    Text {
        /// Where its anchor lies.
        at: (f64, f64),
        /// Which part of it lies there.
        anchor: Anchor,
        /// The words.
        text: String,
        /// Larger and in full ink instead of small and soft.
        strong: bool,
    },
    /// A short piece of a curve's line, for a legend.
    Sample {
        /// Left end.
        from: (f64, f64),
        /// Length.
        length: f64,
        /// Colour, dash, width.
        ink: Ink,
    },
}

/// The part of a text that lies on its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}
