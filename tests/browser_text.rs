//! The text engine in a browser's worker, where a machine's own numbers end at 2³².
//!
//! `cargo test --release --target wasm32-unknown-unknown --no-default-features --features text --test browser_text`;
//! `CHROMEDRIVER` names chromedriver, and `webdriver.json` holds Chromium's arguments.
#![cfg(all(target_arch = "wasm32", feature = "text"))]

#[path = "reference/frequencies.rs"]
mod frequencies;

use unroll::text::{Charset, Decoded};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Zero is never, later lines count, and no number wraps.
#[wasm_bindgen_test]
fn frequencies_are_pythons() {
    let (found, cases) = frequencies::differences();
    assert!(cases >= 100 && found.is_empty(), "{} of {cases}:\n{}", found.len(), found.join("\n"));
}

/// The cost of an encoding is counted in numbers that a long text does not exceed.
#[wasm_bindgen_test]
fn a_long_text_is_read_in_its_encoding() {
    let line = "山里的雾气很重，他一个人走在石板路上。路边的茶馆还没有开门，只有一只黄狗趴在台阶上打盹。\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(line);
    let mut bytes = bytes.repeat(60_000);
    bytes.push(0xb0);
    let read = Decoded::read(&bytes, None).unwrap();
    assert_eq!((read.facts.charset, read.facts.ill_formed), (Some(Charset::Gb18030), 1));
    assert_eq!(read.text.lines().count(), 60_001);
}
