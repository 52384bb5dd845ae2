//! Other machines: without WebGPU, with only a slow one, without a network.

use anyhow::Result;
use unroll_e2e::{Browser, Options, Site, journey_with};

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn without_webgpu_the_cpu_trains() -> Result<()> {
    let hidden = Options {
        before_page: Some("Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined });"),
        ..Options::default()
    };
    journey_with(&hidden, |page| {
        page.visit("#/airline?epochs=50")?;
        page.control("play")?;
        page.reach("finished", 60)?;
        page.wait(
            "the quiet line",
            "document.querySelector('[data-status=engine]').dataset.reason === 'no_webgpu'",
        )?;
        page.visit("#/airline?epochs=50&backend=webgpu")?;
        page.control("play")?;
        page.see_notice("notice.webgpu_unavailable")?;
        page.reach("finished", 60)?;
        page.wait("the CPU", "app.dataset.engine === 'cpu'")
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_pinned_webgpu_trains_on_the_software_adapter() -> Result<()> {
    journey_with(&Options { webgpu: true, ..Options::default() }, |page| {
        page.visit("#/airline?epochs=5&backend=webgpu")?;
        page.control("play")?;
        page.reach("finished", 180)?;
        page.wait("WebGPU", "app.dataset.engine === 'webgpu'")
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn after_the_first_visit_the_page_needs_no_network() -> Result<()> {
    let site = Site::serve()?;
    let mut page = Browser::open(&Options::default(), site.address(), site.origin())?;
    let walked = (|| {
        page.visit("")?;
        page.wait_for(
            60,
            "ready offline",
            "document.querySelector('[data-offline]').dataset.offline === 'ready'",
        )?;
        drop(site);
        // Chromium asks for the service worker's newest version, in vain.
        page.expect("ERR_CONNECTION_REFUSED");
        page.visit("#/airline?epochs=50")?;
        page.control("play")?;
        page.reach("finished", 60)?;
        // Lessons that were never opened are there too, but for what is large and comes when it is asked for.
        page.expect("ERR_FAILED");
        for lesson in page.lessons()? {
            page.visit(&format!("#/{lesson}"))?;
            let is_open = format!("app.dataset.lesson === '{lesson}' && app.dataset.phase");
            page.wait_for(20, &lesson, &is_open)?;
        }
        Ok(())
    })();
    page.end(walked).map(drop)
}
