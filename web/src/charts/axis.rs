//! Scales from data to pixels, and round ticks on them.

/// A linear or logarithmic map from data to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The data interval, in data units.
    pub domain: (f64, f64),
    /// The pixels it maps to.
    pub range: (f64, f64),
    /// Is it logarithmic? Then the domain is positive.
    pub log: bool,
}

impl Scale {
    /// The pixel of a value; not finite where a logarithmic scale has no place for it.
    pub fn pixel(&self, value: f64) -> f64 {
        let (low, high) = self.domain;
        let part = if self.log {
            if value <= 0.0 {
                return f64::NAN;
            }
            (value / low).ln() / (high / low).ln()
        } else {
            (value - low) / (high - low)
        };
        self.range.0 + part * (self.range.1 - self.range.0)
    }

    /// The value at a pixel of a linear scale.
    pub fn value(&self, pixel: f64) -> f64 {
        let part = (pixel - self.range.0) / (self.range.1 - self.range.0);
        self.domain.0 + part * (self.domain.1 - self.domain.0)
    }
}

/// A step of 1, 2 or 5 times a power of ten that divides `span` into about `count` parts.
fn step(span: f64, count: usize) -> f64 {
    let rough = span / count.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let part = rough / power;
    let round = if part < 1.5 {
        1.0
    } else if part < 3.5 {
        2.0
    } else if part < 7.5 {
        5.0
    } else {
        10.0
    };
    round * power
}

/// Round values inside `domain`, about `count` of them.
pub fn linear_ticks(domain: (f64, f64), count: usize) -> Vec<f64> {
    let span = domain.1 - domain.0;
    if !(span.is_finite() && span > 0.0) {
        return vec![domain.0];
    }
    let step = step(span, count);
    let first = (domain.0 / step - 1e-9).ceil() as i64;
    let last = (domain.1 / step + 1e-9).floor() as i64;
    (first..=last).map(|index| index as f64 * step).collect()
}

/// The smallest round interval around `low..=high`, for about `count` ticks.
pub fn round_domain(low: f64, high: f64, count: usize) -> (f64, f64) {
    if high <= low {
        let margin = if low == 0.0 { 1.0 } else { low.abs() * 0.5 };
        return round_domain(low - margin, low + margin, count);
    }
    let step = step(high - low, count);
    ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step)
}

/// Ticks of a logarithmic axis: powers of ten, thinned to about `count`; 2 and 5 between them where there are few.
pub fn log_ticks(domain: (f64, f64), count: usize) -> Vec<f64> {
    let first = (domain.0.log10() + 1e-9).floor() as i32;
    let last = (domain.1.log10() - 1e-9).ceil() as i32;
    let decades = (last - first).max(1) as usize;
    let factors: &[f64] = if decades * 3 <= count {
        &[1.0, 2.0, 5.0]
    } else if decades * 2 <= count {
        &[1.0, 3.0]
    } else {
        &[1.0]
    };
    let every = decades.div_ceil(count.max(1)).max(1);
    (first..=last)
        .step_by(every)
        .flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)))
        .filter(|tick| *tick >= domain.0 * 0.999_999 && *tick <= domain.1 * 1.000_001)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::format_number;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(linear_ticks((0.0, 700.0), 6), [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0]);
        assert_eq!(linear_ticks((1.0, 500.0), 5), [100.0, 200.0, 300.0, 400.0, 500.0]);
        assert_eq!(linear_ticks((3.0, 3.0), 5), [3.0]);
        let fine = linear_ticks((0.0, 0.3), 3);
        assert_eq!(
            fine.iter().map(|tick| format_number(*tick)).collect::<Vec<_>>(),
            ["0", "0.1", "0.2", "0.3"]
        );
    }

    #[test]
    fn a_domain_is_widened_to_round_bounds_and_never_empty() {
        assert_eq!(round_domain(0.0, 622.0, 6), (0.0, 700.0));
        assert_eq!(round_domain(104.0, 622.0, 6), (100.0, 700.0));
        let (low, high) = round_domain(5.0, 5.0, 4);
        assert!(low < 5.0 && high > 5.0);
        assert_eq!(round_domain(0.0, 0.0, 4), (-1.0, 1.0));
    }

    #[test]
    fn logarithmic_ticks_thin_out_with_the_decades() {
        assert_eq!(log_ticks((1e-4, 1.0), 4), [1e-4, 1e-3, 1e-2, 1e-1, 1.0]);
        let two = log_ticks((0.1, 1.0), 6);
        assert_eq!(
            two.iter().map(|tick| format_number(*tick)).collect::<Vec<_>>(),
            ["0.1", "0.2", "0.5", "1"]
        );
        assert!(log_ticks((1e-30, 1.0), 5).len() <= 7);
    }

    #[test]
    fn scales_map_ends_to_ends() {
        let linear = Scale { domain: (10.0, 20.0), range: (100.0, 0.0), log: false };
        assert_eq!((linear.pixel(10.0), linear.pixel(20.0), linear.pixel(15.0)), (100.0, 0.0, 50.0));
        assert_eq!(linear.value(25.0), 17.5);
        let log = Scale { domain: (0.01, 1.0), range: (0.0, 100.0), log: true };
        assert!((log.pixel(0.1) - 50.0).abs() < 1e-9);
        assert!(log.pixel(0.0).is_nan());
    }
}
