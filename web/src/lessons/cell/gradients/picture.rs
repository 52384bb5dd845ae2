//! Clipping, drawn to scale. The gradient has very many dimensions; two lengths at right angles are all of its norm: that
//! of its part for the recurrent weights, and that of its part for everything else.

use std::fmt::Write as _;

use crate::i18n::tr;

/// Width of the drawing, in its own unit.
pub const WIDTH: f64 = 320.0;
/// Its height.
pub const HEIGHT: f64 = 300.0;
/// Where both parts are 0.
const ORIGIN: (f64, f64) = (48.0, 252.0);
/// Length of each axis.
const SIDE: f64 = 240.0;
/// An arrow that does not fit ends so far inside the frame.
const MARGIN: f64 = 8.0;
/// Length of an arrow's head.
const HEAD: f64 = 11.0;

/// The gradient and what clipping makes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vector {
    /// The norm of the part for the recurrent weights, and of the part for everything else.
    pub parts: [f64; 2],
    /// The norm of both together.
    pub norm: f64,
    /// The norm of the gradient after clipping.
    pub clipped: f64,
    /// The threshold θ.
    pub threshold: f64,
}

impl Vector {
    /// Is it longer than allowed?
    pub fn is_clipped(&self) -> bool {
        self.norm > self.threshold
    }

    /// The largest number on each axis: threshold and arrow are both seen, unless the arrow is far longer.
    pub fn frame(&self) -> f64 {
        (1.3 * self.threshold).max((1.15 * self.norm).min(8.0 * self.threshold))
    }

    /// Does the arrow leave the frame?
    pub fn is_cut(&self) -> bool {
        self.parts.into_iter().any(|part| part > self.frame())
    }

    /// Along the arrow, with length 1; none where there is no arrow.
    fn direction(&self) -> Option<(f64, f64)> {
        let [x, y] = self.parts;
        let length = x.hypot(y);
        (length.is_finite() && length > 0.0).then(|| (x / length, y / length))
    }

    /// The inside of the `<svg>`. Its classes are styled by the page.
    pub fn draw(&self) -> String {
        let scale = SIDE / self.frame();
        let mut svg = self.axes(scale);
        let Some(direction) = self.direction() else { return svg };
        if self.is_cut() {
            svg += &cut_arrow(direction);
        } else {
            svg += &arrow("gradient", direction, self.norm * scale);
        }
        if self.is_clipped() && self.clipped > 0.0 {
            svg += &arrow("clipped", direction, self.clipped * scale);
        }
        svg
    }

    /// The two axes, their names, and the quarter of a circle that θ is the radius of.
    fn axes(&self, scale: f64) -> String {
        let (x, y) = ORIGIN;
        let radius = self.threshold * scale;
        let (right, top) = (x + SIDE, y - SIDE);
        let recurrent = "‖∂L/∂W<tspan class=\"sub\" dy=\"3\">hh</tspan><tspan dy=\"-3\">‖</tspan>";
        let others = tr("gradients.clipping.axis.others");
        let mut svg = format!("<path class=\"axis\" d=\"M{x} {top}V{y}H{right}\"/>");
        // Writing to a string can't fail.
        let _ = write!(
            svg,
            "<path class=\"threshold\" d=\"M{:.1} {y}A{radius:.1} {radius:.1} 0 0 0 {x} {:.1}\"/>\
             <text class=\"theta\" x=\"{:.1}\" y=\"{}\">θ</text>\
             <text class=\"theta\" x=\"{}\" y=\"{:.1}\">θ</text>\
             <text x=\"{}\" y=\"{}\">{recurrent}</text>\
             <text transform=\"translate({} {}) rotate(-90)\">{others}</text>",
            x + radius,
            y - radius,
            x + radius,
            y + 17.0,
            x - 11.0,
            y - radius + 5.0,
            x + SIDE / 2.0,
            y + 38.0,
            x - 30.0,
            y - SIDE / 2.0,
        );
        svg
    }
}

/// The place at a distance from the origin.
fn along(direction: (f64, f64), distance: f64) -> (f64, f64) {
    (ORIGIN.0 + direction.0 * distance, ORIGIN.1 - direction.1 * distance)
}

/// Beside such a place.
fn beside(direction: (f64, f64), distance: f64, aside: f64) -> (f64, f64) {
    let (x, y) = along(direction, distance);
    (x - direction.1 * aside, y - direction.0 * aside)
}

/// An arrow from the origin, of exactly this length.
fn arrow(class: &str, direction: (f64, f64), length: f64) -> String {
    let head = HEAD.min(length * 0.6);
    let (x, y) = ORIGIN;
    let (neck, tip) = (along(direction, length - 0.8 * head), along(direction, length));
    let [left, right] = [0.45, -0.45].map(|aside| beside(direction, length - head, aside * head));
    format!(
        "<g class=\"{class}\"><path class=\"shaft\" d=\"M{x} {y}L{:.1} {:.1}\"/>\
         <path class=\"head\" d=\"M{:.1} {:.1}L{:.1} {:.1} {:.1} {:.1}z\"/></g>",
        neck.0, neck.1, tip.0, tip.1, left.0, left.1, right.0, right.1
    )
}

/// An arrow that goes on outside of the frame: broken by a zigzag, with two open heads at the edge.
fn cut_arrow(direction: (f64, f64)) -> String {
    let length = SIDE / direction.0.max(direction.1) - MARGIN;
    let (x, y) = ORIGIN;
    let places = [(-42.0, 0.0), (-39.0, 6.0), (-33.0, -6.0), (-30.0, 0.0), (0.0, 0.0)];
    let mut path = format!("M{x} {y}");
    for (back, aside) in places {
        let (x, y) = beside(direction, length + back, aside);
        let _ = write!(path, "L{x:.1} {y:.1}");
    }
    for back in [0.0, 8.0] {
        let (tip, left, right) = (
            along(direction, length - back),
            beside(direction, length - back - 8.0, 6.0),
            beside(direction, length - back - 8.0, -6.0),
        );
        let _ = write!(
            path,
            "M{:.1} {:.1}L{:.1} {:.1} {:.1} {:.1}",
            left.0, left.1, tip.0, tip.1, right.0, right.1
        );
    }
    format!("<g class=\"gradient\"><path class=\"shaft\" d=\"{path}\"/></g>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(parts: [f64; 2], threshold: f64) -> Vector {
        let norm = parts[0].hypot(parts[1]);
        Vector { parts, norm, clipped: norm.min(threshold), threshold }
    }

    #[test]
    fn arrows_are_as_long_as_the_norms() {
        let vector = vector([3.0, 4.0], 2.0);
        assert!(vector.is_clipped() && !vector.is_cut());
        assert_eq!(vector.frame(), 5.75);
        let svg = vector.draw();
        let scale = SIDE / 5.75;
        let tip =
            |length: f64| format!("M{:.1} {:.1}L", 48.0 + 0.6 * length * scale, 252.0 - 0.8 * length * scale);
        for length in [5.0, 2.0] {
            assert!(svg.contains(&tip(length)), "{} in {svg}", tip(length));
        }
        assert_eq!(svg.matches("class=\"head\"").count(), 2);
    }

    #[test]
    fn a_short_gradient_is_one_arrow_and_a_long_one_is_cut() {
        let short = vector([0.3, 0.4], 1.0);
        assert_eq!((short.frame(), short.is_clipped()), (1.3, false));
        assert_eq!(short.draw().matches("class=\"head\"").count(), 1);
        let long = vector([300.0, 400.0], 1.0);
        assert_eq!((long.frame(), long.is_cut()), (8.0, true));
        // Only what clipping leaves of it has a head; the cut one ends in open ones.
        assert_eq!(long.draw().matches("class=\"head\"").count(), 1);
        assert!(!vector([0.0, 0.0], 1.0).draw().contains("shaft"));
    }
}
