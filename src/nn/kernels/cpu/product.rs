//! Matrix products, by the `gemm` crate: the one thing here that needs `unsafe`, so it stands apart behind checks.

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

    /// One more than the greatest index that it touches.
    fn end(&self) -> usize {
        if self.rows == 0 || self.columns == 0 {
            return 0;
        }
        (self.rows - 1) * self.row_stride + (self.columns - 1) * self.column_stride + 1
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

/// `result` = `left` `right`, or that added to it.
///
/// The order of every sum depends on the sizes alone, and none of the instructions on WebAssembly has a result that
/// differs between machines.
///
/// # Panics
/// If sizes do not fit, or a slice is too short for its matrix.
pub fn product(result: Matrix<&mut [f32]>, left: Matrix<&[f32]>, right: Matrix<&[f32]>, before: Before) {
    let (m, n, k) = (result.rows, result.columns, left.columns);
    assert!((left.rows, right.rows, right.columns) == (m, k, n), "sizes of a matrix product");
    assert!(
        result.end() <= result.data.len() && left.end() <= left.data.len() && right.end() <= right.data.len(),
        "a matrix is longer than its slice"
    );
    // Two elements of the result must not be one number.
    assert!(result.column_stride == 1 && (m <= 1 || result.row_stride >= n), "overlapping rows of a result");
    let keep = before == Before::Kept;
    #[allow(unsafe_code, reason = "gemm takes pointers")]
    // SAFETY: all elements that the sizes and strides reach lie inside the slices, as asserted above; `result` is
    // borrowed mutably, so it overlaps neither `left` nor `right`.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            result.data.as_mut_ptr(),
            result.column_stride as isize,
            result.row_stride as isize,
            keep,
            left.data.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.data.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            if keep { 1.0 } else { 0.0 },
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
