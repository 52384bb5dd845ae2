//! The lessons at the left.

use leptos::prelude::*;
use unroll::lessons::LESSONS;

use crate::i18n::tr;
use crate::route::Shown;

/// The list of lessons; the present one is marked.
#[component]
pub fn LessonList() -> impl IntoView {
    let present = expect_context::<Shown>().0;
    view! {
        <nav class="lessons" aria-label=move || tr("lessons.heading")>
            <h2>{move || tr("lessons.heading")}</h2>
            <ol>
                {LESSONS
                    .into_iter()
                    .map(|lesson| {
                        let current = move || (present.get().id == lesson.id).then_some("page");
                        view! {
                            <li>
                                <a href=format!("#/{}", lesson.id) aria-current=current>
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
