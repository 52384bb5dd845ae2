//! The help: the keys, and how the page works in a few sentences.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::dialog::{Content, Dialog};
use crate::i18n::tr;

const KEYS: [(&str, &str); 4] =
    [("Space", "help.key.play"), (".", "help.key.step"), ("R", "help.key.reset"), ("?", "help.key.help")];

/// The dialog; open as long as `open` is true.
#[component]
pub fn HelpDialog(
    /// Is it open?
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog name="help" open content=|| Box::pin(async { content().await.ok() })/> }
}

/// Fetches what stands in it.
#[wasm_split(help, wasm_split_path = leptos::wasm_split, fallible)]
fn content() -> Result<Content, SplitLoaderError> {
    Ok(help)
}

fn help(_open: RwSignal<bool>) -> AnyView {
    view! {
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
    }
    .into_any()
}
