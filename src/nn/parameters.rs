//! The numbers a model learns, by PyTorch's names, in one defined order.
//!
//! They live in one flat vector on the device. An optimiser updates it at once however many layers there are (on a
//! GPU each operation costs a launch), and reading all of them back is one transfer. What is differentiated are its
//! *blocks*, the parameters of one layer next to each other: a step has few gradients to gather.

use std::rc::Rc;

use burn::tensor::{Device, Gradients, Tensor, TensorData};

use super::kernels;
use crate::Stream;

/// Name and shape of one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The name in PyTorch's `state_dict`.
    pub name: String,
    /// The shape there: one or two sizes.
    pub shape: Vec<usize>,
    /// Which block it is part of; blocks are numbered in order.
    pub block: usize,
}

impl Spec {
    /// How many numbers it holds.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }
}

/// The parameters of one layer; see [`Parameters::block`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block(usize);

/// All parameters of a model. Cloning shares the numbers.
#[derive(Debug, Clone)]
pub struct Parameters {
    specs: Rc<[Spec]>,
    flat: Tensor<1>,
    blocks: Vec<Tensor<1>>,
}

impl Parameters {
    /// Parameters with these names and shapes whose values are `flat [n]`, one after the other, row by row.
    pub fn new(specs: Rc<[Spec]>, flat: Tensor<1>) -> Self {
        let mut start = 0;
        let blocks = specs
            .chunk_by(|a, b| a.block == b.block)
            .map(|specs| {
                let count = specs.iter().map(Spec::count).sum();
                start += count;
                kernels::rows(flat.clone(), start - count, count)
            })
            .collect();
        Parameters { specs, flat, blocks }
    }

    /// Names and shapes in order.
    pub fn specs(&self) -> &Rc<[Spec]> {
        &self.specs
    }

    /// All values `[n]`, one parameter after the other, without gradients.
    pub fn flat(&self) -> &Tensor<1> {
        &self.flat
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.specs.iter().map(Spec::count).sum()
    }

    /// The parameters of one layer `[n]`, one after the other.
    pub fn block(&self, block: Block) -> Tensor<1> {
        self.blocks[block.0].clone()
    }

    /// These values with every block a leaf of a new graph: what is computed from them can be differentiated.
    pub fn tracked(&self) -> Self {
        let blocks = self.blocks.iter().map(|block| block.clone().autodiff().require_grad()).collect();
        Parameters { specs: self.specs.clone(), flat: self.flat.clone(), blocks }
    }

    /// The gradient of `loss [1]` by these [tracked](Parameters::tracked) parameters, laid out as
    /// [`flat`](Parameters::flat) `[n]`; zero where the loss does not depend on a parameter.
    pub fn gradient(&self, loss: &Tensor<1>) -> Tensor<1> {
        self.gather(&mut loss.backward())
    }

    /// The gradient by these parameters, laid out as [`flat`](Parameters::flat) `[n]`, out of what a loss's `backward` gave,
    /// which holds the gradients of other tensors as well.
    pub fn gather(&self, gradients: &mut Gradients) -> Tensor<1> {
        let mut blocks: Vec<Tensor<1>> = self
            .blocks
            .iter()
            .map(|block| match block.grad_remove(gradients) {
                Some(gradient) => gradient,
                None => Tensor::zeros(block.dims(), &self.flat.device()),
            })
            .collect();
        match blocks.len() {
            1 => blocks.remove(0),
            _ => Tensor::cat(blocks, 0),
        }
    }
}

/// Collects a model's parameters while its layers are built, drawing their initial values from a seeded stream on
/// the host: the same on every device.
#[derive(Debug)]
pub struct Builder {
    stream: Stream,
    specs: Vec<Spec>,
    values: Vec<f32>,
    blocks: usize,
}

impl Builder {
    /// An empty model whose initial values follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Builder { stream: Stream::new(seed, 0), specs: Vec::new(), values: Vec::new(), blocks: 0 }
    }

    /// Adds a block of parameters with these names and shapes and values uniform in `[-bound, bound)`.
    pub fn uniform(&mut self, parameters: Vec<(String, Vec<usize>)>, bound: f32) -> Block {
        self.add(parameters, |stream| vec![bound * (2.0 * stream.uniform() - 1.0)])
    }

    /// Adds a block of one parameter with values of mean 0 and variance 1.
    pub fn normal(&mut self, name: String, shape: Vec<usize>) -> Block {
        self.add(vec![(name, shape)], |stream| stream.normal().to_vec())
    }

    /// The initial values of the parameter of this name, row by row; none where there is no such parameter.
    pub fn values(&mut self, name: &str) -> &mut [f32] {
        let Some(index) = self.specs.iter().position(|spec| spec.name == name) else { return &mut [] };
        let start: usize = self.specs[..index].iter().map(Spec::count).sum();
        &mut self.values[start..start + self.specs[index].count()]
    }

    fn add(
        &mut self,
        parameters: Vec<(String, Vec<usize>)>,
        mut draw: impl FnMut(&mut Stream) -> Vec<f32>,
    ) -> Block {
        let block = self.blocks;
        self.blocks += 1;
        for (name, shape) in parameters {
            let spec = Spec { name, shape, block };
            let end = self.values.len() + spec.count();
            while self.values.len() < end {
                self.values.extend(draw(&mut self.stream));
            }
            self.values.truncate(end);
            self.specs.push(spec);
        }
        Block(block)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initial_values_are_the_seeds_and_within_bounds() {
        let values = |seed: u64| {
            let mut builder = Builder::new(seed);
            builder.uniform(vec![("w".into(), vec![40, 25])], 0.5);
            builder.values
        };
        let drawn = values(1);
        assert_eq!(drawn, values(1));
        assert_ne!(drawn, values(2));
        assert!(drawn.iter().all(|value| (-0.5..0.5).contains(value)));
        let mean = drawn.iter().sum::<f32>() / 1000.0;
        let variance = drawn.iter().map(|value| value * value).sum::<f32>() / 1000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0 / 12.0).abs() < 0.01, "{mean} {variance}");
    }

    /// A link sent today must train to the same curve tomorrow: the stream is part of what it means.
    #[test]
    fn the_stream_of_a_seed_is_fixed() {
        let mut builder = Builder::new(1);
        builder.uniform(vec![("w".into(), vec![3])], 1.0);
        let bits: Vec<u32> = builder.values.iter().map(|value| value.to_bits()).collect();
        assert_eq!(bits, [1_036_665_040, 3_192_370_592, 1_064_836_380]);
    }
}
