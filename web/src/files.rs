//! Files that the reader chooses or drops.

use leptos::prelude::*;
use unroll::Error;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, Event, File, HtmlInputElement, Node};

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

/// Has what is dragged left the whole element that listens? Entering a child leaves its parent too.
pub fn have_left(event: &DragEvent) -> bool {
    let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
    let panel = event.current_target().and_then(|target| target.dyn_into::<Node>().ok());
    !panel.is_some_and(|panel| panel.contains(to.as_ref()))
}

/// Reads a file and hands its bytes over; its size is bounded before anything is read.
pub fn read(file: &File, limit: usize, take: impl FnOnce(Result<Blob, Error>) + 'static) {
    if file.size() > limit as f64 {
        take(Err(Error::TooLarge { found: file.size() as usize, limit }));
        return;
    }
    let buffer = file.array_buffer();
    leptos::task::spawn_local(async move {
        take(match JsFuture::from(buffer).await {
            Ok(buffer) => Ok(Blob::of(js_sys::Uint8Array::new(&buffer))),
            // The file has gone, or is a folder.
            Err(_) => Err(Error::NotText),
        });
    });
}
