//! The numbers a model learns, by PyTorch's names, in one defined order.
//!
//! They live in one flat vector on the device, of which each parameter is a piece. An optimiser updates the vector
//! in a handful of operations however many layers there are (on a GPU each operation costs a launch), and reading
//! all of them back is one transfer.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Name and shape of one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The name in PyTorch's `state_dict`.
    pub name: String,
    /// The shape there: one or two sizes.
    pub shape: Vec<usize>,
}

impl Spec {
    /// How many numbers it holds.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Its shape as a matrix; a vector is a matrix of one row, which is how it is added to a batch.
    fn matrix(&self) -> [usize; 2] {
        match self.shape[..] {
            [rows, columns] => [rows, columns],
            _ => [1, self.count()],
        }
    }
}

/// Which parameter; see [`Parameters::get`].
#[derive(Debug, Clone, Copy)]
pub struct Handle(usize);

/// All parameters of a model. Cloning shares the numbers.
#[derive(Debug, Clone)]
pub struct Parameters {
    specs: Rc<[Spec]>,
    flat: Tensor<1>,
    pieces: Vec<Tensor<2>>,
}

impl Parameters {
    /// Parameters with these names and shapes whose values are `flat`, one after the other, row by row.
    pub fn new(specs: Rc<[Spec]>, flat: Tensor<1>) -> Self {
        let mut start = 0;
        let pieces = specs
            .iter()
            .map(|spec| {
                let piece = flat.clone().narrow(0, start, spec.count()).reshape(spec.matrix());
                start += spec.count();
                piece
            })
            .collect();
        Parameters { specs, flat, pieces }
    }

    /// Names and shapes in order.
    pub fn specs(&self) -> &Rc<[Spec]> {
        &self.specs
    }

    /// All values, one parameter after the other, without gradients.
    pub fn flat(&self) -> &Tensor<1> {
        &self.flat
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.specs.iter().map(Spec::count).sum()
    }

    /// One parameter, `[rows, columns]`; a vector is one row.
    pub fn get(&self, handle: Handle) -> Tensor<2> {
        self.pieces[handle.0].clone()
    }

    /// The same values with every parameter a leaf of a new graph: what is computed from them can be
    /// differentiated.
    pub fn tracked(&self) -> Self {
        let pieces = self.pieces.iter().map(|piece| piece.clone().autodiff().require_grad()).collect();
        Parameters { specs: self.specs.clone(), flat: self.flat.clone(), pieces }
    }

    /// The gradient of `loss` by these [tracked](Parameters::tracked) parameters, laid out as
    /// [`flat`](Parameters::flat); zero where the loss does not depend on a parameter.
    pub fn gradient(&self, loss: &Tensor<1>) -> Tensor<1> {
        let mut gradients = loss.backward();
        let pieces = self
            .pieces
            .iter()
            .zip(self.specs.iter())
            .map(|(piece, spec)| match piece.grad_remove(&mut gradients) {
                Some(gradient) => gradient.reshape([spec.count()]),
                None => Tensor::zeros([spec.count()], &self.flat.device()),
            })
            .collect();
        Tensor::cat(pieces, 0)
    }
}

/// Collects a model's parameters while its layers are built, drawing their initial values from a seeded stream on
/// the host: the same on every device.
#[derive(Debug)]
pub struct Builder {
    stream: ChaCha8Rng,
    specs: Vec<Spec>,
    values: Vec<f32>,
}

impl Builder {
    /// An empty model whose initial values follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Builder { stream: ChaCha8Rng::seed_from_u64(seed), specs: Vec::new(), values: Vec::new() }
    }

    /// Adds a parameter with values uniform in `[-bound, bound)`.
    pub fn uniform(&mut self, name: String, shape: Vec<usize>, bound: f32) -> Handle {
        let spec = Spec { name, shape };
        for _ in 0..spec.count() {
            let value = bound * (2.0 * unit(&mut self.stream) - 1.0);
            self.values.push(value);
        }
        self.specs.push(spec);
        Handle(self.specs.len() - 1)
    }

    /// The parameters with their initial values, on `device`.
    pub fn build(self, device: &Device) -> Parameters {
        let count = self.values.len();
        Parameters::new(
            self.specs.into(),
            Tensor::from_data(TensorData::new(self.values, [count]), &device.clone().inner()),
        )
    }
}

/// `count` numbers uniform in [0, 1) that are no parameters, from a stream of their own: drawing them does not
/// move the initial values of the same seed.
pub fn uniform_constants(seed: u64, count: usize) -> Vec<f32> {
    let mut stream = ChaCha8Rng::seed_from_u64(seed);
    stream.set_stream(1);
    (0..count).map(|_| unit(&mut stream)).collect()
}

/// The next number of the stream, uniform in [0, 1): 24 bits, so that every value is exact in `f32`.
fn unit(stream: &mut ChaCha8Rng) -> f32 {
    (stream.next_u32() >> 8) as f32 / (1 << 24) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initial_values_are_the_seeds_and_within_bounds() {
        let values = |seed: u64| {
            let mut builder = Builder::new(seed);
            builder.uniform("w".into(), vec![40, 25], 0.5);
            builder.values
        };
        let drawn = values(1);
        assert_eq!(drawn, values(1));
        assert_ne!(drawn, values(2));
        assert!(drawn.iter().all(|value| (-0.5..0.5).contains(value)));
        let mean = drawn.iter().sum::<f32>() / 1000.0;
        let variance = drawn.iter().map(|value| value * value).sum::<f32>() / 1000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0 / 12.0).abs() < 0.01, "{mean} {variance}");
        assert!(uniform_constants(1, 1000).iter().all(|value| (0.0..1.0).contains(value)));
    }

    /// A link sent today must train to the same curve tomorrow: the stream is part of what it means.
    #[test]
    fn the_stream_of_a_seed_is_fixed() {
        let mut builder = Builder::new(1);
        builder.uniform("w".into(), vec![3], 1.0);
        let bits: Vec<u32> = builder.values.iter().map(|value| value.to_bits()).collect();
        assert_eq!(bits, [1_036_665_040, 3_192_370_592, 1_064_836_380]);
    }
}
