//! Journeys through the built page in real browsers, driven over WebDriver: all in Chromium, some in Firefox and WebKit.
//!
//! A journey opens a [`Browser`] with a fresh profile on a [`Site`], does what a reader would do, waits for conditions
//! in the page (never for time to pass), and ends with [`Browser::end`], which fails on what no journey may show: an error on the
//! console, a request to another origin (Chromium tells of those). A [`smooth_journey`] has no main-thread task of over 100 ms of processor time
//! while the page starts, and none of over 50 ms while a model trains.

mod browser;
mod driver;
mod engine;
mod faults;
mod lesson;
mod trace;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
pub use unroll_site::Habits;
use unroll_site::Server;

pub use browser::Browser;
pub use driver::Options;
pub use engine::Engine;
pub use trace::{Task, Time};

/// The folder under which the site is served: it must work from any.
const PREFIX: &str = "/some/where/";

/// The built site on a port of its own; it goes away when dropped.
pub struct Site(Server);

impl Site {
    /// Serves the built site.
    ///
    /// # Errors
    /// If it has not been built.
    pub fn serve() -> Result<Self> {
        Site::serve_folder(&built()?)
    }

    /// Serves a folder as a host with other habits would, or none of this one's own.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn serve_as(folder: &Path, habits: Habits) -> Result<Self> {
        Ok(Site(Server::start_as(folder, PREFIX, 0, Vec::new(), habits)?))
    }

    /// Serves any folder.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn serve_folder(folder: &Path) -> Result<Self> {
        Ok(Site(Server::start(folder, PREFIX, 0)?))
    }

    /// Where the page is.
    pub fn address(&self) -> &str {
        self.0.address()
    }

    /// `http://host:port`.
    pub fn origin(&self) -> &str {
        self.address().trim_end_matches(PREFIX)
    }
}

/// The built site: the folder that `UNROLL_DIST` names, else the workspace's `dist`.
///
/// # Errors
/// If there is none.
pub fn built() -> Result<PathBuf> {
    let folder = std::env::var_os("UNROLL_DIST").map_or_else(|| root().join("dist"), PathBuf::from);
    ensure!(folder.join("index.html").is_file(), "no site in {}: run `cargo xtask build`", folder.display());
    Ok(folder)
}

/// The built site in a folder of its own, in which a journey may change or take away what is served.
///
/// # Errors
/// If there is none, or it can't be copied.
pub fn copy_of_site() -> Result<TempDir> {
    let copy = tempfile::tempdir()?;
    let mut folders = vec![(built()?, copy.path().to_owned())];
    while let Some((from, to)) = folders.pop() {
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                std::fs::create_dir(&target)?;
                folders.push((entry.path(), target));
            } else {
                std::fs::copy(entry.path(), target)?;
            }
        }
    }
    Ok(copy)
}

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// What is kept of the tests: pictures of failures, downloads, the accessibility checker.
///
/// # Errors
/// If the folder can't be made.
pub fn workshop() -> Result<PathBuf> {
    let folder = root().join("target/e2e");
    std::fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    Ok(folder)
}

/// Runs a journey in a fresh browser with the usual options.
///
/// # Errors
/// What went wrong on the journey, or what [`Browser::close`] found.
pub fn journey(walk: impl FnOnce(&mut Browser) -> Result<()>) -> Result<()> {
    journey_with(&Options::default(), walk)
}

/// Runs a journey in a fresh browser.
///
/// # Errors
/// As [`journey`].
pub fn journey_with(options: &Options, walk: impl FnOnce(&mut Browser) -> Result<()>) -> Result<()> {
    walk_with(options, walk).map(drop)
}

/// Runs a journey on which no task may keep the main thread busy for long at this time; prints which one took longest.
///
/// # Errors
/// As [`journey`], and with every task that was too long.
pub fn smooth_journey(time: Time, walk: impl FnOnce(&mut Browser) -> Result<()>) -> Result<()> {
    let mut tasks = walk_with(&Options { traced: true, ..Options::default() }, walk)?;
    tasks.retain(|task| task.time == time);
    let longest = tasks.iter().max_by(|a, b| a.own.total_cmp(&b.own));
    println!("the longest of {}: {}", tasks.len(), longest.context("no task at that time")?);
    let long: Vec<String> = tasks.iter().filter(|task| task.is_long()).map(Task::to_string).collect();
    ensure!(long.is_empty(), "{}", long.join("\n"));
    Ok(())
}

/// Runs a journey in a fresh browser, on this site.
///
/// # Errors
/// As [`journey`].
pub fn journey_on(
    site: &Site,
    options: &Options,
    walk: impl FnOnce(&mut Browser) -> Result<()>,
) -> Result<()> {
    walk_on(site, options, walk).map(drop)
}

fn walk_with(options: &Options, walk: impl FnOnce(&mut Browser) -> Result<()>) -> Result<Vec<Task>> {
    walk_on(&Site::serve()?, options, walk)
}

fn walk_on(
    site: &Site,
    options: &Options,
    walk: impl FnOnce(&mut Browser) -> Result<()>,
) -> Result<Vec<Task>> {
    let mut browser = Browser::open(options, site.address(), site.origin())?;
    let walked = walk(&mut browser);
    browser.end(walked)
}
