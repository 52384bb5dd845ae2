//! Long memory: three networks in one run, and which of them learns.

use anyhow::{Result, ensure};
use unroll_e2e::journey;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_adding_problem_at_length_100_tells_the_cells_apart() -> Result<()> {
    journey(|page| {
        page.visit("#/memory?lang=en")?;
        page.reach("recorded", 60)?;
        page.control("play")?;
        page.wait_for(60, "some steps", "Number(app.dataset.step) > 5 && app.dataset.phase === 'training'")?;
        page.reach("finished", 175)?;
        ensure!(page.step()? == 1500);
        let [rnn, gru, lstm] = [page.metric("rnn")?, page.metric("gru")?, page.metric("lstm")?];
        ensure!(gru < 0.01 && lstm < 0.01, "GRU {gru}, LSTM {lstm}");
        ensure!((rnn - 1.0 / 6.0).abs() < 0.03, "RNN {rnn}");
        // One chart for all three, and the line of who remembers nothing.
        let rows = page.table("race")?;
        ensure!(rows.len() > 50, "{}", rows.len());
        ensure!(
            page.eval::<usize>("document.querySelectorAll('[data-figure=answers] tbody tr').length")? >= 6
        );
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_other_tasks_run_and_are_answered() -> Result<()> {
    journey(|page| {
        for task in ["recall", "parity"] {
            page.visit(&format!(
                "#/memory?task={task}&seq_length=6&steps=40&examine_every=10&parameters=400"
            ))?;
            page.control("play")?;
            page.reach("finished", 60)?;
            ensure!(page.metric("gru")? > 0.0 && page.metric("lstm")?.is_finite());
            ensure!(
                page.eval::<usize>("document.querySelectorAll('[data-figure=answers] tbody tr').length")?
                    >= 6
            );
        }
        Ok(())
    })
}
