//! The link in its forms: the field with its length, what it contains in words, the QR code, the line for slides.

use leptos::html;
use leptos::prelude::*;
use unroll::protocol::Engine;
use unroll::share::LinkText;

use super::dialog::Sharing;
use super::draft::Fate;
use super::reach::{CLOSE_UP, PROJECTOR, Reach};
use super::{embed, qr};
use crate::clipboard;
use crate::context::{use_app, use_lesson};
use crate::i18n::{key_of, label_of, tr, tr_args, value_text};

/// What copying came to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Copied {
    /// Nothing copied yet, or the text has changed since.
    No,
    /// In the clipboard.
    Yes,
    /// The browser refused; the text is selected for the reader's own copying.
    Selected,
}

impl Copied {
    fn sentence(self) -> String {
        match self {
            Copied::No => String::new(),
            Copied::Yes => tr("share.copied"),
            Copied::Selected => tr("share.selected"),
        }
    }
}

/// The link, its length and how far that travels.
#[component]
pub fn LinkField(sharing: Sharing) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let copied = RwSignal::new(Copied::No);
    let address = Memo::new(move |_| sharing.offer.with(|offer| offer.address.clone()));
    let length = Memo::new(move |_| sharing.offer.with(|offer| offer.length()));
    Effect::new(move |_| {
        address.with(|_| ());
        copied.set(Copied::No);
    });
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            let done = clipboard::copy(&address.get_untracked()).await;
            if !done && let Some(field) = field.get_untracked() {
                field.select();
            }
            copied.set(if done { Copied::Yes } else { Copied::Selected });
        });
    };
    view! {
        <div class="share-link">
            <label for="share-link">{move || tr("share.link")}</label>
            <div class="share-row">
                <input id="share-link" node_ref=field data-field="link" type="text" readonly autofocus
                    aria-describedby="share-reach"
                    prop:value=move || address.get()
                    on:focus=move |_| if let Some(field) = field.get_untracked() { field.select() } />
                <button type="button" class="panel-button primary" data-control="copy-link" on:click=copy>
                    {move || tr("share.copy")}
                </button>
            </div>
            <p class="share-copied" role="status">{move || copied.get().sentence()}</p>
            <p id="share-reach" class="share-reach">
                <span data-value-for="length" data-value=move || length.get().to_string()>
                    {move || tr_args("share.length", &[("count", length.get().to_string())])}
                </span>
                " "
                {move || tr(Reach::of(length.get()).key())}
            </p>
        </div>
    }
}

/// What the link contains and what it leaves out, in words.
#[component]
pub fn Contents(sharing: Sharing) -> impl IntoView {
    let app = use_app();
    let is_trained = use_lesson().is_trained();
    let rate_changed = app.select(|state| {
        state.current_run().is_some_and(|run| run.changes.iter().any(|change| change.key == "learning_rate"))
    });
    let settings = move || {
        let (lesson, changed) = sharing
            .subject
            .with(|subject| (subject.lesson, subject.form.changed(&subject.lesson.all_settings())));
        if changed.is_empty() {
            return tr("share.contains.preset");
        }
        let pairs: Vec<_> = changed
            .iter()
            .map(|(key, value)| format!("{} {}", label_of(lesson, key), value_text(key, value)))
            .collect();
        tr_args("share.contains.settings", &[("settings", pairs.join(&tr("list.separator")))])
    };
    let data = move || {
        let (lesson, count) = sharing.subject.with(|subject| {
            let characters = |text: &LinkText| match text {
                LinkText::Whole(text) => Some(text.chars().count()),
                LinkText::TooLong(_) => None,
            };
            let text = subject.text.as_ref().map(|text| characters(text).unwrap_or_default());
            (subject.lesson, subject.data.as_ref().map(unroll::data::Data::len).or(text))
        });
        let carried = sharing.offer.with(|offer| offer.data == Some(true));
        let key = key_of(lesson, if carried { "share.contains.data" } else { "share.contains.no_data" });
        Some(tr_args(&key, &[("count", count?.to_string())]))
    };
    let rate = move || {
        let weights = sharing.offer.with(|offer| offer.weights == Fate::Carried);
        (is_trained && rate_changed.get() && !weights).then(|| tr("share.contains.rate_changed"))
    };
    let gpu = move || {
        let gpu = sharing.subject.with(|subject| subject.engine == Some(Engine::Webgpu));
        tr(if gpu { "share.contains.gpu" } else { "share.contains.same" })
    };
    let item = |text: String| view! { <li>{text}</li> };
    view! {
        <ul class="share-contents">
            <li>{settings}</li>
            {move || data().map(item)}
            {move || rate().map(item)}
            {is_trained.then(|| view! { <li>{gpu}</li> })}
        </ul>
    }
}

/// The QR code, or why there is none.
#[component]
pub fn QrCode(sharing: Sharing) -> impl IntoView {
    let address = Memo::new(move |_| sharing.offer.with(|offer| offer.address.clone()));
    let code = Memo::new(move |_| {
        address.with(|address| if address.len() <= CLOSE_UP { qr::draw(address) } else { None })
    });
    let caption = move || {
        let length = address.with(String::len);
        tr(match length {
            _ if code.with(Option::is_none) => "share.qr.too_long",
            ..=PROJECTOR => "share.qr.projector",
            _ => "share.qr.close",
        })
    };
    view! {
        <figure class="share-qr" data-qr>
            {move || code.get().map(|code| {
                let view_box = format!("0 0 {0} {0}", code.side);
                view! {
                    <svg viewBox=view_box role="img" aria-label=move || tr("share.qr.label")
                        shape-rendering="crispEdges">
                        // A camera wants dark on light, whatever the page's colours.
                        <rect width=code.side height=code.side fill="#fff" />
                        <path d=code.path fill="#000" />
                    </svg>
                }
            })}
            <figcaption>{caption}</figcaption>
        </figure>
    }
}

/// The line of HTML for slides and other pages.
#[component]
pub fn EmbedCode(sharing: Sharing) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let copied = RwSignal::new(Copied::No);
    let code = Memo::new(move |_| {
        let title = tr("share.embed.title");
        sharing.offer.with(|offer| embed::snippet(&offer.embed_address, &title, embed::height()))
    });
    Effect::new(move |_| {
        code.with(|_| ());
        copied.set(Copied::No);
    });
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            let done = clipboard::copy(&code.get_untracked()).await;
            if !done && let Some(field) = field.get_untracked() {
                field.select();
            }
            copied.set(if done { Copied::Yes } else { Copied::Selected });
        });
    };
    view! {
        <div class="share-embed">
            <label for="share-embed">{move || tr("share.embed.label")}</label>
            <div class="share-row">
                <textarea id="share-embed" node_ref=field data-field="embed" rows="2" readonly spellcheck="false"
                    prop:value=move || code.get()></textarea>
                <button type="button" class="panel-button" data-control="copy-embed" on:click=copy>
                    {move || tr("share.copy")}
                </button>
            </div>
            <p class="share-copied" role="status">{move || copied.get().sentence()}</p>
        </div>
    }
}
