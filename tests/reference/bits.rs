//! A run on the CPU engine has the same bits everywhere: natively and in every browser.

use std::rc::Rc;

use burn::tensor::{Device, Tensor};
use unroll::Stream;
use unroll::nn::{
    Builder, Cell, Embedding, Linear, Parameters, Pass, Recurrent, RecurrentConfig, cross_entropy, read,
};
use unroll::train::{Optimizer, Rule};

/// The parameters after a few steps of a small model of each cell, as one number. A change of a kernel's order of
/// summation changes them, and with them what every link trains to: then the protocol's readers must be told.
const EXPECTED: [(Cell, u64); 6] = [
    (Cell::RnnTanh, 0x42c8_22c1_8333_2852),
    (Cell::RnnRelu, 0xfd21_691f_0ef3_e779),
    (Cell::Lstm, 0x7618_516e_e871_174e),
    (Cell::LstmConcatenated, 0xfde9_a731_67fc_c075),
    (Cell::Gru, 0x5718_3539_7ada_844a),
    (Cell::GruResetBefore, 0xfff1_25e1_d21e_356f),
];

/// Trains one model of every cell, and compares the bits of what it has become.
pub async fn bits_are_the_same_everywhere(device: &Device) {
    let mut found = Vec::new();
    for (cell, _) in EXPECTED {
        found.push((cell, trained(cell, device).await));
    }
    assert_eq!(found, EXPECTED);
}

async fn trained(cell: Cell, device: &Device) -> u64 {
    let (words, batch) = (11, 5);
    let mut builder = Builder::new(1);
    let embedding = Embedding::new(&mut builder, "words", words, 6);
    let config = RecurrentConfig {
        num_layers: 2,
        dropout: 0.2,
        batch_first: false,
        ..RecurrentConfig::new(cell, 6, 13)
    };
    let recurrent = Recurrent::new(&mut builder, "recurrent", config);
    let linear = Linear::new(&mut builder, "linear", 13, words);
    let mut parameters = builder.build(device);
    let mut optimizer = Optimizer::new(Rule::Adam, parameters.count(), device);
    let mut dropout = Stream::new(1, 2);
    let tokens: Vec<usize> = (0..batch * 9).map(|index| index * index % words).collect();
    let targets: Vec<i32> = tokens.iter().map(|&token| ((token + 3) % words) as i32).collect();
    let targets = Tensor::from_ints(&targets[..], device);
    for _ in 0..20 {
        let tracked = parameters.tracked();
        let input = embedding.input(&tracked, &tokens, batch);
        let output =
            recurrent.forward(&tracked, input, Pass { dropout: Some(&mut dropout), ..Pass::default() });
        let loss = cross_entropy(linear.forward(&tracked, output.steps()), targets.clone(), None);
        let flat = optimizer.update(parameters.flat().clone(), tracked.gradient(&loss), 0.01);
        parameters = Parameters::new(Rc::clone(parameters.specs()), flat);
    }
    let [values] = read([parameters.flat().clone()]).await.unwrap();
    assert!(values.iter().all(|value| value.is_finite()));
    // FNV-1a
    values.iter().flat_map(|value| value.to_bits().to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
