//! The harness finds what it is there to find: a page that does everything wrong.

use anyhow::Result;
use unroll_e2e::{Browser, Options, Site};

const WRONG: &str = r#"<!doctype html><title>wrong</title><main id="app" data-phase="ready"></main><script>
const app = document.getElementById("app");
const worker = new Worker("worker.js");
worker.onmessage = () => {
  app.dataset.phase = "training";
  setTimeout(() => {
    const end = performance.now() + 120;
    while (performance.now() < end);
    // The observer's report comes in a task of its own.
    setTimeout(() => { app.dataset.phase = "finished"; }, 200);
  }, 20);
};
</script>"#;

const WORKER: &str = r#"
fetch("http://127.0.0.1:9/elsewhere", { mode: "no-cors" }).catch(() => {
  console.error("wrong in the worker");
  postMessage(0);
});
"#;

#[test]
fn faults_are_found() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("index.html"), WRONG)?;
    std::fs::write(folder.path().join("worker.js"), WORKER)?;
    let site = Site::serve_folder(folder.path())?;
    let mut browser = Browser::open(&Options::default(), site.address(), site.origin())?;
    browser.visit("")?;
    browser.reach("finished", 20)?;
    assert!(browser.wait_for(1, "nothing", "false").is_err());
    let (faults, long_tasks) = browser.close()?;
    assert!(long_tasks.join("").contains("ms while training"), "{long_tasks:?}");
    let faults = faults.join("\n");
    for fault in ["wrong in the worker", "a request to http://127.0.0.1:9/elsewhere"] {
        assert!(faults.contains(fault), "{fault} not found among:\n{faults}");
    }
    Ok(())
}
