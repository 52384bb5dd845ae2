//! Losses together with their gradients, which share their work.

use crate::activation::exp;

/// The mean of −log softmax(logits)[target] over the rows that count, those whose target is not `ignored`; and its
/// gradient by the logits `[rows, classes]`, (softmax − one-hot) / rows that count, zero in a row that does not. Where none
/// counts the loss is 0.
///
/// A target that names no class counts as an impossible one: the loss is not a number.
#[inline(never)]
pub fn cross_entropy(
    logits: &[f32],
    classes: usize,
    targets: &[i32],
    ignored: Option<i32>,
) -> (f32, Vec<f32>) {
    let mut gradient = vec![0.0; logits.len()];
    let counts = |target: &i32| Some(*target) != ignored;
    let share = 1.0 / targets.iter().filter(|target| counts(target)).count().max(1) as f32;
    let mut loss = 0.0;
    let rows = logits.chunks_exact(classes.max(1)).zip(gradient.chunks_exact_mut(classes.max(1)));
    for ((logits, to), &target) in rows.zip(targets).filter(|(_, target)| counts(target)) {
        let most =
            logits.iter().fold(f32::NEG_INFINITY, |most, &value| if value > most { value } else { most });
        to.iter_mut().zip(logits).for_each(|(to, value)| *to = exp(value - most));
        let sum = sum(to);
        let scale = share / sum;
        to.iter_mut().for_each(|to| *to *= scale);
        // A negative number names no class either.
        let target = usize::try_from(target).ok();
        match target.and_then(|target| Some((logits.get(target)?, to.get_mut(target)?))) {
            Some((logit, to)) => {
                loss += share * (sum.ln() + most - logit);
                *to -= share;
            }
            None => loss = f32::NAN,
        }
    }
    (loss, gradient)
}

/// The mean of (predicted − target)², and its gradient 2 (predicted − target) / n.
#[inline(never)]
pub fn mean_squared_error(predicted: &[f32], target: &[f32]) -> (f32, Vec<f32>) {
    let share = 1.0 / predicted.len().max(1) as f32;
    let mut loss = 0.0;
    let gradient = predicted.iter().zip(target).map(|(predicted, target)| {
        let difference = predicted - target;
        loss += share * difference * difference;
        2.0 * share * difference
    });
    let gradient = gradient.collect();
    (loss, gradient)
}

/// The sum in eight lanes, whose order is part of the result.
fn sum(values: &[f32]) -> f32 {
    in_lanes(values, |value| value)
}

/// The sum of the squares, in the same order.
pub fn sum_of_squares(values: &[f32]) -> f32 {
    in_lanes(values, |value| value * value)
}

fn in_lanes(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (groups, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for group in groups {
        sums.iter_mut().zip(group).for_each(|(sum, value)| *sum += of(*value));
    }
    sums.iter().sum::<f32>() + rest.iter().map(|value| of(*value)).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::cross_entropy;

    #[test]
    fn a_target_that_names_no_class_is_no_number_and_reads_nothing() {
        let logits = [0.0, 1.0, 2.0, 0.5, 0.25, 0.0];
        for target in [3, 5, -1, i32::MAX, i32::MIN] {
            let (loss, gradient) = cross_entropy(&logits, 3, &[1, target], None);
            assert!(loss.is_nan(), "{target}");
            assert!(gradient.iter().all(|value| value.is_finite()));
            // As an ignored one it is not there.
            let ignoring = cross_entropy(&logits, 3, &[1, target], Some(target));
            let (loss, mut gradient) = cross_entropy(&logits[..3], 3, &[1], None);
            gradient.extend([0.0; 3]);
            assert_eq!(ignoring, (loss, gradient));
        }
    }
}
