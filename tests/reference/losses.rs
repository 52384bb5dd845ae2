//! Cross-entropy where a target is ignored.

use burn::tensor::{Device, Int, Tensor, TensorData};
use serde::Deserialize;
use unroll::nn::{cross_entropy, read, reference};

use super::fixture::assert_close;

/// Made by `tests/fixtures/cross_entropy.py`.
static FIXTURE: &str = include_str!("../fixtures/cross_entropy.json");

#[derive(Deserialize)]
struct Case {
    name: String,
    classes: usize,
    targets: Vec<i32>,
    ignore_index: Option<usize>,
    logits: Vec<f32>,
    loss: f32,
    gradient: Vec<f32>,
}

/// Losses and gradients of the kernels and of the reference are those of PyTorch's definition; where no row counts they are
/// zero.
pub async fn cross_entropy_ignores_as_pytorch_does(device: &Device, tolerance: f64) {
    type Loss = fn(Tensor<2>, Tensor<1, Int>, Option<usize>) -> Tensor<1>;
    let both: [(&str, Loss); 2] = [("kernels", cross_entropy), ("reference", reference::cross_entropy)];
    for case in serde_json::from_str::<Vec<Case>>(FIXTURE).unwrap() {
        let rows = case.targets.len();
        for (which, loss) in both {
            let logits = TensorData::new(case.logits.clone(), [rows, case.classes]);
            let logits = Tensor::<2>::from_data(logits, device).autodiff().require_grad();
            let targets = Tensor::from_data(TensorData::new(case.targets.clone(), [rows]), device);
            let loss = loss(logits.clone(), targets, case.ignore_index);
            let gradients = loss.backward();
            let gradient = logits.grad(&gradients).unwrap().flatten(0, 1);
            let found = read([loss.inner(), gradient]).await.unwrap();
            let what = format!("{} by the {which}", case.name);
            if case.gradient.iter().all(|value| *value == 0.0) {
                assert_eq!(found, [vec![0.0], vec![0.0; case.gradient.len()]], "{what}");
                continue;
            }
            assert_close(&what, &found[0], &[case.loss], tolerance);
            assert_close(&what, &found[1], &case.gradient, tolerance);
            // What is ignored has no gradient, not just a small one.
            let rows = case.targets.iter().zip(found[1].chunks(case.classes));
            for (target, row) in rows {
                let is_ignored = case.ignore_index == usize::try_from(*target).ok();
                assert!(!is_ignored || row.iter().all(|value| *value == 0.0), "{what}");
            }
        }
    }
}
