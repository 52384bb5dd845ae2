//! The tokens, one by one.

use leptos::prelude::*;
use unroll::text::ShownToken;

use super::{LAST, use_lab};
use crate::frames::follow_after;
use crate::i18n::{tr, tr_args};
use crate::quantity::format_number;

/// Counts, and the tokens as chips: those without a number stand out, blanks are made visible.
#[component]
pub fn Tokens() -> impl IntoView {
    let lab = use_lab();
    let counts = lab.found(|cut| (cut.characters, cut.sentences, cut.tokens, cut.types, cut.unknown));
    let chips = lab.found(|cut| cut.shown.clone());
    let left = lab.found(|cut| cut.tokens - cut.shown.iter().map(Vec::len).sum::<usize>());
    // The last question, once it has been answered; and the same once all sections show the answer.
    let answered = lab.select(|lab| lab.answered.then_some(lab.request));
    let shown = follow_after(LAST, answered);
    let settled = move || answered.get().is_some() && answered.get() == shown.get();
    let speed = lab.found(|cut| (cut.characters, (cut.seconds * 1e4).round() as u64));
    let summary = move || {
        let (characters, sentences, tokens, types, unknown) = counts.get()?;
        let counts = [
            ("characters", characters),
            ("sentences", sentences),
            ("tokens", tokens),
            ("types", types),
            ("unknown", unknown),
        ];
        Some(
            counts
                .map(|(name, count)| {
                    view! {
                        <div class="lab-count" data-count=name data-value=count.to_string()>
                            <dt>{tr(&format!("text.count.{name}"))}</dt>
                            <dd>{count.to_string()}</dd>
                        </div>
                    }
                })
                .collect_view(),
        )
    };
    view! {
        <section class="lab-section" aria-labelledby="lab-tokens-heading" data-settled=move || settled().to_string()>
            <h2 id="lab-tokens-heading">{move || tr("text.tokens.heading")}</h2>
            <dl class="lab-counts">{summary}</dl>
            <div class="lab-tokens" data-figure="tokens" lang="zh">
                {move || chips.get().unwrap_or_default().into_iter().map(sentence).collect_view()}
            </div>
            <p class="remark">
                {move || left.get().filter(|left| *left > 0).map(|left| {
                    tr_args("text.tokens.more", &[("count", left.to_string())])
                })}
                " "
                {move || speed.get().map(|(characters, ticks)| {
                    let milliseconds = ticks as f64 / 10.0;
                    let said = tr_args("text.tokens.time", &[
                        ("characters", characters.to_string()),
                        ("milliseconds", format_number(milliseconds)),
                    ]);
                    view! { <span data-seconds=(milliseconds / 1e3).to_string()>{said}</span> }
                })}
            </p>
        </section>
    }
}

fn sentence(tokens: Vec<ShownToken>) -> impl IntoView {
    view! { <p>{tokens.into_iter().map(chip).collect_view()}</p> }
}

fn chip(token: ShownToken) -> impl IntoView {
    let ShownToken { text, index, part_of_speech } = token;
    let title = match index {
        Some(index) => tr_args("text.tokens.number", &[("index", index.to_string())]),
        None => tr("text.tokens.unknown"),
    };
    let blank = text.trim().is_empty();
    view! {
        <span class="chip" class:unknown=index.is_none() class:blank=blank title=title>
            {visible(&text)}
            {part_of_speech.map(|part| view! { <small>{part}</small> })}
        </span>
    }
}

/// Blanks as they are drawn in type cases, so that they can be seen.
fn visible(token: &str) -> String {
    let seen = |c: char| match c {
        ' ' => '␣',
        '\t' => '⇥',
        '\n' | '\r' => '⏎',
        '\u{3000}' => '□',
        c => c,
    };
    token.chars().map(seen).collect()
}
