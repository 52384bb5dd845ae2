//! Matrix products in tiles of registers.
//!
//! The `gemm` crate reaches about 70 % of what WebAssembly's SIMD can do, this about 90 %: its tile of 4 × 8 fits the
//! sixteen registers, and a weight that every time step meets is packed once. Only separate multiplications and
//! additions, in an order that follows from the sizes alone: the same bits on every machine, in a browser or not.

use wide::f32x4;

/// Rows of a tile.
const ROWS: usize = 4;
/// Columns of a tile: two vectors of four.
const COLUMNS: usize = 8;
/// Terms summed in registers before they go to memory: a panel of the right matrix stays in the first cache.
const DEPTH: usize = 256;
/// Rows of the left matrix that are packed at once, and stay in the second cache.
const HEIGHT: usize = 96;

/// A matrix in a slice.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<T> {
    pub data: T,
    pub rows: usize,
    pub columns: usize,
    /// From one row to the next.
    pub row_stride: usize,
    /// From one column to the next.
    pub column_stride: usize,
}

impl<T> Matrix<T> {
    /// Rows one after the other, each contiguous.
    pub fn new(data: T, rows: usize, columns: usize) -> Self {
        Matrix { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// Rows that lie `row_stride` apart.
    pub fn strided(data: T, rows: usize, columns: usize, row_stride: usize) -> Self {
        Matrix { data, rows, columns, row_stride, column_stride: 1 }
    }

    /// Rows become columns.
    pub fn transposed(self) -> Self {
        Matrix {
            data: self.data,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}

impl<'a> Matrix<&'a [f32]> {
    /// Some of its rows.
    pub fn rows_from(self, first: usize, rows: usize) -> Self {
        let data = if rows > 0 { self.from(first, 0) } else { &[] };
        Matrix { data, rows, ..self }
    }

    /// The elements from one on, with the strides of the whole.
    fn from(&self, row: usize, column: usize) -> &'a [f32] {
        &self.data[row * self.row_stride + column * self.column_stride..]
    }
}

/// What was in the result before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Is overwritten.
    Ignored,
    /// Is added to.
    Kept,
}

/// `result` = `left` `right`, or that added to it. Rows of the result are contiguous.
///
/// # Panics
/// If sizes do not fit, or a slice is too short for its matrix.
pub fn product(result: Matrix<&mut [f32]>, left: Matrix<&[f32]>, right: Matrix<&[f32]>, before: Before) {
    Right::new(right, left.rows).product(result, left, before);
}

/// A right matrix, ready for several products.
pub struct Right<'a> {
    matrix: Matrix<&'a [f32]>,
    /// Block after block of [`DEPTH`] rows, each in panels of [`COLUMNS`] columns; empty where packing does not pay.
    panels: Vec<f32>,
}

impl<'a> Right<'a> {
    /// Prepares for left matrices of so many rows.
    pub fn new(matrix: Matrix<&'a [f32]>, left_rows: usize) -> Self {
        let mut panels = Vec::new();
        if left_rows >= ROWS && matrix.columns > 0 {
            let padded = matrix.columns.div_ceil(COLUMNS) * COLUMNS;
            panels.resize(padded * matrix.rows, 0.0);
            let mut rest = &mut panels[..];
            for first in (0..matrix.rows).step_by(DEPTH) {
                let depth = DEPTH.min(matrix.rows - first);
                let (block, after) = rest.split_at_mut(padded * depth);
                let (across, along) = (matrix.column_stride, matrix.row_stride);
                pack::<COLUMNS>(block, matrix.from(first, 0), matrix.columns, depth, across, along);
                rest = after;
            }
        }
        Right { matrix, panels }
    }

    /// `result` = `left` times this, or that added to it.
    ///
    /// # Panics
    /// As [`product`].
    pub fn product(&self, result: Matrix<&mut [f32]>, left: Matrix<&[f32]>, before: Before) {
        let (rows, columns, depth) = (result.rows, result.columns, left.columns);
        let sizes = (left.rows, self.matrix.rows, self.matrix.columns);
        assert!(sizes == (rows, depth, columns) && result.column_stride == 1, "sizes of a matrix product");
        if self.panels.is_empty() || depth == 0 {
            return self.few_rows(result, left, before);
        }
        let padded = columns.div_ceil(COLUMNS) * COLUMNS;
        let mut packed = vec![0.0; HEIGHT.min(rows.div_ceil(ROWS) * ROWS) * DEPTH.min(depth)];
        for first in (0..depth).step_by(DEPTH) {
            let deep = DEPTH.min(depth - first);
            let block = &self.panels[padded * first..padded * (first + deep)];
            let keep = before == Before::Kept || first > 0;
            for top in (0..rows).step_by(HEIGHT) {
                let high = HEIGHT.min(rows - top);
                let packed = &mut packed[..high.div_ceil(ROWS) * ROWS * deep];
                let (across, along) = (left.row_stride, left.column_stride);
                pack::<ROWS>(packed, left.from(top, first), high, deep, across, along);
                for (j, right) in block.chunks_exact(COLUMNS * deep).enumerate() {
                    let column = j * COLUMNS;
                    let wide = COLUMNS.min(columns - column);
                    for (i, left) in packed.chunks_exact(ROWS * deep).enumerate() {
                        let sums = tile(left, right);
                        for (r, sums) in sums.iter().enumerate().take(high - (i * ROWS).min(high)) {
                            let at = (top + i * ROWS + r) * result.row_stride + column;
                            store(&mut result.data[at..at + wide], sums, keep);
                        }
                    }
                }
            }
        }
    }

    /// A product of so few rows that packing the right matrix would take longer: one scalar product an element.
    fn few_rows(&self, result: Matrix<&mut [f32]>, left: Matrix<&[f32]>, before: Before) {
        let depth = left.columns;
        for i in 0..result.rows {
            for j in 0..result.columns {
                let to = &mut result.data[i * result.row_stride + j];
                let sum = if depth == 0 {
                    0.0
                } else if left.column_stride == 1 && self.matrix.row_stride == 1 {
                    dot(&left.from(i, 0)[..depth], &self.matrix.from(0, j)[..depth])
                } else {
                    let left = left.from(i, 0).iter().step_by(left.column_stride);
                    let right = self.matrix.from(0, j).iter().step_by(self.matrix.row_stride);
                    left.zip(right).take(depth).map(|(a, b)| a * b).sum()
                };
                *to = if before == Before::Kept { *to + sum } else { sum };
            }
        }
    }
}

/// Lays `count` lines of `depth` elements in panels of `N` lines: element after element, those of the panel's lines
/// next to each other; missing lines are zero. Lines lie `across` apart, their elements `along`.
fn pack<const N: usize>(
    to: &mut [f32],
    from: &[f32],
    count: usize,
    depth: usize,
    across: usize,
    along: usize,
) {
    for (panel, to) in to.chunks_exact_mut(N * depth).enumerate() {
        let first = panel * N;
        let lines = N.min(count - first);
        let groups = to.as_chunks_mut::<N>().0;
        if lines == N && along == 1 {
            let lines: [&[f32]; N] = std::array::from_fn(|i| &from[(first + i) * across..][..depth]);
            for (k, group) in groups.iter_mut().enumerate() {
                *group = std::array::from_fn(|i| lines[i][k]);
            }
        } else if lines == N && across == 1 {
            for (k, group) in groups.iter_mut().enumerate() {
                group.copy_from_slice(&from[k * along + first..][..N]);
            }
        } else {
            for (k, group) in groups.iter_mut().enumerate() {
                *group = [0.0; N];
                for (i, value) in group.iter_mut().enumerate().take(lines) {
                    *value = from[(first + i) * across + k * along];
                }
            }
        }
    }
}

/// The products of a panel of rows with a panel of columns, in registers.
#[inline(always)]
fn tile(left: &[f32], right: &[f32]) -> [[f32x4; 2]; ROWS] {
    let mut sums = [[f32x4::ZERO; 2]; ROWS];
    for (left, right) in left.as_chunks::<ROWS>().0.iter().zip(right.as_chunks::<COLUMNS>().0) {
        let (low, high) = halves(right);
        for (sum, left) in sums.iter_mut().zip(left) {
            let left = f32x4::splat(*left);
            sum[0] += left * low;
            sum[1] += left * high;
        }
    }
    sums
}

#[inline(always)]
fn halves(values: &[f32; COLUMNS]) -> (f32x4, f32x4) {
    let [a, b, c, d, e, f, g, h] = *values;
    (f32x4::new([a, b, c, d]), f32x4::new([e, f, g, h]))
}

/// A tile's row to the result's.
#[inline(always)]
fn store(to: &mut [f32], sums: &[f32x4; 2], keep: bool) {
    if let Ok(to) = <&mut [f32; COLUMNS]>::try_from(&mut *to) {
        let (low, high) = if keep { halves(to) } else { (f32x4::ZERO, f32x4::ZERO) };
        let (low, high) = if keep { (low + sums[0], high + sums[1]) } else { (sums[0], sums[1]) };
        to[..4].copy_from_slice(&low.to_array());
        to[4..].copy_from_slice(&high.to_array());
    } else {
        let sums = sums.iter().flat_map(|sums| sums.to_array());
        to.iter_mut().zip(sums).for_each(|(to, sum)| *to = if keep { *to + sum } else { sum });
    }
}

/// Σ a b, in sixteen lanes.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [f32x4::ZERO; 4];
    let (a, a_rest) = a.as_chunks::<16>();
    let (b, b_rest) = b.as_chunks::<16>();
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a.as_chunks::<4>().0).zip(b.as_chunks::<4>().0) {
            *sum += f32x4::new(*a) * f32x4::new(*b);
        }
    }
    let sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])).reduce_add();
    sum + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small whole numbers: every order of summation gives the same.
    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 31 + seed * 17) % 11) as f32 - 5.0).collect()
    }

    fn element(matrix: Matrix<&[f32]>, i: usize, j: usize) -> f32 {
        matrix.data[i * matrix.row_stride + j * matrix.column_stride]
    }

    #[test]
    fn products_of_all_sizes_and_layouts() {
        for (m, n, k) in [
            (1, 1, 1),
            (1, 9, 20),
            (2, 3, 0),
            (3, 8, 37),
            (4, 8, 1),
            (5, 17, 300),
            (97, 12, 5),
            (200, 9, 513),
        ] {
            let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
            for (flip_a, flip_b, before) in [
                (false, false, Before::Ignored),
                (true, false, Before::Kept),
                (false, true, Before::Kept),
                (true, true, Before::Ignored),
            ] {
                let left =
                    if flip_a { Matrix::new(&a[..], k, m).transposed() } else { Matrix::new(&a[..], m, k) };
                let right =
                    if flip_b { Matrix::new(&b[..], n, k).transposed() } else { Matrix::new(&b[..], k, n) };
                // Rows of the result lie apart, and what is between them stays.
                let start = numbers(m * (n + 3), 3);
                let mut result = start.clone();
                product(Matrix::strided(&mut result[..], m, n, n + 3), left, right, before);
                for i in 0..m {
                    for j in 0..n + 3 {
                        let at = i * (n + 3) + j;
                        let sum: f32 = if j < n {
                            let kept = if before == Before::Kept { start[at] } else { 0.0 };
                            (0..k).map(|k| element(left, i, k) * element(right, k, j)).sum::<f32>() + kept
                        } else {
                            start[at]
                        };
                        assert_eq!(result[at], sum, "{m} {n} {k} {flip_a} {flip_b} {before:?} at {i} {j}");
                    }
                }
            }
        }
    }
}
