//! Curves of any length, made as short as the screen is wide.

/// The indices that draw `values` as seen through `columns` columns of pixels: in each column the first, the least,
/// the greatest and the last value (the M4 aggregation of Jugel, Jerzak, Hackenbroich and Markl, VLDB 2014), so that
/// the drawn line covers the same pixels as the whole one. Where values are not finite, the index of one of them is
/// among these, so that the gap is seen.
///
/// `column_of` gives the column of an index and never falls.
pub fn extremes(values: &[f64], column_of: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut kept = Vec::new();
    let mut start = 0;
    while start < values.len() {
        let column = column_of(start);
        let (mut least, mut greatest, mut gap): (Option<usize>, Option<usize>, _) = (None, None, None);
        let mut end = start;
        while end < values.len() && column_of(end) == column {
            let value = values[end];
            if !value.is_finite() {
                gap = Some(end);
            } else {
                if least.is_none_or(|index| value < values[index]) {
                    least = Some(end);
                }
                if greatest.is_none_or(|index| value > values[index]) {
                    greatest = Some(end);
                }
            }
            end += 1;
        }
        let mut column = [Some(start), least, greatest, gap, Some(end - 1)];
        column.sort_unstable();
        for index in column.into_iter().flatten() {
            if kept.last() != Some(&index) {
                kept.push(index);
            }
        }
        start = end;
    }
    kept
}

/// An exponential moving average over about a fiftieth of the curve, corrected for its start (as Adam corrects its
/// moments); a value that is not finite is passed over.
pub fn smooth(values: &[f64]) -> Vec<f64> {
    let span = (values.len() as f64 / 50.0).max(5.0);
    let beta = 1.0 - 2.0 / (span + 1.0);
    let (mut mean, mut weight) = (0.0, 0.0);
    values
        .iter()
        .map(|&value| {
            if !value.is_finite() {
                return value;
            }
            mean = beta * mean + (1.0 - beta) * value;
            weight = beta * weight + (1.0 - beta);
            mean / weight
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_extreme_of_a_long_curve_survives() {
        let mut values: Vec<f64> = (0..100_000).map(|i| (i as f64 * 0.37).sin()).collect();
        values[54_321] = 9.0;
        values[77_777] = -9.0;
        let kept = extremes(&values, |index| index * 600 / 100_000);
        assert!(kept.len() <= 4 * 600);
        assert!(kept.is_sorted());
        assert!(kept.contains(&54_321) && kept.contains(&77_777));
        assert_eq!((kept.first(), kept.last()), (Some(&0), Some(&99_999)));
    }

    #[test]
    fn a_short_curve_is_kept_whole() {
        assert_eq!(extremes(&[3.0, 1.0, 2.0], |index| index), [0, 1, 2]);
        assert!(extremes(&[], |index| index).is_empty());
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let values = [1.0, f64::NAN, 2.0, f64::INFINITY];
        let kept = extremes(&values, |_| 0);
        assert!(kept.iter().any(|&index| !values[index].is_finite()));
        assert!(kept.contains(&0) && kept.contains(&2));
    }

    #[test]
    fn smoothing_keeps_a_constant_and_calms_a_zigzag() {
        assert!(smooth(&[2.0; 40]).iter().all(|value| (value - 2.0).abs() < 1e-12));
        let zigzag: Vec<f64> = (0..1000).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert!(smooth(&zigzag)[500..].iter().all(|value| value.abs() < 0.1));
    }
}
