//! Where the model writes: a prompt, the ways to choose tokens, and what comes of it, token by token.

use leptos::prelude::*;
use unroll::lessons::novel::prompt;
use unroll::protocol::Choice;
use unroll::settings::{Group, Setting};

use super::prose::{Token, named, shown};
use crate::context::{App, use_app, use_lesson};
use crate::controls::Field;
use crate::i18n::{tr, tr_args};
use crate::quantity::percent;
use crate::reading::{cut, cuts_words, prompt_in_use, prompts};
use crate::state::{Continuations, Msg, Phase, Source, State};
use crate::text_client;

/// Cuts the prompt as the text is cut, and has the model write on.
fn write(app: App) {
    cut(app, app.peek(prompt_in_use), Msg::Write);
}

/// The whole panel.
#[component]
pub fn Writer() -> impl IntoView {
    let app = use_app();
    let settings: Vec<&'static Setting> = use_lesson()
        .settings
        .iter()
        .copied()
        .filter(|setting| setting.group == Group::Sampling && setting.key != "prompt")
        .collect();
    let asked = app.select(|state| state.continuations.is_some());
    // A recorded run has its model at hand; a link may have brought another.
    let can_write = app.select(|state| {
        let is_held = state.current.is_some() && state.current == state.engine.held;
        state.phase == Phase::Recorded || state.link.model.is_some() && is_held
    });
    let is_writing = app.select(|state| state.continuations.as_ref().is_some_and(|wish| !wish.is_done));
    let own = app.select(|state| prompt(&state.form));
    let placeholder = app.select(|state| prompts(state).first().copied().unwrap_or_default());
    let offered = app.select(|state| prompts(state).to_vec());
    // The page opens on a model that writes.
    Effect::new(move |_| {
        if can_write.get() && !asked.get_untracked() {
            write(app);
        }
    });
    let suggestions = move || {
        let chip = |prompt: &'static str| {
            view! {
                <li>
                    <button type="button" data-prompt=prompt on:click=move |_| {
                        app.dispatch(Msg::Set { key: "prompt", text: prompt.into() });
                        write(app);
                    }>{prompt.trim_end()}"…"</button>
                </li>
            }
        };
        offered.get().into_iter().map(chip).collect_view()
    };
    view! {
        <section class="writer" data-panel="writer" aria-labelledby="writer-heading">
            <h2 id="writer-heading">{move || tr("novel.writer.title")}</h2>
            <form class="writer-prompt" on:submit=move |event| { event.prevent_default(); write(app) }>
                <label for="setting-prompt" class="visually-hidden">{move || tr("setting.prompt.label")}</label>
                <input
                    type="text"
                    id="setting-prompt"
                    data-setting="prompt"
                    autocomplete="off"
                    placeholder=move || placeholder.get()
                    prop:value=move || own.get()
                    on:input=move |event| {
                        app.dispatch(Msg::Set { key: "prompt", text: event_target_value(&event) })
                    }
                />
                <button type="submit" class="panel-button primary" data-control="write">
                    {move || tr("novel.writer.write")}
                </button>
                <button type="button" class="panel-button" data-control="silence"
                    disabled=move || !is_writing.get()
                    on:click=move |_| app.dispatch(Msg::Silence)
                >{move || tr("novel.writer.stop")}</button>
            </form>
            <ul class="prompts" aria-label=move || tr("novel.writer.suggestions")>{suggestions}</ul>
            <Loading/>
            <Pages/>
            <details class="writer-settings">
                <summary>{move || tr("settings.group.sampling")}</summary>
                <div class="writer-fields">
                    {settings.into_iter().map(|setting| view! { <Field setting/> }).collect_view()}
                </div>
            </details>
        </section>
    }
}

/// How much of the trained model has arrived.
#[component]
fn Loading() -> impl IntoView {
    let app = use_app();
    let loading = app.select(|state| state.model_loading);
    let preparing = app.select(|state| state.is_preparing() && state.phase == Phase::Opening);
    let cuts_words = app.select(cuts_words);
    let building = move || text_client::building().filter(|_| preparing.get() || cuts_words.get());
    move || match loading.get() {
        Some((loaded, total)) => {
            let kilobytes = |bytes: usize| (bytes / 1000).to_string();
            let words = match total {
                Some(total) => tr_args(
                    "novel.writer.loading",
                    &[("loaded", kilobytes(loaded)), ("total", kilobytes(total))],
                ),
                None => tr_args("novel.writer.loading_some", &[("loaded", kilobytes(loaded))]),
            };
            view! {
                <p class="soft loading" data-figure="model-loading">
                    <progress aria-label=words.clone() max=total.map(|total| total.to_string()) value=total.map(|_| loaded.to_string())></progress>
                    " "
                    {words}
                </p>
            }
            .into_any()
        }
        None => {
            let words = building().or_else(|| preparing.get().then(|| tr("novel.writer.preparing")));
            words.map(|words| view! { <p class="soft loading">{words}</p> }).into_any()
        }
    }
}

/// The continuations, and what else each token might have been.
#[component]
fn Pages() -> impl IntoView {
    let app = use_app();
    let request = app.select(|state| state.continuations.as_ref().map(|wish| wish.request));
    let count = app.select(|state| state.continuations.as_ref().map_or(0, |wish| wish.texts.len()));
    let heading = app.select(|state| {
        let wish = state.continuations.as_ref()?;
        let is_shipped = state.current_run().is_some_and(|run| run.source == Source::Recorded);
        Some((wish.step, wish.foreign.concat(), is_shipped, wish.is_done))
    });
    let marked: RwSignal<Option<(usize, usize)>> = RwSignal::new(None);
    let about = move || {
        let (step, foreign, is_shipped, _) = heading.get()?;
        let key = if is_shipped { "novel.writer.by_shipped" } else { "novel.writer.by" };
        let mut words = tr_args(key, &[("step", step.to_string())]);
        if !foreign.is_empty() {
            words += " ";
            words += &tr_args("prompt.foreign", &[("foreign", foreign)]);
        }
        Some(words)
    };
    let point = move |event: leptos::ev::MouseEvent| marked.set(place_of(&event).or(marked.get_untracked()));
    let walk = move |event: leptos::ev::KeyboardEvent| {
        let forward = match &*event.key() {
            "ArrowRight" => true,
            "ArrowLeft" => false,
            _ => return,
        };
        event.prevent_default();
        let (text, index) = marked.get_untracked().unwrap_or((0, 0));
        let length = app.peek(|state| {
            let wish = state.continuations.as_ref();
            wish.and_then(|wish| wish.texts.get(text)).map_or(0, Vec::len)
        });
        let next = if forward { (index + 1).min(length.saturating_sub(1)) } else { index.saturating_sub(1) };
        marked.set((length > 0).then_some((text, next)));
    };
    view! {
        <div class="pages-of-prose" data-figure="written"
            data-done=move || heading.get().is_some_and(|(.., is_done)| is_done).to_string()
        >
            {move || {
                let request = request.get()?;
                marked.set(None);
                let texts = move || (0..count.get()).collect::<Vec<_>>();
                Some(view! {
                    <div
                        class="continuations"
                        role="group"
                        tabindex="0"
                        aria-label=move || tr("novel.writer.written")
                        data-request=request.to_string()
                        on:mouseover=point
                        on:click=point
                        on:keydown=walk
                    >
                        <For each=texts key=|text| *text let:text>
                            <Continuation text marked/>
                        </For>
                    </div>
                })
            }}
        </div>
        <p class="alternatives" data-figure="alternatives" aria-live="polite">
            {move || alternatives(app, marked.get()).unwrap_or_else(|| {
                if count.get() > 0 { tr("novel.writer.hint") } else { String::new() }
            })}
        </p>
        <p class="soft">{about}</p>
    }
}

/// One continuation behind its prompt.
#[component]
fn Continuation(text: usize, marked: RwSignal<Option<(usize, usize)>>) -> impl IntoView {
    let app = use_app();
    let length = app.select(move |state| with_text(state, text, |_, tokens| tokens.len()).unwrap_or(0));
    let before = app.peek(|state| state.continuations.as_ref().map(joined).unwrap_or_default());
    let token = move |index: usize| {
        let shown = app.peek(|state| {
            with_text(state, text, |wish, tokens| {
                let lexicon = &wish.corpus.as_ref()?.lexicon;
                let before = index.checked_sub(1).and_then(|before| tokens.get(before));
                Some(shown(lexicon, before.map(|choice| choice.token), tokens.get(index)?))
            })
            .flatten()
        });
        let is_marked = Signal::derive(move || marked.get() == Some((text, index)));
        shown.map(|shown| view! { <Token shown index text marked=is_marked/> })
    };
    view! {
        <p class="prose continuation" data-continuation=text.to_string()>
            <span class="prompt">{before}</span>
            <For each=move || 0..length.get() key=|index| *index children=token/>
        </p>
    }
}

/// The prompt as the model read it.
fn joined(wish: &Continuations) -> String {
    let is_spaced = wish.corpus.as_ref().is_some_and(|corpus| corpus.lexicon.is_spaced);
    if !is_spaced {
        return wish.prompt.concat();
    }
    let lexicon = wish.corpus.as_ref().map(|corpus| &corpus.lexicon);
    let mut text = String::new();
    for (index, word) in wish.prompt.iter().enumerate() {
        let before = index.checked_sub(1).map_or("", |before| wish.prompt[before].as_str());
        if lexicon.is_some_and(|lexicon| lexicon.is_blank_between(before, word)) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text.push(' ');
    text
}

fn with_text<T>(state: &State, text: usize, read: impl FnOnce(&Continuations, &[Choice]) -> T) -> Option<T> {
    let wish = state.continuations.as_ref()?;
    Some(read(wish, wish.texts.get(text)?))
}

/// What else a token might have been, in words.
fn alternatives(app: App, marked: Option<(usize, usize)>) -> Option<String> {
    let (text, index) = marked?;
    app.peek(|state| {
        with_text(state, text, |wish, tokens| {
            let choice = tokens.get(index)?;
            let lexicon = &wish.corpus.as_ref()?.lexicon;
            let own = tr_args(
                "novel.writer.token",
                &[("token", named(lexicon, choice.token)), ("share", percent(100.0 * choice.probability))],
            );
            let others: Vec<String> = choice
                .alternatives
                .iter()
                .map(|(token, probability)| {
                    format!("{} {}", named(lexicon, *token), percent(100.0 * *probability))
                })
                .collect();
            Some(if others.is_empty() { own } else { format!("{own} — {}", others.join(" · ")) })
        })
        .flatten()
    })
}

/// Which token the pointer is on.
fn place_of(event: &leptos::ev::MouseEvent) -> Option<(usize, usize)> {
    use wasm_bindgen::JsCast;
    let element: web_sys::Element = event.target()?.dyn_into().ok()?;
    let number = |name: &str| element.get_attribute(name)?.parse().ok();
    Some((number("data-text")?, number("data-token")?))
}
