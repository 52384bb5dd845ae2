//! The harness finds what it is there to find: pages that do everything wrong.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use unroll_e2e::{Browser, Options, Site, Task, Time};

const WRONG: &str = r#"<!doctype html><title>wrong</title><main id="app" data-phase="ready"></main><script>
const worker = new Worker("worker.js");
worker.onmessage = () => { app.dataset.phase = "finished"; };
</script>"#;

const WORKER: &str = r#"
fetch("http://127.0.0.1:9/elsewhere", { mode: "no-cors" }).catch(() => {
  console.error("wrong in the worker");
  postMessage(0);
});
"#;

/// Works before it trains, and works and waits while it does. Work is a number of turns, not a time by the clock, of
/// which a busy machine gives the page only a part; the fastest of many times says how many turns take 120 ms.
const BUSY: &str = r#"<!doctype html><title>busy</title><main id="app" data-phase="ready"></main><script>
function spin(turns) {
  let kept = 1;
  for (let turn = 0; turn < turns; turn++) kept = (kept * 16807) % 2147483647;
  window.kept = kept;
}
const TURNS = 1e6;
const times = Array.from({ length: 30 }, () => {
  const begun = performance.now();
  spin(TURNS);
  return performance.now() - begun;
});
const work = () => spin(TURNS * 120 / Math.min(...times));
const later = (task) => setTimeout(task, 20);
const worker = new Worker("worker.js");
work();
app.dataset.phase = "training";
later(function works() {
  work();
  later(function waits() {
    const request = new XMLHttpRequest();
    request.open("GET", "http://127.0.0.1:PORT/held", false);
    worker.postMessage("http://127.0.0.1:PORT/release");
    request.send();
    app.dataset.phase = "finished";
  });
});
</script>"#;

/// Asks for what it is told, some time later.
const RELEASE: &str = r#"
onmessage = ({ data }) => setTimeout(() => fetch(data, { mode: "no-cors" }), 300);
"#;

/// Serves a page and its worker from `folder`, and opens it.
fn open(folder: &Path, page: &str, worker: &str, options: &Options) -> Result<(Site, Browser)> {
    std::fs::write(folder.join("index.html"), page)?;
    std::fs::write(folder.join("worker.js"), worker)?;
    let site = Site::serve_folder(folder)?;
    let mut browser = Browser::open(options, site.address(), site.origin())?;
    browser.visit("")?;
    Ok((site, browser))
}

#[test]
#[ignore = "needs a browser: cargo xtask test runs it"]
fn faults_are_found() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (_site, browser) = open(folder.path(), WRONG, WORKER, &Options::default())?;
    browser.reach("finished", 20)?;
    assert!(browser.wait_for(1, "nothing", "false").is_err());
    let (faults, _) = browser.close()?;
    let faults = faults.join("\n");
    for fault in ["wrong in the worker", "a request to http://127.0.0.1:9/elsewhere"] {
        assert!(faults.contains(fault), "{fault} not found among:\n{faults}");
    }
    Ok(())
}

/// Answers two requests when both have been made.
fn answer_together(listener: &TcpListener) -> Result<()> {
    let asked: Vec<TcpStream> = listener.incoming().take(2).collect::<Result<_, _>>()?;
    for mut connection in asked {
        let mut head = BufReader::new(connection.try_clone()?).lines();
        while !head.next().context("half a request")??.is_empty() {}
        connection.write_all(
            b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        )?;
    }
    Ok(())
}

#[test]
#[ignore = "needs a browser: cargo xtask test runs it"]
fn a_task_counts_by_what_the_processor_did_for_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let page = BUSY.replace("PORT", &listener.local_addr()?.port().to_string());
    let answers = std::thread::spawn(move || answer_together(&listener));
    let traced = Options { traced: true, ..Options::default() };
    let (_site, browser) = open(folder.path(), &page, RELEASE, &traced)?;
    browser.reach("finished", 20)?;
    let (_, mut tasks) = browser.close()?;
    tasks.retain(|task| task.time == Time::Training);
    answers.join().ok().context("the server failed")??;
    let told = |is_meant: fn(&Task) -> bool| {
        tasks.iter().filter(|task| is_meant(task)).map(Task::to_string).collect::<Vec<_>>().join("\n")
    };
    let long = told(Task::is_long);
    ensure!(long.lines().count() == 1 && long.contains("FunctionCall works ("), "found:\n{long}");
    let waited = told(|task| task.clock > 200.0 && !task.is_long());
    ensure!(waited.contains("FunctionCall waits ("), "found:\n{waited}");
    Ok(())
}
