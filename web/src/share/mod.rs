//! The share dialog: the link to what is on the screen, how far it travels, its QR code and what it hides.

mod dialog;
mod draft;
mod embed;
mod link_parts;
mod options;
mod qr;
mod reach;

pub use dialog::ShareDialog;
pub use link_parts::value_text;

use leptos::prelude::window;

/// The page's own address without `?` and `#`; what every link begins with.
pub fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}
