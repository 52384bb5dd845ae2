//! The help: the keys, and how the page works in a few sentences.

use leptos::html;
use leptos::prelude::*;

use crate::i18n::tr;

const KEYS: [(&str, &str); 4] =
    [("Space", "help.key.play"), (".", "help.key.step"), ("R", "help.key.reset"), ("?", "help.key.help")];

/// The dialog; open as long as `open` is true.
#[component]
pub fn HelpDialog(
    /// Is it open?
    open: RwSignal<bool>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            // Refused only where the dialog is not in the document, which it is.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="help-dialog"
            data-dialog="help"
            node_ref=dialog
            aria-labelledby="help-heading"
            on:close=move |_| open.set(false)
        >
            <h2 id="help-heading">{move || tr("help.heading")}</h2>
            <p>{move || tr("help.how")}</p>
            <dl class="keys">
                {KEYS
                    .into_iter()
                    .map(|(key, message)| view! {
                        <div><dt><kbd>{key}</kbd></dt><dd>{move || tr(message)}</dd></div>
                    })
                    .collect_view()}
            </dl>
            <p>{move || tr("help.private")}</p>
            <button type="button" class="primary" on:click=move |_| open.set(false)>
                {move || tr("help.close")}
            </button>
        </dialog>
    }
}
