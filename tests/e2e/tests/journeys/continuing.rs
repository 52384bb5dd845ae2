//! What has been trained goes on, or comes back.

use anyhow::{Result, ensure};
use unroll_e2e::journey;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_finished_run_goes_on_as_if_it_had_never_stopped() -> Result<()> {
    let mut whole = Vec::new();
    journey(|page| {
        page.visit("#/airline?epochs=80&backend=cpu&lang=en")?;
        whole = page.train(60)?;
        ensure!(whole.len() == 80);
        Ok(())
    })?;
    journey(|page| {
        page.visit("#/airline?epochs=40&backend=cpu&lang=en")?;
        page.train(60)?;
        page.control("continue")?;
        page.wait_for(60, "the other half", "app.dataset.step === '80' && app.dataset.phase === 'finished'")?;
        ensure!(page.table("loss")? == whole, "the same losses, bit for bit");
        page.wait("the address", "location.hash.includes('epochs=80')")?;
        // The number of steps by hand, after a reload too.
        page.reload()?;
        page.reach("finished", 60)?;
        page.set("epochs", "90")?;
        page.reach("paused", 10)?;
        page.control("play")?;
        page.wait_for(60, "ten more", "app.dataset.step === '90' && app.dataset.phase === 'finished'")?;
        ensure!(page.table("loss")?[..80] == whole[..]);
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn what_a_change_sets_aside_can_be_had_back() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?epochs=60&backend=cpu&lang=en")?;
        let losses = page.train(60)?;
        let rmse = page.metric("rmse")?;
        page.set("hidden_size", "12")?;
        page.see_notice("notice.set_aside")?;
        page.wait("another run", "app.dataset.step === '0'")?;
        page.control("take-back")?;
        page.wait("the trained run", "app.dataset.step === '60' && app.dataset.phase === 'finished'")?;
        ensure!(page.setting("hidden_size")? == "10" && page.table("loss")? == losses);
        ensure!((page.metric("rmse")? - rmse).abs() < 1e-9);
        page.wait("no offer", "!document.querySelector('[data-control=take-back]')")?;
        page.control("anew")?;
        page.wait_for(60, "a new run", "app.dataset.phase === 'finished' && app.dataset.step === '60'")?;
        ensure!(page.table("loss")? == losses, "the same seed");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_link_with_weights_does_not_say_that_nothing_was_trained() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?epochs=30&backend=cpu&lang=en")?;
        page.train(60)?;
        let link = page.link("half")?;
        page.visit(&link)?;
        page.reach("finished", 60)?;
        page.wait(
            "the word about its training",
            "(() => { const figure = document.querySelector('[data-figure=loss]'); \
             return figure && /elsewhere up to epoch 30/.test(figure.textContent); })()",
        )
    })
}
