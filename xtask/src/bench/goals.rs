//! What the figures of one run say about each other, beside what was aimed for.

use std::fmt::Write;

use serde_json::Value;

/// A figure, and how it is had from the lines of a run.
enum Figure {
    /// How many times faster a training step is than a peer's fastest, on any of these engines of its own; on all of
    /// them where none is named.
    FasterThan(&'static str, &'static [&'static str]),
    /// How many times faster it is than with Burn's modules.
    FasterThanBurn,
    /// Share of the peak, of what the model defines.
    PeakFraction,
    /// Share of the peak, of what is computed: words that are projected once count once.
    KernelFraction,
    /// Kernels launched a step.
    Dispatches,
    /// How many times faster two workers are than one.
    TwoWorkers,
    /// Tokens a second.
    TokensPerS,
}

/// What a figure should be.
#[derive(Clone, Copy)]
enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Reported only.
    Open,
}

use Figure::{Dispatches, FasterThan, FasterThanBurn, KernelFraction, PeakFraction, TokensPerS, TwoWorkers};
use Goal::{AtLeast, AtMost, Open};

const ROWS: [(&str, &str, Figure, Goal); 42] = [
    ("airline", "cpu", FasterThan("torch", &[]), AtLeast(3.0)),
    ("airline", "cpu", FasterThan("tfjs", &[]), AtLeast(20.0)),
    ("airline", "cpu", FasterThanBurn, Open),
    ("novel", "cpu", KernelFraction, AtLeast(0.6)),
    ("novel", "cpu", PeakFraction, Open),
    ("novel", "cpu", FasterThan("tfjs", &[]), AtLeast(10.0)),
    ("novel", "cpu", FasterThan("torch", &[]), Open),
    ("novel", "cpu", FasterThanBurn, Open),
    ("charlm", "cpu", KernelFraction, AtLeast(0.6)),
    ("charlm", "cpu", PeakFraction, Open),
    ("charlm", "cpu", FasterThan("tfjs", &[]), AtLeast(10.0)),
    ("charlm", "cpu", FasterThan("torch", &[]), Open),
    ("charlm", "cpu", FasterThanBurn, Open),
    ("novel", "cpu", TwoWorkers, AtLeast(1.7)),
    ("charlm", "cpu", TwoWorkers, AtLeast(1.7)),
    ("airline", "webgpu", Dispatches, AtMost(16.0)),
    ("airline", "webgpu", FasterThan("tfjs", &["webgpu"]), AtLeast(10.0)),
    ("airline", "webgpu", FasterThanBurn, Open),
    ("novel", "webgpu", Dispatches, AtMost(60.0)),
    ("novel", "webgpu", FasterThan("tfjs", &["webgpu"]), AtLeast(3.0)),
    ("novel", "webgpu", FasterThanBurn, Open),
    ("charlm", "webgpu", FasterThan("tfjs", &["webgpu"]), Open),
    ("charlm", "webgpu", FasterThanBurn, Open),
    ("airline", "native", FasterThan("torch", &[]), Open),
    ("airline", "native", FasterThanBurn, Open),
    ("novel", "native", FasterThan("torch", &[]), Open),
    ("novel", "native", FasterThanBurn, Open),
    ("charlm", "native", FasterThan("torch", &[]), Open),
    ("charlm", "native", FasterThanBurn, Open),
    ("novel", "cpu", TokensPerS, Open),
    ("charlm", "cpu", TokensPerS, AtLeast(1000.0)),
    ("airline", "vulkan", FasterThan("torch", &["cuda"]), Open),
    ("airline", "vulkan", FasterThan("torch", &["cuda tf32"]), Open),
    ("airline", "vulkan", FasterThanBurn, Open),
    ("novel", "vulkan", FasterThan("torch", &["cuda"]), Open),
    ("novel", "vulkan", FasterThan("torch", &["cuda tf32"]), Open),
    ("novel", "vulkan", FasterThanBurn, Open),
    ("charlm", "vulkan", FasterThan("torch", &["cuda"]), Open),
    ("charlm", "vulkan", FasterThan("torch", &["cuda tf32"]), Open),
    ("charlm", "vulkan", FasterThanBurn, Open),
    ("novel", "vulkan", TokensPerS, Open),
    ("charlm", "vulkan", TokensPerS, Open),
];

/// All that can be told from these lines, as a table in Markdown.
pub fn table(lines: &[Value]) -> String {
    let mut text = String::from(
        "| workload | engine | figure | measured | goal | |\n| --- | --- | --- | ---: | ---: | --- |\n",
    );
    for (workload, engine, figure, goal) in &ROWS {
        let Some(measured) = figure.of(lines, workload, engine) else { continue };
        let (goal, verdict) = match *goal {
            AtLeast(goal) => (format!("≥ {goal}"), if measured >= goal { "reached" } else { "missed" }),
            AtMost(goal) => (format!("≤ {goal}"), if measured <= goal { "reached" } else { "missed" }),
            Open => (String::new(), ""),
        };
        let digits = if measured < 100.0 { 2 } else { 0 };
        // Writing to a string can't fail.
        let _ = writeln!(
            text,
            "| {workload} | {engine} | {} | {measured:.digits$} | {goal} | {verdict} |",
            figure.name()
        );
    }
    text
}

impl Figure {
    fn name(&self) -> String {
        match self {
            FasterThan("torch", []) => "× native PyTorch, one thread".into(),
            FasterThan(peer, []) => format!("× {peer}, its best backend"),
            FasterThan(peer, engines) => format!("× {peer}, {}", engines.join(", ")),
            FasterThanBurn => "× Burn's modules".into(),
            PeakFraction => "share of the peak, as defined".into(),
            KernelFraction => "share of the peak, computed".into(),
            Dispatches => "dispatches a step".into(),
            TwoWorkers => "× one worker, with two".into(),
            TokensPerS => "tokens a second, sampling".into(),
        }
    }

    fn of(&self, lines: &[Value], workload: &str, engine: &str) -> Option<f64> {
        let of = |name: &str, workers: u64| {
            lines
                .iter()
                .filter(|line| {
                    line["workload"] == workload && line["engine"] == engine && line["workers"] == workers
                })
                .find_map(|line| line[name].as_f64())
        };
        match self {
            FasterThan(peer, engines) => {
                let theirs = lines
                    .iter()
                    .filter(|line| line["peer"].as_str().is_some_and(|name| name.starts_with(peer)))
                    .filter(|line| line["workload"] == workload)
                    .filter(|line| {
                        engines.is_empty() || engines.iter().any(|&engine| line["engine"] == engine)
                    })
                    .filter_map(|line| line["ms"].as_f64())
                    .reduce(f64::min);
                Some(theirs? / of("ms", 1)?)
            }
            FasterThanBurn => of("ms", 1).and(of("vs_burn", 1)),
            PeakFraction => of("peak_fraction", 1),
            KernelFraction => of("kernel_fraction", 1),
            Dispatches => of("ms", 1).and(of("dispatches", 1)),
            TwoWorkers => of("vs_one", 2),
            TokensPerS => of("tokens_per_s", 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ratios_are_those_of_the_lines() {
        let lines = [
            json!({ "workload": "novel", "engine": "cpu", "workers": 1, "ms": 200.0, "kernel_fraction": 0.55 }),
            json!({ "workload": "novel", "engine": "cpu", "workers": 2, "vs_one": 1.8 }),
            json!({ "peer": "tfjs 4.22.0", "engine": "webgl", "workload": "novel", "ms": 2600.0 }),
            json!({ "peer": "tfjs 4.22.0", "engine": "webgpu", "workload": "novel", "ms": 9900.0 }),
            json!({ "peer": "tfjs", "engine": "wasm", "workload": "novel", "error": "no such kernel" }),
        ];
        let table = table(&lines);
        for row in [
            "| novel | cpu | share of the peak, computed | 0.55 | ≥ 0.6 | missed |",
            "| novel | cpu | × tfjs, its best backend | 13.00 | ≥ 10 | reached |",
            "| novel | cpu | × one worker, with two | 1.80 | ≥ 1.7 | reached |",
        ] {
            assert!(table.contains(row), "{table}");
        }
        assert!(!table.contains("charlm") && !table.contains("torch"), "{table}");
    }
}
