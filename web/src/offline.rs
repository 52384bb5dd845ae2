//! Ready to use offline: the service worker that keeps the site, and one quiet line that says how far it is.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use crate::i18n::tr;

/// How far the site is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Not at all: the browser has no service workers here (a private window, a page without https).
    None,
    /// On its way.
    Caching,
    /// The page opens and trains without a network.
    Ready,
    /// A newer version waits to be opened.
    Update,
}

impl Kept {
    fn word(self) -> &'static str {
        match self {
            Kept::None => "none",
            Kept::Caching => "caching",
            Kept::Ready => "ready",
            Kept::Update => "update",
        }
    }
}

/// Keeps the site for offline use and says so; offers a newer version when there is one, and opens it only when the
/// reader asks.
#[component]
pub fn Offline() -> impl IntoView {
    let kept = RwSignal::new(Kept::None);
    if let Some(container) = container() {
        spawn_local(async move {
            // Without a service worker the page works as before; there is nothing that the reader could do.
            if keep(container, kept).await.is_err() {
                kept.set(Kept::None);
            }
        });
    }
    view! {
        <p class="offline" role="status" data-offline=move || kept.get().word()>
            {move || match kept.get() {
                Kept::None => ().into_any(),
                Kept::Caching => tr("offline.caching").into_any(),
                Kept::Ready => tr("offline.ready").into_any(),
                Kept::Update => {
                    view! {
                        {tr("offline.update")}
                        " "
                        <button type="button" class="link" data-control="update" on:click=move |_| open_update()>
                            {tr("offline.open_update")}
                        </button>
                    }
                        .into_any()
                }
            }}
        </p>
    }
}

fn container() -> Option<ServiceWorkerContainer> {
    // `undefined` outside secure contexts, where web-sys promises an object.
    let navigator = web_sys::window()?.navigator();
    js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?.dyn_into().ok()
}

async fn keep(container: ServiceWorkerContainer, kept: RwSignal<Kept>) -> Result<(), JsValue> {
    let registering = container.register("./sw.js");
    let registration: ServiceWorkerRegistration = JsFuture::from(registering).await?.dyn_into()?;
    if registration.active().is_none() {
        kept.set(Kept::Caching);
    }
    watch_updates(&container, &registration, kept);
    JsFuture::from(container.ready()?).await?;
    kept.set(if registration.waiting().is_some() { Kept::Update } else { Kept::Ready });
    Ok(())
}

/// Notices a newer version once it is kept in full.
fn watch_updates(
    container: &ServiceWorkerContainer,
    registration: &ServiceWorkerRegistration,
    kept: RwSignal<Kept>,
) {
    let (container, watched) = (container.clone(), registration.clone());
    listen(registration, "updatefound", move || {
        let Some(coming) = watched.installing() else { return };
        let (container, worker) = (container.clone(), coming.clone());
        listen(&coming, "statechange", move || {
            // The very first version has no page yet that it would replace.
            if worker.state() == ServiceWorkerState::Installed && container.controller().is_some() {
                kept.set(Kept::Update);
            }
        });
    });
}

/// Lets the waiting version take over and opens it.
fn open_update() {
    let Some(container) = container() else { return };
    listen(&container, "controllerchange", || {
        if let Some(window) = web_sys::window() {
            // A reload that fails leaves the old version running, as before.
            let _ = window.location().reload();
        }
    });
    spawn_local(async move {
        let registration = JsFuture::from(container.get_registration()).await;
        let waiting = registration
            .ok()
            .and_then(|it| it.dyn_into::<ServiceWorkerRegistration>().ok())
            .and_then(|it| it.waiting());
        if let Some(waiting) = waiting {
            // Only a value that can't be cloned makes this fail, and a text can.
            let _ = waiting.post_message(&"skip-waiting".into());
        }
    });
}

/// Listens for as long as the page lives.
fn listen(target: &web_sys::EventTarget, event: &str, react: impl Fn() + 'static) {
    let closure = Closure::<dyn Fn()>::new(react).into_js_value();
    // Fails only for a listener that is no function.
    let _ = target.add_event_listener_with_callback(event, closure.unchecked_ref());
}
