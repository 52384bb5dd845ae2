//! The settings that every lesson has: where and how fast a run is computed.

use super::{Group, Kind, Setting};

/// Which engine computes: `auto` measures and keeps the faster one.
pub static BACKEND: Setting = Setting {
    key: "backend",
    kind: Kind::Choice(&["auto", "cpu", "webgpu"]),
    preset: "auto",
    live: false,
    only_when: None,
    group: Group::Run,
};

/// Epochs per second at most: slow motion for watching, `max` for all the machine gives. It never changes what is
/// computed.
pub static SPEED: Setting = Setting {
    key: "speed",
    kind: Kind::Choice(&["1", "4", "20", "100", "max"]),
    preset: "max",
    live: true,
    only_when: None,
    group: Group::Run,
};

/// How many workers compute a step of a model that is large enough to be shared: `auto` measures. It never changes what
/// is computed.
pub static WORKERS: Setting = Setting {
    key: "workers",
    kind: Kind::Choice(&["auto", "1", "2", "4"]),
    preset: "auto",
    live: true,
    only_when: None,
    group: Group::Run,
};

/// The settings that every lesson has beside its own.
pub static RUN_SETTINGS: [&Setting; 3] = [&BACKEND, &SPEED, &WORKERS];
