//! What an automated accessibility check finds: nothing serious.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use unroll_e2e::{Browser, Options, journey_with, workshop};

/// The checker's source, fetched from the package registry when a test first needs it.
fn axe() -> Result<String> {
    let workshop = workshop()?;
    let kept = workshop.join("axe-core");
    if !kept.is_dir() {
        // Whole or not at all: others may look for it meanwhile.
        let folder = tempfile::tempdir_in(&workshop)?;
        let packed = Command::new("npm")
            .args(["pack", "axe-core@4", "--silent"])
            .current_dir(folder.path())
            .output()
            .context("npm is missing; it fetches axe-core (Debian: apt-get install npm)")?;
        ensure!(
            packed.status.success(),
            "npm can't fetch axe-core: {}",
            String::from_utf8_lossy(&packed.stderr)
        );
        let archive = String::from_utf8(packed.stdout)?.trim().to_owned();
        let unpacked = Command::new("tar").args(["-xzf", &archive]).current_dir(folder.path()).status()?;
        ensure!(unpacked.success(), "can't unpack {archive}");
        let moved = std::fs::rename(folder.path().join("package"), &kept);
        ensure!(moved.is_ok() || kept.is_dir(), "can't move axe-core to {}", kept.display());
    }
    Ok(std::fs::read_to_string(kept.join("axe.min.js"))?)
}

/// Lays out what would wait until it came near, so that a check sees all of it.
fn lay_out(page: &Browser) -> Result<()> {
    page.eval::<u32>(
        "(() => { \
           const all = new CSSStyleSheet(); \
           all.replaceSync('* { content-visibility: visible !important }'); \
           return document.adoptedStyleSheets.push(all); \
         })()",
    )?;
    Ok(())
}

fn check(page: &Browser, axe: &str, what: &str) -> Result<()> {
    lay_out(page)?;
    page.eval_with::<Value>("(() => { (0, eval)(arg); return null; })()", axe)?;
    let found: Vec<String> = page.settle(
        "(await axe.run()).violations.filter(({ impact }) => impact === 'serious' || impact === 'critical') \
           .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).slice(0, 4).join(' ')}`)",
    )?;
    ensure!(found.is_empty(), "{what}:\n{}", found.join("\n"));
    // A message that is missing shows its key.
    let keys: Vec<String> =
        page.eval("document.body.innerText.match(/\\b[a-z_]+([.][a-z_]+){2,}\\b/g) ?? []")?;
    ensure!(keys.is_empty(), "{what}: no words for {}", keys.join(" "));
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn nothing_serious_keeps_a_reader_out() -> Result<()> {
    let axe = axe()?;
    for (dark, language) in [(false, "en"), (true, "zh")] {
        journey_with(&Options { dark, language, ..Options::default() }, |page| {
            page.visit("")?;
            page.reach("recorded", 20)?;
            page.table("loss")?;
            page.table("forecast")?;
            check(page, &axe, if dark { "dark" } else { "light" })?;
            page.control("share")?;
            page.wait(
                "the dialog",
                "document.querySelector('dialog[data-dialog=share][open] [name=weights]')",
            )?;
            check(page, &axe, "share dialog")?;
            for lesson in page.lessons()? {
                page.visit(&format!("#/{lesson}"))?;
                page.see_lesson(&lesson)?;
                page.eval::<Value>("document.querySelectorAll('main details').forEach((more) => { more.open = true; }) ?? null")?;
                check(page, &axe, &lesson)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
