//! What the page shows of each lesson, one folder each.

pub mod airline;
pub mod text;
