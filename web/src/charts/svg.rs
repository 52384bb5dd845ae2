//! The painter: a scene as SVG text.

use std::fmt::Write;

use unroll::number::Written;

use super::chart::Ink;
use super::layout::{LARGE, SAMPLE, SMALL};
use super::scene::{Anchor, Scene, Shape};

/// The font of axes and legends, on the page and in exported pictures.
const FONT: &str = "system-ui,'Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif";

/// A whole SVG document on the colour of the page's surface. `color` gives the CSS colour of a custom property
/// named without its dashes; a file needs plain colours, since the page's properties don't reach into it.
pub fn to_svg_string(scene: &Scene, color: &dyn Fn(&str) -> String) -> String {
    let (width, height) = (Written(scene.width), Written(scene.height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FONT}\">\
         <rect width=\"100%\" height=\"100%\" style=\"fill:{}\"/>{}</svg>",
        color("surface"),
        paint(&scene.shapes, color),
    )
}

/// The custom property itself, for pictures inside the page: they follow its colours without being painted anew.
pub fn property(token: &str) -> String {
    format!("var(--{token})")
}

/// The inner part of an `<svg>`.
pub fn paint(shapes: &[Shape], color: &dyn Fn(&str) -> String) -> String {
    let mut svg = String::with_capacity(16_384);
    for shape in shapes {
        // Writing to a String can't fail.
        let _ = paint_shape(&mut svg, shape, color);
    }
    svg
}

/// The sample of a curve's line in a legend on the page: a small `<svg>` for decoration.
pub fn swatch(ink: Ink) -> String {
    let sample = Shape::Sample { from: (0.0, 6.0), length: SAMPLE, ink };
    let inner = paint(&[sample], &property);
    let width = Written(SAMPLE);
    format!(
        "<svg width=\"{width}\" height=\"12\" viewBox=\"0 0 {width} 12\" aria-hidden=\"true\">{inner}</svg>"
    )
}

fn paint_shape(svg: &mut String, shape: &Shape, color: &dyn Fn(&str) -> String) -> std::fmt::Result {
    match shape {
        Shape::Band { x, y, width, height, token } => write!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
             style=\"fill:{};fill-opacity:.12\"/>",
            Written(*x),
            Written(*y),
            Written(*width),
            Written(*height),
            color(token)
        ),
        Shape::Rule { from, to, token, dashed } => {
            let dash = if *dashed { ";stroke-dasharray:3 3" } else { "" };
            write!(
                svg,
                "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" style=\"stroke:{};stroke-width:1{dash}\"/>",
                Written(from.0),
                Written(from.1),
                Written(to.0),
                Written(to.1),
                color(token)
            )
        }
        Shape::Line { pieces, ink, faint } => {
            svg.push_str("<path d=\"");
            for piece in pieces {
                for (index, (x, y)) in piece.iter().enumerate() {
                    let command = if index == 0 { 'M' } else { ' ' };
                    write!(svg, "{command}{:.1} {:.1}", Written(*x), Written(*y))?;
                }
            }
            let (width, opacity) = if *faint { (1.0, ";stroke-opacity:.35") } else { (ink.width(), "") };
            write!(svg, "\" style=\"{}{opacity}\"/>", stroke(*ink, width, *faint, color))
        }
        Shape::Dots { points, ink } => {
            // One path of round caps, instead of an element for each dot.
            svg.push_str("<path d=\"");
            for (x, y) in points {
                write!(svg, "M{:.1} {:.1}h0", Written(*x), Written(*y))?;
            }
            let color = color(ink.token());
            write!(svg, "\" style=\"fill:none;stroke:{color};stroke-width:4;stroke-linecap:round\"/>")
        }
        Shape::Text { at, anchor, text, strong } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let (size, token, weight) = if *strong { (LARGE, "ink", 600) } else { (SMALL, "ink-soft", 400) };
            write!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" font-size=\"{}\" \
                 font-weight=\"{weight}\" style=\"fill:{}\">",
                Written(at.0),
                Written(at.1),
                Written(size),
                color(token)
            )?;
            escape(svg, text);
            svg.write_str("</text>")
        }
        Shape::Sample { from: (x, y), length, ink } => {
            let style = stroke(*ink, ink.width(), false, color);
            let [x, y, length] = [*x, *y, *length].map(Written);
            write!(svg, "<path d=\"M{x:.1} {y:.1}h{length}\" style=\"{style}\"/>")
        }
    }
}

fn stroke(ink: Ink, width: f64, solid: bool, color: &dyn Fn(&str) -> String) -> String {
    let dash = if solid || ink.dash().is_empty() {
        String::new()
    } else {
        format!(";stroke-dasharray:{}", ink.dash())
    };
    let color = color(ink.token());
    format!("fill:none;stroke:{color};stroke-width:{};stroke-linejoin:round{dash}", Written(width))
}

/// Appends `text` as the content of an element or an attribute.
pub fn escape(markup: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            _ => markup.push(letter),
        }
    }
}
