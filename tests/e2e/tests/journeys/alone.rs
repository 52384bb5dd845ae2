//! Journeys whose outcome hangs on how much of the processor they get: each has the machine to itself, while the others are
//! walked side by side. Those of one lesson are in a module `alone` beside its other journeys.

use anyhow::{Result, ensure};
use unroll_e2e::{Time, journey, smooth_journey};

use crate::notebook::paste;

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

/// From the first byte to the page at rest, the first time and again, when everything comes from the browser's own store.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn no_task_of_the_start_keeps_the_page_from_answering() -> Result<()> {
    const AT_REST: &str = "document.querySelector('[data-offline]').dataset.offline === 'ready'";
    smooth_journey(Time::Start, |page| {
        page.visit("")?;
        page.wait_for(60, "the page at rest", AT_REST)?;
        for lesson in page.lessons()? {
            page.visit(&format!("#/{lesson}"))?;
            page.see_lesson(&lesson)?;
            page.wait_for(60, "the page at rest", AT_REST)?;
        }
        Ok(())
    })
}
