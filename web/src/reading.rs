//! What a model of language is given to read: a prompt, cut as the lesson's text is cut.

use unroll::text::{CorpusOptions, characters};

use crate::context::App;
use crate::state::{Msg, Notice, State};
use crate::text_client;

fn options(state: &State) -> Option<CorpusOptions> {
    state.lesson.long_text.as_ref().map(|long_text| (long_text.options)(&state.form))
}

/// The prompts that suit the text in use; none for the reader's own.
pub fn prompts(state: &State) -> &'static [&'static str] {
    match &state.lesson.long_text {
        Some(long_text) if state.data.is_none() => (long_text.prompts)(&state.form),
        _ => &[],
    }
}

/// What the model is to go on from.
pub fn prompt_in_use(state: &State) -> String {
    let own = state.lesson.long_text.as_ref().map(|long_text| (long_text.prompt)(&state.form));
    let own = own.filter(|own| !own.is_empty());
    // Without one that suits, the model begins a text.
    own.unwrap_or_else(|| prompts(state).first().copied().unwrap_or_default().to_owned())
}

/// Does the lesson's text consist of words, so that the worker for text has to cut what is read?
pub fn cuts_words(state: &State) -> bool {
    options(state).is_some_and(|options| options.words)
}

/// Cuts `text` as the text of the lesson is cut, and dispatches what `then` makes of the pieces.
pub fn cut(app: App, text: String, then: fn(Vec<String>) -> Msg) {
    let Some(options) = app.peek(options) else { return };
    let text = if options.lower_case { text.to_lowercase() } else { text };
    if !options.words {
        app.dispatch(then(characters(&text)));
    } else if text.trim().is_empty() {
        app.dispatch(then(Vec::new()));
    } else {
        text_client::words(text, move |cut| match cut {
            Ok(words) => app.dispatch(then(words)),
            Err(error) => app.dispatch(Msg::Notify(Notice::from(&error))),
        });
    }
}
