//! Random numbers: drawn on the host from ChaCha, the same for a seed on every device and in every release.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A sequence of random numbers that follows from its seed.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// One of the streams of `seed`. Number 0 gives the initial parameters; what draws from another one does not move
    /// them.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        stream.set_stream(number);
        Stream(stream)
    }

    /// Uniform in [0, 1): 24 bits, so that every value is exact in `f32`.
    pub fn uniform(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    /// A whole number from 0 to `bound` − 1, each as likely as any other to within `bound` / 2³²; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u64::from(self.0.next_u32()) * bound as u64) >> 32) as usize
    }

    /// Two independent numbers of mean 0 and variance 1, by the method of Box and Muller.
    pub fn normal(&mut self) -> [f32; 2] {
        let radius = (-2.0 * f64::from(1.0 - self.uniform()).ln()).sqrt();
        let angle = std::f64::consts::TAU * f64::from(self.uniform());
        [(radius * angle.cos()) as f32, (radius * angle.sin()) as f32]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_distributions() {
        let mut stream = Stream::new(1, 0);
        let uniform: Vec<f32> = (0..1000).map(|_| stream.uniform()).collect();
        assert!(uniform.iter().all(|value| (0.0..1.0).contains(value)));
        let normal: Vec<f32> = (0..5000).flat_map(|_| stream.normal()).collect();
        let mean = normal.iter().sum::<f32>() / 10_000.0;
        let variance = normal.iter().map(|value| value * value).sum::<f32>() / 10_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        assert_ne!(Stream::new(1, 0).uniform(), Stream::new(1, 1).uniform());
    }
}
