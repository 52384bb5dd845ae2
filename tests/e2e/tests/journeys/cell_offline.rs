//! The cell without its engine.

use anyhow::Result;
use unroll_e2e::{Site, copy_of_site, journey_on};

use crate::offline::{Taken, UNKEPT};

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn an_engine_that_does_not_arrive_is_named_in_the_cell_and_comes_when_asked_again() -> Result<()> {
    let folder = copy_of_site()?;
    let site = Site::serve_folder(folder.path())?;
    journey_on(&site, &UNKEPT, |page| {
        let taken = Taken::from(page, folder.path(), "engine_cpu-", "engine_cpu_loader.js")?;
        page.visit("#/cell?lang=en")?;
        page.wait_for(
            60,
            "what went wrong",
            "document.querySelector('[data-bench-error=\"error.engine_blocked\"]')",
        )?;
        taken.give_back()?;
        page.control("open-again")?;
        page.see_lesson("cell")?;
        page.wait("no error", "!document.querySelector('[data-bench-error]')")
    })
}
