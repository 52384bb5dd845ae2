//! The static site: Trunk's page, its engines at versioned addresses, its service worker told what to keep, and what all
//! that weighs.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use sha2::{Digest, Sha256};

use crate::lanes::{both, joined};
use crate::modules::{CPU, Module, PAGE, Speed, TEXT, WEBGPU, worker};
use crate::part::Clock;
use crate::program::{self, Show};
use crate::{composition, content, parts, root, stand_in, tools};

/// What a first visit should download before its first training step on the CPU engine, in brotli bytes, and the
/// page's own part of that.
const GOAL: (usize, usize) = (820_000, 350_000);
/// What it may download; see [`hold`].
const LIMIT: (usize, usize) = (843_000, 371_000);

/// The lesson that an address without a lesson opens.
const FIRST_LESSON: &str = unroll::lessons::LESSONS[0].id;

/// What is kept for offline use only where it has been used, or where the reader wants everything kept, by how its names
/// begin: no lesson needs it.
const KEPT_ON_DEMAND: [&str; 1] = ["engine_webgpu"];

/// What is fetched only where it is used, by how its names begin.
const FETCHED_LATER: [&str; 6] =
    ["engine_webgpu", "engine_text", "texts/", "pretrained/", "pytorch/", "404.html"];

/// A site that is being built.
#[derive(Debug, Clone)]
pub struct Site {
    /// Where it is built.
    pub folder: PathBuf,
    /// How it is compiled.
    pub speed: Speed,
}

impl Site {
    /// The site that is published: `dist/`.
    pub fn published() -> Self {
        Site { folder: root().join("dist"), speed: Speed::Full }
    }

    /// The site that `serve` shows; what is compiled for a quick look never stands where a site to publish is looked for.
    pub fn served() -> Self {
        Site { folder: root().join("target/serve"), speed: Speed::Quick }
    }

    /// Compiles these modules, the page's first, and puts the site together; `announced` are the engines that follow later.
    ///
    /// # Errors
    /// If a module can't be compiled, or Trunk fails.
    pub fn make(&self, clock: Clock, modules: &[&'static Module], announced: &[&Module]) -> Result<()> {
        tools::wasm_target()?;
        // Trunk is compiled beside the modules: linking keeps one core alone busy.
        let (trunk, linked) = std::thread::scope(|scope| {
            let trunk = scope.spawn(|| tools::trunk(Show::Nothing));
            let compile = |module: &&'static Module| {
                clock.heading(module.title);
                Ok((*module, module.compile(self.speed, Show::All)?))
            };
            let linked = modules.iter().map(compile).collect::<Result<Vec<_>>>();
            (trunk.join(), linked)
        });
        let (trunk, linked) = both(joined("installing Trunk", trunk), linked)?;
        clock.heading("the site");
        self.assemble(&trunk, &linked, announced)
    }

    /// Puts the site together from its linked modules, the page's among them.
    ///
    /// # Errors
    /// If Trunk or wasm-bindgen fails.
    pub fn assemble(&self, trunk: &Path, linked: &[(&Module, PathBuf)], announced: &[&Module]) -> Result<()> {
        self.lay_out(trunk)?;
        for (module, file) in linked.iter().filter(|(module, _)| module.binary != PAGE.binary) {
            self.add(module, file)?;
        }
        for module in announced {
            self.announce(module)?;
        }
        self.finish()
    }

    /// Has Trunk make the page, from a module that is compiled already.
    ///
    /// # Errors
    /// If Trunk fails, or made something else than expected.
    fn lay_out(&self, trunk: &Path) -> Result<()> {
        let mut command = Command::new(trunk);
        stand_in::cast(&mut command)?;
        command.args(["--quiet", "build", "--offline", "--dist"]).arg(&self.folder);
        command.current_dir(root()).envs(PAGE.profile(self.speed));
        // Trunk reads it as a switch of its own that wants a value.
        program::run("laying out the page", Show::Nothing, command.env_remove("NO_COLOR"))?;
        parts::add(&self.folder)?;
        content::add(&self.folder)
    }

    /// Adds an engine at a versioned address, and tells the page where it is.
    ///
    /// # Errors
    /// If the page has no place for it.
    fn add(&self, module: &Module, linked: &Path) -> Result<()> {
        let name = self.add_worker(module, linked)?;
        self.tell(module, &format!("content=\"./{name}/{}_loader.js\"", module.binary))
    }

    /// Adds an engine's folder; gives its name.
    ///
    /// # Errors
    /// If the module can't be made a worker.
    pub fn add_worker(&self, module: &Module, linked: &Path) -> Result<String> {
        let (made, name) = worker(module, linked)?;
        let folder = self.folder.join(&name);
        std::fs::create_dir_all(&folder)?;
        for entry in std::fs::read_dir(made)? {
            let entry = entry?;
            std::fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
        Ok(name)
    }

    /// Tells the page that an engine is still being built: the server answers at `building/` when it is there.
    ///
    /// # Errors
    /// If the page has no place for it.
    fn announce(&self, module: &Module) -> Result<()> {
        self.tell(module, &format!("content=\"./building/{}_loader.js\" data-building", module.binary))
    }

    fn tell(&self, module: &Module, what: &str) -> Result<()> {
        let page = self.folder.join("index.html");
        let html = std::fs::read_to_string(&page).context("index.html")?;
        let plain = format!("name=\"{}\" content=\"./{}_loader.js\"", module.meta, module.binary);
        ensure!(html.contains(&plain), "index.html has no <meta {plain}>");
        Ok(std::fs::write(page, html.replace(&plain, &format!("name=\"{}\" {what}", module.meta)))?)
    }

    /// Makes what lies in the folder the site that is served: lighter, the page closed to other origins, the service worker
    /// told what to keep.
    ///
    /// # Errors
    /// If the folder holds something else than expected.
    fn finish(&self) -> Result<()> {
        close_the_page(&self.folder)?;
        // What is served while one works changes under its addresses: nothing of it may be kept for offline use.
        if self.speed == Speed::Full {
            composition::keep(&self.folder)?;
            strip_names(&self.folder)?;
            fill_service_worker(&self.folder)?;
        }
        Ok(())
    }
}

/// Builds the site that is published.
///
/// # Errors
/// If a module can't be compiled, or Trunk fails.
pub fn build(clock: Clock) -> Result<()> {
    Site::published().make(clock, &[&PAGE, &CPU, &TEXT, &WEBGPU], &[])
}

/// Takes the names of functions out of the modules: a tenth of their weight that only a debugger reads. (The
/// compiler's own stripping would take what wasm-bindgen needs to know as well.)
fn strip_names(dist: &Path) -> Result<()> {
    for name in names(dist)?.into_iter().filter(|name| name.ends_with(".wasm")) {
        let file = dist.join(name);
        std::fs::write(&file, without_names(&std::fs::read(&file)?)?)?;
    }
    Ok(())
}

/// A module as it is served.
pub(crate) fn without_names(full: &[u8]) -> Result<Vec<u8>> {
    let mut module = wasm_encoder::Module::new();
    for payload in wasmparser::Parser::new(0).parse_all(full) {
        let payload = payload?;
        let is_names =
            matches!(&payload, wasmparser::Payload::CustomSection(section) if section.name() == "name");
        if let Some((id, range)) = payload.as_section().filter(|_| !is_names) {
            module.section(&wasm_encoder::RawSection { id, data: &full[range] });
        }
    }
    Ok(module.finish())
}

/// Adds the policy that holds the page to its own origin: no script but the site's and the start-up lines in the page. To other
/// hosts go only requests for texts and models whose address the reader or a link has named.
fn close_the_page(dist: &Path) -> Result<()> {
    let page = dist.join("index.html");
    let html = std::fs::read_to_string(&page)?;
    let inline = |tag| html.split_once(tag).and_then(|(_, rest)| rest.split_once("</script>"));
    let mut allowed = String::new();
    for tag in ["<script>", "<script type=\"module\">"] {
        let (script, _) = inline(tag).with_context(|| format!("index.html has no {tag}"))?;
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script));
        allowed += &format!(" 'sha256-{hash}'");
    }
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{allowed}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; connect-src 'self' https: http:; object-src 'none'; base-uri 'none'; form-action 'none'"
    );
    let charset = "<meta charset=\"utf-8\">";
    let meta = format!("{charset}\n    <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    ensure!(html.contains(charset), "index.html has no {charset}");
    std::fs::write(page, html.replacen(charset, &meta, 1))?;
    Ok(())
}

/// Tells the service worker what to keep for offline use, and how many bytes that is; gives it the version of exactly this
/// site: a story and the model that has read it, say, belong together.
fn fill_service_worker(dist: &Path) -> Result<()> {
    let mut all = names(dist)?;
    // The last are for the host, which may not give them out.
    all.retain(|name| name != "sw.js" && name != "404.html" && !name.starts_with('_'));
    let (mut always, mut on_demand) = (BTreeMap::new(), BTreeMap::new());
    for name in &all {
        let is_on_demand = KEPT_ON_DEMAND.iter().any(|part| name.starts_with(part));
        let list = if is_on_demand { &mut on_demand } else { &mut always };
        list.insert(name, std::fs::metadata(dist.join(name))?.len());
    }
    let file = dist.join("sw.js");
    let mut script = std::fs::read_to_string(&file).context("dist/sw.js")?;
    for (place, what) in [
        ("\"{{version}}\"", serde_json::to_string(&hash(dist, &all)?)?),
        ("{/* {{files}} */}", serde_json::to_string(&always)?),
        ("{/* {{large}} */}", serde_json::to_string(&on_demand)?),
    ] {
        ensure!(script.contains(place), "sw.js has no place for {place}");
        script = script.replace(place, &what);
    }
    // Comments are for who reads the source, and every visit fetches this file.
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: Vec<&str> = script.lines().filter(is_code).collect();
    Ok(std::fs::write(file, code.join("\n"))?)
}

/// Every file of the site by its relative name, sorted.
pub(crate) fn names(dist: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![dist.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(dist) {
                names.push(name.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    Ok(names)
}

/// A short hash of the named files' names and contents.
pub(crate) fn hash(dist: &Path, files: &[String]) -> Result<String> {
    let mut digest = Sha256::new();
    for file in files {
        digest.update(file.as_bytes());
        digest.update(std::fs::read(dist.join(file))?);
    }
    Ok(digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

/// Prints what a first visit downloads before its first training step on the CPU engine.
///
/// # Errors
/// If that is over the budget.
pub fn report() -> Result<()> {
    let mut parts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let dist = Site::published().folder;
    let language = content::heavier(&dist, FIRST_LESSON)?;
    for name in names(&dist)? {
        let part = match name.as_str() {
            name if FETCHED_LATER.iter().any(|part| name.starts_with(part)) => continue,
            name if name.starts_with("engine_cpu") => "CPU engine",
            // A visit begins in one lesson.
            name if name == format!("recorded/{FIRST_LESSON}.bin") => "recorded run",
            name if name.starts_with("recorded/") => continue,
            name if name.starts_with("parts-") && name.ends_with(".wasm") => continue,
            name if content::is_words(name) && !content::is_said(name, FIRST_LESSON, language) => continue,
            name if content::is_words(name) => "page, its words",
            _ => "page",
        };
        let content = std::fs::read(dist.join(&name))?;
        let sizes = parts.entry(part).or_default();
        sizes.0 += content.len();
        sizes.1 += brotli_size(&content)?;
    }
    println!("\n{:<45} {:>12} {:>12}", "what a first visit downloads", "bytes", "brotli");
    for (part, (plain, packed)) in &parts {
        println!("{part:<45} {plain:>12} {packed:>12}");
    }
    let packed = |part| parts.get(part).map_or(0, |sizes| sizes.1);
    let page = packed("page") + packed("page, its words");
    let all = page + packed("recorded run") + packed("CPU engine");
    println!("{:<45} {:>12} {all:>12}   (goal {}, page {})", "before the first step", "", GOAL.0, GOAL.1);
    print!("{}", composition::of_page(&dist)?);
    hold("the first visit", all, LIMIT.0)?;
    hold("the page", page, LIMIT.1)
}

/// Holds what was measured to its limit. Over it the build fails, so that the site does not grow unseen. So it does where
/// the limit is more than a hundredth too high, because a line that is only printed goes by unread: who makes the site
/// lighter lowers the limit too, and nobody spends what was won.
fn hold(what: &str, measured: usize, limit: usize) -> Result<()> {
    ensure!(measured <= limit, "{what} has grown over its limit: {measured} bytes of {limit}");
    ensure!(
        limit * 100 <= measured * 101,
        "{what} is lighter than its limit says, {measured} bytes of {limit}: set the limit to {}",
        measured.next_multiple_of(1000)
    );
    Ok(())
}

pub(crate) fn brotli_size(content: &[u8]) -> Result<usize> {
    // The level at which static hosts keep what they serve.
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(content)?;
    Ok(writer.into_inner().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_worker_is_told_every_file_and_its_size() {
        let dist = std::env::temp_dir().join(format!("unroll-kept-{}", std::process::id()));
        for (name, bytes) in
            [("index.html", 7), ("texts/a.txt", 5), ("engine_webgpu-0/engine.js", 3), ("sw.js", 1)]
        {
            let file = dist.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, vec![b' '; bytes]).unwrap();
        }
        std::fs::copy(crate::root().join("static/sw.js"), dist.join("sw.js")).unwrap();
        fill_service_worker(&dist).unwrap();
        let script = std::fs::read_to_string(dist.join("sw.js")).unwrap();
        assert!(script.contains(r#"const FILES = {"index.html":7,"texts/a.txt":5};"#), "{script}");
        assert!(script.contains(r#"const LARGE = {"engine_webgpu-0/engine.js":3};"#), "{script}");
        assert!(!script.contains("{{") && !script.contains("\n// "), "{script}");
        std::fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn a_limit_stands_within_a_hundredth_above_what_is() {
        assert!(hold("it", 500_000, 500_000).is_ok());
        assert!(hold("it", 500_000, 505_000).is_ok());
        let grown = hold("it", 500_001, 500_000).unwrap_err().to_string();
        assert!(grown.contains("grown") && grown.contains("500001"), "{grown}");
        let shrunk = hold("it", 499_001, 505_000).unwrap_err().to_string();
        assert!(shrunk.contains("lighter"), "{shrunk}");
        // What it asks for is what it takes.
        let asked: usize = shrunk.rsplit(' ').next().unwrap().parse().unwrap();
        assert!(hold("it", 499_001, asked).is_ok(), "{shrunk}");
    }
}
