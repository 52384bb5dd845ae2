//! What is said to the reader above the figures, until dismissed.

use leptos::prelude::*;
use unroll::lesson::Lesson;

use crate::context::{use_app, use_lesson};
use crate::details::details;
use crate::i18n::{label_of, tr, tr_args};
use crate::late::Remedy;
use crate::state::{Msg, Notice, State};

/// The sender's note of a link, and the notices.
#[component]
pub fn Notices() -> impl IntoView {
    let app = use_app();
    let notices = app.select(|state| {
        // What is said of a control stands there.
        let here = state.notices.iter().filter(|notice| !notice.is_by_hand());
        here.cloned().collect::<Vec<_>>()
    });
    let note = app.select(|state| state.link.note.clone());
    view! {
        <div class="notices" aria-live="polite">
            {move || note.get().map(|text| view! {
                <aside class="notice shared-note" data-shared-note>
                    <p>
                        <strong>{move || tr("shared_note.heading")}</strong>
                        <span class="note-text">{text}</span>
                    </p>
                    <button
                        type="button"
                        class="quiet"
                        aria-label=move || tr("notice.dismiss")
                        on:click=move |_| app.dispatch(Msg::DismissNote)
                    >
                        "×"
                    </button>
                </aside>
            })}
            {move || notices.get().into_iter().map(|notice| view! { <Said notice/> }).collect_view()}
        </div>
    }
}

#[component]
fn Said(notice: Notice) -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    // Where a run waits for it, what did not arrive can be asked for again.
    let is_out_of_reach = notice.is_out_of_reach();
    let stalled = app.select(State::is_stalled);
    let Notice { key, args, grave } = notice;
    let missed = key.clone();
    let remedy = match key.as_str() {
        "error.diverged" => Some(("gentler", "notice.gentler", Msg::Gentler)),
        "notice.set_aside" => Some(("take-back", "notice.take_back", Msg::TakeBack)),
        _ => None,
    };
    let (shown, dismissed) = (key.clone(), key.clone());
    let reason = details(&args);
    view! {
        <div class="notice" class:grave=grave role=grave.then_some("alert") data-notice=key>
            <p>{move || tr_args(&shown, &with_names(lesson, &args))}</p>
            {reason}
            {move || (is_out_of_reach && stalled.get()).then(|| view! {
                <Remedy key=missed.clone() act=move || app.dispatch(Msg::Again)/>
            })}
            {remedy.map(|(control, words, remedy)| view! {
                <button type="button" class="primary" data-control=control
                    on:click=move |_| app.dispatch(remedy.clone())>
                    {move || tr(words)}
                </button>
            })}
            <button
                type="button"
                class="quiet"
                aria-label=move || tr("notice.dismiss")
                on:click=move |_| app.dispatch(Msg::Dismiss(dismissed.clone()))
            >
                "×"
            </button>
        </div>
    }
}

/// The arguments, where a setting's key is meant with its label as `name`; a key that is no setting stands as it is.
fn with_names(lesson: &Lesson, args: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let mut args = args.to_vec();
    if let Some((_, key)) = args.iter().find(|(name, _)| *name == "key") {
        let is_setting = lesson.all_settings().iter().any(|setting| setting.key == key.as_str());
        args.push(("name", if is_setting { label_of(lesson, key) } else { key.clone() }));
    }
    args
}
