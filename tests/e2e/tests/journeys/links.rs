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

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_link_that_mail_or_chat_has_changed_opens_as_it_was_sent() -> Result<()> {
    journey(|page| {
        for rest in [
            "#%2Fairline%3Fcell%3Dgru%26seed%3D7",
            "#/airline%3Fcell%3Dgru%26seed%3D7",
            "#/airline%253Fcell%253Dgru%2526seed%253D7",
            "#/airline&cell=gru&seed=7",
            "#cell=gru&seed=7",
            "#/Airline?cell=GRU&amp;seed=7。快来看",
            "#/airline?cell=3Dgru&seed=3D7",
            "#/airline?cell=g\u{200b}ru&seed=7&shareTo=x&bd_vid=1&timestamp=2",
            "?lesson=airline&cell=gru&seed=7&v=1",
            // A folder in the place of the sign: a static host has no such page.
            "%23/airline?cell=gru&seed=7",
            "%2523/airline%3Fcell%3Dgru%26seed%3D7",
        ] {
            page.visit(rest)?;
            page.wait(rest, "document.querySelector('[data-setting=seed]')?.value === '7'")?;
            ensure!(page.setting("cell")? == "gru", "{rest}: {}", page.setting("cell")?);
            ensure!(page.notices()?.is_empty(), "{rest}: {:?}", page.notices()?);
        }
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn weights_are_shown_under_their_own_settings_or_not_at_all() -> Result<()> {
    let mut fragment = String::new();
    journey(|sender| {
        sender.visit("#/airline?cell=gru&epochs=50&backend=cpu")?;
        sender.train(60)?;
        fragment = sender.link("byte")?;
        Ok(())
    })?;
    journey(|receiver| {
        receiver.visit(&fragment.replace("cell=gru&", ""))?;
        for key in ["notice.link.altered", "notice.link.weights_lost", "error.other_settings"] {
            receiver.see_notice(key)?;
        }
        // A program that escapes the whole of it changes nothing.
        let escaped: String =
            receiver.eval_with("'#' + encodeURIComponent(arg.slice(1))", fragment.as_str())?;
        receiver.visit(&escaped)?;
        receiver.wait_for(
            60,
            "the sender's figures",
            "document.querySelector('[data-metric=rmse]')?.dataset.value",
        )?;
        ensure!(
            receiver.setting("cell")? == "gru" && receiver.notices()?.is_empty(),
            "{:?}",
            receiver.notices()?
        );
        Ok(())
    })
}

/// What stands in the address of data or of a text that is too long for it.
const MARK: &str = "location.hash.match(/[?&]data=(-[0-9a-z]{6})/)?.[1]";

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_readers_own_long_series_comes_back_after_a_reload_and_nobody_speaks_of_a_sender() -> Result<()> {
    let mut address = String::new();
    journey(|page| {
        page.visit("#/airline?backend=cpu")?;
        page.wait("the field", "document.querySelector('[data-field=series]')")?;
        page.eval::<Option<()>>(
            "(() => { const field = document.querySelector('[data-field=series]'); \
             field.value = Array.from({ length: 4000 }, (_, row) => Math.sin(row * row) * 1e6).join('\\n'); \
             field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
        )?;
        page.control("use-own")?;
        page.wait("the mark of the series in the address", MARK)?;
        let mark: String = page.eval(MARK)?;
        address = page.eval("location.hash")?;
        page.reload()?;
        ensure!(page.notices()?.is_empty(), "{:?}", page.notices()?);
        // What the page writes of its own says whether it has the series.
        page.set("seed", "7")?;
        page.wait("the new seed in the address", "location.hash.includes('seed=7')")?;
        ensure!(page.eval::<String>(MARK)? == mark, "another series");
        // In another lesson and back.
        let lessons = page.lessons()?;
        for lesson in [&lessons[1], &lessons[0]] {
            page.click(&format!(".lessons a[href='#/{lesson}']"))?;
            // No run of such a series is recorded.
            page.wait(lesson, &format!("app.dataset.lesson === '{lesson}' && app.dataset.phase"))?;
        }
        ensure!(page.notices()?.is_empty(), "{:?}", page.notices()?);
        page.set("seed", "8")?;
        page.wait("the new seed in the address", "location.hash.includes('seed=8')")?;
        ensure!(page.eval::<String>(MARK)? == mark, "another series");
        Ok(())
    })?;
    // A stranger does not have it.
    journey(|receiver| {
        receiver.visit(&address)?;
        receiver.see_notice("notice.link.data_left_out")
    })
}
