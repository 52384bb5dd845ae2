//! Files from an address.

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::{document, window};
use unroll::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, RequestCache, RequestInit, Response};

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
    async { text_of(asked).await.ok() }
}

/// The text of an answer.
async fn text_of(asked: JsFuture) -> Result<String, JsValue> {
    let response: Response = asked.await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    let text: JsValue = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(JsValue::NULL)
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

/// Why a file of the site could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// The host can't be reached.
    Offline,
    /// The host has another version of the page by now, and perhaps no longer the files of this one.
    Replaced,
    /// The host has this version still: something between it and the page holds the file up, or it is lost there.
    Blocked,
}

/// Why one of these files of the site can't be had; nothing where all can. Asked about no file at all, it says what stands
/// between page and host.
pub async fn why_absent(files: &[String]) -> Option<Absence> {
    let mut is_absent = files.is_empty();
    for file in files {
        is_absent |= !is_there(file).await;
    }
    if !is_absent {
        return None;
    }
    // Asked so, the host answers itself, past what is kept of the page.
    let asking = RequestInit::new();
    asking.set_cache(RequestCache::NoStore);
    let location = window().location();
    let page = location.href().unwrap_or_default();
    let page = page.split(['?', '#']).next().unwrap_or_default();
    let answer = text_of(JsFuture::from(window().fetch_with_str_and_init(page, &asking))).await;
    Some(match answer {
        Ok(html) if is_of_this_build(&html) => Absence::Blocked,
        Ok(html) if html.contains("name=\"engine-cpu\"") => Absence::Replaced,
        // It answers, though with a fault of its own.
        Err(reason) if reason.is_null() => Absence::Blocked,
        // A page that is not ours stands between: the network wants something first.
        Ok(_) | Err(_) => Absence::Offline,
    })
}

/// Is a file of the site there, and no page that stands for it?
async fn is_there(file: &str) -> bool {
    let Ok(response) = JsFuture::from(window().fetch_with_str(file)).await else { return false };
    let Ok(response) = response.dyn_into::<Response>() else { return false };
    if let Some(body) = response.body() {
        // Only whether it comes is of interest; a body can't refuse to be left.
        let _ = body.cancel();
    }
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    response.ok() && !kind.starts_with("text/html")
}

/// Does the page's text name the files of the page that runs?
fn is_of_this_build(html: &str) -> bool {
    let Ok(named) = document().query_selector_all("link[rel=modulepreload], meta[name^=engine]") else {
        return true;
    };
    let mut named =
        (0..named.length()).filter_map(|index| named.get(index)?.dyn_into::<web_sys::Element>().ok());
    named.all(|element| {
        let address = element.get_attribute("href").or_else(|| element.get_attribute("content"));
        address.is_none_or(|address| html.contains(&address))
    })
}
