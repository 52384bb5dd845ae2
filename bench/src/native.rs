//! On the machine itself.

use std::io::Write;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use burn::tensor::Device;
use lexopt::Arg;
use serde_json::Value;
use unroll::protocol::Job;
use unroll::settings::Form;
use unroll::train::team::Team;
use unroll::train::threads::{Builder, Threads};

use crate::line::Request;
use crate::measure::measure;
use crate::ours::objective;
use crate::workload::Workload;

const USAGE: &str = "usage: unroll-bench [--workload airline|novel|charlm] [--steps N] [--alone]";

#[cfg(feature = "cpu")]
const ENGINE: &str = "native";
#[cfg(not(feature = "cpu"))]
const ENGINE: &str = "native-gpu";

/// Measures what the arguments ask for and prints the lines.
pub fn main() -> ExitCode {
    let request = match request() {
        Ok(request) => request,
        Err(error) => {
            eprintln!("unroll-bench: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let done = pollster::block_on(async { measure(&request, ENGINE, &device().await, print).await });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("unroll-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whoever reads may stop reading.
fn print(line: Value) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[cfg(feature = "cpu")]
async fn device() -> Device {
    Device::flex()
}

#[cfg(not(feature = "cpu"))]
async fn device() -> Device {
    Device::wgpu_options().init_async().await.expect("a GPU")
}

/// A second thread, where a step is large enough to be shared.
pub fn team(workload: Workload) -> Option<Box<dyn Team>> {
    let name = serde_json::to_value(workload).ok()?.as_str()?.to_owned();
    let job = Job { lesson: name, form: Form::read(&[], []).0, data: None, corpus: None };
    let build: Builder = Arc::new(move |device| objective(&job, device));
    let is_shared = cfg!(feature = "cpu") && workload.is_shared();
    is_shared.then(|| Box::new(Threads::start(1, &build)) as Box<dyn Team>)
}

/// Nothing has to arrive here.
pub async fn give_way() {}

fn request() -> Result<Request, lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    let mut request = Request::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("workload") => {
                let name = parser.value()?.to_string_lossy().into_owned();
                let workload = serde_json::from_value(name.into());
                request.workload = Some(workload.map_err(|error| error.to_string())?);
            }
            Arg::Long("steps") => request.steps = Some(lexopt::ValueExt::parse(&parser.value()?)?),
            Arg::Long("alone") => request.alone = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(request)
}

/// Milliseconds since the first call.
pub fn milliseconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

/// Nobody counts them here.
pub fn gpu_calls() -> Option<[f64; 2]> {
    None
}

/// The peak is the browser's: a native one would be of other instructions than those that the kernels may use.
pub fn peak() -> Option<f64> {
    None
}
