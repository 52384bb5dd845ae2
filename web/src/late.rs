//! Parts of the page that are fetched when they are first used: the lessons but the first one, dialogs, exports.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;

use crate::fetch::{Absence, why_absent};
use crate::i18n::tr;
use crate::version;

/// A part on its way; nothing if it can't be had.
pub type Fetching<T> = Pin<Box<dyn Future<Output = Option<T>>>>;

/// A part of the page, and how far it is. Cheap to copy into closures.
pub struct Late<T: 'static> {
    fetch: StoredValue<Box<dyn Fn() -> Fetching<T> + Send + Sync>>,
    here: RwSignal<Option<T>>,
    absent: RwSignal<Option<Absence>>,
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
            absent: RwSignal::new(None),
        }
    }

    /// Fetches it; after a failure, once more.
    pub fn fetch(self) {
        self.absent.set(None);
        let fetching = self.fetch.with_value(|fetch| fetch());
        leptos::task::spawn_local(async move {
            // The reader may have gone on to another lesson by then.
            match fetching.await {
                Some(part) => drop(self.here.try_set(Some(part))),
                None => {
                    let absence = why_absent(&[]).await.unwrap_or(Absence::Blocked);
                    let _ = self.absent.try_set(Some(absence));
                }
            }
        });
    }

    /// The part, if it is here; tracked.
    pub fn get(self) -> Option<T> {
        self.here.get()
    }

    /// Why it could not be had, if so. Tracked.
    pub fn absence(self) -> Option<Absence> {
        self.absent.get()
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
        let Some(absence) = part.absence() else {
            let waiting = view! { <p class="visually-hidden" role="status">{move || tr("part.loading")}</p> };
            return (waiting, children()).into_any();
        };
        let key = match absence {
            Absence::Offline => "part.offline",
            Absence::Replaced => REPLACED,
            Absence::Blocked => "part.failed",
        };
        view! {
            <div class="notice grave" role="alert" data-notice=key>
                <p>{move || tr(key)}</p>
                <Remedy key act=move || part.fetch()/>
            </div>
        }
        .into_any()
    }
}

/// Says that the host has a newer version of the page.
const REPLACED: &str = "error.page_replaced";

/// What can be done where something could not be fetched: the newer version is opened, where there is one; else it is tried
/// again.
#[component]
pub fn Remedy(
    /// What was said of it.
    #[prop(into)]
    key: String,
    /// Tries again.
    act: impl Fn() + 'static,
) -> impl IntoView {
    if key == REPLACED {
        view! {
            <button type="button" class="primary" data-control="open-newest" on:click=move |_| version::open_newest()>
                {move || tr("part.newest")}
            </button>
        }
        .into_any()
    } else {
        view! {
            <button type="button" class="primary" data-control="open-again" on:click=move |_| act()>
                {move || tr("part.again")}
            </button>
        }
        .into_any()
    }
}
