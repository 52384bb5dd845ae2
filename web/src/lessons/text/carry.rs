//! The ways out of the lab: a link to it, and into lessons that train on text with the settings that both have and the
//! text.

use leptos::prelude::*;
use unroll::data::{kinds, labelled};
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::lessons::text::{TOKENIZER, is_example};

use super::use_lab;
use crate::clipboard;
use crate::context::Apps;
use crate::i18n::{tr, tr_args};
use crate::own_data::Draft;
use crate::route::page_address;
use crate::state::{Msg, Notice};

/// Links that take the text and the settings along.
#[component]
pub fn CarryOn() -> impl IntoView {
    let lab = use_lab();
    let apps = expect_context::<Apps>();
    let long = lab.select(|lab| lab.file.as_ref().is_some_and(|file| file.is_long()));
    let carry = move |lesson: &'static Lesson| {
        let app = apps.of(lesson);
        let (text, form) = lab.lab.with_untracked(|lab| (lab.text.clone(), lab.form.clone()));
        let shared = super::LESSON.settings.iter().filter_map(|own| {
            let there = lesson.settings.iter().find(|setting| setting.key == own.key)?;
            Some((there.key, form.get(own).to_string()))
        });
        for (key, text) in shared {
            app.dispatch(Msg::Set { key, text });
        }
        // The sentences on which the lab opens are an example: a lesson has its own.
        if is_example(text.trim()) {
            app.dispatch(Msg::UseData(None));
        } else {
            let draft = Draft::of(lesson);
            draft.field.set(with_labels(&text));
            draft.cut.set(TOKENIZER.read(&form));
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
    let ways = LESSONS.into_iter().filter(|lesson| lesson.takes == Some(&kinds::SENTENCES));
    let way = move |lesson: &'static Lesson| {
        let title = move || tr(&format!("lesson.{}.title", lesson.id));
        view! {
            <button type="button" class="panel-button" data-control=format!("carry-{}", lesson.id)
                disabled=move || long.get() aria-describedby="carry-help" on:click=move |_| carry(lesson)
            >{move || tr_args("text.carry.to", &[("lesson", title())])}</button>
        }
    };
    view! {
        <div class="own-actions">
            <button type="button" class="panel-button" data-control="copy-lab-link" on:click=copy>
                {move || tr("text.link.copy")}
            </button>
            {ways.map(way).collect_view()}
        </div>
        <p id="carry-help" class="remark">
            {move || tr("text.carry.help")}
            " "
            <span role="status" data-copied=move || copied.get()>{move || copied.get().map(tr)}</span>
        </p>
    }
}

/// A text as sentences with a label each: every line gets one where it has none.
fn with_labels(text: &str) -> String {
    let has_labels =
        labelled(text).is_ok() && text.lines().all(|line| line.trim().is_empty() || line.contains('\t'));
    if has_labels {
        return text.to_owned();
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| format!("0\t{line}\n")).collect()
}
