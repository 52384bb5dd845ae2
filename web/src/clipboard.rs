//! The clipboard, where the browser lets a page write to it.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Copies `text`; false if the browser refused or has no clipboard for this page (an address without https).
pub async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // Absent outside secure contexts, whatever the binding's type says.
    let object: &JsValue = clipboard.as_ref();
    !object.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
