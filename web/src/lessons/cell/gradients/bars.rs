//! The drawing of one cell: a bar per time step, on the scale that all cells share.

use std::fmt::Write as _;
use std::ops::Range;

use super::norms::{Decades, Mark, power_text};
use crate::i18n::tr;

/// Width of the drawing, in its own unit.
pub const WIDTH: f64 = 360.0;
/// Its height.
pub const HEIGHT: f64 = 220.0;
/// Left of the first step.
const LEFT: f64 = 42.0;
/// Right of the last step.
const RIGHT: f64 = 347.0;
/// The upper end of the scale.
const TOP: f64 = 30.0;
/// The lower end of the scale.
const BASE: f64 = 178.0;
/// So far up goes a bar that has no end.
const BEYOND: f64 = 16.0;
/// Below the scale: what has vanished, of h and of c.
const BELOW: [f64; 2] = [BASE + 4.0, BASE + 8.0];
/// Even two steps make no broader bars.
const BROADEST: f64 = 24.0;
/// Room for the name of the loss, at the right end.
const LOSS_WIDTH: f64 = 44.0;
/// Steps between two numbers below the axis.
const TICKS: [usize; 4] = [5, 10, 20, 30];

/// What one cell's drawing shows.
#[derive(Debug, Clone, Copy)]
pub struct Bars<'n> {
    /// ‖∂L/∂h_t‖ for every step.
    pub hidden: &'n [f64],
    /// ‖∂L/∂c_t‖, where there is a c.
    pub kept: Option<&'n [f64]>,
    /// The scale of all cells.
    pub scale: Decades,
}

impl Bars<'_> {
    /// The inside of the `<svg>`. Its classes are styled by the page.
    pub fn draw(&self) -> String {
        format!("{}{}{}", self.grid(), self.marks(), self.steps())
    }

    /// The scale's lines and their names.
    fn grid(&self) -> String {
        let mut svg = String::new();
        for power in self.scale.labels() {
            let y = BASE - self.scale.height(power) * (BASE - TOP);
            let (x, baseline, text) = (LEFT - 6.0, y + 4.0, power_text(power));
            // Writing to a string can't fail.
            let _ = write!(
                svg,
                "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>\
                 <text class=\"power\" x=\"{x}\" y=\"{baseline:.1}\">{text}</text>"
            );
        }
        svg
    }

    /// Bars, dots, what has vanished and what has overflowed: one path for each kind.
    fn marks(&self) -> String {
        let count = self.hidden.len();
        let width = (pitch(count) * 0.72).min(BROADEST);
        let (mut bars, mut dots) = (String::new(), String::new());
        let mut vanished = [String::new(), String::new()];
        let mut infinite = vec![false; count];
        for (index, norm) in self.hidden.iter().enumerate() {
            let left = center(index, count) - width / 2.0;
            let top = match self.scale.mark(*norm) {
                Mark::Vanished => {
                    let _ = write!(vanished[0], "M{left:.2} {}h{width:.2}", BELOW[0]);
                    continue;
                }
                // What stands on the lower end is seen all the same.
                Mark::At(part) => BASE - (part * (BASE - TOP)).max(1.0),
                Mark::Infinite => {
                    infinite[index] = true;
                    BEYOND
                }
            };
            let _ = write!(bars, "M{left:.2} {BASE}V{top:.2}h{width:.2}V{BASE}z");
        }
        for (index, norm) in self.kept.unwrap_or_default().iter().enumerate().take(count) {
            let x = center(index, count);
            match self.scale.mark(*norm) {
                Mark::Vanished => {
                    let left = x - width / 2.0;
                    let _ = write!(vanished[1], "M{left:.2} {}h{width:.2}", BELOW[1]);
                }
                Mark::At(part) => {
                    let y = BASE - part * (BASE - TOP);
                    let _ = write!(dots, "M{x:.2} {y:.2}h0");
                }
                Mark::Infinite => infinite[index] = true,
            }
        }
        let [lost_hidden, lost_kept] = vanished;
        let dot = (pitch(count) * 0.8).clamp(2.0, 5.0);
        let mut svg = format!(
            "<path class=\"bar\" d=\"{bars}\"/><path class=\"lost\" d=\"{lost_hidden}\"/>\
             <path class=\"halo\" stroke-width=\"{:.1}\" d=\"{dots}\"/>\
             <path class=\"kept\" stroke-width=\"{dot:.1}\" d=\"{dots}\"/>\
             <path class=\"kept-lost\" d=\"{lost_kept}\"/>",
            dot + 1.6
        );
        for run in runs(&infinite) {
            let x = (center(run.start, count) + center(run.end - 1, count)) / 2.0;
            let _ = write!(svg, "<text class=\"infinite\" x=\"{x:.1}\" y=\"{}\">∞</text>", BEYOND - 3.0);
        }
        svg
    }

    /// The axis of time: the loss is at its end.
    fn steps(&self) -> String {
        let count = self.hidden.len();
        let (line, loss) = (BASE + 22.0, tr("gradients.axis.loss"));
        let mut svg = format!("<path class=\"axis\" d=\"M{LEFT} {BASE}H{RIGHT}\"/>");
        for step in step_labels(count) {
            let x = center(step - 1, count);
            let _ = write!(svg, "<text class=\"step\" x=\"{x:.1}\" y=\"{line}\">{step}</text>");
        }
        // The way of the gradient, from the loss at the right to the left.
        let (y, from, head) = (BASE + 33.0, RIGHT - LOSS_WIDTH, LEFT + 5.0);
        let _ = write!(
            svg,
            "<path class=\"way\" d=\"M{from} {y}H{LEFT}M{head} {}L{LEFT} {y}L{head} {}\"/>\
             <text class=\"loss\" x=\"{RIGHT}\" y=\"{}\">{loss}</text>",
            y - 3.0,
            y + 3.0,
            y + 4.0,
        );
        svg
    }
}

/// A line through a step, for the inside of the `<svg>`.
pub fn cursor(index: usize, count: usize) -> String {
    let x = center(index, count);
    format!("<path class=\"cursor\" d=\"M{x:.1} {BEYOND}V{}\"/>", BELOW[1] + 3.0)
}

/// The step, from 0, at a share of the drawing's width.
pub fn index_at(share: f64, count: usize) -> usize {
    let index = ((share * WIDTH - LEFT) / pitch(count)).floor().max(0.0);
    (index as usize).min(count.saturating_sub(1))
}

fn pitch(count: usize) -> f64 {
    (RIGHT - LEFT) / count.max(1) as f64
}

fn center(index: usize, count: usize) -> f64 {
    LEFT + (index as f64 + 0.5) * pitch(count)
}

/// The steps that are numbered: the first, the last, round ones between them that come near neither.
fn step_labels(count: usize) -> Vec<usize> {
    let every = TICKS.into_iter().find(|every| count / every <= 5).unwrap_or(count.max(1));
    let between =
        (1..count).filter(|step| step % every == 0 && *step > every / 2 && count - step >= every.div_ceil(2));
    let mut labels = vec![1];
    labels.extend(between);
    labels.extend((count > 1).then_some(count));
    labels
}

/// Where `flags` are set without a gap.
fn runs(flags: &[bool]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, _) in flags.iter().enumerate().filter(|(_, flag)| **flag) {
        match found.last_mut() {
            Some(run) if run.end == index => run.end += 1,
            _ => found.push(index..index + 1),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars<'n>(hidden: &'n [f64], kept: Option<&'n [f64]>) -> Bars<'n> {
        Bars { hidden, kept, scale: Decades { low: -2, high: 0 } }
    }

    #[test]
    fn each_norm_has_its_mark() {
        let svg = bars(&[1.0, 0.1, 0.0, f64::INFINITY], Some(&[0.1, 1e-20, 1.0, 1.0])).draw();
        // Three bars: one to the top, one half way, one beyond; a tick below the axis for what has vanished.
        for top in ["V30.00h", "V104.00h", "V16.00h"] {
            assert!(svg.contains(top), "{top} in {svg}");
        }
        assert_eq!(svg.matches('z').count(), 3);
        assert_eq!(svg.matches(" 182h").count(), 1);
        assert_eq!(svg.matches(" 186h").count(), 1);
        assert_eq!(svg.matches('∞').count(), 1);
    }

    #[test]
    fn the_step_under_the_pointer_is_the_one_whose_bar_is_there() {
        for count in [2, 30, 120] {
            for index in [0, count / 2, count - 1] {
                assert_eq!(index_at(center(index, count) / WIDTH, count), index);
            }
            assert_eq!((index_at(-1.0, count), index_at(2.0, count)), (0, count - 1));
        }
    }

    #[test]
    fn steps_are_numbered_without_crowding() {
        assert_eq!(step_labels(2), [1, 2]);
        assert_eq!(step_labels(30), [1, 10, 20, 30]);
        assert_eq!(step_labels(29), [1, 5, 10, 15, 20, 25, 29]);
        assert_eq!(step_labels(120), [1, 30, 60, 90, 120]);
        assert_eq!(runs(&[true, true, false, true]), [0..2, 3..4]);
    }
}
