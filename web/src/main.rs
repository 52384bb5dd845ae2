//! The page.

mod app;
mod context;
mod i18n;
mod state;

rust_i18n::i18n!("locales", fallback = "en");

fn main() {
    leptos::mount::mount_to_body(app::Page);
}
