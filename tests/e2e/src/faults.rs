//! What no journey may show, and how it is found.
//!
//! The console is read through the driver, requests from the browser's own network log (it covers workers and the
//! service worker too).

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

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
    fn another_port_is_another_origin() {
        let origin = "http://127.0.0.1:80";
        assert!(!is_foreign("http://127.0.0.1:80/some/where/x.js", origin));
        assert!(is_foreign("http://127.0.0.1:8080/x.js", origin));
        assert!(is_foreign("wss://example.org/", origin));
        assert!(!is_foreign("data:text/css,", origin) && !is_foreign("blob:null/1", origin));
    }
}
