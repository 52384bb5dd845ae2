//! What kept the page's main thread busy while it started and while a model trained, from the browser's own trace.
//!
//! A task is measured by its thread's time: what the processor did for it. By the clock a task is as long as the
//! machine has other things to do.

use std::collections::HashMap;
use std::fmt;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

/// What is traced: the tasks of every thread, what runs in them, and the page's marks.
pub const CATEGORIES: &str = "disabled-by-default-devtools.timeline,devtools.timeline,blink.user_timing";

/// Runs before the page's scripts: marks every change of the run's phase on the trace's clock.
pub const OBSERVER: &str = r#"
(() => {
  let last;
  const look = () => {
    const phase = document.getElementById("app")?.dataset.phase ?? "none";
    if (phase !== last) performance.mark(`phase ${phase}`);
    last = phase;
  };
  look();
  new MutationObserver(look)
    .observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-phase"] });
})();
"#;

/// What the page was about when a task began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// It came: from its first byte until something was trained, which on some journeys nothing ever is.
    Start,
    /// It trained.
    Training,
}

impl Time {
    /// The longest that a task may keep the main thread busy, in milliseconds.
    pub fn longest(self) -> f64 {
        match self {
            Time::Start => 100.0,
            Time::Training => 50.0,
        }
    }
}

/// How the trace names a task.
const TASK: &str = "RunTask";

/// A task of the page's main thread; times in milliseconds.
#[derive(Debug, Clone)]
pub struct Task {
    /// When it began.
    pub time: Time,
    /// The processor's time.
    pub own: f64,
    /// From its beginning to its end.
    pub clock: f64,
    /// Since that time began.
    at: f64,
    /// What a quarter of its time or more went into, in order.
    inside: Vec<String>,
}

impl Task {
    /// Does it keep the page from answering for longer than it may?
    pub fn is_long(&self) -> bool {
        self.own > self.time.longest()
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Task { time, own, clock, at, inside } = self;
        let since = match time {
            Time::Start => "the page's first byte",
            Time::Training => "the training began",
        };
        write!(f, "a task of {own:.0} ms ({clock:.0} by the clock), {at:.0} ms after {since}")?;
        if inside.is_empty() { Ok(()) } else { write!(f, ": {}", inside.join(" > ")) }
    }
}

/// One event of the trace; times in microseconds.
#[derive(Debug, Deserialize)]
struct Event {
    name: String,
    #[serde(rename = "ph")]
    kind: String,
    pid: u64,
    tid: u64,
    ts: f64,
    dur: Option<f64>,
    tdur: Option<f64>,
    #[serde(default)]
    args: Value,
}

impl Event {
    fn thread(&self) -> (u64, u64) {
        (self.pid, self.tid)
    }

    /// The phase that begins with this mark of [`OBSERVER`].
    fn phase(&self) -> Option<&str> {
        self.name.strip_prefix("phase ").filter(|_| self.kind == "I")
    }

    /// Its name, and what is known of the script in it.
    fn description(&self) -> String {
        let data = &self.args["data"];
        let word = |key: &str| data[key].as_str().filter(|word| !word.is_empty()).map(str::to_owned);
        let place = word("url").and_then(|url| url::Url::parse(&url).ok());
        let place = place.map(|url| format!("({}:{})", url.path(), data["lineNumber"]));
        let words = [Some(self.name.clone()), word("type"), word("functionName"), place];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The tasks of the page's main thread while it started and while a model trained, from the entries of chromedriver's
/// performance log. What is not among them: what the reader asks of a page at rest after a training.
///
/// # Errors
/// If the trace has gaps, or no thread times.
pub fn tasks(log: &Value) -> Result<Vec<Task>> {
    let mut events = Vec::new();
    for entry in log.as_array().context("chromedriver gives no performance log")? {
        let text = entry["message"].as_str().unwrap_or_default();
        // What is no event is chromedriver's word that some were lost.
        let Ok(mut event) = serde_json::from_str::<Value>(text) else { bail!("the trace: {text}") };
        let event = &mut event["message"];
        if event["method"] == "Tracing.dataCollected" {
            events.push(Event::deserialize(event["params"].take()).context("an event of the trace")?);
        }
    }
    measured(events)
}

fn measured(mut events: Vec<Event>) -> Result<Vec<Task>> {
    events.sort_by(|a, b| a.ts.total_cmp(&b.ts));
    let mut tasks = Vec::new();
    // What goes on since when, on which threads: the marks are the page's, so theirs is its main thread.
    let mut times = HashMap::new();
    for (index, event) in events.iter().enumerate() {
        match event.phase() {
            // A page that is opened has no phase yet.
            Some("none") => _ = times.insert(event.thread(), (Time::Start, event.ts)),
            Some("training") => _ = times.insert(event.thread(), (Time::Training, event.ts)),
            Some(_) if matches!(times.get(&event.thread()), Some((Time::Training, _))) => {
                times.remove(&event.thread());
            }
            Some(_) | None => {}
        }
        // The last task may have no end yet.
        let (TASK, Some(&(time, began)), Some(clock)) = (&*event.name, times.get(&event.thread()), event.dur)
        else {
            continue;
        };
        let own = event.tdur.context("the trace gives no thread times")?;
        let within = events[index..].iter().take_while(|part| part.ts <= event.ts + clock);
        let inside = within
            .filter(|part| part.thread() == event.thread() && part.name != TASK)
            .filter(|part| part.tdur.is_some_and(|spent| spent > own / 4.0))
            .map(Event::description)
            .collect();
        let at = (event.ts - began) / 1e3;
        tasks.push(Task { time, own: own / 1e3, clock: clock / 1e3, at, inside });
    }
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn log(events: &[Value]) -> Value {
        let entry = |event: &Value| {
            let message = json!({ "message": { "method": "Tracing.dataCollected", "params": event } });
            json!({ "level": "INFO", "message": message.to_string() })
        };
        events.iter().map(entry).collect()
    }

    fn mark(thread: u64, ts: u64, phase: &str) -> Value {
        json!({ "name": format!("phase {phase}"), "ph": "I", "pid": 1, "tid": thread, "ts": ts })
    }

    fn task(thread: u64, ts: u64, dur: u64, tdur: u64) -> Value {
        json!({ "name": TASK, "ph": "X", "pid": 1, "tid": thread, "ts": ts, "dur": dur, "tdur": tdur })
    }

    #[test]
    fn only_tasks_of_the_page_begun_in_training_count_and_by_their_own_time() -> Result<()> {
        let script = json!({ "name": "FunctionCall", "ph": "X", "pid": 1, "tid": 1, "ts": 210_500, "dur": 60_000,
            "tdur": 50_000, "args": { "data": { "functionName": "spin", "url": "http://x/a/page.js", "lineNumber": 7 } } });
        // In no order, as they come.
        let found = tasks(&log(&[
            mark(1, 300_000, "finished"),
            task(1, 20_000, 90_000, 90_000),
            mark(1, 200_000, "training"),
            task(2, 205_000, 80_000, 80_000),
            script,
            task(1, 210_000, 70_000, 60_000),
            task(1, 285_000, 90_000, 2_000),
            task(1, 390_000, 80_000, 80_000),
        ]))?;
        let long: Vec<bool> = found.iter().map(Task::is_long).collect();
        assert_eq!(long, [true, false], "{found:?}");
        assert_eq!(
            found[0].to_string(),
            "a task of 60 ms (70 by the clock), 10 ms after the training began: FunctionCall spin (/a/page.js:7)"
        );
        Ok(())
    }

    #[test]
    fn a_page_starts_until_it_trains() -> Result<()> {
        let found = tasks(&log(&[
            mark(1, 10_000, "none"),
            task(1, 20_000, 90_000, 90_000),
            mark(1, 120_000, "recorded"),
            task(1, 130_000, 130_000, 110_000),
            mark(1, 300_000, "training"),
            task(1, 310_000, 60_000, 60_000),
        ]))?;
        let long: Vec<(Time, bool)> = found.iter().map(|task| (task.time, task.is_long())).collect();
        assert_eq!(long, [(Time::Start, false), (Time::Start, true), (Time::Training, true)], "{found:?}");
        assert_eq!(
            found[1].to_string(),
            "a task of 110 ms (130 by the clock), 120 ms after the page's first byte"
        );
        Ok(())
    }

    #[test]
    fn a_trace_with_gaps_or_without_thread_times_is_none() {
        let lost = json!([{ "level": "WARNING", "message": "the trace buffer was filled" }]);
        assert!(tasks(&lost).is_err());
        let unmeasured = json!({ "name": TASK, "ph": "X", "pid": 1, "tid": 1, "ts": 9, "dur": 9 });
        assert!(tasks(&log(&[mark(1, 5, "training"), unmeasured])).is_err());
    }
}
