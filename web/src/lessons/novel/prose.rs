//! Written tokens as they stand on the page: each shaded by how improbable it was.

use leptos::prelude::*;
use unroll::data::Lexicon;
use unroll::protocol::Choice;

/// A written token, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The token, with the blank that stands before it.
    pub text: String,
    /// How probable it was.
    pub probability: f64,
}

/// How a token stands behind the one before it.
pub fn shown(lexicon: &Lexicon, before: Option<usize>, choice: &Choice) -> Shown {
    let token = lexicon.shown(choice.token);
    let blank = before.is_some_and(|before| lexicon.is_blank_between(lexicon.shown(before), token));
    let text = if blank { format!(" {token}") } else { token.to_owned() };
    Shown { text, probability: choice.probability }
}

/// A token as it is named in a list.
pub fn named(lexicon: &Lexicon, token: usize) -> String {
    printed(lexicon.shown(token))
}

/// A token with a sign for what can't be seen.
pub fn printed(token: &str) -> String {
    match token {
        "\n" => "⏎".into(),
        " " => "␣".into(),
        token => token.to_owned(),
    }
}

/// One token of a continuation.
#[component]
pub fn Token(
    /// The token.
    shown: Shown,
    /// Which one of its continuation.
    index: usize,
    /// Which continuation.
    text: usize,
    /// Is it the one whose alternatives are listed?
    #[prop(into)]
    marked: Signal<bool>,
) -> impl IntoView {
    let surprise = format!("{:.3}", 1.0 - shown.probability);
    view! {
        <span
            class="token"
            class:marked=move || marked.get()
            style:--surprise=surprise
            data-token=index.to_string()
            data-text=text.to_string()
        >
            {shown.text}
        </span>
    }
}
