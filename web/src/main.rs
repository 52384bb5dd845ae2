//! The page: a Leptos app that shows the lessons and speaks to the engines in their workers.

mod app;
mod charts;
mod clipboard;
mod context;
mod controls;
mod download;
mod effects;
mod engine_client;
mod fetch;
mod figures;
mod files;
mod frame;
mod frames;
mod i18n;
mod lessons;
mod library;
mod messages;
mod notebook;
mod offline;
mod picture;
mod route;
mod share;
mod state;
mod storage;
mod story;
mod worker_client;

rust_i18n::i18n!("locales", fallback = "en");

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::Page);
    // The static frame has done its duty.
    if let Some(frame) = leptos::prelude::document().get_element_by_id("frame") {
        frame.remove();
    }
}
