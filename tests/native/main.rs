//! What the engine computes on this machine, against PyTorch, gensim, Python's jieba, the books' figures, and itself. One
//! program, because each would link all of Burn.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

mod bench;
mod cell;
mod cell_programs;
mod continuing;
mod earlier;
mod embedding;
mod encodings;
mod folders;
#[path = "../reference/frequencies.rs"]
mod frequencies;
mod jieba;
mod layers;
mod lessons;
mod links;
mod novel;
mod novel_models;
mod novel_war_and_peace;
mod properties;
mod pytorch;
mod recurrent;
#[path = "../reference/mod.rs"]
mod reference;
mod session;
mod shared_data;
mod tables;
mod team;
mod text;
mod training;
mod word2vec;
