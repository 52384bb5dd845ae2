//! What is said of norms, and where they stand on the scale that all cells share. Pure, and tested on the host.

use crate::quantity::superscript;

/// Below this a gradient counts as vanished: the scale goes no further down.
pub const LEAST_DECADE: i32 = -12;
/// A first step that gets so much of the last one's gradient, or less, gets nothing.
const VANISHED: f64 = 1e-3;
/// One that gets so much more of it is thrown about by it.
const EXPLODED: f64 = 1e3;
/// A scale of fewer decades would make level bars look rough.
const FEWEST_DECADES: i32 = 3;
/// Decades that are named beside the scale, at most.
const MOST_LABELS: i32 = 6;

/// What becomes of a gradient on its way from the last step to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Less than a thousandth arrives.
    Vanishes,
    /// Its size stays what it was, to a factor of a thousand.
    Stays,
    /// More than a thousand times as much arrives, or single precision overflows on the way.
    Explodes,
}

impl Verdict {
    /// Of the norms of all steps, the first step first.
    pub fn of(norms: &[f64]) -> Self {
        let ratio = ratio(norms);
        if ratio > EXPLODED || norms.iter().any(|norm| norm.is_infinite()) {
            Verdict::Explodes
        } else if ratio < VANISHED {
            Verdict::Vanishes
        } else {
            Verdict::Stays
        }
    }

    /// As attributes and catalogues write it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Vanishes => "vanishes",
            Verdict::Stays => "stays",
            Verdict::Explodes => "explodes",
        }
    }
}

/// The first step's norm, with the last one's as 1. No number where both have overflowed.
pub fn ratio(norms: &[f64]) -> f64 {
    match norms {
        [first, .., last] => first / last,
        _ => 1.0,
    }
}

/// Where a norm stands on the scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mark {
    /// Below the scale.
    Vanished,
    /// At this part of the scale's height, 0 to 1.
    At(f64),
    /// Above every scale.
    Infinite,
}

/// A logarithmic scale from one power of ten to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decades {
    /// The power at its lower end.
    pub low: i32,
    /// The power at its upper end.
    pub high: i32,
}

impl Decades {
    /// The scale on which all of these norms can be read that have neither vanished nor overflowed.
    pub fn around(norms: impl Iterator<Item = f64>) -> Self {
        let shown = norms.filter(|norm| norm.is_finite() && *norm >= 10f64.powi(LEAST_DECADE));
        let (low, high) = shown
            .map(f64::log10)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), power| (low.min(power), high.max(power)));
        if low > high {
            return Decades { low: LEAST_DECADE, high: 0 };
        }
        // A norm that is a power of ten stands on its line, whatever the logarithm's last bit says.
        let high = (high - 1e-9).ceil() as i32;
        let low = ((low + 1e-9).floor() as i32).min(high - FEWEST_DECADES).max(LEAST_DECADE);
        Decades { low, high: high.max(low + FEWEST_DECADES) }
    }

    /// Where a norm stands on it.
    pub fn mark(self, norm: f64) -> Mark {
        if !norm.is_finite() {
            Mark::Infinite
        } else if norm < 10f64.powi(LEAST_DECADE) {
            Mark::Vanished
        } else {
            let part = (norm.log10() - f64::from(self.low)) / f64::from(self.high - self.low);
            Mark::At(part.clamp(0.0, 1.0))
        }
    }

    /// How far up a power of ten stands, 0 to 1.
    pub fn height(self, power: i32) -> f64 {
        f64::from(power - self.low) / f64::from(self.high - self.low)
    }

    /// The powers of ten that are named beside it, evenly spaced, 1 among them where it is on the scale.
    pub fn labels(self) -> Vec<i32> {
        let span = self.high - self.low;
        let steps = [1, 2, 3, 5, 10, 20];
        let step = steps.into_iter().find(|step| span / step < MOST_LABELS).unwrap_or(span.max(1));
        (self.low..=self.high).filter(|power| power.rem_euclid(step) == 0).collect()
    }
}

/// A power of ten as it stands on an axis: 10⁻³, and 1 for 10⁰.
pub fn power_text(power: i32) -> String {
    if power == 0 { "1".into() } else { format!("10{}", superscript(power)) }
}

/// A number with six significant digits and a power of ten.
pub fn scientific(value: f64) -> String {
    if !value.is_finite() {
        return "∞".into();
    }
    let text = format!("{value:.5e}");
    match text.split_once('e') {
        Some((_, "0")) | None => text.trim_end_matches("e0").into(),
        Some((digits, power)) => format!("{digits}×10{}", power.parse().map(superscript).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_compares_the_first_step_with_the_last() {
        for (norms, verdict) in [
            (&[1e-9, 0.1, 1.0][..], Verdict::Vanishes),
            (&[0.0, 1.0], Verdict::Vanishes),
            (&[0.9e-3, 1.0], Verdict::Vanishes),
            (&[1.1e-3, 1.0], Verdict::Stays),
            (&[900.0, 1.0], Verdict::Stays),
            (&[1100.0, 1.0], Verdict::Explodes),
            (&[f64::INFINITY, 1.0], Verdict::Explodes),
            (&[f64::INFINITY, f64::INFINITY], Verdict::Explodes),
            (&[0.0, f64::INFINITY], Verdict::Explodes),
        ] {
            assert_eq!(Verdict::of(norms), verdict, "{norms:?}");
        }
    }

    #[test]
    fn norms_stand_on_the_scale_below_it_or_above_it() {
        let scale = Decades::around([1.0, 1e-4, 1e-30, 0.0, f64::INFINITY].into_iter());
        assert_eq!(scale, Decades { low: -4, high: 0 });
        assert_eq!(scale.mark(1.0), Mark::At(1.0));
        assert_eq!(scale.mark(1e-30), Mark::Vanished);
        assert_eq!(scale.mark(f64::INFINITY), Mark::Infinite);
        assert!(matches!(scale.mark(1e-2), Mark::At(part) if (part - 0.5).abs() < 1e-12));
        assert_eq!(Decades::around([2e-12, 1e30].into_iter()), Decades { low: -12, high: 30 });
        // Level bars keep some decades around them, and nothing at all is a scale too.
        assert_eq!(Decades::around([0.3, 0.4].into_iter()), Decades { low: -3, high: 0 });
        assert_eq!(Decades::around([1e-12].into_iter()), Decades { low: -12, high: -9 });
        assert_eq!(Decades::around([0.0].into_iter()), Decades { low: -12, high: 0 });
    }

    #[test]
    fn labels_are_few_and_hold_one() {
        assert_eq!(Decades { low: -3, high: 1 }.labels(), [-3, -2, -1, 0, 1]);
        assert_eq!(Decades { low: -12, high: 0 }.labels(), [-12, -9, -6, -3, 0]);
        assert_eq!(Decades { low: -12, high: 38 }.labels(), [-10, 0, 10, 20, 30]);
        assert_eq!(Decades { low: -12, high: 30 }.labels(), [-10, 0, 10, 20, 30]);
        assert_eq!([power_text(0), power_text(-12), power_text(3)], ["1", "10⁻¹²", "10³"]);
    }

    #[test]
    fn numbers_have_six_digits() {
        assert_eq!(scientific(3.1e-5), "3.10000×10⁻⁵");
        assert_eq!(scientific(0.0), "0.00000");
        assert_eq!(scientific(1.234_567_8), "1.23457");
        assert_eq!(scientific(f64::INFINITY), "∞");
    }
}
