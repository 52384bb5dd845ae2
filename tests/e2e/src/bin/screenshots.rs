//! Pictures of the built page as readers see it: three widths, both themes, both languages, into
//! `target/screenshots`; and the README's picture of a run that has been trained, into `docs`.

use anyhow::{Context, Result};
use base64::Engine as _;
use serde_json::{Value, json};
use unroll_e2e::{Browser, journey, root};

const WIDTHS: [u32; 3] = [1440, 1024, 390];
fn main() -> Result<()> {
    let folder = root().join("target/screenshots");
    std::fs::create_dir_all(&folder)?;
    journey(|page| {
        page.visit("")?;
        page.reach("recorded", 60)?;
        let lessons = page.lessons()?;
        for width in WIDTHS {
            for theme in ["light", "dark"] {
                for lang in ["zh", "en"] {
                    for lesson in &lessons {
                        look(page, lesson, width, theme, lang)?;
                        page.see_lesson(lesson)?;
                        let file = folder.join(format!("{lesson}-{width}-{theme}-{lang}.png"));
                        std::fs::write(&file, picture(page, true)?)?;
                        println!("{}", file.display());
                    }
                }
            }
        }
        look(page, &lessons[0], 1440, "light", "en")?;
        page.see_lesson(&lessons[0])?;
        page.control("play")?;
        page.reach("finished", 120)?;
        let docs = root().join("docs");
        std::fs::create_dir_all(&docs)?;
        std::fs::write(docs.join(format!("{}.png", lessons[0])), picture(page, false)?)?;
        Ok(())
    })
}

/// Opens the lesson anew on a screen of this width, in this theme and language.
fn look(page: &mut Browser, lesson: &str, width: u32, theme: &str, lang: &str) -> Result<()> {
    let height = if width < 500 { 844 } else { 1150 };
    page.devtools(
        "Emulation.setDeviceMetricsOverride",
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 }),
    )?;
    let scheme = json!({ "name": "prefers-color-scheme", "value": theme });
    page.devtools("Emulation.setEmulatedMedia", json!({ "features": [scheme] }))?;
    page.visit(&format!("#/{lesson}?lang={lang}"))?;
    page.reload()
}

/// The page as PNG: the whole of it, on a screen as high as the page, or what the screen shows.
fn picture(page: &Browser, whole: bool) -> Result<Vec<u8>> {
    if whole {
        let (width, height): (u32, u32) = page.eval("[innerWidth, document.documentElement.scrollHeight]")?;
        page.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 }),
        )?;
    }
    // Not every lesson has such a figure; where there is one, its curve is drawn last.
    page.wait(
        "the last curve",
        "(() => { \
           const figures = [...document.querySelectorAll('[data-figure=loss], [data-figure=zipf]')]; \
           const isDrawn = (path) => path.getAttribute('d').length > 60; \
           return figures.length === 0 || figures.some((figure) => [...figure.querySelectorAll('svg path')].some(isDrawn)); \
         })()",
    )?;
    let answer = page.devtools("Page.captureScreenshot", json!({ "format": "png" }))?;
    let data = answer.get("data").and_then(Value::as_str).context("no picture came")?;
    Ok(base64::engine::general_purpose::STANDARD.decode(data)?)
}
