//! Parts of the page that are fetched when they are first used: the lessons but the first one, dialogs, exports.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;

use crate::i18n::tr;

/// A part on its way; nothing if it can't be had.
pub type Fetching<T> = Pin<Box<dyn Future<Output = Option<T>>>>;

/// A part of the page, and how far it is. Cheap to copy into closures.
pub struct Late<T: 'static> {
    fetch: StoredValue<Box<dyn Fn() -> Fetching<T> + Send + Sync>>,
    here: RwSignal<Option<T>>,
    failed: RwSignal<bool>,
}

impl<T> Clone for Late<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Late<T> {}

impl<T: Copy + Send + Sync + 'static> Late<T> {
    /// What `fetch` brings. Nothing is fetched yet.
    pub fn new(fetch: impl Fn() -> Fetching<T> + Send + Sync + 'static) -> Self {
        Late {
            fetch: StoredValue::new(Box::new(fetch)),
            here: RwSignal::new(None),
            failed: RwSignal::new(false),
        }
    }

    /// Fetches it; after a failure, once more.
    pub fn fetch(self) {
        self.failed.set(false);
        let fetching = self.fetch.with_value(|fetch| fetch());
        leptos::task::spawn_local(async move {
            // The reader may have gone on to another lesson by then.
            match fetching.await {
                Some(part) => drop(self.here.try_set(Some(part))),
                None => drop(self.failed.try_set(true)),
            }
        });
    }

    /// The part, if it is here; tracked.
    pub fn get(self) -> Option<T> {
        self.here.get()
    }

    /// Could it not be had? Tracked.
    pub fn has_failed(self) -> bool {
        self.failed.get()
    }
}

/// What stands in a part's place until it is here: `children`, and when it can't be had, that, and a way to try again.
#[component]
pub fn Waiting<T: Copy + Send + Sync + 'static>(
    /// The part.
    part: Late<T>,
    /// What is seen meanwhile.
    children: ChildrenFn,
) -> impl IntoView {
    move || {
        if !part.has_failed() {
            let waiting = view! { <p class="visually-hidden" role="status">{move || tr("part.loading")}</p> };
            return (waiting, children()).into_any();
        }
        view! {
            <div class="notice grave" role="alert" data-notice="part.failed">
                <p>{move || tr("part.failed")}</p>
                <button type="button" class="primary" data-control="open-again" on:click=move |_| part.fetch()>
                    {move || tr("part.again")}
                </button>
            </div>
        }
        .into_any()
    }
}
