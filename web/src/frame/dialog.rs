//! A dialog, whose content is fetched when it is first opened.

use leptos::html;
use leptos::prelude::*;

use crate::i18n::tr;
use crate::late::{Fetching, Late, Waiting};

/// What stands in a dialog. It may close it.
pub type Content = fn(RwSignal<bool>) -> AnyView;

/// The dialog, open while `open` holds.
#[component]
pub fn Dialog(
    /// Its name on the page; the catalogue has its heading under `<name>.heading`.
    name: &'static str,
    /// Is it open?
    open: RwSignal<bool>,
    /// Fetches what stands in it.
    content: fn() -> Fetching<Content>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let content = Late::new(content);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            if untrack(|| content.get().is_none()) {
                content.fetch();
            }
            // Refused only where the dialog is not in the document, which it is.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let backdrop = move |event: leptos::ev::MouseEvent| {
        // The dialog's own box is filled by its content: a click on the dialog itself is one beside it.
        if event.target() == event.current_target() {
            open.set(false);
        }
    };
    let inner = move || match content.get() {
        Some(content) => content(open),
        None => view! {
            <Waiting part=content><div class="frame-line"></div><div class="frame-line"></div></Waiting>
        }
        .into_any(),
    };
    let heading = format!("{name}-heading");
    let labelled = heading.clone();
    view! {
        <dialog
            class=format!("{name}-dialog")
            data-dialog=name
            node_ref=dialog
            aria-labelledby=labelled
            aria-busy=move || content.get().is_none().to_string()
            on:close=move |_| open.set(false)
            on:click=backdrop
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id=heading>{move || tr(&format!("{name}.heading"))}</h2>
                    <button type="button" class="panel-button" data-control=format!("close-{name}")
                        on:click=move |_| open.set(false)
                    >{move || tr("dialog.close")}</button>
                </header>
                {inner}
            </div>
        </dialog>
    }
}
