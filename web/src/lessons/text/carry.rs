//! The ways out of the lab: a link to it, and into lessons that train on text with the settings that both have and the
//! text.

use leptos::prelude::*;
use unroll::lessons::embedding;
use unroll::lessons::text::{SENTENCES, TOKENIZER};

use super::use_lab;
use crate::clipboard;
use crate::context::Apps;
use crate::i18n::tr;
use crate::lessons::embedding::offer;
use crate::route::page_address;
use crate::state::{Msg, Notice};

/// Links that take the text and the settings along.
#[component]
pub fn CarryOn() -> impl IntoView {
    let lab = use_lab();
    let apps = expect_context::<Apps>();
    let long = lab.select(|lab| lab.file.as_ref().is_some_and(|file| file.is_long));
    let carry = move |_| {
        let app = apps.of(&embedding::LESSON);
        let (text, form) = lab.lab.with_untracked(|lab| (lab.text.clone(), lab.form.clone()));
        let shared = super::LESSON.settings.iter().filter_map(|own| {
            let there = embedding::LESSON.settings.iter().find(|setting| setting.key == own.key)?;
            Some((there.key, form.get(own).to_string()))
        });
        for (key, text) in shared {
            app.dispatch(Msg::Set { key, text });
        }
        if text.trim() == SENTENCES {
            app.dispatch(Msg::UseData(None));
        } else {
            offer(&text, TOKENIZER.read(&form));
            app.dispatch(Msg::Notify(Notice::new("notice.carried", [])));
        }
        // Refused by no browser: it is the page's own address.
        let _ = window().location().set_hash(&app.peek(|state| state.link_to_settings().to_fragment()));
    };
    let copied = RwSignal::new(None::<&'static str>);
    let copy = move |_| {
        let fits = lab.lab.with_untracked(|lab| lab.text_travels());
        let address = format!("{}{}", page_address(), lab.address());
        leptos::task::spawn_local(async move {
            copied.set(Some(match clipboard::copy(&address).await {
                true if fits => "share.copied",
                true => "text.link.without_text",
                false => "notebook.not_copied",
            }));
        });
    };
    view! {
        <div class="own-actions">
            <button type="button" class="panel-button" data-control="copy-lab-link" on:click=copy>
                {move || tr("text.link.copy")}
            </button>
            <button type="button" class="panel-button" data-control="carry-embedding"
                disabled=move || long.get() aria-describedby="carry-help" on:click=carry
            >{move || tr("text.carry.embedding")}</button>
        </div>
        <p id="carry-help" class="lab-note">
            {move || tr("text.carry.help")}
            " "
            <span role="status" data-copied=move || copied.get()>{move || copied.get().map(tr)}</span>
        </p>
    }
}
