//! Starts a browser's driver and, through it, the browser.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;

use crate::engine::Engine;

/// The longest that a driver may take until it listens.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the browser of a journey differs from the usual one.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which browser.
    pub engine: Engine,
    /// First language of the browser.
    pub language: &'static str,
    /// Width and height of the window in CSS pixels.
    pub window: (u32, u32),
    /// Does it have WebGPU, on Chromium's software adapter?
    pub webgpu: bool,
    /// A script that runs before the page's own; Chromium alone can do that.
    pub before_page: Option<&'static str>,
    /// Has Chromium dark colours?
    pub dark: bool,
    /// Is a trace kept of what Chromium's threads do?
    pub traced: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            engine: Engine::Chromium,
            language: "en",
            window: (1280, 900),
            webgpu: false,
            before_page: None,
            dark: false,
            traced: false,
        }
    }
}

/// A running driver of a browser; killed when dropped.
pub struct Driver {
    engine: Engine,
    address: String,
    // Ended in this order: the driver, then the screen under it.
    _process: Running,
    _screen: Option<Running>,
}

/// A program that is killed when dropped.
struct Running(Child);

impl Driver {
    /// Starts the driver that `CHROMEDRIVER`, `GECKODRIVER` or `WEBKITDRIVER` names, else the one on `PATH`, on a free port.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(engine: Engine) -> Result<Self> {
        match engine {
            Engine::Chromium => {
                let mut command = program("CHROMEDRIVER", "chromedriver");
                let (process, port) = started(command.arg("--port=0"), "started successfully on port ")?;
                Ok(Driver::new(engine, &port, process, None))
            }
            Engine::Firefox => {
                let mut command = program("GECKODRIVER", "geckodriver");
                let (process, port) = started(command.args(["--port", "0"]), "Listening on 127.0.0.1:")?;
                Ok(Driver::new(engine, &port, process, None))
            }
            Engine::WebKit => {
                let mut screen = Command::new("Xvfb");
                screen.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1920x1200x24"]);
                let (screen, display) = started(&mut screen, "")?;
                // It does not say where it listens.
                let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
                let mut command = program("WEBKITDRIVER", "WebKitWebDriver");
                command.arg(format!("--port={port}")).env("DISPLAY", format!(":{display}"));
                let process = Running(spawned(command.stdout(Stdio::null()))?);
                let driver = Driver::new(engine, &port.to_string(), process, Some(screen));
                driver.answers()?;
                Ok(driver)
            }
        }
    }

    fn new(engine: Engine, port: &str, process: Running, screen: Option<Running>) -> Self {
        Driver { engine, address: format!("http://127.0.0.1:{port}"), _process: process, _screen: screen }
    }

    /// Waits until it takes a connection.
    fn answers(&self) -> Result<()> {
        let place = self.address.trim_start_matches("http://");
        let begun = Instant::now();
        while let Err(error) = TcpStream::connect(place) {
            ensure!(begun.elapsed() < PATIENCE, "the driver does not answer: {error}");
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Opens the browser with a profile in `profile`; Chromium writes all its network activity into `net_log`.
    ///
    /// # Errors
    /// If the browser does not start.
    pub async fn connect(&self, options: &Options, profile: &Path, net_log: &Path) -> Result<Client> {
        ClientBuilder::new(HttpConnector::new())
            .capabilities(self.engine.capabilities(options, profile, net_log)?)
            .connect(&self.address)
            .await
            .with_context(|| format!("can't open {:?}", self.engine))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a variable names, else a program on `PATH`.
fn program(variable: &str, name: &str) -> Command {
    Command::new(std::env::var_os(variable).unwrap_or_else(|| name.into()))
}

fn spawned(command: &mut Command) -> Result<Child> {
    command.stderr(Stdio::null()).spawn().with_context(|| {
        format!("can't start {:?}; `cargo xtask test` says how to install it", command.get_program())
    })
}

/// Starts a program and waits for what stands in its output behind certain words, on their line.
fn started(command: &mut Command, words: &str) -> Result<(Running, String)> {
    let name = format!("{:?}", command.get_program());
    let mut process = Running(spawned(command.stdout(Stdio::piped()))?);
    let output = process.0.stdout.take().with_context(|| format!("{name} has no output"))?;
    let mut lines = BufReader::new(output).lines();
    let found = loop {
        let line = lines.next().with_context(|| format!("{name} ended before it listened"))??;
        if let Some((_, found)) = line.split_once(words) {
            break found.trim_end_matches('.').to_owned();
        }
    };
    // Read on, or the program would block on a full pipe.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Ok((process, found))
}
