//! What is printed: one JSON object a line.

use serde::{Deserialize, Serialize};

use crate::workload::Workload;

/// What is asked for; the default is everything.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Request {
    /// One workload only.
    pub workload: Option<Workload>,
    /// Samples to take of each contender; as many as fit into some seconds, where it is `None`.
    pub steps: Option<usize>,
    /// Leaves Burn's stock modules out: for a quick look at our own.
    pub alone: bool,
}

/// Calls to the GPU, per training step or token.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Calls {
    /// Kernels launched.
    pub dispatches: f64,
    /// Batches of commands handed to the queue.
    pub submits: f64,
}

/// Training steps of one workload.
#[derive(Debug, Serialize)]
pub struct Training {
    pub workload: Workload,
    pub engine: &'static str,
    pub workers: usize,
    /// Median time of a step: forward, loss, backward, Adam, loss read back.
    pub ms: f64,
    #[serde(flatten)]
    pub calls: Option<Calls>,
    /// [`Workload::flops`] by `ms`, in 10⁹ a second.
    pub gflops: f64,
    /// `gflops`, as a share of `peak_gflops`.
    pub peak_fraction: Option<f64>,
    /// Of [`Workload::flops_by_word`], which is what our layers compute: the speed of the kernels themselves.
    pub kernel_fraction: Option<f64>,
    /// What a multiply-add kernel reaches that never leaves the registers and the first cache, in the same page.
    pub peak_gflops: Option<f64>,
    /// The loss after all steps.
    pub loss: f32,
    /// Samples behind the median.
    pub samples: usize,
    /// How many times faster than Burn's modules.
    pub vs_burn: Option<f64>,
    pub burn: Option<Stock>,
}

/// Training steps that several workers share.
#[derive(Debug, Serialize)]
pub struct Together {
    pub workload: Workload,
    pub engine: &'static str,
    pub workers: usize,
    pub ms: f64,
    /// [`Workload::flops`] by `ms`, in 10⁹ a second.
    pub gflops: f64,
    pub loss: f32,
    pub samples: usize,
    /// How many times faster than one worker, which takes turns with them.
    pub vs_one: Option<f64>,
}

/// Burn's modules at the same.
#[derive(Debug, Serialize)]
pub struct Stock {
    pub ms: f64,
    #[serde(flatten)]
    pub calls: Option<Calls>,
    pub loss: f32,
}

/// Sampling from one workload's model.
#[derive(Debug, Serialize)]
pub struct Sampling {
    pub workload: Workload,
    pub engine: &'static str,
    pub workers: usize,
    /// One text, each token drawn on the host from logits read back.
    pub tokens_per_s: f64,
    #[serde(flatten)]
    pub calls: Option<Calls>,
    /// How many times faster than Burn's modules.
    pub vs_burn: Option<f64>,
}
