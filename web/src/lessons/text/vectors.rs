//! word2vec: vectors learnt from the text, words in the plane, neighbours and analogies.

use super::state::Msg;
use super::use_lab;
use super::word_map::{View, placed};
use crate::i18n::{tr, tr_args};
use crate::quantity::format_number;
use leptos::html::Div;
use leptos::prelude::*;
use unroll::word2vec::Near;

/// The height of the map in pixels.
const HEIGHT: f32 = 420.0;
/// Its width until it is known.
const WIDTH: f32 = 720.0;
/// One press of a button, or one notch of a wheel, is so many times as near.
const NEARER: f32 = 1.3;

/// Learn, watch, look up.
#[component]
pub fn WordVectors() -> impl IntoView {
    let lab = use_lab();
    let learning = lab.select(|lab| lab.learning);
    let state = lab.select(|lab| {
        lab.map
            .as_ref()
            .map(|map| (map.epochs, map.planned, map.loss, map.words_per_s, map.words, map.is_done))
    });
    let status = move || {
        let Some((epochs, planned, loss, words_per_s, words, is_done)) = state.get() else {
            return tr(if learning.get() { "text.vectors.begins" } else { "text.vectors.none" });
        };
        if words == 0 {
            return tr("text.vectors.no_words");
        }
        if is_done && loss.is_none() {
            return tr("text.vectors.nothing");
        }
        let args = [
            ("epochs", format!("{:.1}", (epochs * 10.0).floor() / 10.0)),
            ("planned", planned.to_string()),
            ("loss", loss.map_or_else(|| "–".into(), format_number)),
            ("rate", format!("{words_per_s:.0}")),
            ("words", words.to_string()),
        ];
        tr_args(if is_done { "text.vectors.done" } else { "text.vectors.status" }, &args)
    };
    view! {
        <section class="lab-section" aria-labelledby="lab-vectors-heading" data-learning=move || learning.get().to_string()>
            <h2 id="lab-vectors-heading">{move || tr("text.vectors.heading")}</h2>
            <p class="remark">{move || tr("text.vectors.help")}</p>
            <div class="own-actions">
                <button type="button" class="panel-button primary" data-control="learn"
                    on:click=move |_| lab.dispatch(if learning.get_untracked() { Msg::StopLearning } else { Msg::Learn })
                >{move || tr(if learning.get() { "text.vectors.stop" } else { "text.vectors.learn" })}</button>
                <span class="lab-status" role="status" data-vectors=move || {
                    state.get().map(|(.., words, is_done)| if is_done { format!("done {words}") } else { "learning".into() })
                }>{status}</span>
            </div>
            // Vectors that nothing has moved say nothing.
            <Show when=move || state.get().is_some_and(|(_, _, loss, _, words, _)| words > 0 && loss.is_some())>
                <Map/>
                <p class="remark">{move || tr("text.vectors.map_help")}</p>
                <Neighbours/>
                <Analogy/>
            </Show>
        </section>
    }
}

/// The most frequent words in the plane: buttons and the wheel with Ctrl zoom, dragging moves, a click looks a word up.
#[component]
fn Map() -> impl IntoView {
    let lab = use_lab();
    let frame = NodeRef::<Div>::new();
    let words = lab.select(|lab| lab.map.as_ref().map(|map| map.places.clone()).unwrap_or_default());
    let sought = lab.select(|lab| lab.near.as_ref().and_then(|near| near.words.first().cloned()));
    // All words, until the reader has chosen a part.
    let chosen = RwSignal::new(None::<View>);
    let dragged = RwSignal::new(None::<[f32; 2]>);
    let size = move || {
        let width = frame.get().map_or(0.0, |frame| frame.client_width() as f32);
        [if width > 0.0 { width } else { WIDTH }, HEIGHT]
    };
    let view_now = move || {
        chosen.get().unwrap_or_else(|| {
            words.with(|words| View::of(&words.iter().map(|(_, place)| *place).collect::<Vec<_>>(), size()))
        })
    };
    let pixel = move |event: &web_sys::MouseEvent| {
        let rect = frame.get_untracked().map(|frame| frame.get_bounding_client_rect());
        let corner = rect.map_or((0.0, 0.0), |rect| (rect.left(), rect.top()));
        [(f64::from(event.client_x()) - corner.0) as f32, (f64::from(event.client_y()) - corner.1) as f32]
    };
    let zoom = move |times: f32, around: Option<[f32; 2]>| {
        let size = untrack(size);
        let around = around.unwrap_or([size[0] / 2.0, size[1] / 2.0]);
        chosen.set(Some(untrack(view_now).zoomed(times, around, size)));
    };
    let drawn = move || {
        words.with(|words| {
            let first = sought.get().and_then(|sought| words.iter().position(|(name, _)| *name == sought));
            placed(words, first, view_now(), size())
                .into_iter()
                .map(|placed| {
                    let name = words[placed.word].0.clone();
                    let (x, y) = (placed.at[0].to_string(), placed.at[1].to_string());
                    let text_x = (placed.at[0] + 5.0).to_string();
                    let looked_up = name.clone();
                    view! {
                        <g class:sought=Some(placed.word) == first
                            on:click=move |_| lab.dispatch(Msg::Find(vec![looked_up.clone()]))>
                            <circle cx=x cy=y.clone() r="2.5"></circle>
                            {placed.named.then(|| view! { <text x=text_x y=y dy="0.35em">{name.clone()}</text> })}
                            <title>{name.clone()}</title>
                        </g>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <div class="lab-map" node_ref=frame data-figure="words"
            on:wheel=move |event| {
                // Without the key the wheel scrolls the page. Two fingers on a touchpad send it by themselves.
                if !event.ctrl_key() && !event.meta_key() {
                    return;
                }
                event.prevent_default();
                zoom(if event.delta_y() < 0.0 { NEARER } else { 1.0 / NEARER }, Some(pixel(&event)));
            }
            on:pointerdown=move |event| dragged.set(Some(pixel(&event)))
            on:pointermove=move |event| {
                let Some(from) = dragged.get_untracked() else { return };
                let to = pixel(&event);
                let by = [to[0] - from[0], to[1] - from[1]];
                // A click trembles.
                if chosen.get_untracked().is_some() || by[0].abs() + by[1].abs() > 4.0 {
                    chosen.set(Some(untrack(view_now).moved(by)));
                    dragged.set(Some(to));
                }
            }
            on:pointerup=move |_| dragged.set(None)
            on:pointerleave=move |_| dragged.set(None)
        >
            <svg role="img" aria-label=move || tr("text.vectors.map") height=HEIGHT.to_string() width="100%" lang="zh">{drawn}</svg>
            <div class="lab-map-tools">
                <button type="button" class="quiet" aria-label=move || tr("text.vectors.nearer")
                    on:click=move |_| zoom(NEARER, None)>"+"</button>
                <button type="button" class="quiet" aria-label=move || tr("text.vectors.farther")
                    on:click=move |_| zoom(1.0 / NEARER, None)>"−"</button>
                <button type="button" class="quiet" on:click=move |_| chosen.set(None)>{move || tr("text.vectors.all")}</button>
            </div>
        </div>
    }
}

/// The words nearest to one.
#[component]
fn Neighbours() -> impl IntoView {
    let lab = use_lab();
    let near = lab.select(|lab| lab.near.clone().filter(|near| near.words.len() == 1));
    let sought = move || near.get().and_then(|near| near.words.first().cloned()).unwrap_or_default();
    view! {
        <div class="lab-find">
            <label for="lab-find">{move || tr("text.vectors.find")}</label>
            <input id="lab-find" class="inline-field" type="search" data-field="find" lang="zh" autocomplete="off"
                prop:value=sought
                on:change=move |event| lab.dispatch(Msg::Find(vec![event_target_value(&event).trim().to_owned()]))
            />
        </div>
        {move || near.get().map(|near| view! { <Found near/> })}
    }
}

/// What is to the third word as the second is to the first?
#[component]
fn Analogy() -> impl IntoView {
    let lab = use_lab();
    let near = lab.select(|lab| lab.near.clone().filter(|near| near.words.len() == 3));
    let words = [RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new())];
    let ask = move || {
        let words: Vec<String> =
            words.iter().map(|word| word.with_untracked(|word| word.trim().to_owned())).collect();
        if words.iter().all(|word| !word.is_empty()) {
            lab.dispatch(Msg::Find(words));
        }
    };
    let field = move |index: usize| {
        let label = move || tr_args("text.vectors.word", &[("number", (index + 1).to_string())]);
        view! {
            <input type="text" class="inline-field" lang="zh" autocomplete="off" data-field=format!("analogy-{index}") aria-label=label
                prop:value=move || words[index].get()
                on:input=move |event| words[index].set(event_target_value(&event))
                on:change=move |_| ask()
            />
        }
    };
    view! {
        <div class="lab-find" role="group" aria-label=move || tr("text.vectors.analogy")>
            <span>{move || tr("text.vectors.analogy")}</span>
            {field(0)}<span>":"</span>{field(1)}<span>"="</span>{field(2)}<span>": ?"</span>
            <button type="button" class="panel-button" on:click=move |_| ask()>
                {move || tr("text.vectors.ask")}
            </button>
        </div>
        {move || near.get().map(|near| view! { <Found near/> })}
    }
}

#[component]
fn Found(near: Near) -> impl IntoView {
    let lab = use_lab();
    let Near { words, found } = near;
    if found.is_empty() {
        let words = words.join(&tr("text.file.separator"));
        return view! { <p class="remark" role="status">{tr_args("text.vectors.unknown", &[("words", words)])}</p> }
            .into_any();
    }
    let row = move |(word, cosine): (String, f32)| {
        let looked_up = word.clone();
        let width = format!("width:{:.1}%", (cosine.clamp(0.0, 1.0) * 100.0));
        view! {
            <li>
                <button type="button" class="text-button" lang="zh"
                    on:click=move |_| lab.dispatch(Msg::Find(vec![looked_up.clone()]))>{word}</button>
                <span class="bar"><span style=width></span></span>
                <small>{format!("{cosine:.3}")}</small>
            </li>
        }
    };
    view! { <ol class="lab-near" data-figure="near">{found.into_iter().map(row).collect_view()}</ol> }
        .into_any()
}
