//! The lessons' stories: short sections of text with formulas in MathML, written at build time (see `build.rs`)
//! from `src/lessons/<lesson>/story/{en,zh}.md`.

use leptos::prelude::*;

use crate::i18n::language;
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

pub use written::AIRLINE;

/// Which sections stand together on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the model is: under its drawing.
    Model,
    /// The data, the training and the forecast: beside the figures.
    Run,
}

/// Sections of [`Part::Model`]; all others are of [`Part::Run`].
const MODEL: [&str; 2] = ["model", "scratch"];

/// The sections of one part of the airline story in their order, each at `id="story-<id>"`.
#[component]
pub fn Story(
    /// The part.
    part: Part,
) -> impl IntoView {
    let section = |section: &'static Section| {
        let html = move || match language() {
            Language::En => section.en,
            Language::Zh => section.zh,
        };
        view! { <section class="story" id=format!("story-{}", section.id) inner_html=html></section> }
    };
    let belongs = |section: &&'static Section| MODEL.contains(&section.id) == (part == Part::Model);
    AIRLINE.iter().filter(belongs).map(section).collect_view()
}

#[cfg(test)]
mod tests {
    use super::{AIRLINE, MODEL};

    #[test]
    fn every_section_speaks_both_languages_and_holds_the_same_formulas() {
        assert!(AIRLINE.len() >= 8);
        assert!(MODEL.iter().all(|id| AIRLINE.iter().any(|section| section.id == *id)));
        for section in &AIRLINE {
            for html in [section.en, section.zh] {
                assert!(html.starts_with("<h2>"), "{}", section.id);
                assert!(!html.contains("merror") && !html.contains('$'), "{}: TeX is left", section.id);
            }
            let formulas = |html: &str| html.matches("display=\"block\"").count();
            assert_eq!(formulas(section.en), formulas(section.zh), "{}", section.id);
            let reveals = |html: &str| html.matches("<details>").count();
            assert_eq!(reveals(section.en), reveals(section.zh), "{}", section.id);
        }
        let all: String = AIRLINE.iter().map(|section| section.zh).collect();
        assert!(all.contains("<math"));
        assert!(all.chars().any(|letter| ('\u{4e00}'..'\u{9fff}').contains(&letter)));
    }

    #[test]
    fn links_in_the_story_set_only_settings_that_exist() {
        let settings = unroll::lessons::airline::LESSON.all_settings();
        for section in &AIRLINE {
            for html in [section.en, section.zh] {
                for link in html.split("href=\"").skip(1) {
                    let target = link.split('"').next().unwrap_or_default();
                    let pairs = target.strip_prefix("#/airline?").expect("links stay on the lesson");
                    for pair in pairs.split("&amp;") {
                        let (key, value) = pair.split_once('=').expect("a pair");
                        let setting = settings.iter().find(|setting| setting.key == key).expect(key);
                        assert!(setting.kind.read(value).is_ok(), "{pair}");
                    }
                }
            }
        }
    }
}
