//! Models that write: the shipped one at once, one that is trained here, texts of the reader's own.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use unroll_e2e::{Browser, Options, journey, journey_with};

/// The continuations as they stand on the page, without their prompts.
const WRITTEN: &str = "[...document.querySelectorAll('.continuation')].map((text) => \
    [...text.querySelectorAll('.token')].map((token) => token.textContent).join(''))";
const DONE: &str = "document.querySelector('[data-figure=written]')?.dataset.done === 'true' \
    && document.querySelectorAll('.token').length > 0";
/// Words, as the catalogue has them, of what could not be used.
const REFUSED: &str = "document.querySelector('#own-error').textContent.trim()";

/// Gives a file of so many copies of a text, in bytes, to the page.
pub fn give_file(page: &Browser, field: &str, name: &str, hex: &str, copies: usize) -> Result<()> {
    page.eval_with::<Value>(
        "(() => { const piece = new Uint8Array((arg.hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16))); \
         const files = new DataTransfer(); \
         files.items.add(new File(Array(arg.copies).fill(piece), arg.name)); \
         const field = document.querySelector(`[data-field=${arg.field}]`); field.files = files.files; \
         field.dispatchEvent(new Event('change', { bubbles: true })); return null; })()",
        json!({ "field": field, "name": name, "hex": hex, "copies": copies }),
    )?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Waits until a text is said to be refused; its message.
fn refusal(page: &Browser) -> Result<String> {
    page.wait_for(60, "a refusal", &format!("{REFUSED}.length > 0"))?;
    page.eval(REFUSED)
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_shipped_model_writes_at_once_and_the_same_for_everybody() -> Result<()> {
    const LINK: &str =
        "#/novel?lang=zh&prompt=%E5%B0%8F%E6%BB%A1%E8%AF%B4&length=40&continuations=2&sample_seed=7";
    let written = |page: &mut Browser| -> Result<Vec<String>> {
        page.visit(LINK)?;
        page.wait_for(60, "two continuations", DONE)?;
        page.eval(WRITTEN)
    };
    let mut first = Vec::new();
    journey(|page| {
        first = written(page)?;
        ensure!(first.len() == 2 && first[0] != first[1], "{first:?}");
        ensure!(first.iter().all(|text| text.chars().count() == 40), "{first:?}");
        let prompt: String = page.eval("document.querySelector('.continuation .prompt').textContent")?;
        ensure!(prompt == "小满说", "{prompt}");
        ensure!(page.state("phase")? == "finished", "the recorded run is still shown");
        ensure!(page.metric("holdout_perplexity")? > 1.0);
        // What else a token might have been.
        page.click(".continuation .token[data-token='3']")?;
        page.wait(
            "its alternatives",
            "document.querySelector('[data-figure=alternatives]').textContent.includes('%')",
        )?;
        // Always the most probable one: the same whatever the seed.
        page.click(".writer-settings summary")?;
        page.set("continuations", "1")?;
        page.set("strategy", "greedy")?;
        page.control("write")?;
        page.wait_for(
            60,
            "one continuation",
            &format!("{DONE} && document.querySelectorAll('.continuation').length === 1"),
        )?;
        let greedy: Vec<String> = page.eval(WRITTEN)?;
        page.set("strategy", "beam")?;
        page.set("continuations", "3")?;
        page.control("write")?;
        page.wait_for(
            60,
            "three continuations",
            &format!("{DONE} && document.querySelectorAll('.continuation').length === 3"),
        )?;
        ensure!(greedy[0].chars().count() == 40);
        page.wait("the address", "location.hash.includes('strategy=beam')")?;
        // Its hidden units while it reads that.
        page.type_into("[data-field=inside-word]", "小满")?;
        page.control("look-inside")?;
        page.wait_for(
            60,
            "the units",
            "document.querySelectorAll('[data-figure=hidden-units] ol li').length === 24 \
             && /单元 \\d+ 跟着“名字”/.test(document.querySelector('[data-figure=followers]').textContent)",
        )
    })?;
    // A fresh profile; and the other story's model.
    journey(|page| {
        let again = written(page)?;
        ensure!(again == first, "{again:?} {first:?}");
        page.click("[data-preset=tale]")?;
        page.wait_for(
            60,
            "English",
            &format!("{DONE} && /^[ -~\\n]+$/.test(document.querySelector('.continuation').textContent)"),
        )?;
        ensure!(page.state("phase")? == "finished" && page.setting("text")? == "tale");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_model_is_trained_writes_meanwhile_and_goes_on_where_it_was_after_a_reload() -> Result<()> {
    const SETTINGS: &str =
        "backend=cpu&hidden_size=64&steps=60&examine_every=20&batch_size=8&length=30&workers=1";
    journey(|page| {
        page.visit(&format!("#/novel?{SETTINGS}"))?;
        page.control("play")?;
        page.wait_for(60, "some steps", "Number(app.dataset.step) > 5")?;
        page.control("write")?;
        page.wait_for(60, "a continuation", DONE)?;
        page.reach("finished", 120)?;
        let losses = page.table("loss")?;
        ensure!(losses.len() == 60, "{}", losses.len());
        let steps: Vec<String> = page.eval(
            "[...document.querySelectorAll('[data-figure=scroll] li')].map((row) => row.dataset.step)",
        )?;
        ensure!(steps == ["60", "40", "20", "0"], "{steps:?}");

        // In slow motion: the run is to be stopped in its middle.
        page.visit(&format!("#/novel?{SETTINGS}&seed=1&speed=20"))?;
        page.control("reset")?;
        page.control("play")?;
        page.wait_for(60, "some steps", "Number(app.dataset.step) > 20")?;
        page.control("play")?;
        page.reach("paused", 60)?;
        let kept = page.step()?;
        page.settle::<Value>(
            "new Promise((resolve) => { const look = () => { const open = indexedDB.open('unroll'); \
             open.onsuccess = () => { const read = open.result.transaction('sessions').objectStore('sessions').get('novel'); \
             read.onsuccess = () => { open.result.close(); \
             const header = new TextDecoder().decode((read.result?.[2] ?? new Uint8Array()).slice(0, 8192)); \
             if (header.includes(`\"step\":\"${app.dataset.step}\"`)) resolve(null); else requestAnimationFrame(look); }; }; }; \
             look(); })",
        )?;
        page.reload()?;
        page.reach("paused", 60)?;
        ensure!(page.step()? == kept, "{} instead of {kept}", page.step()?);
        page.control("play")?;
        page.reach("finished", 120)?;
        ensure!(page.table("loss")? == losses, "the same losses, bit for bit");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn on_the_shipped_story_a_network_soon_predicts_better_than_counted_pairs() -> Result<()> {
    journey(|page| {
        page.visit("#/novel?backend=cpu&dropout=0&steps=400&examine_every=200")?;
        page.control("play")?;
        // The longest run of all journeys: a slow machine gets twice the longest wait.
        page.wait_for(170, "half of the steps", "Number(app.dataset.step) >= 200")?;
        page.reach("finished", 170)?;
        // The last row: counted tokens, counted pairs, training text, held-out text.
        let values = page.table("perplexity")?;
        let last: Vec<f64> =
            values[values.len() - 4..].iter().map(|value| value.parse()).collect::<Result<_, _>>()?;
        let [unigram, bigram, train, holdout] = last[..] else { anyhow::bail!("{last:?}") };
        ensure!(unigram > bigram && train < holdout, "{last:?}");
        ensure!(holdout < 0.9 * bigram, "{last:?}");
        ensure!((page.metric("holdout_perplexity")? - holdout).abs() < 1e-6 * holdout);
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_books_model_learns_words_and_writes_them() -> Result<()> {
    const LINK: &str = "#/novel?lang=zh&backend=cpu&kind=many_to_one&tokens=words&embedding_dim=16&hidden_size=16\
        &linear_size=32&seq_length=10&batch_size=16&steps=20&examine_every=10&balance=1&length=12\
        &prompt=%E5%B0%8F%E6%BB%A1%E8%AF%B4%E9%BD%89";
    journey(|page| {
        page.visit(LINK)?;
        page.control("play")?;
        page.reach("finished", 120)?;
        page.control("write")?;
        page.wait_for(60, "a continuation", DONE)?;
        ensure!(page.eval::<usize>("document.querySelectorAll('.token').length")? == 12);
        let about: String = page.eval("document.querySelector('.writer').innerText")?;
        ensure!(about.contains("没见过：齉"), "{about}");
        page.wait(
            "the words of the text",
            "document.querySelector('[data-figure=text-facts]').textContent.includes('词元')",
        )
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn own_texts_are_read_kept_renamed_and_deleted() -> Result<()> {
    // 山里的清晨很静。 in GBK, with an end of line of DOS.
    const LINE: &str = "c9bdc0efb5c4c7e5b3bfbadcbeb2a1a30d0a";
    journey(|page| {
        page.visit("#/novel?lang=en")?;
        page.wait_for(60, "the panel", "document.querySelector('[data-field=file]')")?;
        for (name, bytes, says) in [
            ("empty.txt", String::new(), "the text is empty"),
            ("word.txt", hex(b"word"), "5 tokens"),
            ("binary.bin", "00010203fffe0000".repeat(8), "not text"),
        ] {
            give_file(page, "file", name, &bytes, 1)?;
            let message = refusal(page)?;
            ensure!(message.to_lowercase().contains(says), "{name}: {message}");
        }
        give_file(page, "file", "huge.txt", &hex(&[b'a'; 1 << 10]), 200 << 10)?;
        let message = refusal(page)?;
        // Megabytes, as files are counted.
        ensure!(message.contains("209.8 MB") && message.contains("33.5"), "{message}");

        // 3 MB.
        give_file(page, "file", "山里.txt", LINE, 3_000_000 / (LINE.len() / 2))?;
        page.wait_for(
            120,
            "the text in use",
            "document.querySelector('[data-figure=text-in-use]').textContent.includes('山里.txt') \
             && document.querySelector('[data-figure=text-facts]').textContent.includes('GB18030')",
        )?;
        let preview: String = page.eval("document.querySelector('.preview').textContent")?;
        ensure!(preview.starts_with("山里的清晨很静。\n山里"), "{preview}");
        page.type_into("[data-figure=library] input", "\u{e009}a\u{e000}清晨\u{e004}")?;
        page.wait("the new name", "document.querySelector('[data-figure=library] input').value === '清晨'")?;
        page.set("steps", "3")?;
        page.control("play")?;
        page.reach("finished", 120)?;

        page.reload()?;
        page.wait("the shelf", "document.querySelector('[data-figure=library] input')?.value === '清晨'")?;
        // It asks first.
        page.control("delete-kept")?;
        page.wait(
            "the question",
            "document.querySelector('[data-control=delete-kept]').dataset.asked === 'true'",
        )?;
        ensure!(page.eval::<bool>("!!document.querySelector('[data-figure=library] li')")?);
        page.control("delete-kept")?;
        page.wait("an empty shelf", "!document.querySelector('[data-figure=library] li')")?;

        // 10 MB.
        const SENTENCE: &[u8] = b"The lamp was lit at nine.\n";
        give_file(page, "file", "lamp.txt", &hex(SENTENCE), 10_000_000 / SENTENCE.len() + 1)?;
        page.wait_for(
            120,
            "the long text in use",
            "document.querySelector('[data-figure=text-in-use]').textContent.includes('lamp.txt') \
             && document.querySelector('[data-figure=text-facts]').textContent.includes('10000016')",
        )?;
        page.set("steps", "2")?;
        page.control("play")?;
        page.reach("finished", 120)
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_link_brings_a_model_and_what_it_is_to_write() -> Result<()> {
    journey(|page| {
        page.visit("#/novel?lang=zh&prompt=The%20lead&length=30&strategy=greedy&model=.%2Fpretrained%2Ftale.safetensors")?;
        page.wait_for(60, "a continuation", DONE)?;
        let written: Vec<String> = page.eval(WRITTEN)?;
        ensure!(written.len() == 1 && written[0].is_ascii() && written[0].len() == 30, "{written:?}");
        // The settings are the model's, the wish is the link's.
        ensure!(page.setting("text")? == "tale" && page.setting("hidden_size")? == "256");
        page.wait("the address", "location.hash.includes('model=') && location.hash.includes('prompt=')")?;
        page.visit("#/novel?lang=en&model=.%2Fpretrained%2Fnone.safetensors")?;
        page.see_notice("error.unreachable")?;
        page.expect("404");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_model_file_goes_out_and_comes_back() -> Result<()> {
    journey(|page| {
        page.visit("#/novel?backend=cpu&hidden_size=32&steps=10&batch_size=4&length=20&lang=en")?;
        page.control("play")?;
        page.reach("finished", 60)?;
        page.control("write")?;
        page.wait_for(60, "a continuation", DONE)?;
        let written: Vec<String> = page.eval(WRITTEN)?;
        page.eval::<Value>(
            "(() => { const save = URL.createObjectURL; URL.createObjectURL = (blob) => { window.saved = blob; \
             return save.call(URL, blob); }; return null; })()",
        )?;
        page.control("export-model")?;
        page.wait("the file", "window.saved")?;
        page.eval::<Value>(
            "(() => { const files = new DataTransfer(); files.items.add(new File([window.saved], 'm.safetensors')); \
             const field = document.querySelector('[data-field=model]'); field.files = files.files; \
             window.count = document.querySelectorAll('table[data-notebook] tr[data-run]').length; \
             field.dispatchEvent(new Event('change', { bubbles: true })); return null; })()",
        )?;
        page.wait_for(60, "the opened model", "app.dataset.phase === 'paused' && app.dataset.step === '10'")?;
        page.control("write")?;
        page.wait_for(60, "a continuation", DONE)?;
        let again: Vec<String> = page.eval(WRITTEN)?;
        ensure!(again == written, "{again:?} {written:?}");
        page.type_into("[data-field=model-address]", "https://example.org/m.safetensors")?;
        page.control("copy-model-link")?;
        page.wait(
            "a word about it",
            "document.querySelector('.model-files [role=status]').textContent.length > 0",
        )
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn an_engine_that_dies_and_a_disk_that_is_full_lose_nothing() -> Result<()> {
    const SETTINGS: &str =
        "#/novel?backend=cpu&hidden_size=32&steps=40&examine_every=20&batch_size=8&workers=1&lang=en";
    // The page's workers can be reached; the database takes nothing once it is told so.
    let fragile = Options {
        before_page: Some(
            "window.workers = []; const Whole = Worker; \
             window.Worker = class extends Whole { constructor(...all) { super(...all); workers.push(this); } }; \
             const put = IDBObjectStore.prototype.put; \
             IDBObjectStore.prototype.put = function (...all) { \
               if (window.diskIsFull) throw new DOMException('the disk is full', 'QuotaExceededError'); \
               return put.apply(this, all); };",
        ),
        ..Options::default()
    };
    journey_with(&fragile, |page| {
        page.visit(SETTINGS)?;
        let whole = page.train(120)?;
        // In slow motion: the engine is to die in the middle of the run.
        page.visit(&format!("{SETTINGS}&speed=20"))?;
        page.control("reset")?;
        page.control("play")?;
        page.wait_for(60, "some steps", "Number(app.dataset.step) > 10")?;
        page.control("play")?;
        page.reach("paused", 60)?;
        page.control("play")?;
        page.reach("training", 60)?;
        page.eval::<Value>(
            "(() => { workers.forEach((worker) => worker.dispatchEvent(new ErrorEvent('error', { message: 'gone' }))); \
             return null; })()",
        )?;
        page.see_notice("notice.engine_restarted")?;
        page.reach("finished", 120)?;
        ensure!(page.table("loss")? == whole, "the run goes on from its last snapshot, bit for bit");

        page.eval::<Value>("(window.diskIsFull = true, null)")?;
        page.set("seed", "2")?;
        page.control("play")?;
        page.see_notice("notice.storage_full")?;
        page.reach("finished", 120)?;
        let text = "The lamp was lit. ".repeat(100);
        give_file(page, "file", "lamp.txt", &hex(text.as_bytes()), 1)?;
        page.see_notice("notice.text_full")?;
        page.wait(
            "the text in use",
            "document.querySelector('[data-figure=text-in-use]').textContent.includes('lamp.txt')",
        )
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_gpu_that_is_lost_costs_only_the_last_steps() -> Result<()> {
    journey_with(&Options { webgpu: true, ..Options::default() }, |page| {
        page.visit(
            "#/novel?backend=webgpu&hidden_size=16&embedding_dim=8&seq_length=8&batch_size=4&steps=300\
             &examine_every=100&lang=en",
        )?;
        page.control("play")?;
        page.wait_for(
            170,
            "some steps on the GPU",
            "Number(app.dataset.step) > 3 && app.dataset.engine === 'webgpu'",
        )?;
        page.control("play")?;
        page.reach("paused", 60)?;
        let kept = page.table("loss")?;
        page.control("play")?;
        page.reach("training", 60)?;
        page.devtools("Browser.crashGpuProcess", json!({}))?;
        page.see_notice("notice.engine_restarted")?;
        page.reach("finished", 170)?;
        let all = page.table("loss")?;
        ensure!(
            all.len() == 300 && all[..kept.len()] == kept[..],
            "what was trained before the pause is still there"
        );
        ensure!(page.state("engine")? == "cpu");
        Ok(())
    })
}
