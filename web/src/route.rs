//! Which lesson the page's address names, and how it is written there.

use std::time::Duration;

use leptos::prelude::*;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::share::Link;
use wasm_bindgen::JsValue;

/// The address is written at most so often: browsers limit the calls, and a slider makes many.
pub const WRITE_EVERY: Duration = Duration::from_millis(300);

/// The two parts of the page's address that may hold a link: the fragment and the query.
pub fn address() -> (String, String) {
    let location = window().location();
    (location.hash().unwrap_or_default(), location.search().unwrap_or_default())
}

/// What the address says.
pub fn link() -> Link {
    let (fragment, query) = address();
    Link::parse(&fragment, &query, &LESSONS).0
}

/// Puts `fragment`, from `#` on, into the address, if that still belongs to `lesson`.
pub fn write(lesson: &Lesson, fragment: &str) {
    if link().lesson != lesson {
        return;
    }
    // The query goes: what the fragment leaves out as equal to the preset would be read from it again.
    let address = window().location().pathname().unwrap_or_default() + fragment;
    if let Ok(history) = window().history() {
        // Refused where the page is a file or sits in a sandboxed frame; the settings work without it.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// The page's own address without `?` and `#`; what every link begins with.
pub fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}
