//! The journeys: whole stories of a reader with the page, each in a browser of its own.

mod access;
mod alone;
mod cell;
mod cell_offline;
mod continuing;
mod embedding;
mod engines;
mod first_visit;
mod links;
mod machine;
mod memory;
mod memory_offline;
mod notebook;
mod novel;
mod novel_models;
mod novel_offline;
mod offline;
mod screens;
mod tables;
mod text;
mod text_offline;
mod training;
