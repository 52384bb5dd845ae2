//! How messages cross between the page and a worker: an array of one or two arrays of bytes. The first is the message,
//! encoded; the second is its [`Attachment`], where it has one. Both change hands without being copied. A corpus goes past the
//! page, over a port that the page gives to both workers.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessagePort;

use crate::codec;
use crate::data::Corpus;
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

/// A port on which a corpus goes from the worker for text to an engine, and the number of the corpus; nothing where the
/// message is another one.
pub fn port(message: &JsValue) -> Option<(u32, MessagePort)> {
    let parts = message.dyn_ref::<Array>()?;
    let port = parts.get(0).dyn_into::<MessagePort>().ok()?;
    Some((parts.get(1).as_f64()? as u32, port))
}

/// Sends a corpus over a port; nothing, where it is no longer kept.
///
/// # Errors
/// What the platform said.
#[cfg(feature = "text")]
pub fn hand_over(port: &MessagePort, corpus: Option<&Corpus>) -> Result<(), JsValue> {
    let bytes = array_of(&codec::encode(&corpus));
    port.post_message_with_transferable(&bytes, &Array::of1(&bytes.buffer()))
}

/// The corpus that has come over a port, if it was still kept.
///
/// # Errors
/// What is wrong with the message.
#[cfg(feature = "engine")]
pub fn corpus(message: &JsValue) -> Result<Option<Corpus>, String> {
    codec::decode(&message.dyn_ref::<Uint8Array>().ok_or("no corpus")?.to_vec())
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
