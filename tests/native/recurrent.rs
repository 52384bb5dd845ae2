//! Properties of the recurrent modules: the kernels compute what the reference does at every size, the reference is
//! differentiated correctly, and what is random is the seed's.

use burn::tensor::{DType, Device, Tensor, TensorData};
use unroll::Stream;
use unroll::nn::kernels::{Scan, recurrent};
use unroll::nn::{Builder, Cell, Pass, Recurrent, RecurrentConfig, reference};

const HIDDEN_SIZES: [usize; 7] = [1, 3, 10, 17, 64, 257, 512];
const BATCH_SIZES: [usize; 4] = [1, 2, 7, 128];
const SEQ_LENGTHS: [usize; 3] = [1, 2, 35];
/// Multiplications of the products of one pass; more would take an unoptimised build too long.
const MOST_WORK: usize = 40_000_000;

/// Numbers in [−scale, scale).
fn tensor<const D: usize>(stream: &mut Stream, shape: [usize; D], scale: f32) -> Tensor<D> {
    let values =
        (0..shape.iter().product()).map(|_| scale * (2.0 * stream.uniform() - 1.0)).collect::<Vec<_>>();
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// One of `count`.
fn pick(stream: &mut Stream, count: usize) -> usize {
    (stream.uniform() * count as f32) as usize
}

/// What a pass is given, and what weighs its results in a loss.
struct Case {
    scan: Scan,
    input: Tensor<2>,
    block: Tensor<1>,
    initial: Tensor<3>,
    weight: Tensor<3>,
}

impl Case {
    fn new(stream: &mut Stream, scan: Scan) -> Self {
        let scale = 1.0 / (scan.hidden_size as f32).sqrt();
        let [rows, batch, hidden] = scan.packed_shape();
        Case {
            input: tensor(stream, [scan.rows(), scan.input_size], 1.0),
            block: tensor(stream, [scan.weights().len], scale),
            initial: tensor(stream, [scan.cell.states(), batch, hidden], 1.0),
            weight: tensor(stream, [rows, batch, hidden], 1.0),
            scan,
        }
    }

    /// The results of a pass, then the gradients of input, block and initial state.
    fn run(&self, pass: impl Fn(Tensor<2>, Tensor<1>, Tensor<3>, Scan) -> Tensor<3>) -> [Vec<f32>; 4] {
        let input = self.input.clone().autodiff().require_grad();
        let block = self.block.clone().autodiff().require_grad();
        let initial = self.initial.clone().autodiff().require_grad();
        let packed = pass(input.clone(), block.clone(), initial.clone(), self.scan.clone());
        let gradients = (packed.clone() * self.weight.clone()).sum().backward();
        [
            values(packed),
            values(input.grad(&gradients).unwrap()),
            values(block.grad(&gradients).unwrap()),
            values(initial.grad(&gradients).unwrap()),
        ]
    }
}

fn scan(stream: &mut Stream, cell: Cell, hidden_size: usize, batch_size: usize, seq_length: usize) -> Scan {
    let ragged = pick(stream, 2) == 1;
    let lengths = ragged.then(|| (0..batch_size).map(|_| pick(stream, seq_length + 1)).collect());
    Scan {
        cell,
        input_size: 1 + pick(stream, 20),
        hidden_size,
        seq_length,
        batch_size,
        bias: pick(stream, 3) > 0,
        reverse: pick(stream, 2) == 1,
        lengths,
        gather: None,
    }
}

/// ‖a − b‖ ≤ 1e-4 ‖b‖
fn close(a: &[f32], b: &[f32]) -> bool {
    let norm = |values: &mut dyn Iterator<Item = f32>| {
        values.map(|value| f64::from(value).powi(2)).sum::<f64>().sqrt()
    };
    let off = norm(&mut a.iter().zip(b).map(|(a, b)| a - b));
    let size = norm(&mut b.iter().copied());
    a.len() == b.len() && off <= 1e-4 * size.max(1e-3)
}

#[test]
fn kernels_compute_what_the_reference_does() {
    let mut stream = Stream::new(5, 0);
    let mut met = std::collections::BTreeSet::new();
    for cell in Cell::ALL {
        for hidden_size in HIDDEN_SIZES {
            for batch_size in BATCH_SIZES {
                for seq_length in SEQ_LENGTHS {
                    let work = seq_length * batch_size * cell.gates() * hidden_size * hidden_size;
                    // The large ones seldom, but each size with each cell.
                    let is_new = met.insert((cell.tape(), 'h', hidden_size))
                        | met.insert((cell.tape(), 'b', batch_size))
                        | met.insert((cell.tape(), 't', seq_length));
                    if work > MOST_WORK || !(is_new || work < 100_000 || pick(&mut stream, 12) == 0) {
                        continue;
                    }
                    let scan = scan(&mut stream, cell, hidden_size, batch_size, seq_length);
                    let case = Case::new(&mut stream, scan);
                    let names =
                        ["results", "input's gradient", "block's gradient", "initial state's gradient"];
                    let (fused, plain) = (case.run(recurrent), case.run(reference::recurrent));
                    for ((name, fused), plain) in names.iter().zip(&fused).zip(&plain) {
                        assert!(close(fused, plain), "{name} of {:?}", case.scan);
                    }
                }
            }
        }
    }
    for size in HIDDEN_SIZES {
        assert!(Cell::ALL.iter().all(|cell| met.contains(&(cell.tape(), 'h', size))));
    }
}

/// Central differences in f64: what Burn derives of the reference is what the reference does.
#[test]
fn gradients_of_the_reference_are_its_slopes() {
    for cell in Cell::ALL {
        let mut stream = Stream::new(6, 0);
        let scan = Scan {
            lengths: Some([3, 1].into()),
            bias: true,
            input_size: 2,
            ..scan(&mut stream, cell, 3, 2, 3)
        };
        let case = Case::new(&mut stream, scan.clone());
        let block = case.block.clone().cast(DType::F64);
        let loss = |block: Tensor<1>| {
            let (input, initial) =
                (case.input.clone().cast(DType::F64), case.initial.clone().cast(DType::F64));
            let packed = reference::recurrent(input, block, initial, scan.clone());
            (packed * case.weight.clone().cast(DType::F64)).sum()
        };
        let leaf = block.clone().autodiff().require_grad();
        let gradients = loss(leaf.clone()).backward();
        let derived: Vec<f64> = leaf.grad(&gradients).unwrap().into_data().try_into_vec().unwrap();
        let numbers: Vec<f64> = block.into_data().try_into_vec().unwrap();
        let at = |index: usize, step: f64| {
            let mut moved = numbers.clone();
            moved[index] += step;
            let count = moved.len();
            let data = TensorData::new(moved, [count]);
            let moved = Tensor::<1>::from_data(data, (&Device::flex(), DType::F64));
            loss(moved).into_data().try_into_vec::<f64>().unwrap()[0]
        };
        for (index, derived) in derived.iter().enumerate() {
            const STEP: f64 = 1e-5;
            let slope = (at(index, STEP) - at(index, -STEP)) / (2.0 * STEP);
            assert!(
                (slope - derived).abs() < 1e-7 * (1.0 + derived.abs()),
                "{cell:?} {index}: {slope} {derived}"
            );
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    for cell in Cell::ALL {
        let [first, second] = [(); 2].map(|()| {
            let mut stream = Stream::new(7, 0);
            let scan = scan(&mut stream, cell, 65, 9, 5);
            Case::new(&mut stream, scan).run(recurrent)
        });
        assert_eq!(
            first.map(|values| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>()),
            second.map(|values| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>()),
            "{cell:?}"
        );
    }
}

#[test]
fn dropout_drops_its_share_between_layers_and_in_training_only() {
    let mask = |seed: u64| values(Stream::new(seed, 2).dropout(0.3, [100, 100], &Device::flex()));
    let drawn = mask(1);
    assert!(drawn == mask(1) && drawn != mask(2));
    let kept = drawn.iter().filter(|&&value| value != 0.0).count();
    // Three standard deviations of 10,000 draws: 46 each.
    assert!((6_862..=7_138).contains(&kept), "{kept}");
    assert!(drawn.iter().all(|&value| value == 0.0 || (value - 1.0 / 0.7).abs() < 1e-6));

    let run = |num_layers: usize, dropout: f64, seed: Option<u64>| {
        let mut builder = Builder::new(1);
        let config = RecurrentConfig { num_layers, dropout, ..RecurrentConfig::new(Cell::Gru, 3, 8) };
        let module = Recurrent::new(&mut builder, "gru", config);
        let parameters = builder.build(&Device::flex());
        let input = tensor(&mut Stream::new(2, 0), [4, 6, 3], 1.0);
        let mut stream = seed.map(|seed| Stream::new(seed, 3));
        values(
            module.forward(&parameters, input, Pass { dropout: stream.as_mut(), ..Pass::default() }).output(),
        )
    };
    assert_eq!(run(1, 0.5, Some(1)), run(1, 0.0, None), "never after the last layer");
    assert_eq!(run(2, 0.5, None), run(2, 0.0, None), "not in evaluation");
    assert_eq!(run(2, 0.5, Some(1)), run(2, 0.5, Some(1)));
    assert_ne!(run(2, 0.5, Some(1)), run(2, 0.5, Some(2)));
    assert_ne!(run(2, 0.5, Some(1)), run(2, 0.0, None));
}
