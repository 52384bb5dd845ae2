//! Gradients through time, step by step.

use burn::tensor::{Device, Tensor};
use safetensors::SafeTensors;
use unroll::lessons::cell::{ThroughTime, spectral_radius, through_time};
use unroll::nn::{Builder, Cell, Recurrent, RecurrentConfig, read_all};

use super::fixture::{assert_close, numbers, tensor};

const FIXTURE: &[u8] = include_bytes!("../fixtures/cell.safetensors");
const STEPS: usize = 12;
const BATCH_SIZE: usize = 3;
const INPUT_SIZE: usize = 4;
const HIDDEN_SIZE: usize = 6;

/// Loss, the gradient at every hidden and cell state and by every parameter, and the spectral radii.
pub async fn gradients_through_time_equal_pytorch(device: &Device, tolerance: f64) {
    let fixture = SafeTensors::deserialize(FIXTURE).unwrap();
    for cell in [Cell::RnnTanh, Cell::RnnRelu, Cell::Lstm, Cell::Gru] {
        let name = |key: &str| format!("{}/{key}", cell.word());
        let config =
            RecurrentConfig { batch_first: false, ..RecurrentConfig::new(cell, INPUT_SIZE, HIDDEN_SIZE) };
        let mut builder = Builder::new(1);
        let module = Recurrent::new(&mut builder, "cell", config);
        let kinds = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"];
        for kind in kinds {
            let values = numbers(&fixture, &name(&format!("parameter/{kind}")));
            builder.values(&format!("cell.{kind}")).copy_from_slice(&values);
        }
        let parameters = builder.build(device);
        let x: Tensor<3> = tensor(&fixture, &name("x"), [STEPS, BATCH_SIZE, INPUT_SIZE], device);
        let y: Tensor<2> = tensor(&fixture, &name("y"), [BATCH_SIZE, HIDDEN_SIZE], device);
        let ThroughTime { loss, hidden, kept, parameters: gradient } =
            through_time(&module, &parameters, &x, y);
        let flat = |steps: Vec<Tensor<3>>| steps.into_iter().map(|step| step.flatten::<1>(0, 2));
        let mut wanted = vec![loss, gradient];
        wanted.extend(flat(hidden));
        wanted.extend(flat(kept));
        let values = read_all(wanted).await.unwrap();
        assert_close(&name("loss"), &values[0], &numbers(&fixture, &name("loss")), tolerance);
        let gradient = kinds.map(|kind| numbers(&fixture, &name(&format!("gradient/{kind}")))).concat();
        assert_close(&name("parameters"), &values[1], &gradient, tolerance);
        let arrived = numbers(&fixture, &name("hidden"));
        for (t, (found, right)) in
            values[2..].iter().zip(arrived.chunks(BATCH_SIZE * HIDDEN_SIZE)).enumerate()
        {
            assert_close(&name(&format!("h {t}")), found, right, tolerance);
        }
        if cell == Cell::Lstm {
            let kept = numbers(&fixture, &name("kept"));
            let found = &values[2 + STEPS..];
            assert_eq!(found.len(), STEPS);
            for (t, (found, right)) in found.iter().zip(kept.chunks(BATCH_SIZE * HIDDEN_SIZE)).enumerate() {
                assert_close(&name(&format!("c {t}")), found, right, tolerance);
            }
        }
        let weights = numbers(&fixture, &name("parameter/weight_hh_l0"));
        let radii: Vec<f32> = weights
            .chunks(HIDDEN_SIZE * HIDDEN_SIZE)
            .map(|gate| spectral_radius(gate, HIDDEN_SIZE) as f32)
            .collect();
        assert_close(&name("radii"), &radii, &numbers(&fixture, &name("radii")), 1e-4);
    }
}
