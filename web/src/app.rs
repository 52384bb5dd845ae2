//! The page as a whole: what stands where, and what of it the link hides.

use leptos::context::Provider;
use leptos::ev::hashchange;
use leptos::prelude::*;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::share::{Link, Own, Panel};

use crate::context::{App, Apps, use_app};
use crate::controls::{FormInHand, RunBar, RunEnd, Scrubber, SettingsPanel, listen};
use crate::figures::Parameters;
use crate::frame::{Announcer, EngineLine, Header, HelpDialog, LessonList, Notices, word_of};
use crate::i18n::{self, count_in, tr};
use crate::late::{Late, Waiting};
use crate::lesson::{Content, Desks, LessonView};
use crate::lessons;
use crate::notebook::Notebook;
use crate::offline::Offline;
use crate::share::ShareDialog;
use crate::state::{Language, Msg, Notice, Theme};
use crate::story::{Part, Story};
use crate::worker_client::follow_building;
use crate::{effects, route, storage, text_client};

/// The page.
#[component]
pub fn Page(
    /// What its address says at first.
    arrival: route::Arrival,
) -> impl IntoView {
    let apps = Apps::new(storage::language(), storage::theme(), effects::perform);
    let desks = Desks::new(&LESSONS);
    follow_building("engine-text", Box::new(text_client::set_building));
    follow_building("engine-webgpu", Box::new(move |is| apps.dispatch(&Msg::WebgpuBuilding(is))));
    let named = RwSignal::new(LESSONS[0]);
    // The same lesson with other settings is no other page.
    let lesson = Memo::new(move |_| named.get());
    provide_context(apps);
    provide_context(desks);
    let arrive = move |(link, notes): route::Arrival| {
        let lesson = link.lesson;
        let app = apps.of(lesson);
        match desks.of(lesson) {
            None => {
                app.dispatch(Msg::Address { link: Box::new(link), notes, is_bare: route::is_bare() });
                apps.speak_as(app);
            }
            Some(desk) => {
                link.lang.into_iter().for_each(|language| apps.dispatch(&Msg::Language(language)));
                notes.into_iter().for_each(|note| app.dispatch(Msg::LinkNote(note)));
                let mut link = link;
                if desk.is_new() && route::is_bare() {
                    // What suits the reader's language.
                    link.form = lesson.opening(app.peek(|state| state.language));
                }
                desk.arrive(link);
            }
        }
        named.set(lesson);
    };
    arrive(arrival);
    let arrivals = StoredValue::new(0);
    let handle = window_event_listener(hashchange, move |_| {
        let own = arrivals.try_update_value(|last| {
            *last += 1;
            *last
        });
        leptos::task::spawn_local(async move {
            let mut sealed = route::read();
            // What lies on the desk is there still.
            if desks.of(sealed.lesson()).is_some_and(|desk| route::is_at(&desk.address())) {
                sealed.supply(Own::Elsewhere);
            }
            let at_hand = apps.of(sealed.lesson()).peek(|state| state.data.clone());
            let arrival = route::open(sealed, at_hand).await;
            // The reader may have gone on while payloads were opened.
            if arrivals.try_get_value() != own {
                return;
            }
            let before = lesson.get_untracked();
            arrive(arrival);
            if lesson.get_untracked() != before {
                // What had the focus is gone; a reader of the keyboard goes on at the top of the other lesson.
                request_animation_frame(focus_main);
            }
        });
    });
    on_cleanup(move || handle.remove());
    move || {
        let lesson = lesson.get();
        let app = apps.of(lesson);
        count_in(lesson.training.as_ref().map(|training| training.unit));
        view! {
            <Provider value=lesson>
                <Provider value=app>
                    <LessonPage lesson/>
                </Provider>
            </Provider>
        }
    }
}

/// A lesson with all that stands around it.
#[component]
fn LessonPage(lesson: &'static Lesson) -> impl IntoView {
    let app = use_app();
    let share = RwSignal::new(false);
    let help = RwSignal::new(false);
    follow_language(app, lesson);
    follow_state(app);
    listen(app, lesson.is_trained(), move || help.set(true));

    let embed = app.select(|state| state.link.embed);
    let phase = app.select(|state| state.phase.word());
    let step = app.select(|state| state.current_run().map_or(0, |run| run.progress.step));
    let engine = app.select(|state| state.engine.active.map_or("none", word_of));
    let content = Late::new(move || {
        let language = app.peek(|state| state.language);
        Box::pin(async move {
            let opened = lessons::open(lesson, language).await?;
            lessons::dress(lesson);
            Some(opened)
        })
    });
    content.fetch();
    let desk = expect_context::<Desks>().of(lesson);
    let page = move || match content.get() {
        Some(Content::Runs(parts)) => view! { <RunPage parts/> }.into_any(),
        Some(Content::Own(page)) => desk.map(page).into_any(),
        None => view! {
            <div class="stage waiting">
                <Waiting part=content>
                    <div class="frame-line frame-title"></div>
                    <div class="frame-line"></div>
                    <div class="frame-figure"></div>
                </Waiting>
            </div>
        }
        .into_any(),
    };
    view! {
        <Show when=move || !embed.get()>
            <SkipLinks/>
            <Header share help/>
        </Show>
        <main
            id="app"
            tabindex="-1"
            data-lesson=lesson.id
            data-phase=move || content.get().is_some().then(|| phase.get())
            data-step=move || step.get().to_string()
            data-engine=move || engine.get()
        >
            <Show when=move || !embed.get()>
                <LessonList/>
            </Show>
            {page}
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
fn RunPage(parts: &'static LessonView) -> impl IntoView {
    let app = use_app();
    let lesson = parts.lesson;
    let embed = app.select(|state| state.link.embed);
    let own = app.select(|state| state.data.is_some());
    let shows = move |panel: Panel| {
        let hidden = app.select(move |state| state.link.embed || state.link.hide.contains(&panel));
        move || !hidden.get()
    };
    let form = FormInHand {
        lesson,
        form: app.select(|state| state.form.clone()).into(),
        notes: app
            .select(|state| state.notices.iter().filter(|notice| notice.is_by_hand()).cloned().collect())
            .into(),
        set: Callback::new(move |(key, text)| app.dispatch(Msg::Set { key, text })),
        preset: Callback::new(move |id| app.dispatch(Msg::Preset(id))),
    };
    view! {
        <Provider value=form>
            <div class="stage">
                <Show when=move || !embed.get()>
                    <div class="lesson-head">
                        <p class="chapter">{move || tr(&format!("lesson.{}.chapter", lesson.id))}</p>
                        <h1>{move || tr(&format!("lesson.{}.title", lesson.id))}</h1>
                        <p class="lead">{move || tr(&lead(lesson, own.get()))}</p>
                    </div>
                </Show>
                <Notices/>
                <RunBar/>
                <div class="under-bar">
                    <EngineLine/>
                    <RunEnd/>
                    <Scrubber/>
                </div>
                <div class="figures">{(parts.figures)()}</div>
                <Show when=move || !embed.get()>
                    {(parts.model)()}
                    <Parameters/>
                </Show>
                <Show when=shows(Panel::Story)>
                    <Story parts part=Part::Model/>
                </Show>
                <FullPageLink/>
            </div>
            <Show when=shows(Panel::Settings)>
                <SettingsPanel/>
            </Show>
            <Show when=shows(Panel::Story)>
                <div class="story-column"><Story parts part=Part::Run/></div>
            </Show>
            <div class="below">
                <Show when=shows(Panel::Notebook)>
                    <Notebook parts/>
                </Show>
                <Show when=shows(Panel::Data)>
                    {(parts.data)()}
                </Show>
            </div>
        </Provider>
    }
}

/// What stands under a lesson's title: of the reader's own data nothing is said that holds of the lesson's alone.
fn lead(lesson: &Lesson, is_own: bool) -> String {
    const OWN: &str = "lead_own";
    let key = i18n::key_of(lesson, OWN);
    if is_own && key != OWN { key } else { format!("lesson.{}.lead", lesson.id) }
}

/// In a frame or on a slide: the way to the whole page, with the same settings.
#[component]
fn FullPageLink() -> impl IntoView {
    let app = use_app();
    let link = app.select(|state| {
        let link = || Link { embed: false, ..state.link_to_settings() };
        state.link.embed.then(link)
    });
    let address = RwSignal::new(None);
    Effect::new(move |_| {
        let named = link.get();
        leptos::task::spawn_local(async move {
            let fragment = match named.clone() {
                Some(named) => route::fragment(named).await.ok(),
                None => None,
            };
            // Of a link that has changed meanwhile the next one tells.
            if link.try_get_untracked() == Some(named) {
                address.set(fragment);
            }
        });
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

/// Speaks the language that the state says as soon as it can, and goes back to the one before where it can't.
fn follow_language(app: App, lesson: &'static Lesson) {
    let apps = expect_context::<Apps>();
    let language = app.select(|state| state.language);
    Effect::new(move |before: Option<Language>| {
        let wanted = language.get();
        // The first one is fetched with the lesson.
        if before.is_some_and(|before| before != wanted) {
            let spoken = i18n::speak(wanted, lesson);
            leptos::task::spawn_local(async move {
                if spoken.await {
                    app.dispatch(Msg::Dismiss("app.language_failed".into()));
                } else {
                    apps.dispatch(&Msg::Language(untrack(i18n::language)));
                    app.dispatch(Msg::Notify(Notice::new("app.language_failed", [])));
                }
            });
        }
        wanted
    });
}

/// What of the state stands on the document itself: language, colours, size.
fn follow_state(app: App) {
    let theme = app.select(|state| state.theme);
    let link = app.select(|state| (state.link.embed, state.link.present));
    Effect::new(move |_| {
        attribute("lang", Some(i18n::language().word()));
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

/// Where who reads with the keyboard may go at once, and the message that says so. The first that is on the page counts.
const SKIPS: [(&str, &str); 4] = [
    ("app.skip", "#app"),
    ("app.skip.settings", "[data-panel=settings], .bench-fields"),
    ("app.skip.figure", ".figures > *, .lab-section, [data-figure]"),
    ("app.skip.story", ".story"),
];

/// The ways past the header and the lessons.
#[component]
fn SkipLinks() -> impl IntoView {
    let link = |(key, target): (&'static str, &'static str)| {
        view! {
            <a class="skip" href="#app" data-skip=key on:click=move |event| skip(&event, target)>
                {move || tr(key)}
            </a>
        }
    };
    SKIPS.map(link).collect_view()
}

/// Moves the focus there. The address keeps its settings: its fragment is theirs.
fn skip(event: &web_sys::MouseEvent, target: &str) {
    event.prevent_default();
    focus(target);
}

fn focus_main() {
    focus("#app");
}

/// Moves the focus to what a selector finds, or to the lesson where there is no such thing.
fn focus(target: &str) {
    use wasm_bindgen::JsCast;
    let found = |selector| document().query_selector(selector).ok().flatten();
    let element = found(target).or_else(|| found("#app"));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // What is no control takes the focus only where it says so.
        if element.tab_index() < 0 {
            element.set_tab_index(-1);
        }
        // Refused only by elements that can't be focused.
        let _ = element.focus();
    }
}
