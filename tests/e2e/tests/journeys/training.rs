//! Training: it succeeds, it obeys, it survives a reload.

use anyhow::{Result, ensure};
use unroll_e2e::{Browser, Time, journey, smooth_journey};

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_preset_learns_the_training_years() -> Result<()> {
    smooth_journey(Time::Training, |page| {
        page.visit("")?;
        page.control("play")?;
        page.reach("training", 60)?;
        page.wait_for(
            120,
            "an RMSE below 15 thousand passengers",
            "app.dataset.phase !== 'recorded' && Number(document.querySelector('[data-metric=rmse]').dataset.value) < 15",
        )?;
        page.reach("finished", 120)?;
        ensure!(page.metric("rmse")? < 15.0);
        ensure!(page.metric("mape")? > 0.0 && page.metric("steps_per_s")? > 0.0);
        ensure!(page.state("engine")? == "cpu", "a model this small belongs on the CPU");
        Ok(())
    })
}

/// The losses of the table as numbers, once it holds all steps done.
fn losses(page: &Browser) -> Result<Vec<f64>> {
    page.table("loss")?;
    page.wait(
        "the whole curve",
        "document.querySelectorAll('table[data-table=loss] [data-value]').length === Number(app.dataset.step)",
    )?;
    Ok(page.table("loss")?.iter().map(|text| text.parse()).collect::<Result<_, _>>()?)
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn pause_step_reset_and_a_new_seed_do_what_they_say() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?epochs=100000&speed=100")?;
        page.control("step")?;
        page.wait_for(60, "one step", "app.dataset.step === '1' && app.dataset.phase === 'paused'")?;
        let first = losses(page)?;
        ensure!(first.len() == 1, "{first:?}");

        page.control("play")?;
        page.wait("some epochs", "Number(app.dataset.step) > 20")?;
        page.control("play")?;
        page.reach("paused", 10)?;
        let step = page.step()?;
        page.control("step")?;
        page.wait(
            "one more",
            &format!("app.dataset.step === '{}' && app.dataset.phase === 'paused'", step + 1),
        )?;
        let before = losses(page)?;
        ensure!(before.len() == step + 1 && before[0] == first[0]);

        // A live setting acts on the very next step, without a new run.
        page.set("learning_rate", "0.00001")?;
        page.control("step")?;
        page.wait(
            "the next",
            &format!("app.dataset.step === '{}' && app.dataset.phase === 'paused'", step + 2),
        )?;
        page.control("step")?;
        page.wait(
            "the next",
            &format!("app.dataset.step === '{}' && app.dataset.phase === 'paused'", step + 3),
        )?;
        let after = losses(page)?;
        ensure!(after[..=step] == before, "the run began anew");
        let change = |of: &[f64]| (of[of.len() - 1] - of[of.len() - 2]).abs();
        ensure!(
            change(&after) < change(&before) / 20.0,
            "the learning rate did not act: {:?}",
            &after[step - 1..]
        );
        page.set("learning_rate", "0.01")?;

        page.control("reset")?;
        page.wait("a reset", "app.dataset.step === '0'")?;
        page.control("step")?;
        page.wait("one step", "app.dataset.step === '1' && app.dataset.phase === 'paused'")?;
        ensure!(losses(page)? == first, "the same seed began differently");

        let seed = page.setting("seed")?;
        page.control("new-seed")?;
        page.wait("a new run", "app.dataset.step === '0'")?;
        ensure!(page.setting("seed")? != seed);
        page.control("step")?;
        page.wait("one step", "app.dataset.step === '1' && app.dataset.phase === 'paused'")?;
        page.wait(
            "another first loss",
            &format!(
                "Number(document.querySelector('table[data-table=loss] [data-value]').dataset.value) !== {}",
                first[0]
            ),
        )?;
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_change_of_the_model_starts_a_new_run_and_says_so() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?epochs=100000&speed=20")?;
        page.control("play")?;
        page.wait_for(60, "some epochs", "Number(app.dataset.step) > 30")?;
        // Slowly, so that the new run is seen while it is young.
        page.set("speed", "4")?;
        page.set("hidden_size", "12")?;
        page.see_notice("notice.new_run")?;
        page.wait("a new run", "Number(app.dataset.step) < 20")?;
        page.wait("it trains", "app.dataset.phase === 'training' && Number(app.dataset.step) > 5")
    })
}

const LONG_RUN: &str = "#/airline?epochs=400&speed=100&backend=cpu";

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_reload_restores_the_run() -> Result<()> {
    let mut whole = Vec::new();
    journey(|page| {
        page.visit(LONG_RUN)?;
        whole = page.train(120)?;
        Ok(())
    })?;
    ensure!(whole.len() == 400, "{} losses", whole.len());
    journey(|page| {
        page.visit(LONG_RUN)?;
        page.control("play")?;
        page.wait_for(60, "a third of the run", "Number(app.dataset.step) > 130")?;
        page.control("play")?;
        page.reach("paused", 10)?;
        let (step, before) = (page.step()?, page.table("loss")?);
        kept(page, "airline", step)?;
        page.reload()?;
        page.reach("paused", 20)?;
        ensure!(page.step()? == step, "step {} instead of {step}", page.step()?);
        ensure!(page.table("loss")? == before, "the curve did not come back");
        ensure!(page.train(120)? == whole, "the restored run went another way");
        Ok(())
    })
}

/// Waits until the browser's storage holds the run of a lesson as it stands at `step`.
pub fn kept(page: &Browser, lesson: &str, step: usize) -> Result<()> {
    let promise = format!(
        "await new Promise((done, fail) => {{
           const opened = indexedDB.open('unroll');
           opened.onerror = () => fail(opened.error);
           opened.onsuccess = () => {{
             const until = performance.now() + 20000;
             const look = () => {{
               const read = opened.result.transaction('sessions').objectStore('sessions').get('{lesson}');
               read.onsuccess = () => {{
                 // The engine's snapshot says in its header which step it is of.
                 const header = new TextDecoder().decode((read.result?.[2] ?? new Uint8Array()).slice(0, 8192));
                 if (header.includes('\"step\":\"{step}\"')) {{ opened.result.close(); done(true); }}
                 else if (performance.now() > until) fail('the session was not kept: ' + header);
                 else setTimeout(look, 50);
               }};
             }};
             look();
           }};
         }})"
    );
    page.settle::<bool>(&promise).map(drop)
}
