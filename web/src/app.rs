//! The page as a whole: its frame and what stands where.

use leptos::prelude::*;

use crate::context::App;
use crate::i18n::{switch_language, tr};
use crate::state::{Language, State, Theme};

/// The page.
#[component]
pub fn Page() -> impl IntoView {
    let app = App::new(State::new(&unroll::lessons::airline::LESSON, Language::En, Theme::System), |_, _| {});
    provide_context(app);
    let language = app.select(|state| state.language);
    Effect::new(move |_| switch_language(language.get()));
    view! { <h1>{move || tr("app.name")}</h1> }
}
