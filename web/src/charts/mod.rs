//! Line charts: pure data ([`Chart`]) and a size become a [`Scene`] of paths and texts ([`layout`]), which one painter
//! writes as SVG ([`to_svg_string`]), on the page and for export alike.
//!
//! SVG, because it is sharp at any density, takes its colours from the page's custom properties, and is its own
//! export format. A curve of any length is first thinned to the extremes of each pixel column ([`decimate`]), so
//! that a repaint costs what the width of the chart costs. Scales and ticks are a page of code here: in the chart
//! libraries at hand they come with a drawing surface (plotters) or with one node per point (leptos-chartistry).

mod axis;
mod chart;
mod decimate;
mod layout;
mod scene;
mod svg;
mod table;
mod view;

pub use chart::{Chart, Curve, Ink, Marker, Region, XAxis, YAxis};
pub use decimate::smooth;
pub use layout::layout;
pub use svg::{swatch, to_svg_string};
pub use view::{LineChart, page_color};
