//! Which lesson the page's address names.

use leptos::prelude::*;
use unroll::lessons::Lesson;
use unroll::share::Link;

/// The lesson on the page, for whatever marks or names it.
#[derive(Clone, Copy)]
pub struct Shown(pub RwSignal<&'static Lesson>);

impl Shown {
    /// Does the page show a lesson in which something is trained?
    pub fn is_trained(self) -> bool {
        self.0.get().is_trained()
    }
}

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
