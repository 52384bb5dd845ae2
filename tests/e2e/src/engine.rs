//! The browsers that journeys are walked in, and what each is told when it starts.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::driver::Options;
use crate::trace;

/// A browser, by its engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium under chromedriver, with the developer tools that most journeys use.
    Chromium,
    /// Firefox under geckodriver.
    Firefox,
    /// WebKitGTK's small browser, under its own driver and a screen that nobody sees.
    WebKit,
}

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

/// Where Debian and Ubuntu keep WebKitGTK's own programs.
const LIBRARIES: [&str; 2] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];

impl Engine {
    /// What a new session asks its driver for.
    ///
    /// # Errors
    /// If the browser is not on this machine.
    pub(crate) fn capabilities(
        self,
        options: &Options,
        profile: &Path,
        net_log: &Path,
    ) -> Result<Map<String, Value>> {
        match self {
            Engine::Chromium => Ok(chromium(options, profile, net_log)),
            Engine::Firefox => Ok(firefox(options)),
            Engine::WebKit => webkit(),
        }
    }
}

fn chromium(options: &Options, profile: &Path, net_log: &Path) -> Map<String, Value> {
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
    if let Some(binary) = named("CHROME") {
        chrome["binary"] = binary;
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

fn firefox(options: &Options) -> Map<String, Value> {
    let prefs = json!({ "intl.accept_languages": options.language });
    let mut firefox = json!({ "args": ["-headless"], "prefs": prefs });
    if let Some(binary) = named("FIREFOX") {
        firefox["binary"] = binary;
    }
    Map::from_iter([("browserName".to_owned(), json!("firefox")), ("moz:firefoxOptions".to_owned(), firefox)])
}

fn webkit() -> Result<Map<String, Value>> {
    // The driver knows its browser's place in the version that it came with, but not every package puts it there.
    let browsers = LIBRARIES.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
    let mut browsers: Vec<PathBuf> = browsers
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("webkit2gtk-")))
        .map(|path| path.join("MiniBrowser"))
        .filter(|path| path.is_file())
        .collect();
    browsers.sort();
    let browser = browsers.pop().context("there is no MiniBrowser: webkit2gtk-driver brings it")?;
    let options = json!({ "binary": browser, "args": ["--automation"] });
    Ok(Map::from_iter([("webkitgtk:browserOptions".to_owned(), options)]))
}

/// A program that a variable names.
fn named(variable: &str) -> Option<Value> {
    std::env::var_os(variable).and_then(|path| path.into_string().ok()).map(Value::String)
}
