//! Ready to use offline: the service worker that keeps the site, and one quiet line that says how far it is, and of what.

use std::cell::Cell;

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageEvent, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use crate::i18n::{tr, tr_args};
use crate::storage;
use crate::version::{container, listen, open_waiting};

/// What the line may offer, as its button is named.
const EVERYTHING: &str = "keep-everything";
const AGAIN: &str = "keep-again";
const UPDATE: &str = "update";

/// How far the site is kept.
#[derive(Debug, Clone, PartialEq)]
enum Kept {
    /// Not at all: the browser has no service workers here (a private window, a page without https).
    None,
    /// On its way: bytes, of so many.
    Keeping(f64, f64),
    /// Every lesson opens and trains without a network, on the CPU; so many bytes more, and all that there is does.
    Ready(f64),
    /// Not all of it could be kept.
    Failed {
        /// Is it that the device has no room?
        is_full: bool,
        /// Bytes that were to be kept.
        bytes: f64,
    },
    /// A newer version waits to be opened.
    Update,
}

impl Kept {
    /// What the service worker says.
    fn read(message: &JsValue) -> Option<Self> {
        let parts: &Array = message.dyn_ref()?;
        let number = |index: u32| parts.get(index).as_f64();
        match parts.get(0).as_string()?.as_str() {
            "keeping" => Some(Kept::Keeping(number(1)?, number(2)?)),
            "kept" => Some(Kept::Ready(number(1)?)),
            "failed" => {
                let is_full = parts.get(1).as_string()? == "QuotaExceededError";
                Some(Kept::Failed { is_full, bytes: number(2)? })
            }
            _ => None,
        }
    }

    fn lacks_something(&self) -> bool {
        matches!(self, Kept::Ready(bytes) if *bytes > 0.0 && has_gpu())
    }

    /// What the line says.
    fn said(&self) -> String {
        match self {
            Kept::None => String::new(),
            Kept::Keeping(done, all) => {
                let percent = (done / all.max(1.0) * 100.0) as u32;
                tr_args("offline.caching", &[("percent", percent.to_string())])
            }
            Kept::Ready(_) if self.lacks_something() => tr("offline.ready_on_cpu"),
            Kept::Ready(_) => tr("offline.ready"),
            Kept::Failed { is_full: true, bytes } => tr_args("offline.full", &[("size", megabytes(*bytes))]),
            Kept::Failed { bytes, .. } => tr_args("offline.failed", &[("size", megabytes(*bytes))]),
            Kept::Update => tr("offline.update"),
        }
    }

    /// What the line offers.
    fn offer(&self) -> Option<&'static str> {
        match self {
            Kept::Ready(_) if self.lacks_something() => Some(EVERYTHING),
            Kept::Failed { .. } => Some(AGAIN),
            Kept::Update => Some(UPDATE),
            Kept::None | Kept::Keeping(..) | Kept::Ready(_) => None,
        }
    }

    /// That in words.
    fn offered(&self) -> String {
        match self {
            Kept::Ready(bytes) => tr_args("offline.everything", &[("size", megabytes(*bytes))]),
            Kept::Update => tr("offline.open_update"),
            _ => tr("part.again"),
        }
    }

    fn voice(&self) -> &'static str {
        if matches!(self, Kept::Keeping(..)) { "off" } else { "polite" }
    }

    fn word(&self) -> &'static str {
        match self {
            Kept::None => "none",
            Kept::Keeping(..) => "caching",
            Kept::Ready(_) => "ready",
            Kept::Failed { .. } => "failed",
            Kept::Update => "update",
        }
    }
}

thread_local! {
    /// It is the same in every lesson.
    static KEPT: ArcRwSignal<Kept> = ArcRwSignal::new(Kept::None);
    static BEGUN: Cell<bool> = const { Cell::new(false) };
}

/// Has the browser keep the site.
fn begin() {
    let Some(container) = container() else { return };
    let kept = KEPT.with(Clone::clone);
    if !BEGUN.replace(true) {
        let kept = kept.clone();
        listen(&container, "message", move |event| {
            let said = event.dyn_ref().and_then(|event: &MessageEvent| Kept::read(&event.data()));
            // A version that waits is the last word.
            if let Some(said) = said.filter(|_| kept.get_untracked() != Kept::Update) {
                kept.set(said);
            }
        });
    }
    spawn_local(async move {
        // Without a service worker the page works as before; there is nothing that the reader could do.
        if keep(container, &kept).await.is_err() {
            kept.set(Kept::None);
        }
    });
}

/// Keeps the site for offline use and says so; offers to keep all of it, and a newer version when there is one, which it
/// opens only when the reader asks.
#[component]
pub fn Offline() -> impl IntoView {
    let kept = RwSignal::from(KEPT.with(Clone::clone));
    if !BEGUN.get() {
        begin();
    }
    let lacks = move || kept.with(Kept::lacks_something);
    let offered = move || kept.with(|kept| Some((kept.offer()?, kept.offered())));
    view! {
        // How much has come is there for who looks, and not read out at every step.
        <p class="offline" role="status" aria-live=move || kept.with(Kept::voice)
            data-offline=move || kept.with(Kept::word) data-lacks=move || lacks().to_string()>
            {move || kept.with(Kept::said)}
            " "
            {move || offered().map(|(name, label)| view! {
                <button type="button" class="text-button" data-control=name on:click=move |_| act(name)>{label}</button>
            })}
        </p>
    }
}

/// Does what the line offers.
fn act(name: &'static str) {
    match name {
        EVERYTHING => {
            storage::persist();
            tell("everything");
        }
        AGAIN => begin(),
        _ => open_waiting(),
    }
}

/// Only who might compute on a GPU needs what computes there.
fn has_gpu() -> bool {
    Reflect::get(&window().navigator(), &"gpu".into()).is_ok_and(|gpu| gpu.is_object())
}

fn megabytes(bytes: f64) -> String {
    ((bytes / 1e6).ceil() as u32).to_string()
}

/// Tells the service worker that keeps the page.
fn tell(what: &'static str) {
    let Some(container) = container() else { return };
    spawn_local(async move {
        let ready =
            async { JsFuture::from(container.ready()?).await?.dyn_into::<ServiceWorkerRegistration>() };
        if let Some(active) = ready.await.ok().and_then(|registration| registration.active()) {
            // Only a value that can't be cloned makes this fail, and a text can.
            let _ = active.post_message(&what.into());
        }
    });
}

async fn keep(container: ServiceWorkerContainer, kept: &ArcRwSignal<Kept>) -> Result<(), JsValue> {
    let registering = container.register("./sw.js");
    let registration: ServiceWorkerRegistration = JsFuture::from(registering).await?.dyn_into()?;
    if registration.active().is_none() {
        kept.set(Kept::Keeping(0.0, 0.0));
    }
    watch_updates(&container, &registration, kept);
    JsFuture::from(container.ready()?).await?;
    if registration.waiting().is_some() {
        kept.set(Kept::Update);
    } else {
        // It answers with what is kept by now, and keeps anew what the browser has dropped meanwhile.
        tell("state");
    }
    Ok(())
}

/// Notices a newer version once it is kept in full.
fn watch_updates(
    container: &ServiceWorkerContainer,
    registration: &ServiceWorkerRegistration,
    kept: &ArcRwSignal<Kept>,
) {
    let (container, watched, kept) = (container.clone(), registration.clone(), kept.clone());
    listen(registration, "updatefound", move |_| {
        let Some(coming) = watched.installing() else { return };
        let (container, worker, kept) = (container.clone(), coming.clone(), kept.clone());
        listen(&coming, "statechange", move |_| {
            // The very first version has no page yet that it would replace.
            if worker.state() == ServiceWorkerState::Installed && container.controller().is_some() {
                kept.set(Kept::Update);
            }
        });
    });
}
