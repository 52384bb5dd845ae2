//! Other machines: without WebGPU, with only a slow one, without a network.

use anyhow::{Result, ensure};
use unroll_e2e::{Browser, Options, Site, journey, journey_with};

use crate::notebook::paste;

#[test]
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
fn a_pinned_webgpu_trains_on_the_software_adapter() -> Result<()> {
    journey_with(&Options { webgpu: true, ..Options::default() }, |page| {
        page.visit("#/airline?epochs=5&backend=webgpu")?;
        page.control("play")?;
        page.reach("finished", 180)?;
        page.wait("WebGPU", "app.dataset.engine === 'webgpu'")
    })
}

#[test]
fn several_workers_train_to_the_same_bits() -> Result<()> {
    let series: String = (0..400).map(|month| format!("{}\n", 300 + (month * 37) % 200)).collect();
    let mut curves = Vec::new();
    for workers in ["1", "4"] {
        journey(|page| {
            page.visit(&format!(
                "#/airline?backend=cpu&granularity=month&window=16&hidden_size=256&epochs=12&workers={workers}"
            ))?;
            paste(page, &series)?;
            let curve = page.train(120)?;
            let shared: usize =
                page.eval("Number(document.querySelector('[data-metric=steps_per_s]').dataset.workers)")?;
            let cores: usize = page.eval("navigator.hardwareConcurrency")?;
            ensure!((shared > 1) == (workers == "4" && cores > 1), "{shared} workers of {cores}");
            curves.push(curve);
            Ok(())
        })?;
    }
    ensure!(curves[0].len() == 12 && curves[0] == curves[1], "{curves:?}");
    Ok(())
}

#[test]
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
        // Lessons that were never opened are there too.
        page.visit("#/memory")?;
        page.reach("recorded", 20)?;
        page.visit("#/cell")?;
        page.wait("the cell's drawing", "document.querySelectorAll('[data-settled]').length > 0")
    })();
    page.end(walked).map(drop)
}
