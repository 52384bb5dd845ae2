//! The header: name, language, theme, help, share.

use leptos::prelude::*;

use crate::context::{Apps, use_app};
use crate::i18n::tr;
use crate::state::{Language, Msg, Theme};

/// The header. `share` and `help` open the dialogs.
#[component]
pub fn Header(
    /// Is the share dialog open?
    share: RwSignal<bool>,
    /// Is the help open?
    help: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let apps = expect_context::<Apps>();
    let language = app.select(|state| state.language);
    let theme = app.select(|state| state.theme);
    let other = move || match language.get() {
        Language::En => Language::Zh,
        Language::Zh => Language::En,
    };
    let next_theme = move || match theme.get() {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    };
    view! {
        <header class="page-header">
            <p class="name"><span class="name-mark" aria-hidden="true"></span>{move || tr("app.name")}</p>
            <p class="tagline">{move || tr("app.tagline")}</p>
            <div class="page-tools">
                <button
                    type="button"
                    class="quiet"
                    data-control="language"
                    lang=move || other().word()
                    title=move || tr("language.switch")
                    on:click=move |_| apps.dispatch(&Msg::Language(other()))
                >
                    {move || tr("language.other")}
                </button>
                <button
                    type="button"
                    class="quiet"
                    data-control="theme"
                    title=move || tr("theme.switch")
                    on:click=move |_| apps.dispatch(&Msg::Theme(next_theme()))
                >
                    {move || tr(&format!("theme.{}", theme.get().word()))}
                </button>
                <button
                    type="button"
                    class="quiet"
                    data-control="help"
                    aria-haspopup="dialog"
                    on:click=move |_| help.set(true)
                >
                    {move || tr("help.button")}
                </button>
                <button
                    type="button"
                    class="primary"
                    data-control="share"
                    aria-haspopup="dialog"
                    on:click=move |_| share.set(true)
                >
                    {move || tr("share.button")}
                </button>
            </div>
        </header>
    }
}
