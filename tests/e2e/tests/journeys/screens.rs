//! The page on the screens that people have: from a phone to a wide monitor, on a projector and in somebody's frame, by hand,
//! by finger and by keyboard.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use unroll_e2e::{Browser, Options, journey, journey_with};

/// Looks for what is cut, covered or out of reach; a list of faults, each with its place.
const FAULTS: &str = include_str!("screens.js");

/// Widths of a window, in pixels.
const WIDTHS: std::ops::RangeInclusive<u32> = 320..=1920;
/// A fault must not hide between two widths that are looked at.
const STEP: usize = 20;

fn resize(page: &Browser, width: u32, height: u32) -> Result<()> {
    page.devtools(
        "Emulation.setDeviceMetricsOverride",
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
    )?;
    // A chart measures its place, and draws itself in the frame after that.
    page.settle::<Value>(
        "await [...Array(3)].reduce((last) => last.then(() => new Promise(requestAnimationFrame)), Promise.resolve()) && null",
    )?;
    Ok(())
}

/// Lays out what would wait until it came near, and keeps it clipped as it is then; opens what can be opened.
fn lay_out(page: &Browser) -> Result<()> {
    page.eval::<Value>(
        "(() => { \
           for (const element of document.querySelectorAll('*')) { \
             if (getComputedStyle(element).contentVisibility !== 'auto') continue; \
             element.style.contain = 'paint'; \
             element.style.contentVisibility = 'visible'; \
           } \
           for (const more of document.querySelectorAll('main details')) more.open = true; \
           return null; \
         })()",
    )?;
    Ok(())
}

/// Every lesson in this mode, in both languages. Each width is looked at in one of them; lesson by lesson they take turns.
fn see_all(mode: &str) -> Result<()> {
    journey(|page| {
        page.visit("")?;
        page.reach("recorded", 60)?;
        let mut found = Vec::new();
        for (index, lesson) in page.lessons()?.into_iter().enumerate() {
            for (turn, language) in ["en", "zh"].into_iter().enumerate() {
                resize(page, 1280, 900)?;
                page.visit(&format!("#/{lesson}?lang={language}{mode}"))?;
                page.see_lesson(&lesson)?;
                lay_out(page)?;
                for width in WIDTHS.step_by(STEP).skip((index + turn) % 2).step_by(2) {
                    resize(page, width, if width < 600 { 740 } else { 900 })?;
                    let faults: Vec<String> = page.eval(FAULTS)?;
                    found.extend(
                        faults.into_iter().map(|fault| format!("{lesson}{mode} {language} {width}: {fault}")),
                    );
                }
            }
        }
        ensure!(found.is_empty(), "{} faults:\n{}", found.len(), found[..found.len().min(40)].join("\n"));
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn nothing_is_cut_or_covered_at_any_width() -> Result<()> {
    see_all("")
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn nothing_is_cut_or_covered_on_a_projector() -> Result<()> {
    see_all("&present=1")
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn nothing_is_cut_or_covered_in_a_frame() -> Result<()> {
    see_all("&embed=1")
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_scrubber_follows_the_hand_to_the_end_of_a_drag() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?lang=en&epochs=50")?;
        page.control("play")?;
        page.reach("finished", 60)?;
        let back = "Number(document.querySelector('[data-control=scrub]').value)";
        let values = page.drag("[data-control=scrub]", 6, back)?;
        ensure!(values.is_sorted_by(|before, after| before < after), "the scrubber stops: {values:?}");
        Ok(())
    })
}

/// What is compared can be seen beside each other, wherever it is compared.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_figures_of_a_comparison_are_in_sight_at_any_width() -> Result<()> {
    const HIDDEN: &str = "(() => { \
        const hidden = []; \
        for (const cell of document.querySelectorAll('tr[data-run] td:is([data-column=rmse], [data-column=mape], [data-column=loss], .notebook-spark)')) { \
          cell.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' }); \
          const box = cell.getBoundingClientRect(); \
          for (const part of [0.1, 0.5, 0.9]) { \
            const seen = document.elementFromPoint(box.left + part * box.width, box.top + box.height / 2); \
            if (!seen || !cell.contains(seen)) hidden.push(`${cell.className} ${cell.dataset.column} at ${Math.round(box.left)}..${Math.round(box.right)}`); \
          } \
        } \
        const scroll = document.querySelector('.notebook-scroll'); \
        if (scroll.scrollWidth > scroll.clientWidth + 1) hidden.push(`${scroll.scrollWidth} on ${scroll.clientWidth}`); \
        return hidden; \
      })()";
    journey(|page| {
        page.visit("#/airline?epochs=40&holdout=2&lang=en")?;
        page.control("compare")?;
        page.wait_for(
            120,
            "three finished runs",
            "document.querySelectorAll('tr[data-run]').length === 3 && app.dataset.phase === 'finished'",
        )?;
        lay_out(page)?;
        for width in (320..=1920).step_by(80) {
            resize(page, width, 900)?;
            let hidden: Vec<String> = page.eval(HIDDEN)?;
            ensure!(hidden.is_empty(), "at {width}: {}", hidden.join(", "));
        }
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_phone_shows_what_was_asked_for() -> Result<()> {
    journey_with(&Options { window: (390, 780), ..Options::default() }, |page| {
        page.visit("#/airline?epochs=400&lang=en")?;
        page.control("play")?;
        page.wait(
            "the figure in sight",
            "(() => { const box = document.querySelector('[data-figure=forecast]').getBoundingClientRect(); \
               return box.top >= 0 && box.top < 0.4 * innerHeight; })()",
        )?;
        let lessons = page.lessons()?;
        for lesson in &lessons {
            page.visit(&format!("#/{lesson}?lang=en"))?;
            page.wait(
                "the lesson's own tab",
                "(() => { const tab = document.querySelector('.lessons [aria-current]').getBoundingClientRect(); \
                   return tab.left >= 0 && tab.right <= innerWidth; })()",
            )?;
        }
        // The column of counts stands at the right edge of the widest table.
        page.visit("#/airline?lang=en")?;
        page.see_lesson("airline")?;
        lay_out(page)?;
        for width in [320, 360, 390] {
            resize(page, width, 780)?;
            let table = "(() => { const frame = document.querySelector('.parameters').parentElement; \
                return frame.scrollWidth - frame.clientWidth; })()";
            ensure!(
                page.eval::<i32>(table)? <= 1,
                "the counts are {} out of sight at {width}",
                page.eval::<i32>(table)?
            );
        }
        Ok(())
    })
}

/// Presses a key wherever the focus is.
fn key_press(page: &Browser, key: &str, code: u32, text: &str) -> Result<()> {
    for kind in ["keyDown", "keyUp"] {
        let text = if kind == "keyDown" { text } else { "" };
        let body =
            json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text });
        page.devtools("Input.dispatchKeyEvent", body)?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_keyboard_reaches_the_settings_at_once() -> Result<()> {
    journey(|page| {
        page.visit("")?;
        let lessons = page.lessons()?;
        for (key, place) in [
            ("app.skip.settings", ".settings, .bench-fields"),
            ("app.skip.figure", ".figures, .lab-section, [data-figure]"),
            ("app.skip.story", ".story"),
        ] {
            for lesson in &lessons {
                page.visit(&format!("#/{lesson}?lang=en"))?;
                page.see_lesson(lesson)?;
                let mut pressed = 0;
                let there = format!("document.activeElement?.dataset.skip === '{key}'");
                while !page.eval::<bool>(&there)? {
                    key_press(page, "Tab", 9, "")?;
                    pressed += 1;
                    ensure!(pressed < 10, "{lesson}: no {key} among the first ten");
                }
                key_press(page, "Enter", 13, "\r")?;
                let inside = format!(
                    "document.activeElement.matches('{place}') || !!document.activeElement.closest('{place}')"
                );
                ensure!(page.eval::<bool>(&inside)?, "{lesson}: {key} leads elsewhere");
            }
        }
        Ok(())
    })
}

/// What the snippet says of its height is what the frame needs.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_frame_is_as_high_as_what_is_in_it() -> Result<()> {
    journey(|page| {
        page.visit("")?;
        page.reach("recorded", 60)?;
        for lesson in page.lessons()? {
            resize(page, 1280, 900)?;
            page.visit(&format!("#/{lesson}?lang=en"))?;
            page.see_lesson(&lesson)?;
            page.control("share")?;
            page.wait(
                "the link",
                "document.querySelector('dialog[data-dialog=share][open] [data-field=link]')?.value",
            )?;
            // What trains nothing has no figure to be put into a frame.
            let Some(code) =
                page.eval::<Option<String>>("document.querySelector('[data-field=embed]')?.value ?? null")?
            else {
                continue;
            };
            let part =
                |name: &str| code.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            let height: u32 = part("height").and_then(|height| height.parse().ok()).unwrap_or_default();
            let address = part("src").unwrap_or_default().replace("&amp;", "&");
            resize(page, 800, height)?;
            page.visit_address(&address)?;
            page.see_lesson(&lesson)?;
            lay_out(page)?;
            resize(page, 800, height)?;
            let content: u32 =
                page.eval("Math.round(document.querySelector('main').getBoundingClientRect().bottom)")?;
            ensure!(content <= height, "{lesson}: {content} in a frame of {height}");
            ensure!(
                f64::from(content) > 0.75 * f64::from(height),
                "{lesson}: {content} in a frame of {height}"
            );
        }
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn what_is_said_stands_at_its_cause_and_goes_with_it() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?lang=en")?;
        page.see_lesson("airline")?;
        let caption: String =
            page.eval("document.querySelector('[data-figure=forecast] figcaption').innerText")?;
        ensure!(caption.contains("between 104 and 622 (thousand passengers)"), "{caption}");
        page.set("window", "99")?;
        let said = ".field:has([data-setting=window]) [data-notice='notice.setting.clamped']";
        page.wait("a word at the setting", &format!("document.querySelector(\"{said}\")"))?;
        page.set("window", "3")?;
        page.wait("the word gone", &format!("!document.querySelector(\"{said}\")"))?;
        ensure!(page.notices()?.is_empty(), "{:?}", page.notices()?);
        Ok(())
    })
}
