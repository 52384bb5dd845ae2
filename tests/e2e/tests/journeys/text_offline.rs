//! The text lab without a network, and without its worker.

use anyhow::Result;
use unroll_e2e::{Browser, Options, Site, copy_of_site, journey_on};

use crate::offline::{Taken, UNKEPT, deploy, journey_offline};

/// The sentences are cut.
const CUT: &str = "document.querySelector('.lab-section')?.dataset.settled === 'true' \
    && document.querySelectorAll('[data-figure=tokens] .chip').length > 0";

fn see_error(page: &Browser, key: &str) -> Result<()> {
    page.wait_for(
        60,
        key,
        &format!("document.querySelector('[data-lab-error]')?.dataset.labError === '{key}'"),
    )
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn without_a_network_the_lab_cuts_chinese_words() -> Result<()> {
    journey_offline(&Options::default(), |page| {
        page.visit("#/text?lang=zh")?;
        page.wait_for(60, "the sentences cut", CUT)
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_worker_that_does_not_arrive_is_named_and_comes_when_asked_again() -> Result<()> {
    let folder = copy_of_site()?;
    let site = Site::serve_folder(folder.path())?;
    for file in ["engine_text_loader.js", "engine_text_bg.wasm"] {
        journey_on(&site, &UNKEPT, |page| {
            let taken = Taken::from(page, folder.path(), "engine_text-", file)?;
            page.visit("#/text?lang=zh")?;
            see_error(page, "error.engine_blocked")?;
            taken.give_back()?;
            page.control("open-again")?;
            page.wait_for(60, "the sentences cut", CUT)
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_worker_of_a_new_version_comes_with_the_new_page() -> Result<()> {
    let folder = copy_of_site()?;
    let site = Site::serve_folder(folder.path())?;
    journey_on(&site, &UNKEPT, |page| {
        page.visit("#/airline?lang=en")?;
        page.reach("recorded", 20)?;
        deploy(folder.path(), "engine_text-")?;
        page.expect("404");
        page.click(".lessons a[href='#/text']")?;
        see_error(page, "error.page_replaced")?;
        page.control("open-newest")?;
        page.wait_for(60, "the sentences cut by the new version", CUT)
    })
}
