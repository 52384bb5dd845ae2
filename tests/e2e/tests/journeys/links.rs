//! Links: what one reader trained, another one sees.

use anyhow::{Result, ensure};
use unroll_e2e::{Browser, journey};

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_settings_link_trains_to_the_same_curve() -> Result<()> {
    let (mut fragment, mut curve) = (String::new(), Vec::new());
    journey(|sender| {
        sender.visit("#/airline?backend=cpu")?;
        sender.set("cell", "gru")?;
        sender.set("hidden_size", "7")?;
        sender.set("seed", "42")?;
        sender.set("epochs", "150")?;
        curve = sender.train(60)?;
        fragment = sender.link("none")?;
        Ok(())
    })?;
    for pair in ["cell=gru", "hidden_size=7", "seed=42", "epochs=150"] {
        ensure!(fragment.contains(pair), "{pair} is not in {fragment}");
    }
    ensure!(curve.len() == 150, "{} losses", curve.len());
    // In a fresh profile; at another speed; with the settings in front of the fragment and a messenger's keys behind.
    let query = fragment.replacen("#/airline?", "?lesson=airline&", 1);
    for again in
        [fragment.clone(), format!("{fragment}&speed=100"), format!("{query}&from=timeline&isappinstalled=0")]
    {
        journey(|receiver| {
            receiver.visit(&again)?;
            ensure!(receiver.notices()?.is_empty(), "{again}: {:?}", receiver.notices()?);
            ensure!(receiver.train(60)? == curve, "{again} trained to another curve");
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_link_with_weights_shows_the_forecast_at_once() -> Result<()> {
    let (mut fragment, mut forecast) = (String::new(), Vec::new());
    journey(|sender| {
        sender.visit("#/airline?epochs=300&backend=cpu")?;
        sender.train(60)?;
        forecast = numbers(sender)?;
        fragment = sender.link("half")?;
        let length: usize = sender
            .eval("Number(document.querySelector('[data-value-for=length]')?.dataset.value ?? 3000)")?;
        ensure!(length < 4000, "a link of {length} characters");
        Ok(())
    })?;
    journey(|receiver| {
        receiver.visit(&fragment)?;
        receiver.wait_for(
            60,
            "the sender's figures",
            "document.querySelector('[data-metric=rmse]')?.dataset.value",
        )?;
        ensure!(receiver.notices()?.is_empty(), "{:?}", receiver.notices()?);
        ensure!(receiver.state("phase")? != "training");
        let shown = numbers(receiver)?;
        ensure!(shown.len() == forecast.len(), "{} numbers instead of {}", shown.len(), forecast.len());
        let furthest = shown.iter().zip(&forecast).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        // Half precision keeps eleven bits: of values up to 622, half a passenger or less each.
        ensure!(furthest < 2.0, "the forecast is off by {furthest} thousand passengers");
        Ok(())
    })
}

fn numbers(page: &Browser) -> Result<Vec<f64>> {
    Ok(page.table("forecast")?.iter().map(|text| text.parse()).collect::<Result<_, _>>()?)
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_bad_link_says_what_is_wrong_and_saves_the_rest() -> Result<()> {
    journey(|page| {
        for (rest, notices, saved) in [
            ("#/airline?cell=gru&colour=red", &["notice.link.unknown_key"][..], ("cell", "gru")),
            ("#/airline?cell=transformer&seed=5", &["notice.link.unreadable"], ("seed", "5")),
            ("#/airline?hidden_size=99999999999999999999", &["notice.link.clamped"], ("hidden_size", "512")),
            ("#/airline?seed=6&v=7", &["notice.link.problem", "error.foreign_version"], ("seed", "6")),
            ("#/airplane?seed=7", &["notice.link.problem", "error.unknown_lesson"], ("seed", "7")),
            (
                "#/airline?seed=8&w=1h2650.abc&v=1",
                &["notice.link.weights_lost", "error.link_cut"],
                ("seed", "8"),
            ),
            (
                "#/airline?seed=9&w=9h3.abc&v=1",
                &["notice.link.weights_lost", "error.foreign_version"],
                ("seed", "9"),
            ),
        ] {
            page.visit(rest)?;
            for notice in notices {
                page.see_notice(notice)?;
            }
            ensure!(page.setting(saved.0)? == saved.1, "{rest}: {} is {}", saved.0, page.setting(saved.0)?);
        }
        // After all that the page still trains.
        page.set("epochs", "20")?;
        page.control("play")?;
        page.reach("finished", 60)
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_hostile_link_is_only_text() -> Result<()> {
    journey(|page| {
        page.visit("#/airline?note=%3Cimg%20src%3Dx%20onerror%3D%22window.taken%3D1%22%3E&%3Cscript%3E=1&cell=%3Cb%3E")?;
        page.wait("the note", "document.querySelector('[data-shared-note]').textContent.includes('<img')")?;
        page.see_notice("notice.link.unknown_key")?;
        page.see_notice("notice.link.unreadable")?;
        ensure!(page.eval::<bool>(
            "window.taken === undefined && !document.querySelector('[data-shared-note] img')"
        )?);
        // A million pairs, and a payload that claims to be endless.
        let many = "&x".repeat(200_000);
        page.visit(&format!("#/airline?seed=3&w=1h99999999999.{}{many}", "A".repeat(10_000)))?;
        page.see_notice("error.too_large")?;
        page.control("step")?;
        page.wait_for(60, "a step", "app.dataset.step === '1'")
    })
}
