//! The page as a whole: what stands where, and what of it the link hides.

use leptos::ev::hashchange;
use leptos::prelude::*;
use unroll::lessons::airline;
use unroll::share::{Link, Panel};

use crate::context::App;
use crate::controls::{FormInHand, RunBar, Scrubber, SettingsPanel, listen};
use crate::data_panel::DataPanel;
use crate::frame::{Announcer, EngineLine, Header, HelpDialog, LessonList, Notices, word_of};
use crate::i18n::{switch_language, tr};
use crate::lessons::airline::{Diagram, Figures, Parameters};
use crate::lessons::text::{LabInHand, LabPage};
use crate::notebook::Notebook;
use crate::offline::Offline;
use crate::route::{self, Shown};
use crate::share::ShareDialog;
use crate::state::{Msg, State, Theme};
use crate::story::{Part, Story};
use crate::{effects, storage};

/// The page.
#[component]
pub fn Page() -> impl IntoView {
    let app = App::new(State::new(&airline::LESSON, storage::language(), storage::theme()), effects::perform);
    let lab = LabInHand::new();
    let shown = Shown(RwSignal::new(&airline::LESSON));
    provide_context(app);
    provide_context(shown);
    provide_context(lab);
    provide_context(FormInHand {
        lesson: &airline::LESSON,
        form: app.select(|state| state.form.clone()).into(),
        set: Callback::new(move |(key, text)| app.dispatch(Msg::Set { key, text })),
        preset: Callback::new(move |id| app.dispatch(Msg::Preset(id))),
    });
    let share = RwSignal::new(false);
    let help = RwSignal::new(false);
    follow_state(app);
    listen(app, move || shown.0.get_untracked().is_trained(), move || help.set(true));
    read_address(app, lab, shown);
    let handle = window_event_listener(hashchange, move |_| read_address(app, lab, shown));
    on_cleanup(move || handle.remove());

    let embed = app.select(|state| state.link.embed);
    let phase = app.select(|state| state.phase.word());
    let epoch = app.select(|state| state.current_run().map_or(0, |run| run.progress.epoch));
    let engine = app.select(|state| state.engine.active.map_or("none", word_of));
    view! {
        <Show when=move || !embed.get()>
            <a class="skip" href="#app" on:click=skip>{move || tr("app.skip")}</a>
            <Header share help/>
        </Show>
        <main
            id="app"
            tabindex="-1"
            data-lesson=move || shown.0.get().id
            data-phase=move || phase.get()
            data-epoch=move || epoch.get().to_string()
            data-engine=move || engine.get()
        >
            <Show when=move || !embed.get()>
                <LessonList/>
            </Show>
            <Show when=move || shown.is_trained() fallback=move || view! { <LabPage lab/> }>
                <RunPage/>
            </Show>
        </main>
        <Show when=move || !embed.get()>
            <Offline/>
        </Show>
        <Announcer/>
        <HelpDialog open=help/>
        <ShareDialog open=share/>
    }
}

/// A lesson in which something is trained.
#[component]
fn RunPage() -> impl IntoView {
    let app = crate::context::use_app();
    let embed = app.select(|state| state.link.embed);
    let lesson = app.select(|state| state.lesson.id);
    let shows = move |panel: Panel| {
        let hidden = app.select(move |state| state.link.embed || state.link.hide.contains(&panel));
        move || !hidden.get()
    };
    view! {
        <div class="stage">
            <Show when=move || !embed.get()>
                <div class="lesson-head">
                    <p class="chapter">{move || tr(&format!("lesson.{}.chapter", lesson.get()))}</p>
                    <h1>{move || tr(&format!("lesson.{}.title", lesson.get()))}</h1>
                    <p class="lead">{move || tr(&format!("lesson.{}.lead", lesson.get()))}</p>
                </div>
            </Show>
            <Notices/>
            <RunBar/>
            <div class="under-bar">
                <EngineLine/>
                <Scrubber/>
            </div>
            <Figures/>
            <Show when=move || !embed.get()>
                <Diagram/>
                <Parameters/>
            </Show>
            <Show when=shows(Panel::Story)>
                <Story part=Part::Model/>
            </Show>
            <FullPageLink/>
        </div>
        <Show when=shows(Panel::Settings)>
            <SettingsPanel/>
        </Show>
        <Show when=shows(Panel::Story)>
            <div class="story-column"><Story part=Part::Run/></div>
        </Show>
        <div class="below">
            <Show when=shows(Panel::Notebook)>
                <Notebook/>
            </Show>
            <Show when=shows(Panel::Data)>
                <DataPanel/>
            </Show>
        </div>
    }
}

/// In a frame or on a slide: the way to the whole page, with the same settings.
#[component]
fn FullPageLink() -> impl IntoView {
    let app = crate::context::use_app();
    let address = app.select(|state| {
        state.link.embed.then(|| {
            let mut link = state.link_to_settings();
            link.embed = false;
            link.to_fragment()
        })
    });
    move || {
        address.get().map(|address| {
            view! {
                <p class="full-page">
                    <a href=address target="_blank" rel="noopener">{move || tr("embed.full_page")}</a>
                </p>
            }
        })
    }
}

/// What of the state stands on the document itself: language, colours, size.
fn follow_state(app: App) {
    let language = app.select(|state| state.language);
    let theme = app.select(|state| state.theme);
    let link = app.select(|state| (state.link.embed, state.link.present));
    Effect::new(move |_| {
        switch_language(language.get());
        attribute("lang", Some(language.get().word()));
        document().set_title(&tr("app.title"));
    });
    Effect::new(move |_| {
        attribute("data-theme", Some(theme.get().word()).filter(|_| theme.get() != Theme::System))
    });
    Effect::new(move |_| {
        let (embed, present) = link.get();
        attribute("data-embed", embed.then_some("1"));
        attribute("data-present", present.then_some("1"));
    });
}

fn attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    // Both fail only for names that are no attribute names.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

fn read_address(app: App, lab: LabInHand, shown: Shown) {
    let (fragment, query) = route::address();
    let (Link { lesson, form, text, lang, .. }, notes) = Link::parse(&fragment, &query);
    if lesson.is_trained() {
        app.dispatch(Msg::Address { fragment, query });
    } else {
        lang.into_iter().for_each(|language| app.dispatch(Msg::Language(language)));
        notes.into_iter().for_each(|note| app.dispatch(Msg::LinkNote(note)));
        lab.arrive(form, text);
    }
    shown.0.set(lesson);
}

/// Moves the focus past the header. The address keeps its settings: its fragment is theirs.
fn skip(event: web_sys::MouseEvent) {
    event.prevent_default();
    if let Some(main) = document().get_element_by_id("app") {
        use wasm_bindgen::JsCast;
        if let Ok(main) = main.dyn_into::<web_sys::HtmlElement>() {
            // Refused only by elements that can't be focused.
            let _ = main.focus();
        }
    }
}
