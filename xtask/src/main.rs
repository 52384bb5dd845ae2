//! Builds, serves, tests and measures the playground.
fn main() {}
