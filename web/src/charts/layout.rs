//! From a chart and a size to a scene: margins, scales, ticks, regions, thinned curves.

use super::axis::{Scale, linear_ticks, log_ticks, round_domain};
use super::chart::{Chart, Curve, Ink, YAxis};
use super::decimate::extremes;
use super::scene::{Anchor, Scene, Shape};
use crate::quantity::format_number;

/// Font size of ticks and labels in pixels; the painter writes it into the picture.
pub const SMALL: f64 = 12.0;
/// Font size of the title in pixels.
pub const LARGE: f64 = 15.0;
/// Height of a row of text.
const ROW: f64 = 17.0;
/// Length of a curve's sample in a legend.
pub const SAMPLE: f64 = 26.0;

/// Lays a chart out. With `captioned`, title and legend are part of the picture, for export; on the page they stand
/// in the text around it.
pub fn layout(chart: &Chart, width: f64, height: f64, captioned: bool) -> Scene {
    let mut shapes = Vec::new();
    let mut top = 4.0;
    if captioned {
        top = caption(chart, width, &mut shapes);
    }
    shapes.push(text((4.0, top + 12.0), Anchor::Start, &chart.y.title));
    top += ROW + 4.0;

    let (low, high) = y_domain(chart);
    let y_count = ((height - top) / 48.0).max(2.0) as usize;
    let y_domain = if chart.y.log { log_domain(low, high) } else { round_domain(low, high, y_count) };
    let y_ticks = if chart.y.log { log_ticks(y_domain, y_count) } else { linear_ticks(y_domain, y_count) };
    let labels: Vec<String> = y_ticks.iter().map(|tick| format_number(*tick)).collect();
    let left = labels.iter().map(|label| text_width(label)).fold(0.0, f64::max) + 10.0;
    let right = (width - 12.0).max(left + 1.0);

    let domain = (chart.x.from as f64 - 0.5, chart.x.to.max(chart.x.from) as f64 + 0.5);
    let x = Scale { domain, range: (left, right), log: false };

    let (region_labels, rows) = region_labels(chart, &x, width);
    let plot_top = top + rows as f64 * ROW;
    let bottom = (height - 2.0 * ROW - 4.0).max(plot_top + 1.0);
    let y = Scale { domain: y_domain, range: (bottom, plot_top), log: chart.y.log };

    for region in &chart.regions {
        let (from, to) = (x.pixel(region.from).max(left), x.pixel(region.to).min(right));
        if to > from {
            let (height, token) = (bottom - plot_top, region.token);
            shapes.push(Shape::Band { x: from, y: plot_top, width: to - from, height, token });
            if !region.label.is_empty() {
                let ends = ((from, plot_top - ROW + 4.0), (from, bottom));
                shapes.push(Shape::Rule { from: ends.0, to: ends.1, token, dashed: true });
            }
        }
    }
    for (tick, label) in y_ticks.iter().zip(&labels) {
        let pixel = y.pixel(*tick).round() + 0.5;
        let (from, to) = ((left, pixel), (right, pixel));
        shapes.push(Shape::Rule { from, to, token: "grid", dashed: false });
        shapes.push(text((left - 6.0, pixel + 4.0), Anchor::End, label));
    }
    x_axis(chart, &x, bottom, &mut shapes);
    shapes.push(text((right, bottom + 2.0 * ROW), Anchor::End, &chart.x.title));
    shapes.extend(region_labels.into_iter().map(|(row, right, label)| {
        let at = (right, plot_top - 5.0 - row as f64 * ROW);
        Shape::Text { at, anchor: Anchor::End, text: label, strong: false }
    }));
    for curve in &chart.curves {
        draw(curve, &x, &y, &mut shapes);
    }
    for marker in &chart.markers {
        let pixel = x.pixel(marker.at);
        if (left..=right).contains(&pixel) {
            let pixel = pixel.round() + 0.5;
            let ends = ((pixel, plot_top), (pixel, bottom));
            shapes.push(Shape::Rule { from: ends.0, to: ends.1, token: "ink-soft", dashed: true });
            let fits = pixel + 5.0 + text_width(&marker.label) < right;
            let (dx, anchor) = if fits { (5.0, Anchor::Start) } else { (-5.0, Anchor::End) };
            shapes.push(text((pixel + dx, plot_top + 12.0), anchor, &marker.label));
        }
    }
    Scene { width, height, x, y, shapes }
}

fn text(at: (f64, f64), anchor: Anchor, text: &str) -> Shape {
    Shape::Text { at, anchor, text: text.into(), strong: false }
}

/// How wide small text will be, near enough to keep labels apart: Han characters fill a square, Latin ones about
/// half of it.
fn text_width(text: &str) -> f64 {
    text.chars().map(|letter| if letter < '\u{2E80}' { 0.56 } else { 1.0 }).sum::<f64>() * SMALL
}

/// Title and legend; returns where the rest begins.
fn caption(chart: &Chart, width: f64, shapes: &mut Vec<Shape>) -> f64 {
    let at = (12.0, 22.0);
    shapes.push(Shape::Text { at, anchor: Anchor::Start, text: chart.title.clone(), strong: true });
    let (mut left, mut baseline) = (12.0, 22.0 + 1.4 * ROW);
    for curve in chart.curves.iter().filter(|curve| !curve.faint) {
        let needed = SAMPLE + 6.0 + text_width(&curve.label) + 16.0;
        if left + needed > width && left > 12.0 {
            (left, baseline) = (12.0, baseline + ROW);
        }
        shapes.push(Shape::Sample { from: (left, baseline - 4.0), length: SAMPLE, ink: curve.ink });
        shapes.push(text((left + SAMPLE + 6.0, baseline), Anchor::Start, &curve.label));
        left += needed;
    }
    baseline + 0.8 * ROW
}

/// The least and the greatest value that the vertical axis must hold.
fn y_domain(chart: &Chart) -> (f64, f64) {
    let YAxis { log, from_zero, bounds, .. } = chart.y;
    let fits = |value: &f64| value.is_finite() && (!log || *value > 0.0);
    let (low, high) = chart
        .curves
        .iter()
        .flat_map(|curve| {
            let end = (chart.x.to + 1).saturating_sub(curve.first).min(curve.values.len());
            let start = chart.x.from.saturating_sub(curve.first).min(end);
            &curve.values[start..end]
        })
        .copied()
        .filter(fits)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return if log { (0.1, 1.0) } else { (0.0, 1.0) };
    }
    let low = if from_zero && !log { low.min(0.0) } else { low };
    (low.max(bounds.0).min(bounds.1), high.min(bounds.1).max(bounds.0))
}

/// The interval from 1, 2 or 5 times a power of ten to another that holds `low..=high`.
fn log_domain(low: f64, high: f64) -> (f64, f64) {
    let round = |value: f64, up: bool| {
        let power = 10f64.powf(value.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        if up {
            steps.into_iter().find(|step| *step >= value * 0.999_999).unwrap_or(value)
        } else {
            steps.into_iter().rev().find(|step| *step <= value * 1.000_001).unwrap_or(value)
        }
    };
    let (low, high) = (round(low, false), round(high, true));
    if high > low * 1.5 { (low, high) } else { (low / 2.0, high * 2.0) }
}

fn x_axis(chart: &Chart, x: &Scale, bottom: f64, shapes: &mut Vec<Shape>) {
    let (left, right) = x.range;
    let numbers = || {
        let count = ((right - left) / 90.0).max(1.0) as usize;
        let domain = (chart.x.from as f64, chart.x.to.max(chart.x.from) as f64);
        let whole = |tick: &f64| tick.fract().abs() < 1e-9;
        let name = |tick: f64| (tick, format_number(tick));
        linear_ticks(domain, count).into_iter().filter(whole).map(name).collect::<Vec<_>>()
    };
    let ticks: Vec<(f64, String)> = if chart.x.ticks.is_empty() {
        numbers()
    } else {
        chart.x.ticks.iter().map(|(at, label)| (*at as f64, label.clone())).collect()
    };
    let widest = ticks.iter().map(|(_, label)| text_width(label)).fold(0.0, f64::max) + 14.0;
    let room = ((right - left) / widest).max(1.0) as usize;
    let every = ticks.len().div_ceil(room).max(1);
    for (index, (at, label)) in ticks.iter().enumerate() {
        let pixel = x.pixel(*at).round() + 0.5;
        let labelled = index % every == 0;
        let length = if labelled { 5.0 } else { 3.0 };
        let (from, to) = ((pixel, bottom), (pixel, bottom + length));
        shapes.push(Shape::Rule { from, to, token: "ink-soft", dashed: false });
        let half = text_width(label) / 2.0;
        if labelled && pixel + half <= right + 12.0 {
            let at = (pixel.max(half), bottom + ROW + 1.0);
            shapes.push(text(at, Anchor::Middle, label));
        }
    }
    let baseline = bottom.round() + 0.5;
    shapes.push(Shape::Rule {
        from: (left, baseline),
        to: (right, baseline),
        token: "ink-soft",
        dashed: false,
    });
}

/// Row, right end and text of the labels of regions, in as few rows as keep them apart; and the number of rows.
fn region_labels(chart: &Chart, x: &Scale, width: f64) -> (Vec<(usize, f64, String)>, usize) {
    let mut taken: Vec<f64> = Vec::new();
    let mut labels = Vec::new();
    for region in chart.regions.iter().rev().filter(|region| !region.label.is_empty()) {
        let middle = x.pixel((region.from + region.to) / 2.0);
        let needed = text_width(&region.label);
        let right = (middle + needed / 2.0).max(needed + 2.0).min(width - 4.0);
        let left = right - needed - 8.0;
        let row = taken.iter().position(|edge| right <= *edge).unwrap_or(taken.len());
        if row == taken.len() {
            taken.push(left);
        } else {
            taken[row] = left;
        }
        labels.push((row, right, region.label.clone()));
    }
    (labels, taken.len())
}

/// Thins a curve to the pixels of the plot and cuts it at its gaps.
fn draw(curve: &Curve, x: &Scale, y: &Scale, shapes: &mut Vec<Shape>) {
    let (left, right) = x.range;
    let (first, last) = (x.domain.0.ceil().max(0.0) as usize, x.domain.1.floor().max(0.0) as usize);
    let end = (last + 1).saturating_sub(curve.first).min(curve.values.len());
    let start = first.saturating_sub(curve.first).min(end);
    let values = &curve.values[start..end];
    let position = |index: usize| (curve.first + start + index) as f64;
    let columns = (right - left).max(1.0) as usize;
    let kept = if values.len() > 4 * columns {
        extremes(values, |index| (x.pixel(position(index)) - left).max(0.0) as usize)
    } else {
        (0..values.len()).collect()
    };
    let mut pieces = vec![Vec::new()];
    for index in kept {
        let pixel = y.pixel(values[index]);
        if pixel.is_finite() {
            let point = (x.pixel(position(index)), pixel.max(y.range.1).min(y.range.0));
            if let Some(piece) = pieces.last_mut() {
                piece.push(point);
            }
        } else if pieces.last().is_some_and(|piece| !piece.is_empty()) {
            pieces.push(Vec::new());
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    let points: Vec<(f64, f64)> = pieces.concat();
    let roomy =
        points.len() as f64 * 4.5 < (right - left) * values.len() as f64 / (x.domain.1 - x.domain.0).max(1.0);
    let lonely = pieces.iter().any(|piece| piece.len() == 1);
    shapes.push(Shape::Line { pieces, ink: curve.ink, faint: curve.faint });
    if (curve.dots && roomy) || lonely {
        shapes.push(Shape::Dots { points, ink: curve.ink });
    }
}

/// The curves that have an entry in the legend.
pub fn legend(chart: &Chart) -> Vec<(String, Ink)> {
    let shown = chart.curves.iter().filter(|curve| !curve.faint);
    shown.map(|curve| (curve.label.clone(), curve.ink)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::chart::XAxis;

    fn long(log: bool) -> Chart {
        let values: Vec<f64> = (0..100_000).map(|index| 1.0 / (1.0 + f64::from(index))).collect();
        let names = Vec::new().into();
        Chart {
            title: "Loss".into(),
            x: XAxis { title: "step".into(), from: 1, to: 100_000, ticks: Vec::new(), names },
            y: YAxis { title: "<L>".into(), log, from_zero: true, bounds: (f64::MIN, f64::MAX) },
            curves: vec![Curve::new("loss", Ink::Fitted, 1, values)],
            regions: Vec::new(),
            markers: Vec::new(),
        }
    }

    #[test]
    fn a_curve_of_a_hundred_thousand_points_stays_inside_and_short() {
        for log in [false, true] {
            let scene = layout(&long(log), 640.0, 300.0, false);
            let lines: Vec<_> = scene
                .shapes
                .iter()
                .filter_map(|shape| if let Shape::Line { pieces, .. } = shape { Some(pieces) } else { None })
                .collect();
            let points = lines[0].concat();
            assert!(points.len() <= 4 * 640, "{}", points.len());
            let inside = |(x, y): &(f64, f64)| (0.0..=640.0).contains(x) && (0.0..=300.0).contains(y);
            assert!(points.iter().all(inside));
        }
    }

    #[test]
    fn an_exported_picture_bears_its_title_and_escapes_its_texts() {
        let svg =
            crate::charts::svg::to_svg_string(&layout(&long(true), 640.0, 300.0, true), &|_| "red".into());
        assert!(svg.contains(">Loss</text>") && svg.contains("&lt;L&gt;") && !svg.contains("var(--"));
        assert!(svg.contains(">10⁻⁵</text>"), "{svg:.600}");
    }
}
