//! In a browser's worker: page/worker.js starts it, counts its calls to the GPU, and says what to measure.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;

use burn::tensor::Device;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use unroll::protocol::Job;
use unroll::settings::Form;
use unroll::train::team::Team;
use unroll::worker::team::{Assistant, Workers};

use crate::line::Request;
use crate::measure::measure;
use crate::ours::objective;
use crate::workload::Workload;

#[cfg(feature = "cpu")]
const ENGINE: &str = "cpu";
#[cfg(not(feature = "cpu"))]
const ENGINE: &str = "webgpu";

/// Waits for a request as JSON, and answers it with lines as strings, then `null`.
pub fn main() -> ExitCode {
    console_error_panic_hook::set_once();
    let assistant = Rc::new(RefCell::new(None));
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        if Assistant::is_meant(&message.data()) {
            let assistant = Rc::clone(&assistant);
            // One question at a time: the next one comes after the answer.
            spawn_local(async move {
                let mut working = match assistant.take() {
                    Some(assistant) => assistant,
                    None => Assistant::new(objective, device().await),
                };
                working.handle(&message.data()).await;
                assistant.replace(Some(working));
            });
            return;
        }
        let text = message.data().as_string().unwrap_or_default();
        spawn_local(async move {
            let request: Request = serde_json::from_str(&text).expect("a request");
            let device = device().await;
            let measured = measure(&request, ENGINE, &device, |line| post(&line.to_string().into())).await;
            measured.expect("the device lasts");
            post(&JsValue::NULL);
        });
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    listener.forget();
    ExitCode::SUCCESS
}

#[cfg(feature = "cpu")]
async fn device() -> Device {
    Device::flex()
}

#[cfg(not(feature = "cpu"))]
async fn device() -> Device {
    unroll::worker::gpu::open().await.expect("a WebGPU adapter").0
}

/// Milliseconds since the worker began.
pub fn milliseconds() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// Dispatches and submits since the worker began, as page/worker.js counts them.
pub fn gpu_calls() -> Option<[f64; 2]> {
    let counter: Function = Reflect::get(&scope(), &"gpuCalls".into()).ok()?.dyn_into().ok()?;
    let counts: Array = counter.call0(&JsValue::NULL).ok()?.dyn_into().ok()?;
    Some([counts.get(0).as_f64()?, counts.get(1).as_f64()?])
}

/// What the processor can do, in 10⁹ operations a second; see [`crate::peak`].
pub fn peak() -> Option<f64> {
    cfg!(feature = "cpu").then(|| crate::peak::gflops(milliseconds))
}

/// A second worker, where there is a processor for it and a step is large enough to be shared.
pub fn team(workload: Workload) -> Option<Box<dyn Team>> {
    let name = serde_json::to_value(workload).ok()?.as_str()?.to_owned();
    let job = Job { lesson: name, form: Form::read(&[], []).0, data: None, corpus: None };
    let is_shared = cfg!(feature = "cpu") && workload.is_shared();
    let workers = is_shared.then(|| Workers::start(&job, 1)).flatten()?;
    Some(Box::new(workers))
}

/// Lets the browser deliver what has arrived.
pub async fn give_way() {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = scope().set_timeout_with_callback(&resolve);
    });
    let _ = JsFuture::from(promise).await;
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(message: &JsValue) {
    scope().post_message(message).expect("a string can be sent");
}
