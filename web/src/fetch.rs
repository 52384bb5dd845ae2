//! Files from an address.

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::window;
use unroll::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

use crate::messages::Blob;

/// All bytes of a file; `progress` hears how many have arrived, and of how many where the server says so.
///
/// # Errors
/// [`Error::Unreachable`].
pub async fn bytes(address: &str, progress: impl Fn(usize, Option<usize>)) -> Result<Blob, Error> {
    let read = read(address, progress).await;
    read.map_err(|reason| Error::Unreachable { address: address.to_owned(), reason: said(&reason) })
}

/// What the platform said.
pub fn said(reason: &JsValue) -> String {
    match reason.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => reason.as_string().unwrap_or_else(|| format!("{reason:?}")),
    }
}

/// A file as text, where it can be had. It is asked for at once; who awaits it waits for all of it.
pub fn text(address: &str) -> impl Future<Output = Option<String>> + use<> {
    let asked = JsFuture::from(window().fetch_with_str(address));
    async {
        let read = async {
            let response: Response = asked.await?.dyn_into()?;
            if !response.ok() {
                return Err(JsValue::NULL);
            }
            JsFuture::from(response.text()?).await
        };
        read.await.ok().and_then(|text: JsValue| text.as_string())
    }
}

async fn read(address: &str, progress: impl Fn(usize, Option<usize>)) -> Result<Blob, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(address)).await?.dyn_into()?;
    if !response.ok() {
        return Err(format!("{} {}", response.status(), response.status_text()).into());
    }
    let length =
        response.headers().get("content-length").ok().flatten().and_then(|length| length.parse().ok());
    let body = response.body().ok_or("an empty answer")?;
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let (mut chunks, mut loaded) = (Vec::new(), 0);
    loop {
        let chunk = JsFuture::from(reader.read()).await?;
        if Reflect::get(&chunk, &"done".into())?.is_truthy() {
            break;
        }
        let chunk: Uint8Array = Reflect::get(&chunk, &"value".into())?.dyn_into()?;
        loaded += chunk.length();
        chunks.push(chunk);
        // A server that compresses on the way counts other bytes.
        let loaded = loaded as usize;
        progress(loaded, length.filter(|&total: &usize| total >= loaded));
    }
    let all = Uint8Array::new_with_length(loaded);
    let mut end = 0;
    for chunk in chunks {
        all.set(&chunk, end);
        end += chunk.length();
    }
    Ok(Blob::of(all))
}
