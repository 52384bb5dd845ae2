//! Side by side: trains every value of the compare setting at the same seed and the same settings, one after the other.

use leptos::prelude::*;

use crate::context::{use_app, use_lesson};
use crate::i18n::{key_of, tr, tr_args};
use crate::state::Msg;

/// The button, and how far the comparison has come.
#[component]
pub fn CompareBar() -> impl IntoView {
    let app = use_app();
    let lesson = use_lesson();
    // The run being trained has left the queue already.
    let progress =
        app.select(|state| state.comparison.as_ref().map(|it| (it.total - it.queue.len(), it.total)));
    let sentence = move || match progress.get() {
        None => String::new(),
        Some((done, total)) => {
            tr_args("notebook.compare.progress", &[("done", done.to_string()), ("total", total.to_string())])
        }
    };
    view! {
        <div class="notebook-compare">
            <button type="button" class="panel-button" data-control="compare"
                aria-describedby="compare-help"
                disabled=move || progress.get().is_some()
                on:click=move |_| app.dispatch(Msg::Compare)
            >{move || tr(&key_of(lesson, "notebook.compare.button"))}</button>
            <p id="compare-help">{move || tr(&key_of(lesson, "notebook.compare.help"))}</p>
            <p class="notebook-progress" role="status">{sentence}</p>
        </div>
    }
}
