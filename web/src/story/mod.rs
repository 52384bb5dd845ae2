//! The lessons' stories: short sections of text with formulas in MathML, made of `src/lessons/<lesson>/story/{en,zh}.md`
//! when the site is built, and fetched with the lesson's messages.

use leptos::prelude::*;
use unroll::lesson::Lesson;

use crate::i18n::text;
use crate::lesson::LessonView;

/// Which sections stand together on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the model is: under its drawing.
    Model,
    /// The data, the training and the forecast: beside the figures.
    Run,
}

/// The ids of a lesson's sections in their order, which is the same in every language.
pub fn sections(lesson: &Lesson) -> Vec<&'static str> {
    untrack(|| text(&format!("story.{}", lesson.id))).split_whitespace().collect()
}

/// The sections of one part of a lesson's story in their order, each at `id="story-<id>"`.
#[component]
pub fn Story(
    /// The lesson.
    parts: &'static LessonView,
    /// The part.
    part: Part,
) -> impl IntoView {
    let lesson = parts.lesson;
    let belongs = |id: &&str| parts.about_model.contains(id) == (part == Part::Model);
    let sections = sections(lesson).into_iter().filter(belongs);
    sections.map(|id| view! { <StorySection lesson id/> }).collect_view()
}

/// One section, at `id="story-<id>"`.
#[component]
pub fn StorySection(
    /// The lesson.
    lesson: &'static Lesson,
    /// The section.
    id: &'static str,
) -> impl IntoView {
    let html = move || text(&format!("story.{}.{id}", lesson.id));
    view! { <section class="story" id=format!("story-{id}") inner_html=html></section> }
}

#[cfg(test)]
mod tests {
    use unroll::lesson::Lesson;
    use unroll::lessons::LESSONS;

    use super::sections;
    use crate::i18n::message;
    use crate::lessons::tests::views;
    use crate::state::Language;

    fn languages(lesson: &Lesson, id: &str) -> [&'static str; 2] {
        [Language::En, Language::Zh].map(|language| {
            let key = format!("story.{}.{id}", lesson.id);
            message(language, key.leak())
        })
    }

    #[test]
    fn every_section_speaks_both_languages_and_holds_the_same_formulas() {
        for view in views() {
            let lesson = view.lesson;
            let ids = sections(lesson);
            assert!(ids.len() >= 4, "{}", lesson.id);
            assert!(view.about_model.iter().all(|id| ids.contains(id)));
            for id in &ids {
                for html in languages(lesson, id) {
                    assert!(html.starts_with("<h2>"), "{id}");
                    assert!(!html.contains("merror") && !html.contains('$'), "{id}: TeX is left");
                }
                for mark in ["display=\"block\"", "<details>"] {
                    let counts = languages(lesson, id).map(|html| html.matches(mark).count());
                    assert_eq!(counts[0], counts[1], "{id}: {mark}");
                }
            }
            let all: String = ids.iter().map(|id| languages(lesson, id)[1]).collect();
            assert!(all.contains("<math"), "{}", lesson.id);
            assert!(all.chars().any(|letter| ('\u{4e00}'..'\u{9fff}').contains(&letter)));
        }
    }

    #[test]
    fn links_in_a_story_set_only_settings_that_exist() {
        let all = LESSONS
            .into_iter()
            .flat_map(|lesson| sections(lesson).into_iter().flat_map(move |id| languages(lesson, id)));
        for html in all {
            for link in html.split("href=\"").skip(1) {
                let target = link.split('"').next().unwrap_or_default();
                let (name, pairs) = target.split_once('?').unwrap_or((target, ""));
                let id = name.strip_prefix("#/").expect(target);
                let settings = unroll::lessons::find(id).expect(target).all_settings();
                for pair in pairs.split("&amp;").filter(|pair| !pair.is_empty()) {
                    let (key, value) = pair.split_once('=').expect("a pair");
                    let setting = settings.iter().find(|setting| setting.key == key).expect(key);
                    assert!(setting.kind.read(value).is_ok(), "{pair}");
                }
            }
        }
    }
}
