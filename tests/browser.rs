//! The engine in a browser's worker: PyTorch's first steps, and the protocol through its encoding. The feature
//! that is on selects the engine.
//!
//! `cargo test --release --target wasm32-unknown-unknown --no-default-features --features cpu --test browser`, or with
//! `webgpu`; `CHROMEDRIVER` names chromedriver, and `webdriver.json` at the top of the package, the only place where
//! the test runner looks for it, holds Chromium's arguments.
#![cfg(target_arch = "wasm32")]

mod reference;

use std::convert::Infallible;

use burn::tensor::{Device, Tensor};
use serde::{Serialize, de::DeserializeOwned};
use unroll::codec;
use unroll::lessons::ENGINE_LESSONS;
use unroll::lessons::airline::LESSON;
use unroll::nn::{
    Builder, Cell, Parameters, Pass, Recurrent, RecurrentConfig, mean_squared_error, read_number,
};
use unroll::number::{self, Written};
use unroll::protocol::{Attachment, Command, Engine, Event, Job, Origin};
use unroll::train::{Objective, Rule, Session, TrainingState, drive};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[cfg(feature = "cpu")]
const ENGINE: (Engine, f64) = (Engine::Cpu, 1e-4);
#[cfg(not(feature = "cpu"))]
const ENGINE: (Engine, f64) = (Engine::Webgpu, 1e-3);

#[cfg(feature = "cpu")]
async fn device() -> Device {
    Device::flex()
}

/// The GPU is set up once; a second time is an error, so the tests share one.
#[cfg(not(feature = "cpu"))]
async fn device() -> Device {
    thread_local! {
        static DEVICE: std::cell::RefCell<Option<Device>> = const { std::cell::RefCell::new(None) };
    }
    if let Some(device) = DEVICE.with_borrow(Clone::clone) {
        return device;
    }
    let (device, _) = unroll::worker::gpu::open().await.unwrap();
    DEVICE.set(Some(device.clone()));
    device
}

/// A browser's numbers are written as Rust writes them, and read as it reads them.
#[wasm_bindgen_test]
fn numbers_are_written_as_everywhere() {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let anything = std::iter::repeat_with(|| {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        f64::from_bits(bits)
    });
    let edges =
        [0.0, -0.0, 1e-7, 1e21, 1e23, 0.25, 112_500.0, -2.5, 5e-324, f64::MAX, f64::NAN, f64::NEG_INFINITY];
    let near = (-4000..4000).map(|step| f64::from(step) / 64.0);
    for number in edges.into_iter().chain(near).chain(anything.take(4000)) {
        let text = number.to_string();
        assert_eq!(Written(number).to_string(), text);
        assert_eq!(
            number::read(&text).map(f64::to_bits),
            Some(number).filter(|n| !n.is_nan()).map(f64::to_bits)
        );
        for digits in 1..4 {
            assert_eq!(number::exponential(number, digits), format!("{number:.digits$e}"));
        }
    }
    for text in ["", " 1", "0x10", "1e", ".", "--1", "nan", "1_000"] {
        assert_eq!(number::read(text), None, "{text}");
    }
}

#[wasm_bindgen_test]
async fn first_steps_equal_pytorch() {
    reference::airline_equals_pytorch(&device().await, ENGINE.1).await;
    reference::embedding_equals_pytorch(&device().await, ENGINE.1).await;
    reference::novel_equals_pytorch(&device().await, ENGINE.1).await;
    reference::memory_equals_pytorch(&device().await, ENGINE.1).await;
}

#[wasm_bindgen_test]
async fn modules_equal_pytorch() {
    reference::modules_equal_pytorch(&device().await, ENGINE.1).await;
}

#[wasm_bindgen_test]
async fn variants_equal_pytorch() {
    reference::variants_equal_pytorch(&device().await, ENGINE.1).await;
}

#[wasm_bindgen_test]
async fn losses_and_updates_equal_pytorch() {
    reference::losses_and_updates_equal_pytorch(&device().await, ENGINE.1).await;
}

#[wasm_bindgen_test]
async fn cross_entropy_ignores_as_pytorch_does() {
    reference::cross_entropy_ignores_as_pytorch_does(&device().await, ENGINE.1).await;
}

#[wasm_bindgen_test]
async fn gradients_through_time_equal_pytorch() {
    reference::gradients_through_time_equal_pytorch(&device().await, ENGINE.1).await;
}

#[cfg(feature = "cpu")]
#[wasm_bindgen_test]
async fn bits_are_the_same_everywhere() {
    reference::bits_are_the_same_everywhere(&device().await).await;
}

/// What the page does: every message crosses as bytes, and its attachment beside it.
fn cross<T: Clone + Serialize + DeserializeOwned + Attachment>(message: &T) -> T {
    let mut message = message.clone();
    let attached = message.attachment().map(std::mem::take);
    let mut read: T = codec::decode(&codec::encode(&message)).unwrap();
    if let (Some(place), Some(bytes)) = (read.attachment(), attached) {
        *place = bytes;
    }
    read
}

#[wasm_bindgen_test]
async fn a_run_trains_and_goes_on_from_its_snapshot() {
    let clock = || js_sys::Date::now() / 1000.0;
    let mut session = Session::new(ENGINE.0, device().await, clock, ENGINE_LESSONS);
    let mut form = LESSON.preset();
    let epochs = LESSON.settings.iter().find(|setting| setting.key == "epochs").unwrap();
    // Few: a software adapter takes a second for each.
    assert_eq!(form.write(epochs, "8"), None);
    let job = Job { lesson: LESSON.id.into(), form, data: None, corpus: None };
    let open = |run, origin| cross(&Command::Open { run, job: job.clone(), origin });
    let mut events: Vec<Event> = Vec::new();
    for command in [open(1, Origin::Seed), cross(&Command::Start { run: 1 })] {
        let no_slow_motion = |seconds| panic!("{seconds} s to wait");
        let hear = |event: Event| {
            events.push(cross(&event));
            Ok::<(), Infallible>(())
        };
        let Ok(()) = drive(&mut session, command, no_slow_motion, hear).await;
    }
    assert!(matches!(events.first(), Some(Event::Opened { .. })), "{events:?}");
    let Some(Event::Finished { metrics, .. }) = events.last() else { panic!("{events:?}") };
    let first = events.iter().find_map(|event| match event {
        Event::Progress { losses, .. } => losses.first().copied(),
        _ => None,
    });
    assert!(metrics["loss"] < f64::from(first.unwrap()), "{first:?}, {metrics:?}");
    // The last one: on a slow device there are others on the way.
    let snapshot = events.iter().rev().find_map(|event| match event {
        Event::Snapshot { bytes, .. } => Some(bytes.clone()),
        _ => None,
    });
    let restored = session.handle(open(2, Origin::Snapshot { bytes: snapshot.unwrap() })).await;
    let Some(Event::Finished { metrics: again, .. }) = restored.last().map(cross) else {
        panic!("{restored:?}")
    };
    assert_eq!((again["loss"], again["rmse"]), (metrics["loss"], metrics["rmse"]));
}

/// Two layers through a hundred steps.
struct Deep {
    lstm: Recurrent,
    input: Tensor<3>,
}

impl Objective for Deep {
    fn rule(&self) -> Rule {
        Rule::Adam
    }

    fn learning_rate(&self, _step: usize) -> f64 {
        1e-3
    }

    fn loss(&self, parameters: &Parameters) -> Tensor<1> {
        let last = self.lstm.forward(parameters, self.input.clone(), Pass::default()).last();
        let zeros = last.zeros_like();
        mean_squared_error(last, zeros)
    }
}

#[wasm_bindgen_test]
async fn memory_does_not_grow() {
    // In pages of 64 KiB.
    let memory = || core::arch::wasm32::memory_size::<0>();
    // Sizes at which it takes seconds; what 512 units and 64 sequences take is in docs/benchmark.md.
    let (hidden_size, batch, steps) = (64, 8, 100);
    let device = device().await;
    let config =
        RecurrentConfig { num_layers: 2, ..RecurrentConfig::new(Cell::Lstm, hidden_size, hidden_size) };
    let mut builder = Builder::new(1);
    let lstm = Recurrent::new(&mut builder, "lstm", config);
    let deep = Deep { lstm, input: Tensor::ones([batch, steps, hidden_size], &device) };
    let mut state = TrainingState::new(&deep, builder.build(&device));
    let mut sizes = Vec::new();
    for step in 1..=200 {
        assert!(read_number(state.step(&deep).loss).await.unwrap().is_finite());
        if step == 50 || step == 200 {
            sizes.push(memory());
        }
    }
    assert_eq!(sizes[0], sizes[1]);
}
