//! Turns the lessons' stories from Markdown with TeX into HTML with MathML, so that the page carries neither a
//! Markdown nor a TeX parser.
//!
//! A story is one file per language; each of its second-level headings begins a section and bears its id:
//! `## The window {#window}`. What is written is a Rust file with one constant per lesson, a slice of
//! `Section { id, en, zh }` in the order of the file; see the module `story`.

// What is forbidden in the browser is fine on the machine that builds.
#![allow(clippy::disallowed_methods)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, html};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser as TexParser, Storage, push_mathml};

/// Lessons that have a story.
const LESSONS: [&str; 5] = ["airline", "cell", "memory", "embedding", "novel"];

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    println!("cargo::rerun-if-changed=build.rs");
    // The macro that compiles the catalogues in does not tell Cargo which files it reads.
    println!("cargo::rerun-if-changed=locales");
    // Where in the module what lies: by this `cargo xtask build` takes it apart (`xtask/src/parts.rs`).
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let mut code = String::new();
    for lesson in LESSONS {
        let folder = Path::new("src/lessons").join(lesson).join("story");
        println!("cargo::rerun-if-changed={}", folder.display());
        let read = |language: &str| -> Result<_, Failure> {
            let path = folder.join(format!("{language}.md"));
            let markdown =
                fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            sections(&markdown).map_err(|error| format!("{}: {error}", path.display()).into())
        };
        let (en, zh) = (read("en")?, read("zh")?);
        let ids =
            |sections: &[(String, String)]| sections.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
        if ids(&en) != ids(&zh) {
            return Err(format!("{lesson}: sections differ: {:?} and {:?}", ids(&en), ids(&zh)).into());
        }
        writeln!(code, "pub static {}: [Section; {}] = [", lesson.to_uppercase(), en.len())?;
        for ((id, en), (_, zh)) in en.iter().zip(&zh) {
            writeln!(code, "    Section {{ id: {id:?}, en: {en:?}, zh: {zh:?} }},")?;
        }
        writeln!(code, "];")?;
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("stories.rs"), code)?;
    Ok(())
}

/// Id and HTML of every section.
fn sections(markdown: &str) -> Result<Vec<(String, String)>, Failure> {
    let options = Options::ENABLE_MATH | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TABLES;
    let mut sections: Vec<(String, Vec<Event>)> = Vec::new();
    for event in Parser::new_ext(markdown, options) {
        if let Event::Start(Tag::Heading { level: HeadingLevel::H2, id, .. }) = &event {
            let id = id.as_ref().ok_or("a section's heading has no id")?;
            sections.push((id.to_string(), Vec::new()));
        }
        let (_, events) = sections.last_mut().ok_or("text before the first section")?;
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

fn mathml(tex: &str, display_mode: DisplayMode) -> Result<String, Failure> {
    let storage = Storage::new();
    let events: Vec<_> = TexParser::new(tex, &storage).collect();
    if let Some(error) = events.iter().find_map(|event| event.as_ref().err()) {
        return Err(format!("{tex}: {error}").into());
    }
    let mut math = String::new();
    let config = RenderConfig { display_mode, ..Default::default() };
    push_mathml(&mut math, events.into_iter(), config)?;
    Ok(math)
}
