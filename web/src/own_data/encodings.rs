//! The encodings that a file may be read in, and how it begins in each. What stands behind the summary is fetched when it is
//! first opened, and the worker for text is asked only then.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::text::{Beginning, Charset, TextFacts};

use crate::i18n::tr;
use crate::late::{Late, Waiting};
use crate::messages::Source;
use crate::text_client;

/// The file in question.
#[derive(Clone, PartialEq)]
pub enum InQuestion {
    /// The page has it.
    Given(Source),
    /// The worker for text has it in hand; the number tells it from the one before.
    InHand(u32),
}

/// What the list of encodings is about.
#[derive(Clone, Copy)]
pub struct Panel {
    /// How the file was read, where it could be.
    pub facts: Signal<Option<TextFacts>>,
    /// The file, where there is one.
    pub file: Signal<Option<InQuestion>>,
    /// Reads it once more.
    pub choose: Callback<Charset>,
}

/// The way to another encoding, where there is a file. It is open where the file has places that mean nothing.
#[component]
pub fn Encodings(panel: Panel) -> impl IntoView {
    let content = Late::new(|| Box::pin(async { content().await.ok() }));
    let open = RwSignal::new(false);
    let is_broken = Memo::new(move |_| {
        panel
            .facts
            .with(|facts| facts.as_ref().is_some_and(|facts| facts.is_doubtful() && facts.ill_formed > 0))
    });
    Effect::new(move |_| {
        if is_broken.get() {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if open.get() && untrack(|| content.get().is_none()) {
            content.fetch();
        }
    });
    let charset =
        move || panel.facts.with(|facts| facts.as_ref().and_then(|facts| facts.charset)).map(Charset::label);
    view! {
        <details class="encodings" data-panel="encodings" data-charset=charset
            hidden=move || panel.file.with(Option::is_none)
            prop:open=move || open.get()
            on:toggle=move |event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"))
        >
            <summary>{move || tr("data.encodings.heading")}</summary>
            {move || open.get().then(|| match content.get() {
                Some(content) => content(panel),
                None => view! { <Waiting part=content><div class="frame-line"></div></Waiting> }.into_any(),
            })}
        </details>
    }
}

/// What stands behind the summary.
type Content = fn(Panel) -> AnyView;

/// Fetches it.
#[wasm_split(encodings, wasm_split_path = leptos::wasm_split, fallible)]
fn content() -> Result<Content, SplitLoaderError> {
    Ok(encodings)
}

fn encodings(panel: Panel) -> AnyView {
    let beginnings = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        let source = match panel.file.get() {
            Some(InQuestion::Given(source)) => Some(source),
            Some(InQuestion::InHand(_)) => None,
            None => return,
        };
        text_client::beginnings(source, move |found| {
            // The reader may have closed the list by then.
            let _ = beginnings.try_set(found.unwrap_or_default());
        });
    });
    let in_use = move || panel.facts.with(|facts| facts.as_ref().and_then(|facts| facts.charset));
    let option = move |charset: Charset| {
        view! {
            <option value=charset.label() prop:selected=move || in_use() == Some(charset)>{charset.name()}</option>
        }
    };
    let row = move |Beginning { charset, lines }: Beginning| {
        view! {
            <tr aria-current=move || (in_use() == Some(charset)).then_some("true")>
                <th scope="row">{charset.name()}</th>
                <td>{lines.into_iter().map(|line| view! { <div>{line}</div> }).collect_view()}</td>
            </tr>
        }
    };
    view! {
        <p>
            <label for="own-charset">{move || tr("data.encodings.choose")}</label>
            " "
            <select id="own-charset" class="inline-field" data-field="charset" on:change=move |event| {
                Charset::find(&event_target_value(&event)).into_iter().for_each(|charset| panel.choose.run(charset));
            }>
                {Charset::ALL.into_iter().map(option).collect_view()}
            </select>
        </p>
        <div class="table-scroll" tabindex="0" role="region" aria-label=move || tr("data.encodings.beginnings")>
            <table data-table="encodings">
                <tbody>{move || beginnings.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
