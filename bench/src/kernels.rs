//! The engine against PyTorch, on a machine that has no Rust: the same checks as `cargo test` runs on the processor and
//! the browser's tests in a worker, by name. Fixtures are part of the program.

#[path = "../../tests/reference/mod.rs"]
mod reference;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use burn::tensor::Device;
use pollster::block_on;

#[cfg(feature = "cpu")]
const TOLERANCE: f64 = 1e-4;
#[cfg(not(feature = "cpu"))]
const TOLERANCE: f64 = 1e-3;

/// What panics where it finds a difference.
type Check = fn(&Device);

const CHECKS: &[(&str, Check)] = &[
    ("losses_and_updates_equal_pytorch", |device| {
        block_on(reference::losses_and_updates_equal_pytorch(device, TOLERANCE));
    }),
    ("cross_entropy_ignores_as_pytorch_does", |device| {
        block_on(reference::cross_entropy_ignores_as_pytorch_does(device, TOLERANCE));
    }),
    ("variants_equal_pytorch", |device| block_on(reference::variants_equal_pytorch(device, TOLERANCE))),
    ("modules_equal_pytorch", |device| block_on(reference::modules_equal_pytorch(device, TOLERANCE))),
    ("airline_equals_pytorch", |device| block_on(reference::airline_equals_pytorch(device, TOLERANCE))),
    ("embedding_equals_pytorch", |device| block_on(reference::embedding_equals_pytorch(device, TOLERANCE))),
    ("novel_equals_pytorch", |device| block_on(reference::novel_equals_pytorch(device, TOLERANCE))),
    ("memory_equals_pytorch", |device| block_on(reference::memory_equals_pytorch(device, TOLERANCE))),
    ("gradients_through_time_equal_pytorch", |device| {
        block_on(reference::gradients_through_time_equal_pytorch(device, TOLERANCE));
    }),
    #[cfg(feature = "cpu")]
    ("bits_are_the_same_everywhere", |device| block_on(reference::bits_are_the_same_everywhere(device))),
];

/// Runs every check and prints how it went; what was wrong is on the standard error.
///
/// # Errors
/// Names the checks that failed.
pub fn check(device: &Device) -> Result<(), String> {
    run(CHECKS, device)
}

/// One that fails keeps none of the others from running.
fn run(checks: &[(&str, Check)], device: &Device) -> Result<(), String> {
    let mut failed = Vec::new();
    for (name, check) in checks {
        let start = Instant::now();
        let passed = catch_unwind(AssertUnwindSafe(|| check(device))).is_ok();
        let seconds = start.elapsed().as_secs_f64();
        println!("{name}: {} ({seconds:.1} s)", if passed { "passed" } else { "failed" });
        if !passed {
            failed.push(*name);
        }
    }
    println!("{} of {} passed", checks.len() - failed.len(), checks.len());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_named_and_the_rest_still_runs() {
        let off: Check = |_| panic!("off by 1");
        let checks: [(&str, Check); 3] = [("one", |_| ()), ("two", off), ("three", off)];
        assert_eq!(run(&checks, &Device::flex()), Err("failed: two, three".into()));
        assert_eq!(run(&checks[..1], &Device::flex()), Ok(()));
    }
}
