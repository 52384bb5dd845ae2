//! Starts chromedriver and, through it, Chromium.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use crate::trace;

/// What the browser must not do on its own: every request that it makes has to be the page's.
const QUIET: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--hide-scrollbars",
];

/// WebGPU on Chromium's own software adapter: slow, but on every machine the same.
const SOFTWARE_WEBGPU: [&str; 4] = [
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--use-webgpu-adapter=swiftshader",
    "--use-vulkan=swiftshader",
];

/// How the browser of a journey differs from the usual one.
#[derive(Debug, Clone)]
pub struct Options {
    /// First language of the browser.
    pub language: &'static str,
    /// Width and height of the window in CSS pixels.
    pub window: (u32, u32),
    /// Does it have WebGPU, on its software adapter?
    pub webgpu: bool,
    /// A script that runs before the page's own.
    pub before_page: Option<&'static str>,
    /// Has the browser dark colours?
    pub dark: bool,
    /// Is a trace kept of what its threads do?
    pub traced: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            language: "en",
            window: (1280, 900),
            webgpu: false,
            before_page: None,
            dark: false,
            traced: false,
        }
    }
}

/// A running chromedriver; killed when dropped.
pub struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    /// Starts the chromedriver that `CHROMEDRIVER` names, else the one on `PATH`, on a free port.
    pub fn start() -> Result<Self> {
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("can't start {program:?}; `cargo xtask test` says how to install it"))?;
        let output = process.stdout.take().context("chromedriver has no output")?;
        let mut lines = BufReader::new(output).lines();
        let port = loop {
            let line = lines.next().context("chromedriver ended before it listened")??;
            if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        // Read on, or the driver would block on a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Ok(Driver { process, address: format!("http://127.0.0.1:{port}") })
    }

    /// Opens Chromium with a profile in `profile`, writing all its network activity into `net_log`.
    pub async fn connect(&self, options: &Options, profile: &Path, net_log: &Path) -> Result<Client> {
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(options, profile, net_log))
            .connect(&self.address)
            .await
            .context("can't open Chromium")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn capabilities(options: &Options, profile: &Path, net_log: &Path) -> Map<String, Value> {
    let (width, height) = options.window;
    let mut args: Vec<String> = QUIET.map(str::to_owned).into();
    args.push(format!("--user-data-dir={}", profile.display()));
    args.push(format!("--log-net-log={}", net_log.display()));
    args.push(format!("--lang={}", options.language));
    args.push(format!("--window-size={width},{height}"));
    if options.webgpu {
        args.extend(SOFTWARE_WEBGPU.map(str::to_owned));
    }
    let mut chrome = json!({
        "args": args,
        "prefs": {
            "intl.accept_languages": options.language,
            "download.default_directory": profile.join("downloads"),
        },
    });
    if let Some(binary) = std::env::var_os("CHROME").and_then(|path| path.into_string().ok()) {
        chrome["binary"] = Value::String(binary);
    }
    let mut logs = json!({ "browser": "ALL" });
    if options.traced {
        logs["performance"] = json!("ALL");
        chrome["perfLoggingPrefs"] =
            json!({ "enableNetwork": false, "enablePage": false, "traceCategories": trace::CATEGORIES });
    }
    Map::from_iter([
        ("browserName".to_owned(), json!("chrome")),
        ("goog:chromeOptions".to_owned(), chrome),
        ("goog:loggingPrefs".to_owned(), logs),
    ])
}
