//! Journeys whose outcome hangs on how much of the processor they get: each has the machine to itself, while the others are
//! walked side by side.

use anyhow::{Result, ensure};
use serde_json::Value;
use unroll_e2e::journey;

use crate::notebook::paste;
use crate::text::{SETTLED, count};

/// The frames that the page shows meanwhile are counted.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn three_megabytes_are_cut_while_the_page_goes_on() -> Result<()> {
    journey(|page| {
        page.visit("#/text?drop_last=0")?;
        page.wait_for(60, "the sentences cut", SETTLED)?;
        // Every line has a name of its own, so that the vocabulary grows with the text.
        page.eval::<Value>(
            "(() => { const signs = [...'天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏']; \
             const name = (line) => signs[line % 24] + signs[(line * 7) % 23] + signs[(line * 11) % 19]; \
             const line = (_, index) => `${name(index)}在第${index}天早上去山里看雾，回来的时候路边的茶馆还没有开门。`; \
             const text = Array.from({ length: 33000 }, line).join('\\n'); \
             const bytes = new TextEncoder().encode(text); window.bytes = bytes.length; window.frames = 0; \
             const count = () => { window.frames++; requestAnimationFrame(count); }; requestAnimationFrame(count); \
             const files = new DataTransfer(); files.items.add(new File([bytes], 'long.txt')); \
             const field = document.querySelector('[data-field=text-file]'); field.files = files.files; \
             field.dispatchEvent(new Event('change', { bubbles: true })); return null; })()",
        )?;
        ensure!(page.eval::<usize>("window.bytes")? > 3_000_000);
        page.wait_for(
            120,
            "the words",
            "document.querySelector('[data-count=sentences]').dataset.value === '33000' \
                && document.querySelector('.lab-section').dataset.settled === 'true'",
        )?;
        ensure!(count(page, "tokens")? > 400_000 && count(page, "types")? > 30_000);
        ensure!(page.eval::<usize>("window.frames")? > 5, "the page stood still");
        Ok(())
    })
}

/// The other workers have to be there before the run is over.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn several_workers_train_to_the_same_bits() -> Result<()> {
    let series: String = (0..400).map(|month| format!("{}\n", 300 + (month * 37) % 200)).collect();
    several_workers("airline?granularity=month&window=16&hidden_size=256&epochs=12", 12, Some(&series))
}

/// Each of them gets the numbers of the text.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn several_workers_read_a_long_text() -> Result<()> {
    several_workers("novel?hidden_size=256&steps=30&examine_every=30&dropout=0", 30, None)
}

/// Trains with one worker and with several, on a series of the reader's own or the lesson's data.
fn several_workers(address: &str, steps: usize, series: Option<&str>) -> Result<()> {
    let mut curves = Vec::new();
    for workers in ["1", "4"] {
        journey(|page| {
            page.visit(&format!("#/{address}&backend=cpu&workers={workers}"))?;
            if let Some(series) = series {
                paste(page, series)?;
            }
            let curve = page.train(120)?;
            let shared: usize =
                page.eval("Number(document.querySelector('[data-metric=steps_per_s]').dataset.workers)")?;
            let cores: usize = page.eval("navigator.hardwareConcurrency")?;
            ensure!((shared > 1) == (workers == "4" && cores > 1), "{shared} workers of {cores}");
            curves.push(curve);
            Ok(())
        })?;
    }
    ensure!(curves[0].len() == steps && curves[0] == curves[1], "{curves:?}");
    Ok(())
}
