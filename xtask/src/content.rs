//! What of the page is no code: its words and styles, at versioned addresses.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use unroll::lessons::LESSONS;
use unroll_content::{LANGUAGES, PAGE};

use crate::bundle::{brotli_size, hash, names};
use crate::root;

/// How the page names the folder, and how the folder's name begins in the site.
const FOLDER: (&str, &str) = ("./content/", "content-");

/// Adds them to Trunk's output, in a folder that is named by what is in it.
///
/// # Errors
/// If their sources can't be read, or the page has no place for them.
pub fn add(dist: &Path) -> Result<()> {
    let web = root().join("web");
    let folder = dist.join("content");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("page.css"), unroll_content::style(&web)?)?;
    for words in unroll_content::words(&web)? {
        std::fs::write(folder.join(words.name()), words.content())?;
    }
    let name = format!("{}{}", FOLDER.1, hash(&folder, &names(&folder)?)?);
    std::fs::rename(&folder, dist.join(&name))?;
    let page = dist.join("index.html");
    let html = std::fs::read_to_string(&page).context("index.html")?;
    let lessons = serde_json::to_string(&LESSONS.map(|lesson| lesson.id))?;
    let told = [(FOLDER.0, format!("./{name}/")), ("[/* {{lessons}} */]", lessons)];
    let html = told.into_iter().try_fold(html, |html, (place, what)| {
        ensure!(html.contains(place), "index.html has no {place}");
        Ok(html.replace(place, &what))
    })?;
    Ok(std::fs::write(page, html)?)
}

/// Is a file of the site, by its name, one of the words?
pub fn is_words(name: &str) -> bool {
    name.starts_with(FOLDER.1) && name.ends_with(".txt")
}

/// Is it fetched by who opens the page on this lesson in this language?
pub fn is_said(name: &str, lesson: &str, language: &str) -> bool {
    let own = name.rsplit('/').next().unwrap_or_default();
    [PAGE, lesson].iter().any(|part| own == format!("{part}.{language}.txt"))
}

/// The language in which more is fetched.
///
/// # Errors
/// If a file can't be read.
pub fn heavier(dist: &Path, lesson: &str) -> Result<&'static str> {
    let mut heaviest = (0, LANGUAGES[0]);
    for language in LANGUAGES {
        let mut weight = 0;
        for name in names(dist)?.iter().filter(|name| is_words(name) && is_said(name, lesson, language)) {
            weight += brotli_size(&std::fs::read(dist.join(name))?)?;
        }
        heaviest = heaviest.max((weight, language));
    }
    Ok(heaviest.1)
}
