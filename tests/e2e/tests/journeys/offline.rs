//! Without a network, with half a network, on hosts with habits, and where the browser keeps nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use unroll_e2e::{Browser, Engine, Habits, Options, Site, copy_of_site, journey, journey_on, journey_with};

use crate::training::kept;

pub const READY: &str = "document.querySelector('[data-offline]')?.dataset.offline === 'ready'";

pub fn is_ready(page: &Browser) -> Result<()> {
    page.wait_for(120, "ready offline", READY)
}

/// Opens the first lesson, waits until the page is said to be ready, takes the network away, and walks on.
pub fn journey_offline(options: &Options, walk: impl FnOnce(&mut Browser) -> Result<()>) -> Result<()> {
    let site = Site::serve()?;
    let mut page = Browser::open(options, site.address(), site.origin())?;
    let walked = (|| {
        page.visit("#/airline?lang=en")?;
        is_ready(&page)?;
        cut_the_network(&mut page, site);
        walk(&mut page)
    })();
    page.end(walked).map(drop)
}

/// Takes the network away: what is asked of the site from now on is refused.
pub fn cut_the_network(page: &mut Browser, site: Site) {
    drop(site);
    // Chromium asks for the service worker's newest version, and the page for itself, in vain.
    page.expect("ERR_CONNECTION_REFUSED");
    page.expect("ERR_FAILED");
    page.expect("Failed to fetch");
}

/// A browser that keeps nothing of the page: what it needs later it asks the host for.
pub const UNKEPT: Options = Options {
    engine: Engine::Chromium,
    language: "en",
    window: (1280, 900),
    webgpu: false,
    before_page: Some(
        "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });",
    ),
    dark: false,
    traced: false,
};

/// Takes a file away from the host, and gives it back.
pub struct Taken {
    file: PathBuf,
    away: PathBuf,
}

impl Taken {
    /// Takes the file of this name out of the folder whose name begins so.
    pub fn from(page: &mut Browser, site: &Path, folder: &str, name: &str) -> Result<Self> {
        let file = named(site, folder)?.join(name);
        let away = site.join("away");
        fs::rename(&file, &away).with_context(|| file.display().to_string())?;
        page.expect("404");
        page.expect(name);
        Ok(Taken { file, away })
    }

    pub fn give_back(self) -> Result<()> {
        Ok(fs::rename(self.away, self.file)?)
    }
}

/// A file of the site whose name begins so.
pub fn named(folder: &Path, start: &str) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_meant =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start));
    files.find(is_meant).with_context(|| format!("the site has no {start}"))
}

/// Publishes a new version of the site, in which an engine has another name.
pub fn deploy(site: &Path, engine: &str) -> Result<()> {
    let page = site.join("index.html");
    let html = fs::read_to_string(&page)?;
    let folder = named(site, engine)?;
    let old = folder.file_name().context("a folder has a name")?.to_string_lossy().into_owned();
    let new = format!("{old}-new");
    fs::rename(&folder, site.join(&new))?;
    Ok(fs::write(page, html.replace(&old, &new))?)
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn what_is_said_to_be_ready_offline_is() -> Result<()> {
    journey_offline(&Options::default(), |page| {
        for lesson in page.lessons()? {
            page.visit(&format!("#/{lesson}"))?;
            page.see_lesson(&lesson)?;
            ensure!(page.notices()?.is_empty(), "{lesson}: {:?}", page.notices()?);
        }
        page.visit("#/airline?lang=zh&epochs=20")?;
        page.control("play")?;
        page.reach("finished", 60)
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn an_engine_that_does_not_arrive_is_named_and_comes_when_asked_again() -> Result<()> {
    let folder = copy_of_site()?;
    let site = Site::serve_folder(folder.path())?;
    // Each of the three files that an engine is made of.
    for file in ["engine_cpu_loader.js", "engine_cpu.js", "engine_cpu_bg.wasm"] {
        journey_on(&site, &UNKEPT, |page| {
            let taken = Taken::from(page, folder.path(), "engine_cpu-", file)?;
            page.visit("#/airline?lang=en&epochs=30")?;
            page.reach("ready", 20)?;
            page.control("play")?;
            page.see_notice("error.engine_blocked")?;
            page.reach("failed", 20)?;
            taken.give_back()?;
            page.control("open-again")?;
            page.reach("finished", 60)?;
            ensure!(page.step()? == 30 && page.notices()?.is_empty(), "{:?}", page.notices()?);
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_link_with_weights_waits_for_an_engine_that_does_not_arrive() -> Result<()> {
    let folder = copy_of_site()?;
    let site = Site::serve_folder(folder.path())?;
    let mut link = String::new();
    let mut rmse = 0.0;
    journey_on(&site, &UNKEPT, |page| {
        page.visit("#/airline?epochs=20&hidden_size=4")?;
        page.train(60)?;
        rmse = page.metric("rmse")?;
        link = page.link("half")?;
        Ok(())
    })?;
    journey_on(&site, &UNKEPT, |page| {
        let taken = Taken::from(page, folder.path(), "engine_cpu-", "engine_cpu_loader.js")?;
        page.visit(&link)?;
        page.see_notice("error.engine_blocked")?;
        taken.give_back()?;
        page.control("open-again")?;
        page.reach("finished", 60)?;
        let received = page.metric("rmse")?;
        ensure!((received - rmse).abs() < 0.5, "{received}, sent were {rmse}");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_host_that_calls_modules_something_else_serves_every_lesson() -> Result<()> {
    for module_type in ["application/octet-stream", "text/html", "text/plain; charset=utf-8"] {
        let habits = Habits { module_type: Some(module_type), ..Habits::default() };
        let site = Site::serve_as(&unroll_e2e::built()?, habits)?;
        journey_on(&site, &Options::default(), |page| {
            page.visit("#/airline?epochs=20")?;
            for lesson in page.lessons()? {
                page.visit(&format!("#/{lesson}"))?;
                page.see_lesson(&lesson)?;
            }
            page.visit("#/airline?epochs=20")?;
            page.control("play")?;
            page.reach("finished", 60)?;
            is_ready(page)
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_start_that_fails_ends_in_words() -> Result<()> {
    let shown =
        |why: &str| format!("document.querySelector('[data-notice=\"start.{why}\"]')?.checkVisibility()");
    journey(|page| {
        page.devtools("Network.enable", json!({}))?;
        for file in ["unroll-web-*.js", "unroll-web-*_bg.wasm", "parts.js"] {
            page.devtools("Network.setBlockedURLs", json!({ "urls": [format!("*{file}")] }))?;
            page.expect("ERR_BLOCKED_BY_CLIENT");
            page.expect("Failed to fetch");
            page.expect("unroll-web");
            page.expect("parts.js");
            page.load("#/airline?lang=en")?;
            page.wait("words", &shown("failed"))?;
        }
        page.devtools("Network.setBlockedURLs", json!({ "urls": [] }))?;
        page.click("#startless button")?;
        page.wait("the page", "document.getElementById('app')?.dataset.phase")?;
        ensure!(page.eval::<bool>("!document.getElementById('startless')")?);
        Ok(())
    })?;
    let without = Options { before_page: Some("delete window.WebAssembly;"), ..Options::default() };
    journey_with(&without, |page| {
        page.expect("WebAssembly");
        page.load("#/airline?lang=en")?;
        page.wait("words", &shown("wasm"))
    })?;
    // A frame with `sandbox="allow-scripts"`: the page has no origin of its own.
    let closed =
        Habits { headers: "Content-Security-Policy: sandbox allow-scripts\r\n", ..Habits::default() };
    let site = Site::serve_as(&unroll_e2e::built()?, closed)?;
    journey_on(&site, &Options::default(), |page| {
        page.expect("CORS");
        page.expect("ERR_FAILED");
        page.load("#/airline?lang=en")?;
        page.wait("words", &shown("frame"))
    })?;
    // On a host that lets everybody read it starts even there, and says what it can't have.
    let open = Habits {
        headers: "Content-Security-Policy: sandbox allow-scripts\r\nAccess-Control-Allow-Origin: *\r\n",
        ..Habits::default()
    };
    let site = Site::serve_as(&unroll_e2e::built()?, open)?;
    journey_on(&site, &Options::default(), |page| {
        page.expect("CORS");
        page.visit("#/airline?lang=en&epochs=5")?;
        page.reach("ready", 20)?;
        page.control("play")?;
        page.see_notice("error.engine_unavailable")?;
        page.reach("failed", 20)
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_full_disk_takes_no_answer_away() -> Result<()> {
    journey(|page| {
        page.devtools(
            "Storage.overrideQuotaForOrigin",
            json!({ "origin": page.origin(), "quotaSize": 200_000 }),
        )?;
        page.visit("#/airline?lang=en&epochs=20")?;
        page.wait_for(60, "a word", "document.querySelector('[data-offline]').dataset.offline === 'failed'")?;
        let said: String = page.eval("document.querySelector('[data-offline]').innerText")?;
        ensure!(said.contains("no room") && said.contains(" MB"), "{said}");
        page.control("play")?;
        page.reach("finished", 60)?;
        // With room again it is kept.
        page.devtools("Storage.overrideQuotaForOrigin", json!({ "origin": page.origin() }))?;
        page.control("keep-again")?;
        is_ready(page)?;
        // No room any more for what is kept when it is used: it is answered all the same.
        page.devtools(
            "Storage.overrideQuotaForOrigin",
            json!({ "origin": page.origin(), "quotaSize": 200_000 }),
        )?;
        page.visit("#/airline?lang=en")?;
        let answered: bool = page.settle(
            "(async () => { const meta = document.querySelector('meta[name=engine-webgpu]').content; \
             const response = await fetch(meta.replace('_loader.js', '_bg.wasm')); \
             return response.ok && (await response.blob()).size > 1e6; })()",
        )?;
        ensure!(answered && page.eval::<bool>("!!navigator.serviceWorker.controller")?);
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn what_is_replaced_under_its_name_is_seen_again() -> Result<()> {
    const TEXT: &str = "(async () => (await (await fetch(arg)).text()).slice(0, 20))()";
    let folder = copy_of_site()?;
    let site = Site::serve_folder(folder.path())?;
    let mut page = Browser::open(&Options::default(), site.address(), site.origin())?;
    let text =
        |page: &Browser, file: &str| page.settle::<String>(&TEXT.replace("arg", &json!(file).to_string()));
    let walked = (|| {
        page.visit("#/airline")?;
        is_ready(&page)?;
        page.visit("#/airline")?;
        ensure!(page.eval::<bool>("!!navigator.serviceWorker.controller")?);
        for file in ["texts/tale.txt", "pretrained/tale.safetensors", "own.safetensors"] {
            for content in ["the first one", "the second one"] {
                fs::write(folder.path().join(file), content)?;
                ensure!(text(&page, file)? == content, "{file}");
            }
        }
        // As much as there is room for, the last ones first; what is too large is not kept at all.
        for name in ["a", "b", "c"] {
            fs::File::create(folder.path().join(name))?.set_len(30_000_000)?;
            page.settle::<Value>(&format!(
                "(async () => {{ await (await fetch('{name}')).blob(); return null; }})()"
            ))?;
            let kept = format!(
                "(async () => {{ for (;;) {{ const cache = await caches.open('unroll-beside'); \
                 if (await cache.match('{name}')) return null; await new Promise(requestAnimationFrame); }} }})()"
            );
            page.settle::<Value>(&kept)?;
        }
        let kept: Vec<String> = page.settle(
            "(async () => { for (;;) { const keys = await (await caches.open('unroll-beside')).keys(); \
             if (keys.length < 4) return keys.map((key) => key.url.split('/').pop()); \
             await new Promise(requestAnimationFrame); } })()",
        )?;
        ensure!(kept == ["own.safetensors", "b", "c"], "{kept:?}");
        cut_the_network(&mut page, site);
        ensure!(text(&page, "pretrained/tale.safetensors")? == "the second one");
        let size: f64 = page.settle("(async () => (await (await fetch('c')).blob()).size)()")?;
        ensure!(size == 30e6, "{size}");
        Ok(())
    })();
    page.end(walked).map(drop)
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_host_that_redirects_opens_offline() -> Result<()> {
    for redirects in [&[("", "index.html")][..], &[("index.html", "")][..]] {
        let site = Site::serve_as(&unroll_e2e::built()?, Habits { redirects, ..Habits::default() })?;
        let mut page = Browser::open(&Options::default(), site.address(), site.origin())?;
        let walked = (|| {
            page.visit("#/airline")?;
            is_ready(&page)?;
            cut_the_network(&mut page, site);
            for address in
                ["#/airline?epochs=5", "index.html#/airline?epochs=5", "?from=chat#/airline?epochs=5"]
            {
                page.visit(address)?;
                page.control("play")?;
                page.reach("finished", 60)?;
            }
            Ok(())
        })();
        page.end(walked)?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn an_old_page_says_that_there_is_a_new_one_and_nothing_is_lost() -> Result<()> {
    let folder = copy_of_site()?;
    let site = Site::serve_folder(folder.path())?;
    journey_on(&site, &UNKEPT, |page| {
        page.visit("#/airline?lang=en&epochs=500&speed=20")?;
        page.control("play")?;
        page.wait_for(60, "some steps", "Number(app.dataset.step) > 20")?;
        page.control("play")?;
        page.reach("paused", 20)?;
        let step = page.step()?;
        kept(page, "airline", step)?;
        deploy(folder.path(), "engine_cpu-")?;
        // Any lesson but the first, which came with the page.
        let lesson = page.lessons()?.pop().context("no lesson is listed")?;
        let taken = Taken::from(page, folder.path(), "parts-", &format!("split_{lesson}.wasm"))?;
        page.click(&format!(".lessons a[href='#/{lesson}']"))?;
        page.see_notice("error.page_replaced")?;
        taken.give_back()?;
        page.control("open-newest")?;
        page.see_lesson(&lesson)?;
        page.visit("#/airline?lang=en&epochs=500&speed=20")?;
        page.wait("the run", &format!("app.dataset.phase === 'paused' && app.dataset.step === '{step}'"))
    })
}
