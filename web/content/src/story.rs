//! Stories: Markdown with TeX, as HTML with MathML.
//!
//! A story is one file per language; each of its second-level headings begins a section and bears its id:
//! `## The window {#window}`.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, html};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser as TexParser, Storage, push_mathml};

use super::LANGUAGES;

/// Id and HTML of every section, in their order.
type Sections = Vec<(String, String)>;

/// The story in `folder`, in every language.
///
/// # Errors
/// If a file is missing or is no story, and if the languages have other sections.
pub fn read(folder: &Path) -> Result<Vec<Sections>> {
    let mut stories: Vec<Sections> = Vec::new();
    for language in LANGUAGES {
        let file = folder.join(format!("{language}.md"));
        let markdown = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let story = sections(&markdown).with_context(|| file.display().to_string())?;
        if let Some(first) = stories.first() {
            let ids = |story: &Sections| story.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
            ensure!(ids(first) == ids(&story), "{}: other sections than in {}", file.display(), LANGUAGES[0]);
        }
        stories.push(story);
    }
    Ok(stories)
}

/// Id and HTML of every section.
fn sections(markdown: &str) -> Result<Sections> {
    let options = Options::ENABLE_MATH | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TABLES;
    let mut sections: Vec<(String, Vec<Event>)> = Vec::new();
    for event in Parser::new_ext(markdown, options) {
        if let Event::Start(Tag::Heading { level: HeadingLevel::H2, id, .. }) = &event {
            let id = id.as_ref().context("a section's heading has no id")?;
            sections.push((id.to_string(), Vec::new()));
        }
        let (_, events) = sections.last_mut().context("text before the first section")?;
        events.push(match event {
            Event::InlineMath(tex) => Event::InlineHtml(mathml(&tex, DisplayMode::Inline)?.into()),
            Event::DisplayMath(tex) => {
                let math = mathml(&tex, DisplayMode::Block)?;
                Event::InlineHtml(format!("<span class=\"formula\" tabindex=\"0\">{math}</span>").into())
            }
            // The id belongs to the section around it.
            Event::Start(Tag::Heading { level, .. }) => {
                Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
            }
            other => other,
        });
    }
    Ok(sections
        .into_iter()
        .map(|(id, events)| {
            let mut text = String::new();
            html::push_html(&mut text, events.into_iter());
            (id, text)
        })
        .collect())
}

fn mathml(tex: &str, display_mode: DisplayMode) -> Result<String> {
    let storage = Storage::new();
    let events: Vec<_> = TexParser::new(tex, &storage).collect();
    if let Some(error) = events.iter().find_map(|event| event.as_ref().err()) {
        return Err(anyhow!("{tex}: {error}"));
    }
    let mut math = String::new();
    let config = RenderConfig { display_mode, ..Default::default() };
    push_mathml(&mut math, events.into_iter(), config)?;
    Ok(math)
}
