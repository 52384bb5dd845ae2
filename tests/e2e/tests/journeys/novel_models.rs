//! Models that come as files: refused with the reason, or opened and trained on.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use unroll_e2e::{Browser, journey};

/// Keeps what the page saves next in `window.saved`.
const CATCH: &str = "(() => { const save = URL.createObjectURL; URL.createObjectURL = (blob) => { window.saved = blob; \
    return save.call(URL, blob); }; return null; })()";
const DONE: &str = "document.querySelector('[data-figure=written]')?.dataset.done === 'true' \
    && document.querySelectorAll('.token').length > 0";
const SETTINGS: &str = "backend=cpu&hidden_size=32&steps=10&examine_every=5&batch_size=4&length=20&lang=en&workers=1\
    &schedule=constant";

/// Gives the page a model file that a function makes of the one that was saved: `make` is JavaScript of `bytes`.
fn give_model(page: &Browser, make: &str) -> Result<()> {
    page.settle::<Value>(&format!(
        "window.saved.arrayBuffer().then((buffer) => {{ const bytes = new Uint8Array(buffer); \
         const made = ({make})(bytes); const files = new DataTransfer(); \
         files.items.add(new File([made], 'm.safetensors')); \
         const field = document.querySelector('[data-field=model]'); field.files = files.files; \
         field.dispatchEvent(new Event('change', {{ bubbles: true }})); return null; }})"
    ))?;
    Ok(())
}

fn written(page: &Browser) -> Result<String> {
    page.eval("document.querySelector('.continuations')?.textContent ?? ''")
}

/// What must be as it was: settings, text, phase, steps, what is written.
fn all(page: &Browser) -> Result<Value> {
    let shown: Value = page.eval(
        "({ address: location.hash, phase: app.dataset.phase, step: app.dataset.step, \
          text: document.querySelector('[data-figure=text-in-use]').textContent })",
    )?;
    Ok(json!([shown, written(page)?, page.table("loss")?]))
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_model_file_that_fails_changes_nothing_and_a_good_one_is_trained_on() -> Result<()> {
    journey(|page| {
        page.visit(&format!("#/novel?{SETTINGS}"))?;
        page.control("play")?;
        page.reach("finished", 60)?;
        page.control("write")?;
        page.wait_for(60, "a continuation", DONE)?;
        page.eval::<Value>(CATCH)?;
        page.control("export-model")?;
        page.wait("the file", "window.saved")?;
        let before = all(page)?;
        for (make, key, says) in [
            ("(bytes) => bytes.slice(0, bytes.length / 2)", "error.model_cut", "KB"),
            ("() => '<!doctype html><title>Sign in</title>'", "error.model_web_page", "web page"),
            (
                "() => 'version https://git-lfs.github.com/spec/v1\\nsize 6148576\\n'",
                "error.model_pointer",
                "6.1 MB",
            ),
            ("() => new Uint8Array([128, 2, 125, 113, 0, 46])", "error.model_pickle", "safetensors"),
            (
                "(bytes) => { bytes.fill(255, bytes.length - 4); return bytes; }",
                "error.model_not_finite",
                "NaN",
            ),
        ] {
            give_model(page, make)?;
            page.see_notice(key)?;
            page.wait(
                "the reason",
                &format!("document.querySelector('[data-notice=\"{key}\"]').innerText.includes('{says}')"),
            )?;
            let said = page.notices()?;
            ensure!(said.iter().filter(|said| said.starts_with("error.model_")).count() == 1, "{said:?}");
            let after = all(page)?;
            ensure!(after == before, "{key}: {after} instead of {before}");
        }
        // The run that was there goes on.
        page.control("continue")?;
        page.wait_for(60, "more steps", "app.dataset.step === '20' && app.dataset.phase === 'finished'")?;
        let longer = page.table("loss")?;
        ensure!(longer.len() == 20 && page.setting("steps")? == "20", "{}", longer.len());

        // The metadata as everybody's tools leave them.
        give_model(
            page,
            "(bytes) => { const codes = (text) => Array.from(text, (c) => c.charCodeAt(0)); \
             const name = codes('unroll-model'); \
             bytes.set(codes('pt          '), bytes.findIndex((_, at) => name.every((code, place) => bytes[at + place] === code))); \
             return bytes; }",
        )?;
        page.see_notice("notice.model.opened")?;
        page.wait_for(60, "the opened model", "app.dataset.phase === 'paused' && app.dataset.step === '10'")?;
        ensure!(written(page)?.is_empty(), "what another model wrote is still there");
        page.control("play")?;
        page.wait_for(60, "its training", "app.dataset.phase === 'finished' && app.dataset.step === '20'")?;
        let losses: Vec<f64> =
            page.table("loss")?.iter().map(|loss| loss.parse()).collect::<Result<_, _>>()?;
        let first: f64 = longer[0].parse()?;
        ensure!(losses.len() == 10 && losses[0] < first, "{losses:?} after {first}");
        page.control("write")?;
        page.wait_for(60, "a continuation", DONE)?;

        // And the one before it is there still.
        page.control("take-back")?;
        page.wait("the trained run", "app.dataset.step === '20' && app.dataset.phase === 'finished'")?;
        ensure!(page.table("loss")? == longer);
        Ok(())
    })
}
