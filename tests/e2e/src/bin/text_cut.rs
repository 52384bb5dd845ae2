//! Times how a text is cut in the browser: `text_cut FILE TIMES [FOLDER]` gives the text to the built lab, prints the seconds
//! of each time and how long the page was held up; with the folder of npm's `jieba-wasm` for the web, the same of that, in
//! a worker of the same browser. `cargo xtask bench --text` calls this.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use unroll_e2e::{Browser, Options, Site};

/// The page of a peer, which hands the text to its worker.
const PEER_PAGE: &str = r#"<!doctype html><title>jieba-wasm</title><main id="app" data-phase="ready"></main><script>
window.cut = (text, times) => new Promise((done, fail) => {
  const worker = new Worker("peer.js", { type: "module" });
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = ({ message }) => fail(new Error(message));
  worker.postMessage({ text, times });
});
</script>"#;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (file, times, peer) = match &args[..] {
        [file, times] => (file, times.parse()?, None),
        [file, times, peer] => (file, times.parse()?, Some(peer)),
        _ => bail!("usage: text_cut FILE TIMES [FOLDER]"),
    };
    let text = std::fs::read_to_string(file).with_context(|| file.clone())?;
    println!("{}", ours(&text, times)?);
    if let Some(folder) = peer {
        println!("{}", jieba_wasm(&text, times, folder.as_ref())?);
    }
    Ok(())
}

/// The lab: cut, counted, numbered.
fn ours(text: &str, times: usize) -> Result<Value> {
    let site = Site::serve()?;
    let mut browser = Browser::open(&Options::default(), site.address(), site.origin())?;
    // With a setting in the address the lab opens on the book's, in whatever language.
    browser.visit("#/text?tokenizer=jieba")?;
    let settled = "document.querySelector('.lab-section')?.dataset.settled === 'true'";
    browser.wait_for(60, "the lab", &format!("{settled} && document.querySelector('[data-seconds]')"))?;
    // The driver's own way of bringing the text here holds the page up; it is over before anything is measured.
    browser.eval_with::<Value>("(() => { window.text = arg; return null; })()", text)?;
    // How late a timer of 5 ms comes: what a reader would feel.
    browser.eval::<Value>(
        "(() => { let before = performance.now(); window.latest = []; \
          setInterval(() => { const now = performance.now(); \
            window.latest.push(now - before - 5); before = now; }, 5); return null; })()",
    )?;
    browser
        .wait("a calm page", "window.latest.length > 200 && Math.max(...window.latest.slice(-200)) < 20")?;
    let mut seconds = Vec::new();
    let mut late: Vec<f64> = Vec::new();
    for time in 0..times {
        // Another name each time, so that the answer is known for this one's.
        let name = format!("text-{time}.txt");
        browser.eval_with::<Value>(
            "(() => { const files = new DataTransfer(); files.items.add(new File([arg + '\\n', window.text], arg)); \
             const field = document.querySelector('[data-field=text-file]'); field.files = files.files; \
             setTimeout(() => { window.latest = []; \
               field.dispatchEvent(new Event('change', { bubbles: true })); }, 100); return null; })()",
            name.as_str(),
        )?;
        browser.wait_for(
            120,
            "the words",
            &format!("document.querySelector('.lab-file strong')?.innerText === '{name}' && {settled}"),
        )?;
        late.push(browser.eval("Math.max(...window.latest)")?);
        seconds
            .push(browser.eval::<f64>("Number(document.querySelector('[data-seconds]').dataset.seconds)")?);
    }
    let words: usize = browser.eval("Number(document.querySelector('[data-count=tokens]').dataset.value)")?;
    browser.close()?;
    Ok(
        json!({ "peer": "unroll", "where": "page", "words": words, "seconds": seconds, "timer_late_ms": late }),
    )
}

fn jieba_wasm(text: &str, times: usize, folder: &std::path::Path) -> Result<Value> {
    let site = tempfile::tempdir()?;
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), site.path().join(entry.file_name()))?;
        }
    }
    std::fs::write(site.path().join("index.html"), PEER_PAGE)?;
    std::fs::copy(unroll_e2e::root().join("bench/peers/jieba_wasm.js"), site.path().join("peer.js"))?;
    let server = Site::serve_folder(site.path())?;
    let mut browser = Browser::open(&Options::default(), server.address(), server.origin())?;
    browser.visit("")?;
    browser.eval_with::<Value>(
        "(window.cut(arg.text, arg.times).then((found) => { window.found = found; }, \
          (error) => { window.found = { error: String(error) }; }), null)",
        json!({ "text": text, "times": times }),
    )?;
    browser.wait_for(300, "its words", "window.found")?;
    let mut found: Value = browser.eval("window.found")?;
    browser.close()?;
    ensure!(found.get("error").is_none(), "jieba-wasm failed: {found}");
    found["peer"] = json!("jieba-wasm");
    Ok(found)
}
