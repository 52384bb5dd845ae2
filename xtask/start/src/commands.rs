//! The commands: what each does, and how long it takes the first time.

/// A command of `cargo xtask`.
#[derive(Debug)]
pub struct Command {
    /// Its name and its options, as they are typed.
    pub usage: &'static str,
    /// What it does, as a sentence without its subject.
    pub does: &'static str,
    /// Options, a line each.
    pub options: &'static [&'static str],
    /// How long it takes on two cores where nothing is there yet.
    pub first: &'static str,
    /// How long it takes where nothing has changed.
    pub next: &'static str,
}

/// All of them.
pub const COMMANDS: [Command; 7] = [
    Command {
        usage: "serve [--port N]",
        does: "builds the page and serves it; the WebGPU and text engines follow while you look",
        options: &[],
        first: "8 minutes",
        next: "10 seconds",
    },
    Command {
        usage: "build",
        does: "makes the static site in dist/ and prints what a first visit downloads",
        options: &[],
        first: "15 minutes",
        next: "half a minute",
    },
    Command {
        usage: "test",
        does: "checks everything that must pass: format, lints, native tests, the site, tests in the browser, journeys",
        options: &[],
        first: "40 minutes",
        next: "12 minutes",
    },
    Command {
        usage: "record [LESSON]",
        does: "trains each lesson's preset natively and keeps the run that the page opens on",
        options: &[],
        first: "15 minutes",
        next: "5 minutes",
    },
    Command {
        usage: "screenshots",
        does: "takes pictures of the built page: three widths, both themes, both languages",
        options: &[],
        first: "20 minutes",
        next: "3 minutes",
    },
    Command {
        usage: "bench [OPTIONS]",
        does: "times the reference workloads in the browser and natively; see docs/benchmark.md",
        options: &[
            "--workload airline|novel|charlm, --engine cpu|webgpu|native: one only",
            "--steps N: samples of each figure; --alone: without Burn's modules; --quick: built faster, runs about the same",
            "--peers FOLDER (or UNROLL_PEERS): run tfjs.mjs and torch_native.py there as well",
            "--text FILE: time how this text is cut into words instead; with --peers beside jieba and jieba-wasm",
        ],
        first: "25 minutes",
        next: "5 minutes",
    },
    Command {
        usage: "gpu-kit",
        does: "makes a folder that tests and times the kernels on a machine with a GPU and nothing else",
        options: &[],
        first: "15 minutes",
        next: "seconds",
    },
];

impl Command {
    /// The command of this name.
    pub fn find(name: &str) -> Option<&'static Command> {
        COMMANDS.iter().find(|command| command.name() == name)
    }

    /// Its name alone.
    pub fn name(&self) -> &'static str {
        self.usage.split(' ').next().unwrap_or(self.usage)
    }
}

/// All commands with what they do.
pub fn usage() -> String {
    let mut text = String::from("usage:");
    for command in &COMMANDS {
        text += &format!("\n  cargo xtask {:<18} {}", command.usage, command.does);
        for option in command.options {
            text += &format!("\n      {option}");
        }
    }
    text
}
