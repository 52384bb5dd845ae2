//! On the machine itself: on its processor, or, where the feature `webgpu` is on without `cpu`, on its GPU by Vulkan.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(not(feature = "cpu"))]
mod vulkan;

use std::io::Write;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Instant;

#[cfg(feature = "cpu")]
use cpu as engine;
use lexopt::Arg;
use serde_json::Value;
#[cfg(not(feature = "cpu"))]
use vulkan as engine;

use crate::goals;
use crate::kernels;
use crate::line::Request;
use crate::measure::measure;
pub use engine::team;

const USAGE: &str = "\
usage: unroll-bench [--workload airline|novel|charlm] [--steps N] [--alone]
       unroll-bench --adapter    says what it computes on
       unroll-bench --kernels    compares the kernels with PyTorch's numbers
       unroll-bench --compare    makes a table of the lines that it is given";

/// What the arguments ask for.
enum Asked {
    Measure(Request),
    Adapter,
    Kernels,
    Compare,
}

/// Does what the arguments ask for.
pub fn main() -> ExitCode {
    let task = match task() {
        Ok(task) => task,
        Err(error) => {
            eprintln!("unroll-bench: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("unroll-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Asked) -> Result<(), String> {
    match task {
        Asked::Measure(request) => {
            let (device, _) = engine::open()?;
            let done =
                pollster::block_on(measure(request, engine::NAME, &device, |line| print(&line.to_string())));
            done.map_err(|error| error.to_string())
        }
        Asked::Adapter => {
            print(&engine::open()?.1);
            Ok(())
        }
        Asked::Kernels => kernels::check(&engine::open()?.0),
        Asked::Compare => {
            let text = std::io::read_to_string(std::io::stdin()).map_err(|error| error.to_string())?;
            // Whatever else was printed between them is no line of the benchmark's.
            let lines: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            print(goals::table(&lines).trim_end());
            Ok(())
        }
    }
}

/// Whoever reads may stop reading.
fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Nothing has to arrive here.
pub async fn give_way() {}

fn task() -> Result<Asked, lexopt::Error> {
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
            Arg::Long("adapter") => return Ok(Asked::Adapter),
            Arg::Long("kernels") => return Ok(Asked::Kernels),
            Arg::Long("compare") => return Ok(Asked::Compare),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Asked::Measure(request))
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
