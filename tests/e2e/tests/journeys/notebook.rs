//! The reader's own series, and the log of the session's runs.

use anyhow::{Result, ensure};
use unroll_e2e::{Browser, journey};

fn rows(page: &Browser, kind: &str) -> Result<usize> {
    page.eval_with("document.querySelectorAll(`table[data-notebook] tr[${arg}]`).length", kind)
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn three_cells_are_compared_and_logged() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?epochs=60")?;
        page.control("compare")?;
        page.wait_for(
            120,
            "three finished runs",
            "document.querySelectorAll('table[data-notebook] tr[data-run]').length === 3 && app.dataset.phase === 'finished'",
        )?;
        let empty = "[...document.querySelectorAll('table[data-notebook] tr[data-baseline] td.number')] \
            .filter((cell) => cell.dataset.column === 'rmse' && !(Number(cell.dataset.value) > 0)).length";
        ensure!(
            rows(page, "data-baseline")? == 2 && page.eval::<usize>(empty)? == 0,
            "baselines without figures"
        );
        let curves = "document.querySelectorAll('table[data-table=loss] thead th').length";
        page.table("loss")?;
        ensure!(
            page.eval::<usize>(curves)? == 4,
            "not three curves on one axis: {}",
            page.eval::<usize>(curves)?
        );
        page.click("tr[data-run]:not([aria-current]) [data-control=overlay]")?;
        page.wait("one curve less", &format!("{curves} === 3"))?;
        page.click("tr[data-run]:not([aria-current]) [data-control=delete]")?;
        page.wait(
            "one run less",
            "document.querySelectorAll('table[data-notebook] tr[data-run]').length === 2",
        )?;
        page.control("export-csv")?;
        let text = page.downloaded("csv")?;
        ensure!(text.lines().count() >= 3, "{text}");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_readers_own_series_is_trained_on() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?epochs=40")?;
        let months = "document.querySelectorAll('table[data-table=series] td').length";
        let before: usize = page.eval(months)?;
        let line =
            |index: usize| format!("{}-{:02};{}\n", 2000 + index / 12, index % 12 + 1, 50 + index % 12);
        let good: String = (0..96).map(line).collect();
        let bad = good.replacen(";57\n", ";word\n", 1);
        paste(page, &bad)?;
        page.wait("the row", "/8/.test(document.querySelector('#own-error').innerText)")?;
        ensure!(page.eval::<usize>(months)? == before, "the old data went");
        paste(page, &good)?;
        page.wait("the new series", &format!("{months} !== {before}"))?;
        page.control("play")?;
        page.reach("finished", 60)?;
        page.control("use-shipped")?;
        page.wait("the lesson's series", &format!("{months} === {before}"))
    })
}

pub fn paste(page: &Browser, text: &str) -> Result<()> {
    page.eval_with::<serde_json::Value>(
        "(() => { const field = document.querySelector('[data-field=series]'); field.value = arg; \
          field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
        text,
    )?;
    page.control("use-own")
}
