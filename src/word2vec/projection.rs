//! Vectors in the plane.

use super::neighbours::dot;
use crate::Stream;

/// The two directions in which rows `[rows, size]` vary most, by principal component analysis, and each row's places
/// along them. The first coordinate of the row that is farthest out is positive in both, so that the picture does not
/// turn over between one moment of training and the next.
///
/// # Panics
/// If the numbers are not whole rows, or `size` is 0.
pub fn principal_components(rows: &[f32], size: usize) -> Vec<[f32; 2]> {
    assert!(size > 0 && rows.len().is_multiple_of(size), "{} numbers in rows of {size}", rows.len());
    let count = rows.len() / size;
    let mut mean = vec![0.0; size];
    for row in rows.chunks_exact(size) {
        add(&mut mean, 1.0 / count as f32, row);
    }
    let mut centred = rows.to_vec();
    centred.chunks_exact_mut(size).for_each(|row| add(row, -1.0, &mean));
    let mut directions: Vec<Vec<f32>> = Vec::new();
    for number in 0..2 {
        directions.push(leading_direction(&centred, size, &directions, number));
    }
    let mut places: Vec<[f32; 2]> =
        centred.chunks_exact(size).map(|row| [dot(row, &directions[0]), dot(row, &directions[1])]).collect();
    for axis in 0..2 {
        let farthest = places.iter().map(|place| place[axis]).max_by(|a, b| a.abs().total_cmp(&b.abs()));
        if farthest.is_some_and(|place| place < 0.0) {
            places.iter_mut().for_each(|place| place[axis] = -place[axis]);
        }
    }
    places
}

/// The direction of the greatest variance that stands upright on those before: a vector is sent through the covariance
/// until it no longer turns.
fn leading_direction(centred: &[f32], size: usize, before: &[Vec<f32>], number: u64) -> Vec<f32> {
    let mut stream = Stream::new(0, number);
    let mut direction: Vec<f32> = (0..size).map(|_| stream.uniform() - 0.5).collect();
    for _ in 0..200 {
        let mut turned = vec![0.0; size];
        for row in centred.chunks_exact(size) {
            add(&mut turned, dot(row, &direction), row);
        }
        for other in before {
            let share = -dot(&turned, other);
            add(&mut turned, share, other);
        }
        let length = dot(&turned, &turned).sqrt();
        // All rows are the same, or lie on the lines before: there is nothing to find.
        if length <= f32::MIN_POSITIVE {
            return vec![0.0; size];
        }
        turned.iter_mut().for_each(|x| *x /= length);
        let moved = 1.0 - dot(&turned, &direction).abs();
        direction = turned;
        if moved.abs() < 1e-7 {
            break;
        }
    }
    direction
}

fn add(to: &mut [f32], times: f32, what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipse_lies_along_its_axes() {
        let ellipse = (0..100).flat_map(|i| {
            let angle = i as f32 / 100.0 * std::f32::consts::TAU;
            // Turned in space, and not around the origin.
            let (long, short) = (3.0 * angle.cos(), angle.sin());
            [5.0 + 0.6 * long - 0.8 * short, 0.8 * long + 0.6 * short, 7.0]
        });
        let places = principal_components(&ellipse.collect::<Vec<_>>(), 3);
        let spread = |axis: usize| places.iter().map(|place| place[axis].powi(2)).sum::<f32>().sqrt();
        assert!((spread(0) / spread(1) - 3.0).abs() < 1e-3);
        assert!(places.iter().all(|[x, y]| ((x / 3.0).powi(2) + y * y - 1.0).abs() < 1e-2));
    }

    #[test]
    fn few_rows_have_places_too() {
        assert_eq!(principal_components(&[], 3), Vec::<[f32; 2]>::new());
        assert_eq!(principal_components(&[1.0, 2.0, 1.0, 2.0], 2), [[0.0; 2]; 2]);
    }
}
