//! Tables of the reader's own: what is asked about them, and what is told.

use anyhow::{Result, ensure};
use serde_json::Value;
use unroll_e2e::{Browser, journey};

/// Puts a text into the field for a series and asks for it.
fn paste(page: &Browser, text: &str) -> Result<()> {
    page.eval_with::<Value>(
        "(() => { const field = document.querySelector('[data-field=series]'); field.value = arg; \
          field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
        text,
    )?;
    page.control("use-own")
}

/// The series in use, as the panel lists it.
const LISTED: &str =
    "[...document.querySelectorAll('table[data-table=series] td')].map((cell) => Number(cell.dataset.value))";
const LABELS: &str =
    "[...document.querySelectorAll('table[data-table=series] tbody th')].map((cell) => cell.innerText)";

/// Sixty days of prices with the newest first, as a website for investors writes them.
fn prices() -> String {
    let day = |index: usize| {
        let (month, day) = (1 + index / 28, 1 + index % 28);
        format!(
            "\"{month:02}/{day:02}/2024\",\"1,{:03}.50\",\"1,{:03}.25\",\"{}.5K\"\n",
            100 + index,
            90 + index,
            1 + index % 7
        )
    };
    let head = "Gold futures\n\n\"Date\",\"Price\",\"Open\",\"Vol.\"\n".to_owned();
    (0..60).rev().map(day).fold(head, |text, day| text + &day) + "\n\"Highest: 1,159.50\"\n"
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_column_is_chosen_and_its_rows_are_turned() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?granularity=month&window=12")?;
        let before: Vec<f64> = page.eval(LISTED)?;
        paste(page, &prices())?;
        let offers = "document.querySelectorAll('[data-question=column] .offer')";
        page.wait_for(60, "the question", &format!("{offers}.length === 3"))?;
        ensure!(page.eval::<Vec<f64>>(LISTED)? == before, "the old data went before anything was chosen");
        let pictures = "document.querySelectorAll('[data-question=column] .offer svg polyline').length";
        ensure!(page.eval::<usize>(pictures)? == 3, "a column without a picture");
        ensure!(page.eval::<String>("document.querySelector('.offer.primary').dataset.answer")? == "2");
        page.click("[data-question=column] [data-answer='2']")?;
        page.wait_for(60, "the prices", &format!("{LISTED}.length === 60"))?;
        let (values, labels): (Vec<f64>, Vec<String>) = (page.eval(LISTED)?, page.eval(LABELS)?);
        ensure!((values[0], values[59]) == (1100.5, 1159.5), "{values:?}");
        ensure!((&*labels[0], &*labels[59]) == ("01/01/2024", "03/04/2024"), "{labels:?}");
        let told: Vec<String> =
            page.eval("[...document.querySelectorAll('[data-told]')].map((told) => told.dataset.told)")?;
        ensure!(told == ["title", "footer", "turned"], "{told:?}");
        // Another column, without giving the file once more.
        page.click("[data-question=column] [data-answer='4']")?;
        page.wait_for(60, "the volumes", &format!("{LISTED}[0] === 1500"))
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn numbers_that_read_in_two_ways_are_asked() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?granularity=month&window=12&lang=zh")?;
        let text: String = (0..40)
            .map(|index| format!("{},{:03}\n", 140 + index * 7 % 13, 100 + index * 37 % 800))
            .collect();
        paste(page, &text)?;
        page.wait_for(60, "the questions", "document.querySelectorAll('[data-question]').length === 2")?;
        page.click("[data-question=split] [data-answer='0']")?;
        page.wait(
            "one answer",
            "document.querySelector('[data-question=split] [aria-pressed=true]') !== null",
        )?;
        page.click("[data-question=decimal] [data-answer='0']")?;
        page.wait_for(60, "thousands", &format!("{LISTED}.length === 40 && {LISTED}[0] === 140100"))?;
        page.click("[data-question=decimal] [data-answer='1']")?;
        page.wait_for(60, "fractions", &format!("{LISTED}[0] === 140.1"))
    })
}
