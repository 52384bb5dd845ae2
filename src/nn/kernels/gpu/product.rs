//! Matrix products on the GPU: every thread computes a tile of 4 × 4, straight from memory.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::Shaped;

/// Rows and columns of a thread's tile.
const TILE: usize = 4;
/// Threads of a workgroup, side by side and below each other.
const GROUP: usize = 8;

/// Where a matrix begins in its buffer, and how far its rows and its columns are apart.
pub type Place = [usize; 3];

/// Rows one after the other.
pub fn rows(offset: usize, row: usize) -> Place {
    [offset, row, 1]
}

/// A matrix that lies in memory with rows and columns exchanged.
pub fn transposed([offset, row, column]: Place) -> Place {
    [offset, column, row]
}

/// What is added to each row of a product, or computed besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bias {
    /// Nothing.
    None,
    /// The numbers from here on in the right matrix's buffer are added to every row.
    Added(usize),
    /// The sums of the left matrix's rows are written from these places on: the gradient of a bias, beside that of a
    /// weight.
    Summed(usize, Option<usize>),
}

/// A product's operands and where its result goes.
pub struct Product<'a> {
    /// Rows and columns of the result, and the length of the sums.
    pub size: [usize; 3],
    pub left: (&'a CubeTensor, Place),
    pub right: (&'a CubeTensor, Place),
    /// Offset and row stride.
    pub result: (&'a CubeTensor, [usize; 2]),
    /// Is the result added to?
    pub keep: bool,
    pub bias: Bias,
}

impl Product<'_> {
    /// Computes it.
    pub fn launch(self) {
        let [m, n, k] = self.size;
        let (added, summed, twice) = match self.bias {
            Bias::None => (0, 0, 0),
            Bias::Added(at) => (at, 0, 0),
            // Where there is no second bias, the first is written twice.
            Bias::Summed(at, second) => (0, at, second.unwrap_or(at)),
        };
        // The sums are one more column, of a right matrix of ones.
        let columns = if matches!(self.bias, Bias::Summed(..)) { n + 1 } else { n };
        let groups = |count: usize| count.div_ceil(TILE * GROUP) as u32;
        product_kernel::launch(
            &self.result.0.client,
            CubeCount::Static(groups(columns), groups(m), 1),
            CubeDim::new_2d(GROUP as u32, GROUP as u32),
            self.left.0.clone().into_buffer_arg(),
            self.right.0.clone().into_buffer_arg(),
            self.result.0.clone().into_buffer_arg(),
            m,
            n,
            k,
            self.left.1[0],
            self.left.1[1],
            self.left.1[2],
            self.right.1[0],
            self.right.1[1],
            self.right.1[2],
            self.result.1[0],
            self.result.1[1],
            added,
            summed,
            twice,
            self.keep,
            matches!(self.bias, Bias::Added(_)),
            matches!(self.bias, Bias::Summed(..)),
        );
    }
}

/// `result` = `left` `right`, with strides for everything.
#[cube(launch)]
#[allow(clippy::too_many_arguments)]
fn product_kernel(
    left: &[f32],
    right: &[f32],
    result: &mut [f32],
    m: usize,
    n: usize,
    k: usize,
    left_offset: usize,
    left_row: usize,
    left_column: usize,
    right_offset: usize,
    right_row: usize,
    right_column: usize,
    result_offset: usize,
    result_row: usize,
    bias: usize,
    sums: usize,
    more_sums: usize,
    #[comptime] keep: bool,
    #[comptime] add_bias: bool,
    #[comptime] sum_rows: bool,
) {
    let first_column = ABSOLUTE_POS_X as usize * TILE;
    let first_row = ABSOLUTE_POS_Y as usize * TILE;
    let mut columns = n;
    if sum_rows {
        columns = n + 1;
    }
    if first_row < m && first_column < columns {
        let mut tile = Array::<f32>::new(TILE * TILE);
        // Past the edge the last row and column are computed again, and not written.
        let mut left_at = Array::<usize>::new(TILE);
        let mut right_at = Array::<usize>::new(TILE);
        #[unroll]
        for i in 0..TILE {
            left_at[i] = left_offset + clamp_max(first_row + i, m - 1) * left_row;
            right_at[i] = right_offset + clamp_max(first_column + i, n - 1) * right_column;
        }
        for step in 0..k {
            let mut a = Array::<f32>::new(TILE);
            #[unroll]
            for i in 0..TILE {
                a[i] = left[left_at[i] + step * left_column];
            }
            #[unroll]
            for j in 0..TILE {
                let mut b = right[right_at[j] + step * right_row];
                if sum_rows && first_column + j == n {
                    b = 1.0f32;
                }
                #[unroll]
                for i in 0..TILE {
                    tile[i * TILE + j] += a[i] * b;
                }
            }
        }
        #[unroll]
        for i in 0..TILE {
            #[unroll]
            for j in 0..TILE {
                let (row, column) = (first_row + i, first_column + j);
                if row < m && column < n {
                    let at = result_offset + row * result_row + column;
                    let mut value = tile[i * TILE + j];
                    if add_bias {
                        value += right[bias + column];
                    }
                    if keep {
                        value += result[at];
                    }
                    result[at] = value;
                }
                if sum_rows && row < m && column == n {
                    result[sums + row] = tile[i * TILE + j];
                    result[more_sums + row] = tile[i * TILE + j];
                }
            }
        }
    }
}

/// A tensor of two dimensions as it is.
pub fn matrix(tensor: &CubeTensor) -> (&CubeTensor, Place) {
    let [_, columns] = tensor.matrix();
    (tensor, rows(0, columns))
}
