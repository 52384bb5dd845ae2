//! The page: a Leptos app that shows the lessons and speaks to the engines in their workers.

mod app;
mod charts;
mod clipboard;
mod context;
mod controls;
mod details;
mod download;
mod effects;
mod engine_client;
mod fetch;
mod figures;
mod files;
mod frame;
mod frames;
mod i18n;
mod late;
mod lesson;
mod lessons;
mod library;
mod messages;
mod notebook;
mod offline;
mod own_data;
mod picture;
mod quantity;
mod reading;
mod route;
mod share;
mod state;
mod storage;
mod story;
mod text_client;
mod version;
mod worker_client;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

fn main() {
    console_error_panic_hook::set_once();
    spawn_local(start());
}

/// Shows the page as soon as its words are here.
async fn start() {
    let sealed = route::read();
    let language = sealed.lang().unwrap_or_else(storage::language);
    let spoken = i18n::speak(language, sealed.lesson());
    let arrival = route::open(sealed, None).await;
    if !spoken.await {
        return speechless();
    }
    leptos::mount::mount_to_body(move || view! { <app::Page arrival/> });
    // The static frame has done its duty.
    for id in ["frame", "speechless", "startless"] {
        if let Some(element) = document().get_element_by_id(id) {
            element.remove();
        }
    }
}

/// Without a word the page can't say so itself: what it shows then stands in `index.html`, in every language.
fn speechless() {
    let Some(message) = document().get_element_by_id("speechless") else { return };
    // Fails only for names that are no attribute names.
    let _ = message.remove_attribute("hidden");
    if let Ok(Some(button)) = message.query_selector("button") {
        let again = Closure::once_into_js(|| spawn_local(start()));
        button.unchecked_into::<web_sys::HtmlElement>().set_onclick(Some(again.unchecked_ref()));
    }
}
