//! The settings that every lesson has: where and how fast a run is computed.

use super::{Choice, Group, Setting, declare, table};

/// Which engine computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// The faster one, measured.
    Auto,
    /// The one for the CPU.
    Cpu,
    /// The one for WebGPU.
    Webgpu,
}

/// Which engine computes: `auto` measures and keeps the faster one.
pub static BACKEND: Choice<Backend> = declare(Group::Run, "backend")
    .choice("auto", &table([("auto", Backend::Auto), ("cpu", Backend::Cpu), ("webgpu", Backend::Webgpu)]));

/// Epochs per second at most: slow motion for watching, `max` (none) for all the machine gives. It never changes what
/// is computed.
pub static SPEED: Choice<Option<f64>> = declare(Group::Run, "speed").live().choice(
    "max",
    &table([("1", Some(1.0)), ("4", Some(4.0)), ("20", Some(20.0)), ("100", Some(100.0)), ("max", None)]),
);

/// How many workers compute a step of a model that is large enough to be shared: `auto` (none) measures. It never
/// changes what is computed.
pub static WORKERS: Choice<Option<usize>> = declare(Group::Run, "workers")
    .live()
    .choice("auto", &table([("auto", None), ("1", Some(1)), ("2", Some(2)), ("4", Some(4))]));

/// The settings that every lesson has beside its own.
pub static RUN_SETTINGS: [&Setting; 3] = [&BACKEND.setting, &SPEED.setting, &WORKERS.setting];
