//! The page's versions: the one that runs is kept by a service worker, a newer one takes its place when the reader says so.

use js_sys::Reflect;
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

/// The browser's service workers. None outside secure contexts, and in frames that may keep nothing.
pub fn container() -> Option<ServiceWorkerContainer> {
    // `undefined`, or an exception, where web-sys promises an object.
    Reflect::get(&window().navigator(), &"serviceWorker".into()).ok()?.dyn_into().ok()
}

async fn registration(container: &ServiceWorkerContainer) -> Option<ServiceWorkerRegistration> {
    JsFuture::from(container.get_registration()).await.ok()?.dyn_into().ok()
}

/// Lets the version that waits take over, and opens it.
pub fn open_waiting() {
    let Some(container) = container() else { return };
    listen(&container, "controllerchange", |_| reload());
    spawn_local(async move {
        if let Some(waiting) = registration(&container).await.and_then(|it| it.waiting()) {
            // Only a value that can't be cloned makes this fail, and a text can.
            let _ = waiting.post_message(&"skip-waiting".into());
        }
    });
}

/// Opens the version that the host has, past the one that is kept.
pub fn open_newest() {
    spawn_local(async {
        if let Some(container) = container()
            && let Some(registration) = registration(&container).await
            && let Ok(leaving) = registration.unregister()
        {
            // What is kept of the old version stands until the new one is kept in full.
            let _ = JsFuture::from(leaving).await;
        }
        reload();
    });
}

fn reload() {
    // A reload that fails leaves the old version running, as before.
    let _ = window().location().reload();
}

/// Listens for as long as the page lives.
pub fn listen(target: &web_sys::EventTarget, event: &str, react: impl Fn(web_sys::Event) + 'static) {
    let closure = Closure::<dyn Fn(web_sys::Event)>::new(react).into_js_value();
    // Fails only for a listener that is no function.
    let _ = target.add_event_listener_with_callback(event, closure.unchecked_ref());
}
