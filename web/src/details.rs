//! What the browser said itself, behind what it means.

use leptos::prelude::*;

use crate::i18n::tr;

/// The browser's own words among the arguments of a message, to be opened by whoever wants them; nothing where there are none.
pub fn details(args: &[(&'static str, String)]) -> Option<impl IntoView + use<>> {
    let (_, reason) = args.iter().find(|(name, _)| *name == "reason")?;
    let reason = reason.clone();
    Some(view! {
        <details class="reason">
            <summary>{move || tr("reason.details")}</summary>
            <code>{reason}</code>
        </details>
    })
}
