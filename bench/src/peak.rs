//! The most that products can reach here: a tile of the result in registers, its factors in the first cache.

use std::arch::wasm32::{f32x4, f32x4_add, f32x4_mul, f32x4_splat};
use std::hint::black_box;

/// Products that a tile sums up in one go.
const DEPTH: usize = 256;
/// Times that this is done between two looks at the clock: some milliseconds.
const REPEATS: usize = 4000;

/// 10⁹ floating-point operations a second of the best tile. `clock` gives milliseconds.
pub fn gflops(clock: fn() -> f64) -> f64 {
    // Which one is best depends on how many registers the browser's compiler leaves.
    [tile::<4, 2>, tile::<3, 3>, tile::<4, 3>].into_iter().map(|tile| tile(clock)).fold(0.0, f64::max)
}

/// A tile of `ROWS` × 4 `VECTORS`.
fn tile<const ROWS: usize, const VECTORS: usize>(clock: fn() -> f64) -> f64 {
    let left = vec![[0.5f32; ROWS]; DEPTH];
    let right = vec![[[0.25f32; 4]; VECTORS]; DEPTH];
    let mut sums = [[f32x4_splat(0.0); VECTORS]; ROWS];
    let start = clock();
    for _ in 0..REPEATS {
        for (column, row) in black_box(&left).iter().zip(black_box(&right)) {
            let row = row.map(|[a, b, c, d]| f32x4(a, b, c, d));
            for (sums, &factor) in sums.iter_mut().zip(column) {
                let factor = f32x4_splat(factor);
                for (sum, vector) in sums.iter_mut().zip(row) {
                    *sum = f32x4_add(*sum, f32x4_mul(factor, vector));
                }
            }
        }
    }
    let ms = clock() - start;
    black_box(sums);
    (2 * 4 * ROWS * VECTORS * DEPTH * REPEATS) as f64 / ms / 1e6
}
