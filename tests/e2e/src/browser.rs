//! A browser with one page, as a reader's hands and eyes.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::driver::{Driver, Options};
use crate::engine::Engine;
use crate::faults;
use crate::trace::{self, Task};

/// The longest that a page may take for anything that a journey waits for, in seconds, where it says nothing else.
const PATIENCE: u64 = 20;

/// The longest of all waits.
const LONGEST_WAIT: Duration = Duration::from_secs(180);

/// Collects what a page complains of, in browsers whose driver has no log of the console. What happened before the page
/// was there is not among it.
const COMPLAINTS: &str = "(() => {
  if (window.complaints) return null;
  const noted = window.complaints = [];
  addEventListener('error', (event) => noted.push(`${event.message} ${event.filename ?? ''}`));
  addEventListener('unhandledrejection', (event) => noted.push(String(event.reason)));
  const say = console.error;
  console.error = (...words) => { noted.push(words.join(' ')); say.apply(console, words); };
  return null;
})()";

/// A browser with a profile of its own.
pub struct Browser {
    engine: Engine,
    runtime: Runtime,
    client: Client,
    driver: Driver,
    profile: TempDir,
    address: String,
    origin: String,
    expected: Vec<String>,
    faults: Vec<String>,
    is_traced: bool,
}

/// A command of chromedriver's own.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// What a hand does with the mouse.
enum Mouse {
    Press,
    Drag,
    Release,
}

impl Browser {
    /// Opens a browser for the site at `address`, on an empty page.
    ///
    /// # Errors
    /// If chromedriver or Chromium can't be started.
    pub fn open(options: &Options, address: &str, origin: &str) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let driver = Driver::start(options.engine)?;
        let profile = tempfile::tempdir()?;
        std::fs::create_dir(profile.path().join("downloads"))?;
        let net_log = profile.path().join("net.json");
        let client = runtime.block_on(driver.connect(options, profile.path(), &net_log))?;
        let browser = Browser {
            engine: options.engine,
            runtime,
            client,
            driver,
            profile,
            address: address.into(),
            origin: origin.into(),
            expected: Vec::new(),
            faults: Vec::new(),
            is_traced: options.traced,
        };
        browser.dress(options)?;
        let timeouts =
            fantoccini::wd::TimeoutConfiguration::new(Some(LONGEST_WAIT), Some(LONGEST_WAIT), None);
        browser.wait_on(browser.client.update_timeouts(timeouts))?;
        Ok(browser)
    }

    /// Gives the window its size and, where the browser can be told, the page's colours and scripts.
    fn dress(&self, options: &Options) -> Result<()> {
        let (width, height) = options.window;
        if self.engine != Engine::Chromium {
            return self.wait_on(self.client.set_window_size(width, height));
        }
        let scheme = if options.dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )?;
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        )?;
        let observer = options.traced.then_some(trace::OBSERVER);
        for script in [observer, options.before_page].into_iter().flatten() {
            self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }))?;
        }
        Ok(())
    }

    fn wait_on<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> Result<T> {
        Ok(self.runtime.block_on(command)?)
    }

    /// Where the page is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// `http://host:port`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// A command of Chrome's developer tools.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub fn devtools(&self, command: &str, params: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": params });
        self.wait_on(self.client.issue_cmd(Vendor { path: "goog/cdp/execute", body }))
            .with_context(|| format!("{command} failed"))
    }

    /// Opens the site anew; `rest` is what stands behind the page's address (`#/airline?…`, `?…`).
    ///
    /// # Errors
    /// If the page does not come.
    pub fn visit(&mut self, rest: &str) -> Result<()> {
        let address = format!("{}{rest}", self.address);
        self.visit_address(&address)
    }

    /// Opens the site anew, whatever comes of it.
    ///
    /// # Errors
    /// If the browser can't be told.
    pub fn load(&mut self, rest: &str) -> Result<()> {
        let address = format!("{}{rest}", self.address);
        self.open_anew(&address)
    }

    fn open_anew(&mut self, address: &str) -> Result<()> {
        self.gather()?;
        self.wait_on(self.client.goto("about:blank"))?;
        self.wait_on(self.client.goto(address))
    }

    /// Opens an address anew, even if only its fragment differs from the present one.
    ///
    /// # Errors
    /// If the page does not come.
    pub fn visit_address(&mut self, address: &str) -> Result<()> {
        self.open_anew(address)?;
        self.arrived()
    }

    /// Reloads the page.
    ///
    /// # Errors
    /// If it does not come back.
    pub fn reload(&mut self) -> Result<()> {
        self.gather()?;
        self.wait_on(self.client.refresh())?;
        self.arrived()
    }

    fn arrived(&self) -> Result<()> {
        if self.engine != Engine::Chromium {
            self.eval::<Value>(COMPLAINTS)?;
        }
        self.wait("the page", "document.getElementById('app')?.dataset.phase")
    }

    /// The value of a JavaScript expression, in which `arg` stands for `argument`.
    ///
    /// # Errors
    /// If it throws or is of another type.
    pub fn eval_with<T: DeserializeOwned>(&self, expression: &str, argument: impl Into<Value>) -> Result<T> {
        let script = format!("const arg = arguments[0]; return ({expression});");
        let value = self
            .wait_on(self.client.execute(&script, vec![argument.into()]))
            .with_context(|| format!("{expression} threw"))?;
        serde_json::from_value(value.clone()).with_context(|| format!("{expression} is {value}"))
    }

    /// The value of a JavaScript expression.
    ///
    /// # Errors
    /// As [`Browser::eval_with`].
    pub fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        self.eval_with(expression, Value::Null)
    }

    /// What a promise comes to.
    ///
    /// # Errors
    /// If it is rejected, or is of another type.
    pub fn settle<T: DeserializeOwned>(&self, promise: &str) -> Result<T> {
        let script = format!(
            "const done = arguments[0]; (async () => ({promise}))().then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let mut value = self.wait_on(self.client.execute_async(&script, Vec::new()))?;
        if let Some(error) = value["error"].as_str() {
            bail!("{promise}: {error}");
        }
        Ok(serde_json::from_value(value["value"].take())?)
    }

    /// Waits until a JavaScript expression is true.
    ///
    /// # Errors
    /// If it does not become so in time; with what the page shows instead.
    pub fn wait(&self, what: &str, condition: &str) -> Result<()> {
        self.wait_for(PATIENCE, what, condition)
    }

    /// Waits for at most so many seconds until a JavaScript expression is true.
    ///
    /// # Errors
    /// As [`Browser::wait`].
    pub fn wait_for(&self, seconds: u64, what: &str, condition: &str) -> Result<()> {
        let script = format!(
            "const [until, done] = [performance.now() + {seconds}000, arguments[0]];
             const look = () => {{
               let found = false;
               try {{ found = !!({condition}); }} catch (error) {{ console.info(String(error)); }}
               if (found || performance.now() > until) done(found); else setTimeout(look, 20);
             }};
             look();"
        );
        let found = self.wait_on(self.client.execute_async(&script, Vec::new()))?;
        ensure!(found == true, "waited {seconds} s in vain for {what} ({condition}); {}", self.standing());
        Ok(())
    }

    /// What the page shows: for messages of failures.
    fn standing(&self) -> String {
        let expression = "JSON.stringify({ ...document.getElementById('app')?.dataset, address: location.href, \
            notices: [...document.querySelectorAll('[data-notice]')].map((notice) => notice.dataset.notice + ': ' + notice.innerText) })";
        self.eval::<String>(expression).unwrap_or_else(|error| error.to_string())
    }

    /// The first element that fits a CSS selector.
    ///
    /// # Errors
    /// If there is none.
    fn find(&self, selector: &str) -> Result<Element> {
        self.wait_on(self.client.find(Locator::Css(selector)))
            .with_context(|| format!("no {selector} on the page"))
    }

    /// Clicks as a reader would: what is covered or hidden can't be clicked.
    ///
    /// # Errors
    /// If it can't be clicked.
    pub fn click(&self, selector: &str) -> Result<()> {
        // As a reader does: into the middle of the screen first, clear of what sticks to its edges.
        self.eval_with::<Value>(
            "(document.querySelector(arg)?.scrollIntoView({ block: 'center', behavior: 'instant' }), null)",
            selector,
        )?;
        let element = self.find(selector)?;
        self.wait_on(element.click()).with_context(|| format!("{selector} can't be clicked"))
    }

    /// Moves the mouse to a place of the window, and presses or lets go its button.
    fn mouse(&self, does: &Mouse, x: f64, y: f64) -> Result<()> {
        if self.engine == Engine::Chromium {
            // Its driver forgets between two commands that the button is down.
            let (kind, buttons) = match does {
                Mouse::Press => ("mousePressed", 1),
                Mouse::Drag => ("mouseMoved", 1),
                Mouse::Release => ("mouseReleased", 0),
            };
            let body = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1 });
            return self.devtools("Input.dispatchMouseEvent", body).map(drop);
        }
        let hand = MouseActions::new("hand".into());
        let hand = hand.then(PointerAction::MoveTo { duration: Some(Duration::ZERO), x, y });
        let hand = match does {
            Mouse::Press => hand.then(PointerAction::Down { button: MOUSE_BUTTON_LEFT }),
            Mouse::Drag => hand,
            Mouse::Release => hand.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT }),
        };
        self.wait_on(self.client.perform_actions(hand))
    }

    /// Presses the mouse in the middle of a slider, drags it to the right in so many moves, and lets go; what the number `seen`
    /// is after each of them.
    ///
    /// # Errors
    /// If there is no such slider, or `seen` is no number.
    pub fn drag(&self, slider: &str, moves: u32, seen: &str) -> Result<Vec<f64>> {
        self.eval_with::<Value>(
            "(document.querySelector(arg).scrollIntoView({ block: 'center', behavior: 'instant' }), null)",
            slider,
        )?;
        // What comes into sight is laid out only then.
        self.settle::<Value>(
            "await new Promise(requestAnimationFrame) && await new Promise(requestAnimationFrame) && null",
        )?;
        let [left, middle, width]: [f64; 3] = self.eval_with(
            "(() => { const box = document.querySelector(arg).getBoundingClientRect(); \
               return [box.left, box.top + box.height / 2, box.width]; })()",
            slider,
        )?;
        let mouse = |does: Mouse, part: f64| self.mouse(&does, left + width * part, middle);
        mouse(Mouse::Press, 0.5)?;
        let mut values = Vec::new();
        for step in 1..=moves {
            mouse(Mouse::Drag, 0.5 + 0.4 * f64::from(step) / f64::from(moves))?;
            // What the move changes is drawn.
            self.settle::<Value>("await new Promise(requestAnimationFrame) && null")?;
            values.push(self.eval(seen)?);
        }
        mouse(Mouse::Release, 0.9)?;
        Ok(values)
    }

    /// Types into an element, or presses keys while it has the focus.
    ///
    /// # Errors
    /// If it can't be typed into.
    pub fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        let element = self.find(selector)?;
        self.wait_on(element.send_keys(text)).with_context(|| format!("can't type into {selector}"))
    }

    /// Presses a key while nothing in particular has the focus.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub fn press(&self, key: &str) -> Result<()> {
        self.eval::<Value>("document.activeElement?.blur()")?;
        self.type_into("body", key)
    }

    /// A picture of the page as PNG.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        self.wait_on(self.client.screenshot())
    }

    /// Waits for a file with this ending that the page gives the reader; its text.
    ///
    /// # Errors
    /// If none comes, or it is no text.
    pub fn downloaded(&self, ending: &str) -> Result<String> {
        let folder = self.profile.path().join("downloads");
        let begun = Instant::now();
        loop {
            // The browser gives a file its name when it is whole.
            let mut files = std::fs::read_dir(&folder)?.filter_map(Result::ok).map(|entry| entry.path());
            if let Some(file) = files.find(|file| file.extension().is_some_and(|end| end == ending)) {
                return Ok(std::fs::read_to_string(file)?);
            }
            let waited = begun.elapsed().as_secs();
            ensure!(waited < PATIENCE, "waited {waited} s in vain for a file that ends in {ending}");
            // WebDriver tells nothing of downloads: the next look is after the page's next frame.
            self.settle::<f64>("new Promise(requestAnimationFrame)")?;
        }
    }

    /// A console message with this text is part of the journey and no fault.
    pub fn expect(&mut self, text: impl Into<String>) {
        self.expected.push(text.into());
    }

    /// The new entries of one of chromedriver's logs.
    fn log(&self, kind: &str) -> Result<Value> {
        let body = json!({ "type": kind });
        self.wait_on(self.client.issue_cmd(Vendor { path: "se/log", body }))
    }

    /// Notes the faults of the present document, which is about to go.
    fn gather(&mut self) -> Result<()> {
        let found = match self.engine {
            Engine::Chromium => faults::console_errors(&self.log("browser")?),
            Engine::Firefox | Engine::WebKit => self.eval("window.complaints ?? []")?,
        };
        let expected = &self.expected;
        let unexpected = |text: &String| !expected.iter().any(|known| text.contains(known));
        self.faults.extend(found.into_iter().filter(unexpected));
        Ok(())
    }

    /// Ends the browser and gives what was wrong on the whole journey and, of a browser that is traced, the tasks of the
    /// main thread at the start and while a model trained.
    ///
    /// # Errors
    /// If the browser does not answer, or its trace can't be used.
    pub fn close(mut self) -> Result<(Vec<String>, Vec<Task>)> {
        self.gather()?;
        let traced = if self.is_traced { Some(self.log("performance")?) } else { None };
        // Chromium finishes its network log when it is asked to end.
        self.wait_on(self.client.clone().close())?;
        let Browser { engine, driver, profile, origin, mut faults, .. } = self;
        drop(driver);
        if engine == Engine::Chromium {
            faults.extend(faults::foreign_requests(&profile.path().join("net.json"), &origin)?);
        }
        let tasks = traced.as_ref().map(trace::tasks).transpose()?;
        Ok((faults, tasks.unwrap_or_default()))
    }

    /// Ends a journey: fails if it did, or if anything was wrong on the way; gives what [`Browser::close`] does.
    ///
    /// # Errors
    /// See above; a picture of the page is kept.
    pub fn end(self, walked: Result<()>) -> Result<Vec<Task>> {
        let name = std::thread::current().name().unwrap_or("journey").replace("::", "-");
        if walked.is_err() {
            let file = crate::workshop()?.join(format!("{name}.png"));
            if let Ok(picture) = self.screenshot() {
                std::fs::write(file, picture)?;
            }
        }
        match (walked, self.close()) {
            (Ok(()), Ok((faults, tasks))) if faults.is_empty() => Ok(tasks),
            (Ok(()), Ok((faults, _))) => Err(anyhow!("on the way:\n{}", faults.join("\n"))),
            (Err(error), Ok((faults, _))) => Err(error.context(faults.join("\n"))),
            (Ok(()), Err(error)) | (Err(error), Err(_)) => Err(error),
        }
    }
}
