//! The race without a network, and where WebGPU does not answer.

use anyhow::{Result, ensure};
use unroll_e2e::{Browser, Options, Site, journey_with};

use crate::offline::{READY, cut_the_network, is_ready};

/// A model that is large enough to be measured on both engines.
const LARGE: &str = "#/memory?lang=en&steps=20&examine_every=20";

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn without_the_webgpu_engine_offline_the_cpu_trains_unless_everything_is_kept() -> Result<()> {
    for keeps_everything in [false, true] {
        let site = Site::serve()?;
        let gpu = Options { webgpu: true, ..Options::default() };
        let mut page = Browser::open(&gpu, site.address(), site.origin())?;
        let walked = (|| {
            page.visit("#/airline?lang=en")?;
            is_ready(&page)?;
            page.wait(
                "what is lacking",
                "document.querySelector('[data-offline]').dataset.lacks === 'true'",
            )?;
            let offer: String =
                page.eval("document.querySelector('[data-control=keep-everything]').innerText")?;
            // As the build lists it.
            let listed: f64 = page.settle(
                "(async () => { const script = await (await fetch('./sw.js', { cache: 'no-store' })).text(); \
                 const [, list] = /const LARGE = (\\{.*\\});/.exec(script); \
                 return Math.ceil(Object.values(JSON.parse(list)).reduce((all, bytes) => all + bytes) / 1e6); })()",
            )?;
            ensure!(
                listed > 5.0 && offer.contains(&format!("{listed} MB")),
                "{offer}: {listed} MB are listed"
            );
            if keeps_everything {
                page.control("keep-everything")?;
                page.wait_for(
                    120,
                    "all of it",
                    &format!("{READY} && document.querySelector('[data-offline]').dataset.lacks === 'false'"),
                )?;
            }
            cut_the_network(&mut page, site);
            page.visit(LARGE)?;
            page.control("play")?;
            page.reach("finished", 180)?;
            if !keeps_everything {
                page.see_notice("notice.webgpu_not_kept")?;
                return page.wait(
                    "the reason",
                    "document.querySelector('[data-status=engine]').dataset.reason === 'webgpu_missing'",
                );
            }
            ensure!(page.notices()?.is_empty(), "{:?}", page.notices()?);
            page.visit("#/airline?epochs=3&backend=webgpu")?;
            page.control("play")?;
            page.reach("finished", 180)?;
            page.wait("WebGPU", "app.dataset.engine === 'webgpu'")
        })();
        page.end(walked)?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn an_adapter_that_never_answers_has_a_time_limit() -> Result<()> {
    let silent = Options {
        before_page: Some(
            "Object.defineProperty(Navigator.prototype, 'gpu', \
             { get: () => ({ requestAdapter: () => new Promise(() => {}) }) });",
        ),
        ..Options::default()
    };
    journey_with(&silent, |page| {
        page.visit(LARGE)?;
        page.control("play")?;
        page.reach("finished", 120)?;
        page.wait(
            "the reason",
            "document.querySelector('[data-status=engine]').dataset.reason === 'webgpu_silent'",
        )?;
        page.visit("#/airline?epochs=5&backend=webgpu")?;
        page.control("play")?;
        page.see_notice("notice.webgpu_unavailable")?;
        page.reach("finished", 60)
    })
}
