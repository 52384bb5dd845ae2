//! Inside the cell: every number on the page is the engine's, and everything can be reached without a mouse.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use unroll::lessons::LESSONS;
use unroll::lessons::cell::config::{LESSON, gradients_question, steps_question};
use unroll::lessons::cell::{Answer, Question, answer};
use unroll::settings::Form;
use unroll_e2e::{Browser, journey};

/// Waits until a section shows what the engine answered to the present settings.
fn settled(page: &Browser, bench: &str) -> Result<()> {
    page.wait_for(
        60,
        bench,
        &format!("document.querySelector('[data-bench={bench}]')?.dataset.settled === 'true'"),
    )
}

/// What the engine answers here to what the page asks there.
fn native(question: &Question) -> Result<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime
        .block_on(answer(question, &burn::tensor::Device::flex()))
        .map_err(|error| anyhow::anyhow!("the engine refuses: {error}"))
}

fn form(pairs: &[(&str, &str)]) -> Form {
    Form::read(&LESSON.all_settings(), pairs.iter().copied()).0
}

fn near(what: &str, shown: f64, right: f64) -> Result<()> {
    ensure!(
        (shown - right).abs() <= 1e-5 * right.abs().max(1e-6) + 1e-6 * right.abs().min(1.0),
        "{what}: {shown}, not {right}"
    );
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn every_number_of_the_live_cell_is_the_engines() -> Result<()> {
    const WIRES: &str = "[...document.querySelectorAll('[data-figure=cell] [data-wire]')].map((text) => \
        [text.dataset.wire, Number(text.dataset.unit), Number(text.dataset.value)])";
    journey(|page| {
        for cell in ["lstm", "gru", "gru_reset_before", "rnn_tanh"] {
            let pairs = [("live_cell", cell), ("live_hidden", "2"), ("live_seed", "5")];
            page.visit(&format!("#/cell?live_cell={cell}&live_hidden=2&live_seed=5"))?;
            page.wait_for(
                60,
                cell,
                &format!("document.querySelector('[data-figure=cell]')?.dataset.cell === '{cell}'"),
            )?;
            settled(page, "live")?;
            let Answer::Steps(steps) = native(&steps_question(&form(&pairs)).context("a sequence")?)? else {
                anyhow::bail!("another answer")
            };
            for step in [0, 3] {
                page.click(&format!(".unrolled-step[data-step='{step}']"))?;
                page.wait(
                    "the step",
                    &format!("document.querySelector('[data-figure=cell]').dataset.at === '{step}'"),
                )?;
                let wires: Vec<(String, usize, f64)> = page.eval(WIRES)?;
                ensure!(wires.len() >= 6, "{wires:?}");
                for (wire, unit, shown) in wires.iter().filter(|(wire, ..)| wire != "x") {
                    let right = match wire.strip_suffix('-') {
                        Some(_) if step == 0 => Some(0.0),
                        Some(state) => steps.wire(state, 2, step - 1, *unit),
                        None => steps.wire(wire, 2, step, *unit),
                    };
                    near(wire, *shown, right.with_context(|| format!("no wire {wire}"))?.into())?;
                }
            }
        }
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_gate_speaks_and_is_held_from_the_keyboard() -> Result<()> {
    journey(|page| {
        page.visit("#/cell?lang=en")?;
        settled(page, "live")?;
        page.eval::<Value>("(() => { document.querySelector('[data-gate=f]').focus(); return null; })()")?;
        let said: String = page.eval("document.activeElement.textContent")?;
        ensure!(said.starts_with("Forget gate f σ 0."), "{said}");
        page.wait("its formula", "document.querySelector('.gate-panel h3').textContent === 'Forget gate'")?;
        let sum: f64 =
            page.eval("Number(document.querySelector('[data-formula=\"0\"] [data-sum]').dataset.sum)")?;
        let gate =
            "Number(document.querySelector('[data-formula=\"0\"] [data-gate-value]').dataset.gateValue)";
        near("σ of the sum", page.eval(gate)?, 1.0 / (1.0 + (-sum).exp()))?;
        // Held open, and the input gate shut: c stays what it was.
        page.click("[data-pin=f1open]")?;
        page.wait("an open gate", &format!("{gate} === 1"))?;
        page.click("[data-choose-gate=i]")?;
        page.click("[data-pin=i1shut]")?;
        page.wait("a shut gate", &format!("{gate} === 0"))?;
        page.wait(
            "c at rest",
            "Number(document.querySelector('[data-figure=cell] [data-wire=c]').dataset.value) === 0",
        )?;
        page.wait(
            "the link",
            "decodeURIComponent(location.hash).replace('+ ', '+%20').includes('live_pins')",
        )?;
        // The input is dragged, and the numbers follow.
        let h = "document.querySelector('[data-figure=cell] [data-wire=h][data-unit=\"1\"]').dataset.value";
        let before: String = page.eval(h)?;
        page.eval::<Value>(
            "(() => { const slider = document.querySelector('[data-input=\"0\"]'); slider.value = '2.5'; \
             slider.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
        )?;
        page.wait("another state", &format!("{h} !== '{before}'"))?;
        // A sequence that can't be read is named; the last one stays.
        page.type_into("[data-setting=live_sequence]", "; x7")?;
        page.wait(
            "a message",
            "document.querySelector('[data-bench=live] .bench-error')?.textContent.includes('x7')",
        )?;
        ensure!(
            page.eval::<usize>("document.querySelectorAll('[data-figure=cell] [data-wire]').length")? > 20
        );
        // Both forms are one function.
        let counts: Vec<usize> = page
            .eval("['split', 'joined'].map((form) => Number(document.querySelector(`[data-count=${form}]`).textContent))")?;
        ensure!(counts == [84, 72], "{counts:?}");
        let difference: f64 =
            page.eval("Number(document.querySelector('[data-figure=same-function]').dataset.difference)")?;
        ensure!(difference < 1e-6);
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn shapes_and_counts_follow_the_settings() -> Result<()> {
    let shape = |name: &str| format!("document.querySelector('[data-shape={name}]').textContent");
    journey(|page| {
        page.visit("#/cell?lang=zh")?;
        settled(page, "shapes")?;
        let count = "Number(document.querySelector('[data-figure=parameter-count]').dataset.value)";
        ensure!(page.eval::<usize>(count)? == 960);
        ensure!(page.eval::<String>(&shape("output"))? == "torch.Size([32, 4, 10])");
        page.set("shape_cell", "gru")?;
        page.set("bidirectional", "on")?;
        page.wait("two directions", &format!("{count} === 1440"))?;
        ensure!(page.eval::<String>(&shape("output"))? == "torch.Size([32, 4, 20])");
        ensure!(page.eval::<String>(&shape("h_n"))? == "torch.Size([2, 32, 10])");
        page.wait(
            "three comparisons",
            "[...document.querySelectorAll('[data-check]')].map((row) => row.dataset.holds).join() === 'true,false,true'",
        )?;
        ensure!(page.eval::<bool>("document.querySelector('[data-agree]').dataset.agree === 'true'")?);
        for (code, class) in [("pytorch", "torch.nn.GRU"), ("burn", "BiGruConfig::new(12, 10, true)")] {
            let program: String =
                page.eval(&format!("document.querySelector('[data-code={code}]').textContent"))?;
            ensure!(program.contains(class), "{program}");
        }
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn every_arrangement_is_practised_and_works() -> Result<()> {
    journey(|page| {
        for word in ["one_to_one", "one_to_many", "many_to_one", "aligned", "delayed"] {
            page.visit(&format!("#/cell?use={word}"))?;
            page.wait_for(
                60,
                word,
                &format!(
                    "document.querySelector('[data-figure=uses]')?.dataset.arrangement === '{word}' \
                     && [...document.querySelectorAll('[data-use-output]')].length > 0 \
                     && [...document.querySelectorAll('[data-use-output]')].every((text) => text.dataset.value)"
                ),
            )?;
            let off: f64 = page.eval(
                "Math.max(...[...document.querySelectorAll('[data-use-output]')].map((text) => Math.abs( \
                 Number(text.dataset.value) - Number(text.parentElement.querySelector('.truth').textContent.replace('−', '-')))))",
            )?;
            ensure!(off < 0.4, "{word}: {off}");
        }
        let output = "document.querySelector('[data-use-output=\"0\"]').dataset.value";
        let before: String = page.eval(output)?;
        page.eval::<Value>(
            "(() => { const slider = document.querySelector('[data-use-input=\"2\"]'); slider.value = '-0.9'; \
             slider.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
        )?;
        page.wait("another output", &format!("{output} && {output} !== '{before}'"))
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn gradients_through_time_are_the_engines() -> Result<()> {
    const NORMS: &str = "[...document.querySelectorAll('[data-gradients]')].map((panel) => [panel.dataset.gradients, \
        panel.dataset.verdict, [...panel.querySelectorAll('[data-of=h]')].map((cell) => cell.dataset.norm === 'inf' ? -1 : Number(cell.dataset.norm))])";
    journey(|page| {
        let mut verdicts = Vec::new();
        for pairs in [
            &[][..],
            &[("keep_bias", "4"), ("time_steps", "60")],
            &[("weight_scale", "4"), ("time_steps", "60")],
        ] {
            let query: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
            page.visit(&format!("#/cell?{}", query.join("&")))?;
            let steps = pairs.iter().find(|(key, _)| *key == "time_steps").map_or("30", |(_, value)| value);
            page.wait_for(
                60,
                "the gradients",
                &format!("document.querySelectorAll('[data-gradients=lstm] [data-of=c]').length === {steps}"),
            )?;
            settled(page, "gradients")?;
            let Answer::Gradients(cells) = native(&gradients_question(&form(pairs)))? else {
                anyhow::bail!("another answer")
            };
            let shown: Vec<(String, String, Vec<f64>)> = page.eval(NORMS)?;
            ensure!(shown.len() == 4);
            for (cell, (name, verdict, norms)) in cells.iter().zip(&shown) {
                ensure!(cell.cell.word() == name && cell.hidden.len() == norms.len(), "{name}");
                for (right, norm) in cell.hidden.iter().zip(norms) {
                    // What has overflowed is written as inf; sums of squares are in another order.
                    let both_infinite = right.is_infinite() && *norm == -1.0;
                    ensure!(
                        both_infinite || (right - norm).abs() <= 1e-3 * right.abs() + 1e-25,
                        "{name}: {norm}, not {right}"
                    );
                }
                verdicts.push(format!("{name} {verdict}"));
            }
            if pairs.is_empty() {
                let clipping = "document.querySelector('[data-figure=clipping]').dataset";
                let [norm, clipped]: [f64; 2] =
                    page.eval(&format!("[Number({clipping}.norm), Number({clipping}.clipped)]"))?;
                ensure!(norm > 1.0 && (clipped - 1.0).abs() < 1e-3, "{norm} {clipped}");
            }
        }
        let said = |words: &str| verdicts.iter().any(|verdict| verdict == words);
        ensure!(said("rnn_tanh vanishes") && said("rnn_relu explodes") && said("gru stays"), "{verdicts:?}");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_gates_of_a_model_trained_in_another_lesson_are_shown() -> Result<()> {
    let columns = "document.querySelectorAll('[data-figure=gates] .heat-columns li').length";
    journey(|page| {
        page.visit("#/airline?epochs=50&lang=en")?;
        page.control("play")?;
        page.reach("finished", 60)?;
        page.click("nav.lessons a[href='#/cell']")?;
        page.wait_for(60, "a model", "document.querySelector('[data-control=watch]')?.disabled === false")?;
        page.control("watch")?;
        page.wait_for(60, "twelve years", &format!("{columns} === 12"))?;
        let vectors: Vec<String> = page.eval(
            "[...document.querySelectorAll('[data-switch^=vector-]')].map((button) => button.textContent)",
        )?;
        ensure!(vectors == ["i", "f", "g", "o", "c", "h"], "{vectors:?}");
        page.click("[data-switch=vector-f]")?;
        page.click("[data-switch=order-mean]")?;
        let first = "document.querySelector('[data-figure=gates] [data-row=\"0\"]').textContent";
        page.wait("forget gates", &format!("{first}.startsWith('f ')"))?;
        page.click("[data-figure=gates] [data-row='3']")?;
        let unit: String = page.eval(
            "document.querySelector('[data-figure=gates] [data-row=\"3\"]').textContent.split(' ')[1]",
        )?;
        page.wait(
            "its trace",
            &format!("document.querySelector('[data-figure=trace] h3').textContent.includes('Unit {unit}')"),
        )?;
        // A model that is shipped is fetched when it is asked for.
        let writes = LESSONS.into_iter().find(|lesson| lesson.needs_corpus()).context("no lesson writes")?;
        page.visit(&format!("#/cell?gates_of={}&passage=%E5%B0%8F%E6%BB%A1%E8%AF%B4%EF%BC%9A%E2%80%9C%E8%B5%B0%E3%80%82%E2%80%9D&lang=zh", writes.id))?;
        page.wait_for(
            60,
            "the shipped model",
            "document.querySelector('[data-control=watch]')?.disabled === false",
        )?;
        page.control("watch")?;
        page.wait_for(60, "eight characters", &format!("{columns} === 8"))
    })
}

/// A slider that were made anew at every number would stop after the first move.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_slider_follows_the_hand_to_the_end_of_a_drag() -> Result<()> {
    journey(drag_the_sliders)
}

fn drag_the_sliders(page: &mut Browser) -> Result<()> {
    page.visit("#/cell?lang=en")?;
    page.see_lesson("cell")?;
    // The number that the sequence has at the step that is shown, which is the second.
    let number = |index: usize| {
        format!(
            "Number(document.querySelector('[data-setting=live_sequence]').value.split(';')[1].trim().split(' ')[{index}])"
        )
    };
    let used = "Number(document.querySelector(\"[data-use-input='1']\").value)".to_owned();
    for (slider, seen) in
        [("[data-input='0']", number(0)), ("[data-input='1']", number(1)), ("[data-use-input='1']", used)]
    {
        let values = page.drag(slider, 8, &seen)?;
        ensure!(values.is_sorted_by(|before, after| before < after), "{slider} stops: {values:?}");
    }
    Ok(())
}

/// In browsers that draw and drag in other ways.
mod engines {
    use anyhow::Result;

    use crate::engines::{OTHERS, journey_in};

    #[test]
    #[ignore = "needs the built site and a browser: cargo xtask test runs it"]
    fn a_slider_follows_the_hand() -> Result<()> {
        OTHERS.into_iter().try_for_each(|engine| journey_in(engine, super::drag_the_sliders))
    }
}
