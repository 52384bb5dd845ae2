//! On the processor.

use std::sync::Arc;

use burn::tensor::Device;
use unroll::protocol::Job;
use unroll::settings::Form;
use unroll::train::team::Team;
use unroll::train::threads::{Builder, Threads};

use crate::ours::objective;
use crate::workload::Workload;

/// How the lines name this engine.
pub const NAME: &str = "native";

/// The device, and what it is.
pub fn open() -> Result<(Device, String), String> {
    Ok((Device::flex(), "the processor".into()))
}

/// A second thread, where a step is large enough to be shared.
pub fn team(workload: Workload) -> Option<Box<dyn Team>> {
    let name = serde_json::to_value(workload).ok()?.as_str()?.to_owned();
    let job = Job { lesson: name, form: Form::read(&[], []).0, data: None, corpus: None };
    let build: Builder = Arc::new(move |device| objective(&job, device));
    workload.is_shared().then(|| Box::new(Threads::start(1, &build)) as Box<dyn Team>)
}
