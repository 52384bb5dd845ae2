//! Which lesson the page's address names.

use leptos::prelude::*;
use unroll::share::Link;

/// The two parts of the page's address that may hold a link: the fragment and the query.
pub fn address() -> (String, String) {
    let location = window().location();
    (location.hash().unwrap_or_default(), location.search().unwrap_or_default())
}

/// What the address says.
pub fn link() -> Link {
    let (fragment, query) = address();
    Link::parse(&fragment, &query).0
}
