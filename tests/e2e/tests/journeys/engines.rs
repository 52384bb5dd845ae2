//! Firefox and WebKit: what engines do differently (starting, drawing, dragging, keeping, doing without a network), once in each.
//! All else is walked in Chromium. Those of one lesson are in a module `engines` beside its other journeys.

use anyhow::{Result, ensure};
use unroll_e2e::{Browser, Engine, Options, Site, journey_with};

use crate::training::kept;

/// Those that the other journeys don't use.
pub const OTHERS: [Engine; 2] = [Engine::Firefox, Engine::WebKit];

/// Walks in another browser; says in which it failed.
pub fn journey_in(engine: Engine, walk: impl FnOnce(&mut Browser) -> Result<()>) -> Result<()> {
    journey_with(&Options { engine, ..Options::default() }, walk)
        .map_err(|error| error.context(format!("in {engine:?}")))
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn every_lesson_opens() -> Result<()> {
    for engine in OTHERS {
        journey_in(engine, |page| {
            page.visit("")?;
            page.reach("recorded", 60)?;
            ensure!(page.metric("rmse")? < 15.0, "the recorded preset is no success");
            for lesson in page.lessons()? {
                page.visit(&format!("#/{lesson}"))?;
                page.see_lesson(&lesson)?;
                ensure!(page.notices()?.is_empty(), "{lesson}: {:?}", page.notices()?);
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_link_trains_to_the_same_bits_everywhere_and_brings_its_weights() -> Result<()> {
    let mut curves = Vec::new();
    let mut links = Vec::new();
    for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
        journey_in(engine, |page| {
            page.visit("#/airline?cell=gru&hidden_size=7&epochs=150&seed=42&backend=cpu")?;
            curves.push(page.train(120)?);
            links.push((page.link("half")?, page.metric("rmse")?));
            Ok(())
        })?;
    }
    ensure!(curves[0].len() == 150 && curves.iter().all(|curve| *curve == curves[0]), "{curves:?}");
    // Each opens what another one made.
    for (engine, (link, rmse)) in OTHERS.iter().zip(&links) {
        journey_in(*engine, |page| {
            page.visit(link)?;
            page.wait_for(
                60,
                "the sender's figures",
                "document.querySelector('[data-metric=rmse]')?.dataset.value",
            )?;
            ensure!(page.notices()?.is_empty(), "{:?}", page.notices()?);
            let found = page.metric("rmse")?;
            ensure!((found - rmse).abs() < 0.01 * rmse, "{found} instead of {rmse}");
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_run_is_kept_and_goes_on_after_a_reload() -> Result<()> {
    for engine in OTHERS {
        journey_in(engine, |page| {
            page.visit("#/airline?epochs=400&speed=100&backend=cpu")?;
            page.control("play")?;
            page.wait_for(60, "some of the run", "Number(app.dataset.step) > 60")?;
            page.control("play")?;
            page.reach("paused", 10)?;
            let (step, before) = (page.step()?, page.table("loss")?);
            kept(page, "airline", step)?;
            page.reload()?;
            page.reach("paused", 20)?;
            ensure!(page.step()? == step, "step {} instead of {step}", page.step()?);
            ensure!(page.table("loss")? == before, "the curve did not come back");
            page.control("play")?;
            page.wait_for(60, "more of the run", &format!("Number(app.dataset.step) > {step}"))
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn what_is_ready_offline_needs_no_server() -> Result<()> {
    for engine in OTHERS {
        let site = Site::serve()?;
        let mut page =
            Browser::open(&Options { engine, ..Options::default() }, site.address(), site.origin())?;
        let walked = (|| {
            page.visit("")?;
            page.wait_for(
                60,
                "ready offline",
                "document.querySelector('[data-offline]').dataset.offline === 'ready'",
            )?;
            drop(site);
            page.visit("#/airline?epochs=50")?;
            page.control("play")?;
            page.reach("finished", 60)
        })();
        page.end(walked).map_err(|error| error.context(format!("in {engine:?}")))?;
    }
    Ok(())
}
