//! Other machines: without WebGPU, with only a slow one.

use anyhow::Result;
use unroll_e2e::{Options, journey_with};

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
