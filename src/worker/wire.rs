//! How messages cross between the page and a worker: an array of one or two arrays of bytes. The first is the message,
//! encoded; the second is its [`Attachment`], where it has one. Both change hands without being copied.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use crate::codec;
use crate::protocol::Attachment;

/// Reads a message.
///
/// # Errors
/// What is wrong with it.
pub fn read<M: DeserializeOwned + Attachment>(message: &JsValue) -> Result<M, String> {
    let parts = message.dyn_ref::<Array>().ok_or("no message of the page")?;
    let part = |index: u32| parts.get(index).dyn_into::<Uint8Array>().ok();
    let head = part(0).ok_or("a message without a head")?;
    let mut message: M = codec::decode(&head.to_vec())?;
    if let (Some(place), Some(bytes)) = (message.attachment(), part(1)) {
        *place = bytes.to_vec();
    }
    Ok(message)
}

/// Sends a message to the page.
///
/// # Errors
/// What the platform said.
pub fn post<M: Serialize + Attachment>(mut message: M) -> Result<(), JsValue> {
    let attached = message.attachment().map(std::mem::take);
    let parts = Array::of1(&array_of(&codec::encode(&message)));
    if let Some(bytes) = attached {
        parts.push(&array_of(&bytes));
    }
    let buffers = parts.iter().map(|part| part.unchecked_into::<Uint8Array>().buffer()).collect::<Array>();
    super::scope().post_message_with_transfer(&parts, &buffers)
}

fn array_of(bytes: &[u8]) -> Uint8Array {
    Uint8Array::from(bytes)
}
