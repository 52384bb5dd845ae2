//! The numbers behind a chart, as a table: for those who don't see the picture, and for copying.

use std::fmt::Write;

use unroll::number::Written;

use super::chart::{Chart, Curve};
use super::svg::escape;
use crate::quantity::format_number;

/// At most about so many rows stand in a table; of a longer curve every second, third … value and the last one.
pub const MAX_ROWS: usize = 1000;

/// Head and body of the table, as markup; and of how many positions one stands in it. Cells show rounded numbers
/// and carry the full precision in `data-value`.
pub fn rows(chart: &Chart) -> (String, usize) {
    let curves: Vec<&Curve> = chart.curves.iter().filter(|curve| !curve.silent).collect();
    let ends = curves.iter().map(|curve| curve.first + curve.values.len());
    let end = ends.max().unwrap_or(0).min(chart.x.to + 1);
    let start = curves.iter().map(|curve| curve.first).min().unwrap_or(0).max(chart.x.from);
    let every = end.saturating_sub(start).div_ceil(MAX_ROWS).max(1);

    let mut markup = String::from("<thead><tr><th scope=\"col\">");
    escape(&mut markup, &chart.x.title);
    markup.push_str("</th>");
    for curve in &curves {
        markup.push_str("<th scope=\"col\">");
        escape(&mut markup, &curve.label);
        markup.push_str("</th>");
    }
    markup.push_str("</tr></thead><tbody>");
    for position in (start..end).filter(|position| (position - start) % every == 0 || position + 1 == end) {
        markup.push_str("<tr><th scope=\"row\">");
        escape(&mut markup, &chart.x.name(position));
        markup.push_str("</th>");
        for curve in &curves {
            // Writing to a String can't fail.
            let _ = match curve.at(position) {
                Some(value) => {
                    write!(markup, "<td data-value=\"{}\">{}</td>", Written(value), format_number(value))
                }
                None => write!(markup, "<td></td>"),
            };
        }
        markup.push_str("</tr>");
    }
    markup.push_str("</tbody>");
    (markup, every)
}

/// What the curves say at a position: `1958-07: actual 491, fitted 487.3`.
pub fn readout(chart: &Chart, position: usize) -> String {
    let values: Vec<String> = chart
        .curves
        .iter()
        .filter(|curve| !curve.silent)
        .filter_map(|curve| {
            curve.at(position).map(|value| format!("{} {}", curve.label, format_number(value)))
        })
        .collect();
    format!("{}: {}", chart.x.name(position), values.join(", "))
}
