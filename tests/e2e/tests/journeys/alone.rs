//! Journeys whose outcome hangs on how much of the processor they get: each has the machine to itself, while the others are
//! walked side by side.

use anyhow::{Result, ensure};
use serde_json::Value;
use unroll_e2e::{Time, journey, smooth_journey};

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
    let mut curves = Vec::new();
    for workers in ["1", "4"] {
        journey(|page| {
            page.visit(&format!(
                "#/airline?backend=cpu&granularity=month&window=16&hidden_size=256&epochs=12&workers={workers}"
            ))?;
            paste(page, &series)?;
            let curve = page.train(120)?;
            let shared: usize =
                page.eval("Number(document.querySelector('[data-metric=steps_per_s]').dataset.workers)")?;
            let cores: usize = page.eval("navigator.hardwareConcurrency")?;
            ensure!((shared > 1) == (workers == "4" && cores > 1), "{shared} workers of {cores}");
            curves.push(curve);
            Ok(())
        })?;
    }
    ensure!(curves[0].len() == 12 && curves[0] == curves[1], "{curves:?}");
    Ok(())
}

/// From the first byte to the page at rest, the first time and again, when everything comes from the browser's own store.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn no_task_of_the_start_keeps_the_page_from_answering() -> Result<()> {
    let (recorded, drawn) = ("app.dataset.phase === 'recorded'", "document.querySelector('[data-settled]')");
    smooth_journey(Time::Start, |page| {
        for (lesson, is_there) in [("", recorded), ("", recorded), ("#/novel", recorded), ("#/cell", drawn)] {
            page.visit(lesson)?;
            page.wait(lesson, is_there)?;
            page.wait_for(
                60,
                "the page at rest",
                "document.querySelector('[data-offline]').dataset.offline === 'ready'",
            )?;
        }
        Ok(())
    })
}
