//! Other programs: what they print is shown as it comes, and when one fails, its own error stands at the end.

use std::fmt;
use std::io::{IsTerminal, Read, Write};
use std::process::{Command, ExitStatus, Stdio};

/// Lines of a program's own error that a [`Failure`] shows.
const SHOWN: usize = 6;

/// What of a program's messages is shown while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Everything, as it comes.
    All,
    /// Everything, with this in front of each line: several programs run at once.
    Under(&'static str),
    /// Nothing, unless it fails.
    Nothing,
}

/// A program that failed, in at most ten lines.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What was being done.
    pub doing: String,
    /// The program's own error.
    pub said: Vec<String>,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} failed:", self.doing)?;
        for line in &self.said {
            writeln!(f, "    {line}")?;
        }
        write!(f, "{}", self.advice)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// The failure of something that is no program.
    pub fn new(doing: &str, said: &str) -> Self {
        let said = error_in(said);
        let advice = advice(&said).to_owned();
        Failure { doing: doing.to_owned(), said, advice }
    }
}

/// Runs a program; its messages are those on standard error. `doing` says what for, as in "compiling the page".
///
/// # Errors
/// If it can't be started or exits with a failure.
pub fn run(doing: &str, show: Show, command: &mut Command) -> Result<(), Failure> {
    if show == Show::Nothing {
        command.stdout(Stdio::null());
    }
    finish(doing, show, command).map(drop)
}

/// Runs a program and gives what it prints on standard output.
///
/// # Errors
/// If it can't be started, exits with a failure, or prints what is no text.
pub fn output(doing: &str, show: Show, command: &mut Command) -> Result<String, Failure> {
    String::from_utf8(bytes(doing, show, command)?)
        .map_err(|error| Failure::new(doing, &format!("what was printed is no text: {error}")))
}

/// Runs a program and gives the bytes that it writes to standard output.
///
/// # Errors
/// If it can't be started or exits with a failure.
pub fn bytes(doing: &str, show: Show, command: &mut Command) -> Result<Vec<u8>, Failure> {
    finish(doing, show, command.stdout(Stdio::piped()))
}

fn finish(doing: &str, show: Show, command: &mut Command) -> Result<Vec<u8>, Failure> {
    if show == Show::All && std::io::stderr().is_terminal() {
        // A program that sees no terminal shows no progress.
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
        command.env("CARGO_TERM_COLOR", "always");
    }
    let name = command.get_program().to_string_lossy().into_owned();
    let mut process = command
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::new(doing, &format!("can't start {name}: {error}")))?;
    let messages = process.stderr.take();
    let reading =
        std::thread::spawn(move || messages.map(|messages| hear(messages, show)).unwrap_or_default());
    let mut printed = Vec::new();
    let read = process.stdout.take().map_or(Ok(0), |mut output| output.read_to_end(&mut printed));
    let status = process.wait();
    let heard = reading.join().unwrap_or_default();
    match status {
        Ok(status) if status.success() => match read {
            Ok(_) => Ok(printed),
            Err(error) => Err(Failure::new(doing, &format!("what {name} printed can't be read: {error}"))),
        },
        Ok(status) => Err(failed(doing, &name, status, &heard)),
        Err(error) => Err(Failure::new(doing, &format!("{name}: {error}"))),
    }
}

fn failed(doing: &str, name: &str, status: ExitStatus, heard: &str) -> Failure {
    let mut failure = Failure::new(doing, heard);
    if failure.said.is_empty() {
        failure.said.push(format!("{name} ended without a word ({status})"));
    }
    failure
}

/// Shows what a program says while it says it; gives all of it.
fn hear(mut messages: impl Read, show: Show) -> String {
    let mut heard = Vec::new();
    let mut shown = 0;
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = messages.read(&mut chunk) {
        heard.extend_from_slice(&chunk[..length]);
        // A terminal that has gone away is no reason to stop.
        match show {
            Show::All => {
                let _ = std::io::stderr().write_all(&chunk[..length]);
            }
            Show::Under(name) => {
                while let Some(end) = heard[shown..].iter().position(|byte| *byte == b'\n') {
                    let line = String::from_utf8_lossy(&heard[shown..shown + end]);
                    let _ = writeln!(std::io::stderr(), "{name} │ {line}");
                    shown += end + 1;
                }
            }
            Show::Nothing => {}
        }
    }
    String::from_utf8_lossy(&heard).into_owned()
}

/// The lines of a program's output that say what went wrong: from the first error on, without what only repeats it.
pub fn error_in(heard: &str) -> Vec<String> {
    let lines: Vec<String> = heard.lines().map(plain).filter(|line| !line.trim().is_empty()).collect();
    let is_error = |line: &String| {
        let line = line.trim_start();
        let begins = ["error", "Error", "ERROR", "fatal", "E:", "panicked at", "thread '"];
        begins.iter().any(|word| line.starts_with(word)) && !is_echo(line)
    };
    let first = lines.iter().position(is_error);
    // Without such a line, what stands last is the best there is.
    let start = first.unwrap_or(lines.len().saturating_sub(SHOWN));
    let worth = |line: &&String| !is_echo(line.trim_start()) && !is_noise(line.trim_start());
    lines[start..].iter().filter(worth).take(SHOWN).map(|line| line.trim_end().to_owned()).collect()
}

/// Does a line only repeat that there was an error?
fn is_echo(line: &str) -> bool {
    [
        "error: could not compile",
        "error: aborting due to",
        "error: failed to compile",
        "ERROR error",
        "Error: error",
    ]
    .iter()
    .any(|echo| line.starts_with(echo))
}

/// Does a line only lead to one that says something?
fn is_noise(line: &str) -> bool {
    let bars = line.chars().all(|letter| "|│ ^~-".contains(letter));
    bars || [
        "Caused by:",
        "Compiling ",
        "Downloaded ",
        "Downloading ",
        "warning: build failed",
        "For more information",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}

/// What to do about an error.
fn advice(said: &[String]) -> &'static str {
    let has = |words: &[&str]| said.iter().any(|line| words.iter().any(|word| line.contains(word)));
    if has(&[
        "offline",
        "failed to download",
        "could not resolve",
        "Could not resolve",
        "network",
        "download of",
    ]) {
        "Check the network and type the same command again: what is there already is kept."
    } else if has(&["No space left"]) {
        "Make room on the disk and type the same command again."
    } else if has(&["can't start", "not found"]) {
        "Install what is missing and type the same command again."
    } else {
        "Mend that and type the same command again: what is built already is kept."
    }
}

/// A line without colours, and without what a progress bar has overwritten.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut letters = line.rsplit('\r').find(|part| !part.is_empty()).unwrap_or_default().chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_is_missing_is_named() {
        let heard = "\u{1b}[1m\u{1b}[31merror\u{1b}[0m: failed to download `cubek-fft v0.3.1`\n\nCaused by:\n  unable to get \
            packages from source\n\nCaused by:\n  attempting to make an HTTP request, but --offline was specified\n";
        let failure = Failure::new("compiling the WebGPU engine", heard);
        assert_eq!(
            failure.to_string(),
            "compiling the WebGPU engine failed:\n    error: failed to download `cubek-fft v0.3.1`\n      unable to get \
             packages from source\n      attempting to make an HTTP request, but --offline was specified\nCheck the \
             network and type the same command again: what is there already is kept."
        );
    }

    #[test]
    fn the_first_error_of_a_compiler_stands_there_with_its_place() {
        let heard = "   Compiling unroll v0.1.0\nwarning: unused\nerror[E0425]: cannot find value `x`\n --> src/a.rs:3:5\n  |\n\
            3 | x\n  | ^ not found in this scope\n\nerror: could not compile `unroll` (lib) due to 1 previous error\n";
        let said = error_in(heard);
        assert_eq!(said[..2], ["error[E0425]: cannot find value `x`", " --> src/a.rs:3:5"]);
        assert!(!said.iter().any(|line| line.contains("could not compile")), "{said:?}");
    }

    #[test]
    fn a_long_trace_is_cut_and_a_silent_program_has_its_last_lines() {
        let trace: String = (0..100).map(|line| format!("error {line}\n")).collect();
        let failure = Failure::new("building", &trace);
        assert!(failure.to_string().lines().count() <= 10);
        assert_eq!(error_in("one\ntwo\n"), ["one", "two"]);
    }

    #[test]
    fn a_program_that_fails_is_heard() {
        let mut missing = Command::new("no-such-program-at-all");
        let failure = run("trying", Show::Nothing, &mut missing).unwrap_err();
        assert!(failure.said[0].contains("no-such-program-at-all"), "{failure}");
        let mut cargo = Command::new(env!("CARGO"));
        let failure = run("asking Cargo", Show::Nothing, cargo.arg("no-such-command")).unwrap_err();
        assert!(failure.said[0].contains("no-such-command"), "{failure}");
    }
}
