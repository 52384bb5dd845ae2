//! The static site in `dist/`: Trunk's output, its engines at versioned addresses, its service worker told what to
//! keep, and what all that weighs.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::tools::Tools;
use crate::{parts, root, run};

/// What a first visit should download before its first training step on the CPU engine, in brotli bytes, and the
/// page's own part of that. Not reached yet; ARCHITECTURE.md says what stands in the way.
const GOAL: (usize, usize) = (700_000, 200_000);
/// What it may download: a build over this fails, so that the site does not grow unseen.
const LIMIT: (usize, usize) = (1_080_000, 525_000);

/// The lesson that an address without a lesson opens.
const FIRST_LESSON: &str = "airline";

/// The workers, by the names of their binaries, with the page's `<meta>` that says where each is.
const ENGINES: [(&str, &str); 3] =
    [("engine_cpu", "engine-cpu"), ("engine_webgpu", "engine-webgpu"), ("engine_text", "engine-text")];
/// What is fetched only where it is used, by how its names begin.
const FETCHED_LATER: [&str; 5] = ["engine_webgpu", "engine_text", "texts/", "pretrained/", "pytorch/"];

/// The folder of the built site.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds the site.
///
/// # Errors
/// If Trunk fails, or made something else than expected.
pub fn build(tools: &Tools) -> Result<()> {
    println!("building the site (5 to 10 minutes the first time, seconds when nothing has changed)");
    // What Trunk would download is installed already; offline keeps it from trying.
    let mut trunk = tools.command("trunk");
    parts::stand_in(tools, &mut trunk)?;
    run(trunk.args(["--quiet", "build", "--offline"]).env_remove("NO_COLOR"))?;
    finish(&dist())
}

/// Makes Trunk's output the site that is served: lighter, its engines versioned, the page closed to other origins, the
/// service worker told what to keep.
///
/// # Errors
/// If the folder holds something else than Trunk's output.
pub fn finish(dist: &Path) -> Result<()> {
    parts::add(dist)?;
    strip_names(dist)?;
    add_dictionary(dist)?;
    version_engines(dist)?;
    close_the_page(dist)?;
    fill_service_worker(dist)
}

/// Takes the names of functions out of the modules: a tenth of their weight that only a debugger reads. (The
/// compiler's own stripping would take what wasm-bindgen needs to know as well.)
fn strip_names(dist: &Path) -> Result<()> {
    for name in names(dist)?.into_iter().filter(|name| name.ends_with(".wasm")) {
        let file = dist.join(name);
        let full = std::fs::read(&file)?;
        let mut module = wasm_encoder::Module::new();
        for payload in wasmparser::Parser::new(0).parse_all(&full) {
            let payload = payload?;
            let is_names =
                matches!(&payload, wasmparser::Payload::CustomSection(section) if section.name() == "name");
            if let Some((id, range)) = payload.as_section().filter(|_| !is_names) {
                module.section(&wasm_encoder::RawSection { id, data: &full[range] });
            }
        }
        std::fs::write(file, module.finish())?;
    }
    Ok(())
}

/// Packs jieba's dictionary, as the crate jieba-rs brings it, for the worker that cuts text.
fn add_dictionary(dist: &Path) -> Result<()> {
    let metadata = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--all-features"])
        .current_dir(root())
        .output()
        .context("can't start cargo")?;
    ensure!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == "jieba-rs")
        .find_map(|package| package["manifest_path"].as_str())
        .context("jieba-rs is no dependency")?;
    let file = Path::new(manifest).with_file_name("src").join("data/dict.txt");
    let list = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    std::fs::write(dist.join("engine_text_dictionary.zz"), unroll::text::dictionary::pack(&list))?;
    Ok(())
}

/// Moves each engine into a folder named after its content, so that a page never meets an engine of another build,
/// whatever a cache between them holds.
fn version_engines(dist: &Path) -> Result<()> {
    let page = dist.join("index.html");
    let mut html = std::fs::read_to_string(&page).context("dist/index.html")?;
    for (binary, meta) in ENGINES {
        let files: Vec<String> =
            names(dist)?.into_iter().filter(|name| name.starts_with(binary) && !name.contains('/')).collect();
        ensure!(!files.is_empty(), "Trunk made no {binary}");
        let folder = format!("{binary}-{}", hash(dist, &files)?);
        std::fs::create_dir_all(dist.join(&folder))?;
        for file in &files {
            std::fs::rename(dist.join(file), dist.join(&folder).join(file))?;
        }
        let plain = format!("name=\"{meta}\" content=\"./{binary}_loader.js\"");
        ensure!(html.contains(&plain), "index.html has no <meta {plain}>");
        html = html.replace(&plain, &format!("name=\"{meta}\" content=\"./{folder}/{binary}_loader.js\""));
    }
    std::fs::write(page, html)?;
    Ok(())
}

/// Adds the policy that holds the page to its own origin: no script but the site's and Trunk's start-up lines. To other
/// hosts go only requests for texts and models whose address the reader or a link has named.
fn close_the_page(dist: &Path) -> Result<()> {
    let page = dist.join("index.html");
    let html = std::fs::read_to_string(&page)?;
    let inline =
        html.split_once("<script type=\"module\">").and_then(|(_, rest)| rest.split_once("</script>"));
    let (script, _) = inline.context("index.html has no start-up script")?;
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script));
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; connect-src 'self' https: http:; object-src 'none'; base-uri 'none'; form-action 'none'"
    );
    let charset = "<meta charset=\"utf-8\">";
    let meta = format!("{charset}\n    <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    ensure!(html.contains(charset), "index.html has no {charset}");
    std::fs::write(page, html.replacen(charset, &meta, 1))?;
    Ok(())
}

/// Tells the service worker what to keep for offline use, and gives it the version of exactly this site: what is fetched
/// later, such as a story and the model that has read it, belongs together too.
fn fill_service_worker(dist: &Path) -> Result<()> {
    let mut all = names(dist)?;
    all.retain(|name| name != "sw.js");
    let is_kept = |name: &&String| !FETCHED_LATER.iter().any(|part| name.starts_with(part));
    let kept: Vec<&String> = all.iter().filter(is_kept).collect();
    let file = dist.join("sw.js");
    let script = std::fs::read_to_string(&file).context("dist/sw.js")?;
    let list = serde_json::to_string(&kept)?;
    let filled = script
        .replace("\"{{version}}\"", &format!("\"{}\"", hash(dist, &all)?))
        .replace("[/* {{shell}} */]", &list);
    ensure!(filled != script, "sw.js has no place for its version and its list");
    std::fs::write(file, filled)?;
    Ok(())
}

/// Every file of the site by its relative name, sorted.
fn names(dist: &Path) -> Result<Vec<String>> {
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
fn hash(dist: &Path, files: &[String]) -> Result<String> {
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
    for name in names(&dist())? {
        let part = match name.as_str() {
            name if FETCHED_LATER.iter().any(|part| name.starts_with(part)) => continue,
            name if name.starts_with("engine_cpu") => "CPU engine",
            // A visit begins in one lesson.
            name if name == format!("recorded/{FIRST_LESSON}.json") => "recorded run",
            name if name.starts_with("recorded/") => continue,
            name if name.starts_with("parts-") && name.ends_with(".wasm") => continue,
            _ => "page",
        };
        let content = std::fs::read(dist().join(&name))?;
        let sizes = parts.entry(part).or_default();
        sizes.0 += content.len();
        sizes.1 += brotli_size(&content)?;
    }
    println!("\n{:<45} {:>12} {:>12}", "what a first visit downloads", "bytes", "brotli");
    for (part, (plain, packed)) in &parts {
        println!("{part:<45} {plain:>12} {packed:>12}");
    }
    let packed = |part| parts.get(part).map_or(0, |sizes| sizes.1);
    let (page, all) = (packed("page"), packed("page") + packed("recorded run") + packed("CPU engine"));
    println!("{:<45} {:>12} {all:>12}   (goal {}, page {})", "before the first step", "", GOAL.0, GOAL.1);
    ensure!(
        all < LIMIT.0 && page < LIMIT.1,
        "the site has grown over its limit: {}, page {}",
        LIMIT.0,
        LIMIT.1
    );
    Ok(())
}

fn brotli_size(content: &[u8]) -> Result<usize> {
    // The level at which static hosts keep what they serve.
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(content)?;
    Ok(writer.into_inner().len())
}
