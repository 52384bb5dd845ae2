//! What a lesson's figures are drawn from, as it travels: whoever carries it knows nothing of the lesson.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec;

/// The figures of a run at one step: what every page shows of them, and a body that the lesson's own code reads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Steps done.
    pub step: usize,
    /// The figures by name that say how good the model is; see [`Figures::metrics`].
    pub metrics: BTreeMap<String, f64>,
    /// The loss on held-out data, where the lesson judges models by it.
    pub holdout_loss: Option<f64>,
    /// The lesson's [`Figures`], encoded.
    #[serde(with = "serde_bytes")]
    body: Vec<u8>,
}

/// What the figures of a lesson show at one step.
pub trait Figures: Serialize + DeserializeOwned {
    /// The figures by name that say how good the model is.
    fn metrics(&self) -> BTreeMap<String, f64>;

    /// The loss on held-out data, where the lesson judges models by it.
    fn holdout_loss(&self) -> Option<f64> {
        None
    }

    /// The largest difference between any two values that both show, in the data's unit.
    fn deviation(&self, other: &Self) -> f64;

    /// As many digits as a figure can show, for recordings; see [`rounded`].
    fn short(self) -> Self;
}

impl Picture {
    /// The picture of these figures after `step` steps.
    pub fn new(step: usize, figures: &impl Figures) -> Self {
        let (metrics, holdout_loss) = (figures.metrics(), figures.holdout_loss());
        Picture { step, metrics, holdout_loss, body: codec::encode(figures) }
    }

    /// The lesson's figures; none where the picture is another lesson's, or another version's.
    pub fn figures<F: Figures>(&self) -> Option<F> {
        codec::decode(&self.body).ok()
    }

    /// The largest difference between any two values of two pictures of the same lesson.
    pub fn deviation<F: Figures>(&self, other: &Picture) -> Option<f64> {
        Some(self.figures::<F>()?.deviation(&other.figures()?))
    }

    /// The picture with as many digits as a figure can show.
    pub fn short<F: Figures>(&self) -> Option<Self> {
        let figures = self.figures::<F>()?.short();
        Some(Picture { body: codec::encode(&figures), ..self.clone() })
    }
}

/// The nearest multiple of 2^−`bits`: a number with few binary digits takes few bytes in a recording once it is
/// compressed, which decimal rounding would not bring about.
pub fn rounded(value: f64, bits: i32) -> f64 {
    let scale = f64::from(bits).exp2();
    (value * scale).round() / scale
}
