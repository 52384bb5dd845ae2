//! The module as a program, in PyTorch and in Burn, to copy.

use leptos::prelude::*;
use unroll::lessons::cell::{ShapesQuestion, burn_code, pytorch_code};
use unroll::nn::RecurrentConfig;

use crate::clipboard;
use crate::i18n::{tr, tr_args};

/// Both programs side by side.
#[component]
pub fn Programs(
    /// The module and the batch.
    asked: Memo<ShapesQuestion>,
) -> impl IntoView {
    let written = move |write: fn(&RecurrentConfig, usize, usize) -> String| {
        Memo::new(move |_| asked.with(|asked| write(&asked.module, asked.batch_size, asked.seq_length)))
    };
    view! {
        <div class="shapes-part">
            <h3>{move || tr("cell.shapes.programs")}</h3>
            <div class="shapes-programs">
                <Program name="pytorch" code=written(pytorch_code)/>
                <Program name="burn" code=written(burn_code)/>
            </div>
        </div>
    }
}

#[component]
fn Program(
    /// `cell.shapes.program.<name>` in the catalogues.
    name: &'static str,
    /// The program.
    code: Memo<String>,
) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    Effect::new(move |_| {
        code.with(|_| ());
        copied.set(None);
    });
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            let done = clipboard::copy(&code.get_untracked()).await;
            copied.set(Some(done));
        });
    };
    let title = move || tr(&format!("cell.shapes.program.{name}"));
    let said = move || copied.get().map(|done| tr(if done { "share.copied" } else { "notebook.not_copied" }));
    view! {
        <div class="shapes-program">
            <div class="shapes-program-head">
                <h4>{title}</h4>
                <span class="soft" role="status" aria-live="polite">{said}</span>
                <button type="button" class="panel-button" data-control=format!("copy-{name}")
                    aria-label=move || tr_args("cell.shapes.copy", &[("program", title())])
                    on:click=copy
                >{move || tr("share.copy")}</button>
            </div>
            <pre class="shapes-code" tabindex="0" role="region" aria-label=title data-code=name
            ><code>{move || code.get()}</code></pre>
        </div>
    }
}
