//! The loss of a run at the size of a word.

use std::fmt::Write as _;

use unroll::number::Written;

/// Points at most: about one for each pixel and a half of the drawn width.
const POINTS: usize = 60;

/// The loss curve as SVG path data in a box of `width` × `height`, on a logarithmic scale, from the largest loss at
/// the top to the smallest at the bottom. Empty with fewer than two losses that have a logarithm.
pub fn sparkline(losses: &[f32], width: f64, height: f64) -> String {
    let logs: Vec<(usize, f64)> = losses
        .iter()
        .enumerate()
        .filter(|(_, loss)| loss.is_finite() && **loss > 0.0)
        .map(|(step, loss)| (step, f64::from(*loss).log10()))
        .collect();
    if logs.len() < 2 {
        return String::new();
    }
    let low = logs.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
    let high = logs.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
    let last_step = (losses.len() - 1) as f64;
    let kept = logs.len().min(POINTS);
    let mut path = String::new();
    for point in 0..kept {
        // Evenly spread, the first and the last loss among them.
        let (step, log) = logs[point * (logs.len() - 1) / (kept - 1)];
        let x = width * step as f64 / last_step;
        let y = if high > low { height * (high - log) / (high - low) } else { height / 2.0 };
        // Writing to a `String` can't fail.
        let command = if point == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{:.1} {:.1}", Written(x), Written(y));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_evenly_apart() {
        assert_eq!(sparkline(&[100.0, 10.0, 1.0], 80.0, 20.0), "M0.0 0.0L40.0 10.0L80.0 20.0");
    }

    #[test]
    fn a_long_run_keeps_its_ends() {
        let losses: Vec<f32> = (0..5_000).map(|step| 1.0 / (step + 1) as f32).collect();
        let path = sparkline(&losses, 80.0, 20.0);
        assert!(path.starts_with("M0.0 0.0L") && path.ends_with("L80.0 20.0"), "{path}");
        assert_eq!(path.matches('L').count(), POINTS - 1);
    }

    #[test]
    fn what_has_no_logarithm_is_left_out() {
        assert_eq!(sparkline(&[f32::NAN, 0.0, 1.0, f32::INFINITY, 0.1], 4.0, 2.0), "M2.0 0.0L4.0 2.0");
        assert_eq!(sparkline(&[f32::NAN, 1.0], 4.0, 2.0), "");
        assert_eq!(sparkline(&[], 4.0, 2.0), "");
        assert_eq!(sparkline(&[1.0, 1.0], 4.0, 2.0), "M0.0 1.0L4.0 1.0");
    }
}
