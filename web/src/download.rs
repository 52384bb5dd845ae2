//! Files made by the page and saved by the browser.

use crate::messages;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Saves `text` under `name`. `mime` is its type.
///
/// # Errors
/// What the browser says when it makes no such file.
pub fn save_text(name: &str, mime: &str, text: &str) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type(mime);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    save_blob(name, &Blob::new_with_str_sequence_and_options(&parts, &kind)?)
}

/// Saves `bytes` under `name`.
///
/// # Errors
/// What the browser says when it makes no such file.
pub fn save_bytes(name: &str, bytes: &messages::Blob) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&bytes.array());
    save_blob(name, &Blob::new_with_u8_array_sequence(&parts)?)
}

/// Saves `blob` under `name`.
///
/// # Errors
/// What the browser says when it makes no such file.
pub fn save_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // The click has started the download by now: its request holds the blob.
    Url::revoke_object_url(&address)
}
