//! The journeys: whole stories of a reader with the page, each in a browser of its own.

mod access;
mod alone;
mod cell;
mod embedding;
mod first_visit;
mod links;
mod machine;
mod memory;
mod notebook;
mod novel;
mod screens;
mod text;
mod training;
