//! Models that write without a network, and texts of the reader's own where nothing is kept of them.

use anyhow::{Result, ensure};
use serde_json::Value;
use unroll_e2e::{Options, Site, copy_of_site, journey_on, journey_with};

use crate::novel::give_file;
use crate::offline::{Taken, UNKEPT, journey_offline};
use crate::training::kept;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn without_a_network_the_shipped_model_writes_and_another_is_trained() -> Result<()> {
    journey_offline(&Options::default(), |page| {
        page.visit("#/novel?lang=zh&length=10&continuations=1&prompt=%E5%B0%8F%E6%BB%A1")?;
        page.wait_for(60, "a continuation", "document.querySelectorAll('.token').length === 10")?;
        page.visit("#/novel?backend=cpu&hidden_size=32&steps=3&batch_size=4&examine_every=3")?;
        page.control("play")?;
        page.reach("finished", 120)
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_text_that_can_not_be_numbered_yet_is_when_asked_again() -> Result<()> {
    let folder = copy_of_site()?;
    let site = Site::serve_folder(folder.path())?;
    journey_on(&site, &UNKEPT, |page| {
        let taken = Taken::from(page, folder.path(), "engine_text-", "engine_text_loader.js")?;
        page.visit("#/novel?lang=en&backend=cpu&hidden_size=32&steps=2&batch_size=4&examine_every=2")?;
        page.reach("ready", 20)?;
        page.control("play")?;
        page.see_notice("error.engine_blocked")?;
        page.reach("failed", 20)?;
        taken.give_back()?;
        page.control("open-again")?;
        page.reach("finished", 120)
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn where_nothing_is_kept_own_texts_are_trained_on_in_this_tab() -> Result<()> {
    const SENTENCE: &[u8] = b"The lamp was lit at nine.\n";
    let refusals = [
        ("Object.defineProperty(window, 'indexedDB', { get: () => undefined });", "notice.text_refused"),
        (
            "IDBFactory.prototype.open = () => { throw new DOMException('not here', 'SecurityError'); };",
            "notice.text_refused",
        ),
        // An older page in another tab holds on to the database: nobody ever answers.
        (
            "if (origin !== 'null') \
             indexedDB.open('unroll', 1).onsuccess = ({ target }) => { window.held = target.result; };",
            "notice.text_refused",
        ),
        (
            "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };",
            "notice.text_full",
        ),
    ];
    for (before_page, notice) in refusals {
        journey_with(&Options { before_page: Some(before_page), ..Options::default() }, |page| {
            page.visit("#/novel?lang=en&backend=cpu&hidden_size=32&steps=3&batch_size=4&examine_every=3")?;
            page.wait_for(60, "the panel", "document.querySelector('[data-field=file]')")?;
            let hex: String = SENTENCE.iter().map(|byte| format!("{byte:02x}")).collect();
            give_file(page, "file", "lamp.txt", &hex, 2000)?;
            page.see_notice(notice)?;
            page.wait(
                "the text in use",
                "document.querySelector('[data-figure=text-in-use]').textContent.includes('lamp.txt')",
            )?;
            page.control("play")?;
            page.reach("finished", 120)?;
            // It stands on the shelf, and can be put away and taken again while the tab is open.
            page.control("use-shipped")?;
            page.control("use-kept")?;
            page.wait(
                "the text in use again",
                "document.querySelector('[data-figure=text-in-use]').textContent.includes('lamp.txt')",
            )
        })?;
    }
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_text_that_is_kept_is_asked_to_stay_and_one_that_is_gone_is_named() -> Result<()> {
    // An empty page has nothing to ask.
    let watched = Options {
        before_page: Some(
            "window.asked = 0; const persist = window.StorageManager?.prototype.persist; \
             if (persist) StorageManager.prototype.persist = function () { window.asked += 1; return persist.call(this); };",
        ),
        ..Options::default()
    };
    journey_with(&watched, |page| {
        page.visit("#/novel?lang=en&backend=cpu&hidden_size=32&steps=3&batch_size=4&examine_every=3")?;
        page.wait_for(60, "the panel", "document.querySelector('[data-field=file]')")?;
        ensure!(page.eval::<usize>("asked")? == 0);
        let hex: String = b"The lamp was lit at nine.\n".iter().map(|byte| format!("{byte:02x}")).collect();
        give_file(page, "file", "lamp.txt", &hex, 2000)?;
        page.wait_for(60, "the shelf", "document.querySelector('[data-figure=library] li')")?;
        page.wait("the wish", "asked === 1")?;
        page.control("play")?;
        page.reach("finished", 120)?;
        kept(page, "novel", 3)?;
        page.reload()?;
        page.reach("finished", 60)?;
        page.wait("the shelf", "document.querySelector('[data-figure=library] li')")?;
        ensure!(!page.notices()?.contains(&"error.no_such_text".to_owned()), "it is there");
        page.settle::<Value>(
            "new Promise((done) => { indexedDB.open('unroll').onsuccess = ({ target: { result } }) => { \
             const change = result.transaction(['texts', 'text_list'], 'readwrite'); \
             for (const store of ['texts', 'text_list']) change.objectStore(store).clear(); \
             change.oncomplete = () => { result.close(); done(null); }; }; })",
        )?;
        page.reload()?;
        page.see_notice("error.no_such_text")
    })
}
