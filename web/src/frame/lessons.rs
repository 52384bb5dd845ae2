//! The lessons at the left.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;

use crate::context::{Apps, use_app, use_lesson};
use crate::i18n::tr;
use crate::lesson::Desks;
use crate::route;
use crate::state::{Msg, Notice, State};

/// The list of lessons; the present one is marked. Back at another one, the reader finds it as it was left.
#[component]
pub fn LessonList() -> impl IntoView {
    let apps = expect_context::<Apps>();
    let desks = expect_context::<Desks>();
    let app = use_app();
    let shown = use_lesson();
    let go = move |event: web_sys::MouseEvent, lesson: &'static Lesson| {
        let opens_elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key();
        if opens_elsewhere || shown == lesson {
            return;
        }
        event.prevent_default();
        let link = apps.of(lesson).peek(State::link_to_settings);
        leptos::task::spawn_local(async move {
            let address = match desks.of(lesson) {
                Some(desk) => Ok(desk.address()),
                None => route::fragment(link).await,
            };
            match address {
                // The reader has gone elsewhere while what packs was fetched.
                Ok(_) if route::read().lesson() != shown => {}
                // Refused by no browser: it is the page's own address.
                Ok(address) => drop(window().location().set_hash(&address)),
                Err(_) => app.dispatch(Msg::Notify(Notice::new("part.failed", []))),
            }
        });
    };
    // On a phone the lessons stand in a line that is longer than the screen: the present one in its middle.
    let line = NodeRef::<html::Ol>::new();
    let language = app.select(|state| state.language);
    Effect::new(move |_| {
        language.track();
        request_animation_frame(move || {
            let Some(line) = line.try_get_untracked().flatten() else { return };
            let current = line.query_selector("[aria-current]").ok().flatten();
            if let Some(current) = current.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
                let beside = line.client_width() - current.offset_width();
                line.set_scroll_left(current.offset_left() - beside / 2);
            }
        });
    });
    view! {
        <nav class="lessons" aria-label=move || tr("lessons.heading")>
            <h2>{move || tr("lessons.heading")}</h2>
            <ol node_ref=line>
                {LESSONS
                    .into_iter()
                    .map(|lesson| {
                        let current = (shown == lesson).then_some("page");
                        view! {
                            <li>
                                <a
                                    href=format!("#/{}", lesson.id)
                                    aria-current=current
                                    on:click=move |event| go(event, lesson)
                                >
                                    <span>{move || tr(&format!("lesson.{}.title", lesson.id))}</span>
                                    <small>{move || tr(&format!("lesson.{}.chapter", lesson.id))}</small>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}
