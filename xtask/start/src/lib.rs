//! Commands, programs and parts of work, as `cargo xtask` shows them: what the first program of all shares with the
//! builder that it compiles, which names these files too. No package is needed for them.

pub mod commands;
pub mod part;
pub mod program;

use std::path::PathBuf;

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}
