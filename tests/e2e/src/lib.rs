//! Journeys through the built page in a real Chromium, driven over WebDriver.
//!
//! A journey opens a [`Browser`] with a fresh profile on a [`Site`], does what a reader would do, waits for conditions
//! in the page (never for time to pass), and ends with [`Browser::end`], which fails on what no journey may show: an error on the
//! console, a request to another origin. A [`smooth_journey`] has no main-thread task of over 50 ms while a model trains.

mod browser;
mod driver;
mod faults;
mod lesson;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use xtask::site::Server;

pub use browser::Browser;
pub use driver::Options;

/// The folder under which the site is served: it must work from any.
const PREFIX: &str = "/some/where/";

/// The built site on a port of its own; it goes away when dropped.
pub struct Site(Server);

impl Site {
    /// Serves the folder that `UNROLL_DIST` names, else the workspace's `dist`.
    ///
    /// # Errors
    /// If the site has not been built.
    pub fn serve() -> Result<Self> {
        let folder =
            std::env::var_os("UNROLL_DIST").map_or_else(|| xtask::root().join("dist"), PathBuf::from);
        ensure!(
            folder.join("index.html").is_file(),
            "no site in {}: run `cargo xtask build`",
            folder.display()
        );
        Site::serve_folder(&folder)
    }

    /// Serves any folder.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn serve_folder(folder: &std::path::Path) -> Result<Self> {
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

/// What is kept of the tests: pictures of failures, downloads, the accessibility checker.
///
/// # Errors
/// If the folder can't be made.
pub fn workshop() -> Result<PathBuf> {
    let folder = xtask::root().join("target/e2e");
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
    let site = Site::serve()?;
    let mut browser = Browser::open(options, site.address(), site.origin())?;
    let walked = walk(&mut browser);
    browser.end(walked).map(drop)
}

/// Runs a journey on which no task may keep the main thread busy for long while a model trains. A machine that is busy
/// elsewhere stretches every task, so the journey is walked again where one was too long: a page at fault shows it each
/// time.
///
/// # Errors
/// As [`journey`], and if every walk had its long tasks.
pub fn smooth_journey(walk: impl Fn(&mut Browser) -> Result<()>) -> Result<()> {
    const WALKS: usize = 4;
    let mut found = Vec::new();
    for _ in 0..WALKS {
        let site = Site::serve()?;
        let mut browser = Browser::open(&Options::default(), site.address(), site.origin())?;
        let walked = walk(&mut browser);
        let long_tasks = browser.end(walked)?;
        if long_tasks.is_empty() {
            return Ok(());
        }
        found.push(long_tasks.join("; "));
    }
    anyhow::bail!("on each of {WALKS} walks:\n{}", found.join("\n"))
}

/// Looks until there is something to find, for at most so many seconds: for what happens outside the page.
///
/// # Errors
/// If there never is.
pub fn until<T>(seconds: u64, look: impl Fn() -> Option<T>) -> Result<T> {
    let start = std::time::Instant::now();
    while start.elapsed().as_secs() < seconds {
        if let Some(found) = look() {
            return Ok(found);
        }
        std::thread::yield_now();
    }
    anyhow::bail!("waited {seconds} s in vain")
}
