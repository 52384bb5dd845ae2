//! What no journey may show, and how it is found.
//!
//! The console is read through the driver, requests from the browser's own network log (it covers workers and the
//! service worker too), long tasks by an observer that is in every document before the page's own scripts.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

/// The longest task that may keep the main thread busy while a model trains, in milliseconds.
const LONGEST_TASK: f64 = 50.0;

/// Runs before the page's scripts: notes every task of over 50 ms and every change of the run's phase.
pub const OBSERVER: &str = r#"
(() => {
  const seen = { tasks: [], phases: [] };
  Object.defineProperty(window, "__seen", { value: seen });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks.push({ start: startTime, duration });
  }).observe({ type: "longtask", buffered: true });
  let last = null;
  new MutationObserver(() => {
    const phase = document.getElementById("app")?.dataset.phase ?? null;
    if (phase !== last) seen.phases.push({ at: performance.now(), phase });
    last = phase;
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-phase"] });
})();
"#;

/// What [`OBSERVER`] noted in one document; times in milliseconds since it was opened.
#[derive(Debug, Default, Deserialize)]
pub struct Seen {
    tasks: Vec<Task>,
    phases: Vec<Phase>,
}

#[derive(Debug, Deserialize)]
struct Task {
    start: f64,
    duration: f64,
}

#[derive(Debug, Deserialize)]
struct Phase {
    at: f64,
    phase: Option<String>,
}

impl Seen {
    /// The long tasks that lie within training. What is not counted: the start-up of the page, and what the reader
    /// asks of a page at rest.
    pub fn while_training(&self) -> Vec<String> {
        self.tasks
            .iter()
            .filter(|task| {
                task.duration > LONGEST_TASK && self.trains(task.start, task.start + task.duration)
            })
            .map(|task| format!("a task of {:.0} ms while training, at {:.0} ms", task.duration, task.start))
            .collect()
    }

    /// Was the run training from `start` to `end`?
    fn trains(&self, start: f64, end: f64) -> bool {
        let before = self.phases.iter().rev().find(|phase| phase.at <= start);
        let changes = self.phases.iter().any(|phase| phase.at > start && phase.at < end);
        !changes && before.is_some_and(|phase| phase.phase.as_deref() == Some("training"))
    }
}

/// The errors among the console's entries, as chromedriver gives them.
pub fn console_errors(entries: &Value) -> Vec<String> {
    let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .filter(|entry| entry["level"] == "SEVERE")
        .map(|entry| format!("console: {}", entry["message"].as_str().unwrap_or_default()))
        .collect()
}

/// Requests made in the name of `origin` that go elsewhere, from a finished network log.
pub fn foreign_requests(net_log: &Path, origin: &str) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(net_log).context("the browser left no network log")?;
    let log: Value = serde_json::from_str(&text).context("the browser's network log is cut")?;
    let events = log["events"].as_array().context("the network log has no events")?;
    let mut found: Vec<String> = events
        .iter()
        .map(|event| &event["params"])
        .filter(|params| params["initiator"].as_str().is_some_and(|initiator| initiator == origin))
        .filter_map(|params| params["url"].as_str())
        .filter(|url| is_foreign(url, origin))
        .map(|url| format!("a request to {url}"))
        .collect();
    found.sort();
    found.dedup();
    Ok(found)
}

fn is_foreign(url: &str, origin: &str) -> bool {
    let remote = ["http:", "https:", "ws:", "wss:"].iter().any(|scheme| url.starts_with(scheme));
    let own = url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    remote && !own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tasks_within_training_count() {
        let seen: Seen = serde_json::from_str(
            r#"{"tasks": [{"start": 10, "duration": 90}, {"start": 200, "duration": 60}, {"start": 290, "duration": 70}],
                "phases": [{"at": 5, "phase": "recorded"}, {"at": 150, "phase": "training"}, {"at": 300, "phase": "paused"}]}"#,
        )
        .unwrap();
        assert_eq!(seen.while_training(), ["a task of 60 ms while training, at 200 ms"]);
    }

    #[test]
    fn another_port_is_another_origin() {
        let origin = "http://127.0.0.1:80";
        assert!(!is_foreign("http://127.0.0.1:80/some/where/x.js", origin));
        assert!(is_foreign("http://127.0.0.1:8080/x.js", origin));
        assert!(is_foreign("wss://example.org/", origin));
        assert!(!is_foreign("data:text/css,", origin) && !is_foreign("blob:null/1", origin));
    }
}
