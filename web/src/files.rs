//! Files that the reader chooses or drops.

use leptos::prelude::*;
use unroll::Error;
use unroll::error::Counted;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Element, Event, File, HtmlInputElement, Node};

use crate::fetch::said;
use crate::messages::Blob;

/// The file that was chosen; the field is emptied, so that the same file, edited, can be chosen again.
pub fn chosen(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event_target(event);
    let file = input.files().and_then(|files| files.get(0));
    input.set_value("");
    file
}

/// The file that was dropped, if it was one.
pub fn dropped(event: &DragEvent) -> Option<File> {
    event.data_transfer().and_then(|transfer| transfer.files()).and_then(|files| files.get(0))
}

/// Does the reader drag files, not text? Text goes into a field by itself.
pub fn are_dragged(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

/// Is what is dragged to be dropped here? Files are, and text too, but for a field, into which it goes by itself.
pub fn are_welcome(event: &DragEvent) -> bool {
    are_dragged(event) || !is_over_field(event)
}

/// The text that was dropped, if it was not dropped into a field.
pub fn dropped_text(event: &DragEvent) -> Option<String> {
    let text = event.data_transfer().and_then(|transfer| transfer.get_data("text/plain").ok());
    text.filter(|text| !text.is_empty() && !is_over_field(event))
}

fn is_over_field(event: &DragEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "TEXTAREA" | "INPUT"))
}

/// Has what is dragged left the whole element that listens? Entering a child leaves its parent too.
pub fn have_left(event: &DragEvent) -> bool {
    let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
    let panel = event.current_target().and_then(|target| target.dyn_into::<Node>().ok());
    !panel.is_some_and(|panel| panel.contains(to.as_ref()))
}

/// Reads a file and hands its bytes over; its size is bounded before anything is read.
pub fn read(file: &File, limit: usize, take: impl FnOnce(Result<Blob, Error>) + 'static) {
    if file.size() > limit as f64 {
        take(Err(Error::TooLarge { counted: Counted::Bytes, found: file.size() as usize, limit }));
        return;
    }
    let (name, buffer) = (file.name(), file.array_buffer());
    leptos::task::spawn_local(async move {
        take(match JsFuture::from(buffer).await {
            Ok(buffer) => Ok(Blob::of(js_sys::Uint8Array::new(&buffer))),
            Err(reason) => Err(Error::FileUnreadable { name, reason: said(&reason) }),
        });
    });
}
