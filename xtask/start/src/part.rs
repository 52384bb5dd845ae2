//! A command's work in parts: each has a heading with the time since the command was typed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells a program that is started by another one when the command was typed, in milliseconds since 1970.
pub const STARTED: &str = "UNROLL_STARTED";

/// Since when a command runs.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Milliseconds since 1970.
    pub started: u64,
}

impl Clock {
    /// A command begins now, or began when another program says so.
    pub fn start() -> Self {
        let started = std::env::var(STARTED).ok().and_then(|millis| millis.parse().ok());
        Clock { started: started.unwrap_or_else(now) }
    }

    /// How long ago the command was typed.
    pub fn elapsed(self) -> Duration {
        Duration::from_millis(now().saturating_sub(self.started))
    }

    /// Prints a part's heading.
    pub fn heading(self, name: &str) {
        println!("── {} {name}", minutes(self.elapsed()));
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

/// Minutes and seconds.
pub fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}
