//! The lesson's page in the words of a journey: phases, figures, settings, tables.

use anyhow::{Context, Result, bail};

use crate::Browser;

/// The keys that WebDriver writes as characters.
const SELECT_ALL: &str = "\u{e009}a\u{e000}";
const TAB: &str = "\u{e004}";

impl Browser {
    /// Waits for a phase of the run.
    ///
    /// # Errors
    /// If it does not come in so many seconds.
    pub fn reach(&self, phase: &str, seconds: u64) -> Result<()> {
        self.wait_for(seconds, phase, &format!("document.getElementById('app').dataset.phase === '{phase}'"))
    }

    /// The ids of all lessons, in the order of the page's list.
    ///
    /// # Errors
    /// If the page does not answer.
    pub fn lessons(&self) -> Result<Vec<String>> {
        self.eval(
            "[...document.querySelectorAll('.lessons a')].map((link) => link.getAttribute('href').slice(2))",
        )
    }

    /// Waits until what stands in a lesson at first is there: its recorded run, its answers, its tables.
    ///
    /// # Errors
    /// If something of it does not come.
    pub fn see_lesson(&self, lesson: &str) -> Result<()> {
        let shown = "document.querySelector('[data-figure], [data-settled]') \
            && !document.querySelector('[data-settled=false], [data-done=false]')";
        // A model that comes with its recorded run stands at its end.
        let recorded = "!document.querySelector('[data-control=play]') \
            || ['recorded', 'finished'].includes(app.dataset.phase)";
        let is_open = format!("app.dataset.lesson === '{lesson}' && app.dataset.phase");
        self.wait_for(60, lesson, &format!("{is_open} && ({recorded}) && {shown}"))?;
        // What stands below comes some frames later.
        self.settle(
            "await [...Array(10)].reduce((last) => last.then(() => new Promise(requestAnimationFrame)), Promise.resolve()) && null",
        )
    }

    /// Steps done.
    ///
    /// # Errors
    /// If the page does not say.
    pub fn step(&self) -> Result<usize> {
        self.eval("Number(document.getElementById('app').dataset.step)")
    }

    /// `data-phase`, `data-engine`, …
    ///
    /// # Errors
    /// If the page does not say.
    pub fn state(&self, name: &str) -> Result<String> {
        self.eval_with("document.getElementById('app').dataset[arg]", name)
    }

    /// A figure in full precision.
    ///
    /// # Errors
    /// If it is not shown.
    pub fn metric(&self, name: &str) -> Result<f64> {
        self.eval_with("Number(document.querySelector(`[data-metric=\"${arg}\"]`).dataset.value)", name)
    }

    /// The keys of the notices shown.
    ///
    /// # Errors
    /// If the page does not answer.
    pub fn notices(&self) -> Result<Vec<String>> {
        self.eval("[...document.querySelectorAll('[data-notice]')].map((notice) => notice.dataset.notice)")
    }

    /// Waits for a notice.
    ///
    /// # Errors
    /// If it does not come.
    pub fn see_notice(&self, key: &str) -> Result<()> {
        self.wait(key, &format!("document.querySelector('[data-notice=\"{key}\"]')"))
    }

    /// The present value of a setting's control.
    ///
    /// # Errors
    /// If there is no such control.
    pub fn setting(&self, key: &str) -> Result<String> {
        self.eval_with(
            "(() => { const control = document.querySelector(`[data-setting=\"${arg}\"]`); \
              return control.value ?? control.querySelector('input:checked').value; })()",
            key,
        )
    }

    /// Sets a setting with its own control.
    ///
    /// # Errors
    /// If there is no such control, or it does not offer this value.
    pub fn set(&self, key: &str, value: &str) -> Result<()> {
        let selector = format!("[data-setting=\"{key}\"]");
        let tag: String = self.eval_with("document.querySelector(arg).tagName", selector.as_str())?;
        match tag.as_str() {
            "FIELDSET" => self.click(&format!("{selector} label:has(input[value=\"{value}\"])")),
            "SELECT" => self.click(&format!("{selector} option[value=\"{value}\"]")),
            "INPUT" => self.type_into(&selector, &format!("{SELECT_ALL}{value}{TAB}")),
            _ => bail!("{selector} is a {tag}"),
        }
    }

    /// Presses one of the page's buttons.
    ///
    /// # Errors
    /// If it can't be pressed.
    pub fn control(&self, name: &str) -> Result<()> {
        self.click(&format!("[data-control=\"{name}\"]"))
    }

    /// The numbers of one of the tables behind the figures, row by row, exactly as the page writes them.
    ///
    /// # Errors
    /// If the table can't be shown.
    pub fn table(&self, name: &str) -> Result<Vec<String>> {
        let shown = format!("document.querySelector('table[data-table=\"{name}\"]')?.offsetParent");
        if self.eval::<bool>(&format!("!({shown})"))? {
            self.control(&format!("{name}-table"))?;
        }
        self.wait("the table", &shown)?;
        let busy =
            format!("document.querySelector('table[data-table=\"{name}\"]').closest('[aria-busy]').ariaBusy");
        self.wait("its numbers", &format!("{busy} === 'false'"))?;
        self.eval_with(
            "[...document.querySelectorAll(`table[data-table=\"${arg}\"] [data-value]`)].map((cell) => cell.dataset.value)",
            name,
        )
    }

    /// Trains to the end and gives the loss of every step, exactly as the page writes them.
    ///
    /// # Errors
    /// If it does not get there.
    pub fn train(&self, seconds: u64) -> Result<Vec<String>> {
        self.control("play")?;
        self.reach("finished", seconds)?;
        self.table("loss")
    }

    /// What the link of the share dialog adds to the page's address; `weights` is `none`, `half` or `byte`.
    ///
    /// # Errors
    /// If the dialog gives none.
    pub fn link(&self, weights: &str) -> Result<String> {
        self.control("share")?;
        self.wait(
            "the share dialog",
            "document.querySelector('dialog[data-dialog=share][open] [name=weights]')",
        )?;
        self.click(&format!("label:has(input[name=weights][value={weights}])"))?;
        let carries = if weights == "none" { "!" } else { "" };
        self.wait(
            "the link",
            &format!("{carries}document.querySelector('[data-field=link]').value.includes('w=')"),
        )?;
        let link: String = self.eval("document.querySelector('[data-field=link]').value")?;
        self.eval::<serde_json::Value>("document.querySelector('dialog[data-dialog=share]').close()")?;
        let rest = link.strip_prefix(self.address()).with_context(|| format!("{link} leads elsewhere"))?;
        Ok(rest.to_owned())
    }
}
