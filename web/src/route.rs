//! Which lesson the page's address names, and how it is read and written there.
//!
//! What makes and opens a link's payloads is a part of the page that is fetched with the first link that has one.

use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::data::{Data, Kind};
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::share::{Link, LinkNote, Own, Sealed, of_data};
use unroll::{Error, codec};

use crate::storage;

/// The address is written at most so often: browsers limit the calls, and a slider makes many.
pub const WRITE_EVERY: Duration = Duration::from_millis(300);

/// What the browser keeps beside an address that this page has written, through a reload too.
const OWN: &str = "own";

/// What the address says, and what of it was not taken as it stood.
pub type Arrival = (Link, Vec<LinkNote>);

/// The two parts of the page's address that may hold a link: the fragment and the query.
fn address() -> (String, String) {
    let location = window().location();
    (location.hash().unwrap_or_default(), location.search().unwrap_or_default())
}

/// Does the address name a lesson at most?
pub fn is_bare() -> bool {
    read().is_bare()
}

/// Did this page write the address, here or before a reload?
fn is_own() -> bool {
    window().history().and_then(|history| history.state()).is_ok_and(|state| state == OWN)
}

/// Finds what the address had to leave out, where the reader has it: what is `at_hand`, or what this browser keeps.
async fn supply(sealed: &mut Sealed, at_hand: Option<Data>) {
    let Some(wanted) = sealed.left_out().map(str::to_owned) else { return };
    if let Some(data) = at_hand
        && mark(data.clone()).await.as_ref() == Some(&wanted)
    {
        return sealed.supply(Own::Data(data));
    }
    let is_text = sealed.lesson().takes.is_some_and(Kind::is_shown);
    let found = storage::brought(sealed.lesson().id, &wanted).await.and_then(|brought| match is_text {
        true if brought.file.len() > 0 => Some(Own::Elsewhere),
        true => codec::decode(&brought.head).ok().map(Own::Text),
        false => codec::decode::<Option<Data>>(&brought.head).ok().flatten().map(Own::Data),
    });
    match found {
        Some(own) => sealed.supply(own),
        None if is_own() => sealed.supply(Own::Gone),
        // The sender has it.
        None => {}
    }
}

/// Is this the address, from `#` on?
pub fn is_at(fragment: &str) -> bool {
    address().0 == fragment
}

/// What the address says, but for its payloads.
pub fn read() -> Sealed {
    let (fragment, query) = address();
    Sealed::read(&fragment, &query, &LESSONS)
}

/// The link with what is in its payloads; without, and with the reason, where that can't be opened. What was left out may be
/// `at_hand`.
pub async fn open(mut sealed: Sealed, at_hand: Option<Data>) -> Arrival {
    supply(&mut sealed, at_hand).await;
    let sealed = match sealed.plain() {
        Ok(arrival) => return arrival,
        Err(sealed) => sealed,
    };
    open_payloads(sealed.clone()).await.unwrap_or_else(|error| {
        sealed.give_up(&Error::Unreachable { address: page_address(), reason: error.to_string() })
    })
}

/// The link from `#` on, with the payload of what the reader brought.
///
/// # Errors
/// If there is something to be packed and what packs can't be had.
pub async fn fragment(link: Link) -> Result<String, SplitLoaderError> {
    if link.has_payload() { with_payload(link).await } else { Ok(link.without_payload()) }
}

#[wasm_split(payloads, wasm_split_path = leptos::wasm_split, fallible)]
fn open_payloads(sealed: Box<Sealed>) -> Result<Arrival, SplitLoaderError> {
    Ok(sealed.open())
}

/// The mark of data, by which an address names it that can't hold it.
pub async fn mark(data: Data) -> Option<String> {
    marked(data).await.ok()
}

#[wasm_split(payloads, wasm_split_path = leptos::wasm_split, fallible)]
fn marked(data: Data) -> Result<String, SplitLoaderError> {
    Ok(of_data(&data))
}

#[wasm_split(payloads, wasm_split_path = leptos::wasm_split, fallible)]
fn with_payload(link: Link) -> Result<String, SplitLoaderError> {
    Ok(link.to_fragment())
}

/// Puts `fragment`, from `#` on, into the address, if that still belongs to `lesson`.
pub fn write(lesson: &Lesson, fragment: &str) {
    if read().lesson() != lesson {
        return;
    }
    // The query goes: what the fragment leaves out as equal to the preset would be read from it again.
    let address = window().location().pathname().unwrap_or_default() + fragment;
    if let Ok(history) = window().history() {
        // Refused where the page is a file or sits in a sandboxed frame; the settings work without it.
        let _ = history.replace_state_with_url(&OWN.into(), "", Some(&address));
    }
}

/// The page's own address without `?` and `#`; what every link begins with.
pub fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}
