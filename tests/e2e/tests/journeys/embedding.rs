//! Learned embeddings: vectors that move, and sentences of the reader's own.

use anyhow::{Result, ensure};
use serde_json::Value;
use unroll_e2e::{Browser, journey};

/// The numbers of the vector that is shown.
const VECTOR: &str =
    "[...document.querySelectorAll('[data-figure=vector] li')].map((cell) => Number(cell.innerText))";
/// Sentences whose own label is the most probable one.
const RIGHT: &str = "document.querySelectorAll('[data-figure=verdicts] tr.right').length";

/// Puts a text into a field, as if it had been pasted.
fn paste(page: &Browser, field: &str, text: &str) -> Result<()> {
    page.eval_with::<Value>(
        "(() => { const field = document.querySelector(`[data-field=${arg.field}]`); field.value = arg.text; \
         field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
        serde_json::json!({ "field": field, "text": text }),
    )?;
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_vectors_move_while_the_sentences_are_told_apart() -> Result<()> {
    journey(|page| {
        page.visit("#/embedding?lang=zh")?;
        page.reach("recorded", 60)?;
        let rows: Vec<String> = page.eval(
            "[...document.querySelectorAll('[data-figure=embeddings] ol li')].map((row) => row.innerText)",
        )?;
        ensure!(rows.len() == 11 && rows[2] == "明天", "{rows:?}");
        // The recorded run stands at its end; its first picture is of what the seed gave.
        page.control("step")?;
        page.wait_for(60, "one step", "app.dataset.step === '1' && app.dataset.phase === 'paused'")?;
        let before: Vec<f64> = page.eval(VECTOR)?;
        ensure!(before.len() == 20, "{before:?}");
        page.control("play")?;
        page.reach("finished", 60)?;
        ensure!(page.step()? == 200, "a hundred epochs of two steps");
        let after: Vec<f64> = page.eval(VECTOR)?;
        ensure!(before.iter().zip(&after).any(|(a, b)| (a - b).abs() > 0.01), "明天 has not moved");
        ensure!(page.eval::<usize>(RIGHT)? == 4 && (page.metric("accuracy")? - 100.0).abs() < 1e-9);
        ensure!(page.table("loss")?.len() == 200, "a loss for each step");
        page.click("[data-figure=embeddings] [data-row='3']")?;
        page.wait("the other word", "document.querySelector('[data-figure=vector]').dataset.word === '3'")?;
        ensure!(page.eval::<Vec<f64>>(VECTOR)? != after);

        // The listing as printed, beside it.
        page.control("compare")?;
        page.wait_for(
            60,
            "both runs",
            "document.querySelectorAll('table[data-notebook] tr[data-run]').length >= 2",
        )?;
        page.reach("finished", 60)
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_run_goes_on_while_the_reader_is_in_another_lesson() -> Result<()> {
    journey(|page| {
        page.visit("#/embedding?epochs=10000&speed=100")?;
        page.control("play")?;
        page.wait_for(60, "some steps", "Number(app.dataset.step) > 10")?;
        page.click(".lessons a[href='#/airline']")?;
        page.wait("the other lesson", "app.dataset.lesson === 'airline'")?;
        page.reach("recorded", 60)?;
        page.set("epochs", "40")?;
        page.control("play")?;
        page.reach("finished", 60)?;
        page.click(".lessons a[href='#/embedding']")?;
        page.wait("the first lesson", "app.dataset.lesson === 'embedding'")?;
        page.wait("more steps", "app.dataset.phase === 'training' && Number(app.dataset.step) > 20")?;
        page.wait("its settings", "location.hash.includes('epochs=10000')")
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_language_of_a_link_goes_along_and_a_switch_reaches_the_address() -> Result<()> {
    journey(|page| {
        page.visit("#/embedding?lang=zh")?;
        page.reach("recorded", 60)?;
        page.click(".lessons a[href='#/airline']")?;
        page.wait("the other lesson", "app.dataset.lesson === 'airline'")?;
        page.reach("recorded", 60)?;
        ensure!(page.eval::<String>("document.documentElement.lang")? == "zh", "another language");
        page.click(".lessons a[href='#/embedding']")?;
        page.wait(
            "the first lesson",
            "app.dataset.lesson === 'embedding' && location.hash.includes('lang=zh')",
        )?;
        page.control("language")?;
        page.wait("English", "document.documentElement.lang === 'en'")?;
        page.wait("English in the address", "location.hash.includes('lang=en')")
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn own_sentences_are_cut_trained_on_and_sent() -> Result<()> {
    journey(|page| {
        page.visit("#/embedding?drop_last=0&table_percent=100")?;
        page.reach("ready", 60)?;
        paste(page, "sentences", "好 今天真开心\n坏\n")?;
        page.control("use-own")?;
        page.wait_for(60, "the refusal", "document.querySelector('.own-error').innerText.includes('2')")?;
        ensure!(
            page.eval::<usize>("document.querySelectorAll('table[data-table=sentences] tr').length")? == 4
        );
        paste(page, "sentences", "好 今天真开心\n坏 今天真难过\n好 开心的一天\n坏 难过的一天\n")?;
        page.control("use-own")?;
        page.wait_for(60, "the sentences", "document.querySelector('.own-taken').innerText.includes('4')")?;
        page.wait("the address", "location.hash.includes('data=')")?;
        let chips = "[...document.querySelectorAll('table[data-table=sentences] tr:first-child .chip')]\
            .map((chip) => chip.textContent).join('/')";
        ensure!(page.eval::<String>(chips)? == "今天/真/开心", "{}", page.eval::<String>(chips)?);
        page.control("play")?;
        page.reach("finished", 60)?;
        ensure!(page.eval::<usize>(RIGHT)? == 4);
        let link = page.link("byte")?;
        page.visit(&link)?;
        page.reach("finished", 60)?;
        page.wait("the sender's sentences", &format!("{chips} === '今天/真/开心'"))?;
        page.wait("what they were told apart by", &format!("{RIGHT} === 4"))
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn an_english_reader_opens_on_english_sentences_and_a_link_on_its_own() -> Result<()> {
    journey(|page| {
        page.visit("#/embedding")?;
        page.see_lesson("embedding")?;
        ensure!(page.state("phase")? == "recorded", "{}", page.state("phase")?);
        ensure!(page.eval::<bool>("document.body.innerText.includes('museum')")?, "no English sentence");
        page.visit("#/embedding?lang=en")?;
        page.see_lesson("embedding")?;
        ensure!(
            page.eval::<bool>("document.body.innerText.includes('展览')")?,
            "the link's sentences are others"
        );
        Ok(())
    })
}
