//! The lessons' stories: short sections of text with formulas in MathML, written at build time (see `build.rs`)
//! from `src/lessons/<lesson>/story/{en,zh}.md`.

use leptos::prelude::*;

use crate::i18n::language;
use crate::lessons::LessonView;
use crate::state::Language;

/// One section in both languages, as HTML that this project wrote itself.
#[derive(Debug)]
pub struct Section {
    /// Names it on the page and in links.
    pub id: &'static str,
    /// In English.
    pub en: &'static str,
    /// In Chinese.
    pub zh: &'static str,
}

mod written {
    use super::Section;
    include!(concat!(env!("OUT_DIR"), "/stories.rs"));
}

pub use written::{AIRLINE, CELL, EMBEDDING, MEMORY, NOVEL};

/// Which sections stand together on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the model is: under its drawing.
    Model,
    /// The data, the training and the forecast: beside the figures.
    Run,
}

/// The sections of one part of a lesson's story in their order, each at `id="story-<id>"`.
#[component]
pub fn Story(
    /// The lesson.
    parts: &'static LessonView,
    /// The part.
    part: Part,
) -> impl IntoView {
    let belongs =
        |section: &&'static Section| parts.about_model.contains(&section.id) == (part == Part::Model);
    parts.story.iter().filter(belongs).map(|section| view! { <StorySection section/> }).collect_view()
}

/// One section, at `id="story-<id>"`.
#[component]
pub fn StorySection(
    /// The section.
    section: &'static Section,
) -> impl IntoView {
    let html = move || match language() {
        Language::En => section.en,
        Language::Zh => section.zh,
    };
    view! { <section class="story" id=format!("story-{}", section.id) inner_html=html></section> }
}

#[cfg(test)]
mod tests {

    use super::{CELL, Section};
    use crate::lessons::tests::views;

    fn languages(section: &'static Section) -> [&'static str; 2] {
        [section.en, section.zh]
    }

    #[test]
    fn every_section_speaks_both_languages_and_holds_the_same_formulas() {
        for view in views() {
            assert!(view.story.len() >= 4, "{}", view.lesson.id);
            assert!(view.about_model.iter().all(|id| view.story.iter().any(|section| section.id == *id)));
            for section in view.story {
                for html in languages(section) {
                    assert!(html.starts_with("<h2>"), "{}", section.id);
                    assert!(!html.contains("merror") && !html.contains('$'), "{}: TeX is left", section.id);
                }
                for mark in ["display=\"block\"", "<details>"] {
                    let counts = languages(section).map(|html| html.matches(mark).count());
                    assert_eq!(counts[0], counts[1], "{}: {mark}", section.id);
                }
            }
            let all: String = view.story.iter().map(|section| section.zh).collect();
            assert!(all.contains("<math"), "{}", view.lesson.id);
            assert!(all.chars().any(|letter| ('\u{4e00}'..'\u{9fff}').contains(&letter)));
        }
    }

    #[test]
    fn links_in_a_story_set_only_settings_that_exist() {
        let all = views().flat_map(|view| view.story).chain(&CELL);
        for html in all.flat_map(languages) {
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
