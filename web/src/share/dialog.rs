//! The dialog itself: what it shares, and its frame.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::share::Link;

use super::draft::{Draft, Offer, Subject, offer};
use super::link_parts::{Contents, EmbedCode, LinkField, QrCode};
use super::options::{Extras, WeightsChoice};
use crate::context::{App, use_app, use_lesson};
use crate::frame::{Dialog, DialogContent};
use crate::lesson::{Desk, Desks};
use crate::route::page_address;
use crate::state::{Msg, State};

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
pub(super) struct Sharing {
    /// What the sender chose.
    pub draft: RwSignal<Draft>,
    /// The link that follows.
    pub offer: Memo<Offer>,
    /// What is shared.
    pub subject: Memo<Subject>,
}

/// The dialog, open while `open` holds.
#[component]
pub fn ShareDialog(open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog name="share" open content=|| Box::pin(async { content().await.ok() })/> }
}

/// Fetches what stands in it.
#[wasm_split(share, wasm_split_path = leptos::wasm_split, fallible)]
fn content() -> Result<DialogContent, SplitLoaderError> {
    Ok(share)
}

fn share(open: RwSignal<bool>) -> AnyView {
    // Outlives the dialog's closing, so that a second look finds what was chosen.
    let draft = RwSignal::new(Draft::default());
    view! {
        <Show when=move || open.get()>
            <Content draft />
        </Show>
    }
    .into_any()
}

#[component]
fn Content(draft: RwSignal<Draft>) -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    let subject = subject(app, expect_context::<Desks>().of(lesson));
    let is_trained = lesson.is_trained();
    let offer = Memo::new(move |_| {
        subject.with(|subject| draft.with(|draft| offer(&page_address(), subject, draft)))
    });
    // Weights chosen when the dialog was last open are those of an earlier step or run by now.
    if let Some(precision) = draft.with_untracked(|draft| draft.weights) {
        app.dispatch(Msg::Pack(precision));
    }
    let sharing = Sharing { draft, offer, subject };
    view! {
        <div class="share-columns">
            <div class="share-column">
                <LinkField sharing />
                <Contents sharing />
                {is_trained.then(|| view! { <WeightsChoice sharing /> })}
            </div>
            <div class="share-column">
                <QrCode sharing />
            </div>
            <div class="share-column share-wide">
                <Extras sharing />
                {is_trained.then(|| view! { <EmbedCode sharing /> })}
            </div>
        </div>
    }
}

/// What the page shows now. Only computed while the dialog is open.
fn subject(app: App, desk: Option<Desk>) -> Memo<Subject> {
    if let Some(desk) = desk {
        return Memo::new(move |_| {
            let Link { lesson, form, text, .. } = desk.link();
            Subject { lesson, form, data: None, text, engine: None, packed: None }
        });
    }
    app.select(|state: &State| Subject {
        lesson: state.lesson,
        form: state.form.clone(),
        data: state.data.clone(),
        text: None,
        engine: state.current_run().and_then(|run| run.engine),
        packed: state.packed.clone().filter(|packed| Some(packed.run) == state.current),
    })
}
