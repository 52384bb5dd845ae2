//! What training asks of a machine, estimated from sizes alone: before a model is built, on the page too.

use super::RecurrentConfig;

/// What one row of a batch (a sequence, a window) asks for in a step of training, or a whole batch of them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Multiplications and additions of the products, which are nearly all of them, forward and backward.
    pub flops: f64,
    /// Numbers that are kept until the way back has used them, and their gradients.
    pub kept: f64,
    /// Numbers of the largest array among them.
    pub largest: f64,
}

impl Cost {
    /// A linear layer's, over so many rows.
    pub fn linear(inputs: usize, outputs: usize) -> Self {
        let (inputs, outputs) = (inputs as f64, outputs as f64);
        // Its outputs, what the loss makes of them, and their gradient. What it reads belongs to the layer below.
        Cost { flops: 6.0 * inputs * outputs, kept: 3.0 * outputs, largest: outputs }
    }

    /// That of so many rows together.
    #[must_use]
    pub fn times(self, rows: usize) -> Self {
        let rows = rows as f64;
        Cost { flops: rows * self.flops, kept: rows * self.kept, largest: rows * self.largest }
    }

    /// That of two parts of a model, one above the other.
    #[must_use]
    pub fn and(self, above: Cost) -> Self {
        Cost {
            flops: self.flops + above.flops,
            kept: self.kept + above.kept,
            largest: self.largest.max(above.largest),
        }
    }
}

impl RecurrentConfig {
    /// What a sequence of so many steps costs.
    pub fn cost(&self, steps: usize) -> Cost {
        let (hidden, gates) = (self.hidden_size as f64, self.cell.gates() as f64);
        let of = |features: usize| {
            // Backward costs two products for every one forward.
            let flops = 6.0 * gates * hidden * (features as f64 + hidden);
            // The tape and its gradient, and both states with theirs.
            Cost { flops, kept: 2.0 * gates * hidden + 4.0 * hidden, largest: gates * hidden }
        };
        self.layer_directions().map(|layer| of(layer.features)).fold(Cost::default(), Cost::and).times(steps)
    }
}

/// What a step of training costs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepCost {
    /// Numbers that are learnt.
    pub parameters: usize,
    /// Rows of a batch, which can be computed one after another.
    pub rows: usize,
    /// What one of them costs.
    pub row: Cost,
}

/// Below so many floating-point operations a step is not cut at all. It takes about 5 ms; to send a model's parameters
/// and receive its gradients takes one or two, and a shard more or less pays for its own bookkeeping.
const FLOPS_WORTH_SHARING: f64 = 2e8;
/// From here on a step is cut into four instead of two: a quarter still takes 50 ms.
const FLOPS_OF_FOUR: f64 = 1e10;
/// Rows that a shard has at least, where it is cut for a team: fewer would leave the products' tiles empty.
const ROWS: usize = 16;
/// Floating-point operations of a shard at most, as long as it can be cut: commands are heard between shards, and so many
/// take a CPU about half a second.
const MOST_FLOPS: f64 = 2e10;
/// Those of a shard on a GPU: a tenth of a second on one that does a trillion a second.
const MOST_FLOPS_GPU: f64 = 1e11;
/// Numbers of a shard's largest array at most, as long as it can be cut: what WebGPU binds at a time on every machine,
/// 128 MiB.
const MOST_NUMBERS: f64 = (1 << 25) as f64;
/// Copies of all parameters: themselves, their gradient, what the optimiser remembers, and the states to which a slice
/// of training may go back.
const COPIES: f64 = 10.0;

impl StepCost {
    /// Multiplications and additions of a step.
    pub fn flops(self) -> f64 {
        self.row.times(self.rows).flops
    }

    /// Into how many shards a step is cut; `has_teams` says whether several workers may share it, as on a CPU.
    pub fn shards(self, has_teams: bool) -> usize {
        let all = self.row.times(self.rows);
        let shared = match all.flops {
            _ if !has_teams => 1,
            ..FLOPS_WORTH_SHARING => 1,
            ..FLOPS_OF_FOUR => 2,
            _ => 4,
        };
        let shared = shared.min(self.rows / ROWS);
        let quick = (all.flops / if has_teams { MOST_FLOPS } else { MOST_FLOPS_GPU }).ceil() as usize;
        let small = (all.largest / MOST_NUMBERS).ceil() as usize;
        // Four that take somewhat longer are not cut anew: the number of shards is in the result's last bits.
        shared.max(if quick > 4 { quick } else { 1 }).max(small).clamp(1, self.rows.max(1))
    }

    /// Bytes that a step needs at once, and bytes of the largest array among them.
    pub fn bytes(self, has_teams: bool) -> (f64, f64) {
        let parameters = self.parameters as f64;
        let shard = self.row.times(self.rows.div_ceil(self.shards(has_teams)));
        (4.0 * (COPIES * parameters + shard.kept), 4.0 * parameters.max(shard.largest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::Cell;

    #[test]
    fn small_steps_are_not_cut_and_large_ones_are_cut_until_they_fit() {
        let shards = |flops: f64, largest: f64, rows: usize| {
            let row = Cost { flops: flops / rows as f64, kept: 0.0, largest: largest / rows as f64 };
            StepCost { parameters: 1, rows, row }.shards(true)
        };
        assert_eq!(shards(1e6, 0.0, 8), 1);
        assert_eq!(shards(1e9, 0.0, 8), 1);
        assert_eq!(shards(5e9, 0.0, 128), 2);
        assert_eq!(shards(5e10, 0.0, 64), 4);
        assert_eq!(shards(1e12, 0.0, 512), 50);
        assert_eq!(shards(1e12, 0.0, 12), 12);
        assert_eq!(shards(1e9, 4e8, 512), 12);
    }

    /// Chapter 12 of "ML by Example": 64 windows of 40 characters of 57, vectors of 256, an LSTM of 512 units. The
    /// benchmark counts 24.61 billion.
    #[test]
    fn a_step_of_characters_costs_what_its_products_do() {
        let row = RecurrentConfig::new(Cell::Lstm, 256, 512).cost(40).and(Cost::linear(512, 57).times(40));
        let step = StepCost { parameters: 1_620_793, rows: 64, row };
        assert_eq!((step.flops() / 1e7).round(), 2461.0);
        let (bytes, largest) = step.bytes(true);
        assert!(bytes > 64e6 && bytes < 128e6 && largest < 8e6, "{bytes} {largest}");
    }
}
