//! The share dialog: the link to what is on the screen, how far it travels, its QR code and what it hides.

mod dialog;
mod draft;
mod embed;
mod link_parts;
mod options;
mod qr;
mod reach;

pub use dialog::ShareDialog;
