//! The keys that drive a run from anywhere on the page.

use leptos::ev::keydown;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::context::App;
use crate::state::Msg;

/// Space plays and pauses, `.` steps, `r` resets, `?` opens the help. None of them while the reader types, has
/// another control in hand, or stands in a dialog.
pub fn listen(app: App, is_trained: bool, open_help: impl Fn() + 'static) {
    let handle = window_event_listener(keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let inside = |selector| {
            target
                .as_ref()
                .is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
        };
        if inside(
            "input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select, dialog, [contenteditable]",
        ) {
            return;
        }
        match event.key().as_str() {
            "?" => open_help(),
            // The others drive a run; where nothing is trained they are the browser's.
            _ if !is_trained => {}
            // On a focused button space presses that button.
            " " if !inside("button, a, summary, input") => {
                event.prevent_default();
                app.dispatch(Msg::PlayPause);
            }
            "." => app.dispatch(Msg::Step),
            "r" | "R" => app.dispatch(Msg::Reset),
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
}
