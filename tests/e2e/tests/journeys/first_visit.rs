//! What a reader meets first: the recorded run, the keyboard, the two languages, the embedded page.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use unroll_e2e::journey;

/// The files of engines that have been fetched; compiled in a worker or not, they pass through the page's list.
const ENGINES: &str = "performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => /engine_(cpu|webgpu)/.test(name))";

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_recorded_run_stands_there_before_any_engine() -> Result<()> {
    journey(|page| {
        page.visit("")?;
        page.reach("recorded", 20)?;
        page.wait("the label", "document.querySelector('[data-recorded]').checkVisibility()")?;
        page.wait(
            "the figures",
            "['loss', 'forecast'].every((name) => document.querySelector(`[data-figure=${name}] :is(svg, canvas)`))",
        )?;
        ensure!(page.metric("rmse")? < 15.0, "the recorded preset is no success");
        let last = page.table("forecast")?;
        let start = "document.querySelector('[data-control=scrub]').min";
        let first: String = page.eval(start)?;
        page.type_into("[data-control=scrub]", "\u{e011}")?;
        page.wait(
            "the first step",
            &format!("document.querySelector('[data-control=scrub]').value === '{first}'"),
        )?;
        page.wait(
            "another forecast",
            "Number(document.querySelector('[data-metric=rmse]').dataset.value) > 15",
        )?;
        page.wait(
            "another table",
            &format!("document.querySelector('table[data-table=forecast]').dataset && JSON.stringify([...document.querySelectorAll('table[data-table=forecast] [data-value]')].map((cell) => cell.dataset.value)) !== '{}'", serde_json::to_string(&last)?),
        )?;
        let engines: Vec<String> = page.eval(ENGINES)?;
        ensure!(engines.is_empty(), "fetched before it was needed: {engines:?}");
        ensure!(page.state("engine")? == "none");
        ensure!(page.notices()?.is_empty(), "{:?}", page.notices()?);
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn keys_drive_the_run_but_not_while_typing() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?epochs=100000&speed=20")?;
        page.press(" ")?;
        page.reach("training", 60)?;
        page.press(" ")?;
        page.reach("paused", 10)?;
        let step = page.step()?;
        page.press(".")?;
        page.wait(
            "one step",
            &format!("app.dataset.step === '{}' && app.dataset.phase === 'paused'", step + 1),
        )?;
        page.click("[data-setting=window]")?;
        page.type_into("[data-setting=window]", " .r")?;
        ensure!(page.step()? == step + 1 && page.state("phase")? == "paused", "typing drove the run");
        page.press("r")?;
        page.wait("a reset", "app.dataset.step === '0'")
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_language_changes_everywhere() -> Result<()> {
    journey(|page| {
        page.visit("")?;
        ensure!(page.eval::<String>("document.documentElement.lang")?.starts_with("en"));
        let chinese = "(document.querySelector('#app').innerText.match(/\\p{Script=Han}/gu) ?? []).length";
        ensure!(page.eval::<usize>(chinese)? == 0, "Chinese on the English page");
        page.control("language")?;
        page.wait("Chinese", "document.documentElement.lang.startsWith('zh')")?;
        ensure!(page.eval::<usize>(chinese)? > 200, "little Chinese on the Chinese page");
        page.reload()?;
        ensure!(
            page.eval::<String>("document.documentElement.lang")?.starts_with("zh"),
            "the choice was forgotten"
        );
        page.visit("#/airline?lang=en")?;
        ensure!(
            page.eval::<String>("document.documentElement.lang")?.starts_with("en"),
            "lang= is not heard"
        );
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn an_embedded_page_is_figure_and_controls() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?embed=1&epochs=50")?;
        ensure!(page.eval::<String>("document.documentElement.dataset.embed")? == "1");
        let gone = "['[data-control=share]', '[data-notebook]', '[data-panel=settings]', '[data-panel=data]'] \
            .filter((part) => document.querySelector(part)?.checkVisibility())";
        ensure!(page.eval::<Vec<String>>(gone)?.is_empty(), "{:?}", page.eval::<Vec<String>>(gone)?);
        page.wait("the figure", "document.querySelector('[data-figure=forecast]').checkVisibility()")?;
        page.control("play")?;
        page.reach("finished", 60)?;
        ensure!(page.step()? == 50);
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_lesson_that_cannot_be_fetched_says_so_and_comes_when_asked_again() -> Result<()> {
    journey(|page| {
        page.visit("")?;
        page.reach("recorded", 20)?;
        // Any but the first, which comes with the page.
        let lesson = page.lessons()?.pop().context("no lesson is listed")?;
        let part = format!("split_{lesson}.wasm");
        page.devtools("Network.enable", json!({}))?;
        page.devtools("Network.setBlockedURLs", json!({ "urls": [format!("*{part}")] }))?;
        // The browser's words, and those of the script that fetches.
        page.expect(part);
        page.expect("Failed to fetch");
        page.click(&format!(".lessons a[href='#/{lesson}']"))?;
        page.wait("what went wrong", "document.querySelector('[data-notice=\"part.failed\"]')")?;
        let waits: bool = page.eval(&format!("app.dataset.lesson === '{lesson}' && !app.dataset.phase"))?;
        ensure!(waits, "the lesson is not there and says that it is");

        page.devtools("Network.setBlockedURLs", json!({ "urls": [] }))?;
        page.control("open-again")?;
        page.see_lesson(&lesson)
    })
}
