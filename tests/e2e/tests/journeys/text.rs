//! The text lab: the book's table, other tokens, files in other encodings, and the way back.

use anyhow::{Result, ensure};
use serde_json::Value;
use unroll_e2e::{Browser, Options, journey, journey_with};

/// The numbers of the table, row by row.
const TABLE: &str = "[...document.querySelectorAll('[data-figure=table] tr')].map((row) => \
    [...row.cells].map((cell) => Number(cell.firstChild.textContent)))";
const SETTLED: &str = "document.querySelector('.lab-section')?.dataset.settled === 'true' \
    && document.querySelectorAll('[data-figure=tokens] .chip').length > 0";

fn count(page: &Browser, name: &str) -> Result<usize> {
    page.eval_with("Number(document.querySelector(`[data-count=\"${arg}\"]`).dataset.value)", name)
}

/// Puts a file into the file field, as the browser does when the reader has chosen one.
fn give_file(page: &Browser, name: &str, hex: &str) -> Result<()> {
    page.eval_with::<Value>(
        "(() => { const bytes = new Uint8Array(arg.hex.match(/../g).map((pair) => parseInt(pair, 16))); \
         const files = new DataTransfer(); files.items.add(new File([bytes], arg.name)); \
         const field = document.querySelector('[data-field=text-file]'); field.files = files.files; \
         field.dispatchEvent(new Event('change', { bubbles: true })); return null; })()",
        serde_json::json!({ "name": name, "hex": hex }),
    )?;
    Ok(())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_books_sentences_become_its_table_and_every_choice_shows() -> Result<()> {
    journey(|page| {
        page.visit("#/text?lang=zh")?;
        page.wait_for(60, "the sentences cut", SETTLED)?;
        let table: Vec<Vec<usize>> = page.eval(TABLE)?;
        ensure!(table == [[2, 4, 6, 3], [0, 10, 5, 8], [2, 7, 9, 3], [2, 4, 1, 1]], "{table:?}");
        ensure!(count(page, "unknown")? == 2, "words without a number");
        page.set("tokenizer", "characters")?;
        page.wait("characters", "document.querySelector('[data-count=tokens]').dataset.value === '25'")?;
        page.wait("the address", "location.hash.includes('tokenizer=characters')")?;
        page.reload()?;
        page.wait_for(
            60,
            "the same again",
            "document.querySelector('[data-count=tokens]')?.dataset.value === '25'",
        )?;
        page.click(".lessons a[href='#/airline']")?;
        page.wait("the other lesson", "app.dataset.lesson === 'airline'")?;
        page.reach("recorded", 60)?;
        page.eval::<Value>("history.back() ?? null")?;
        page.wait("the lab again", &format!("app.dataset.lesson === 'text' && {SETTLED}"))
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn files_in_other_encodings_are_read_and_what_is_no_text_is_refused() -> Result<()> {
    // Two sentences in GBK, with the ends of lines of DOS.
    const GBK: &str = "c9bdc0efb5c4ceedc6f8badcd6d8a3accbfbd2bbb8f6c8cbd7dfd4dacaafb0e5c2b7c9cfa1a30d0a\
        c2b7b1dfb5c4b2e8b9ddbbb9c3bbd3d0bfaac3c5a3acd6bbd3d0d2bbd6bbbbc6b9b7c5bfd4dacca8bdd7c9cfb4f2edefa1a30d0a";
    journey(|page| {
        page.visit("#/text")?;
        page.wait_for(60, "the sentences cut", SETTLED)?;
        give_file(page, "story.txt", GBK)?;
        page.wait("the file's encoding", "document.querySelector('[data-charset=gb18030]')")?;
        let begins = "document.querySelector('[data-field=text]').value.startsWith('山里的雾气很重')";
        page.wait("the file's text", begins)?;
        page.wait("two sentences", "document.querySelector('[data-count=sentences]').dataset.value === '2'")?;
        give_file(page, "program.bin", "7f454c4602010100000000000000000003003e00")?;
        page.wait("the refusal", "document.querySelector('[data-lab-error=\"error.not_text\"]')")?;
        ensure!(page.eval::<bool>(begins)?, "the text has gone");
        ensure!(count(page, "sentences")? == 2, "the tokens have gone");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_file_is_read_in_the_encoding_that_its_reader_chooses() -> Result<()> {
    // Two lines of Chinese in UTF-8 with a byte lost in the second, and no end of a line.
    const DAMAGED: &str = "e5b1b1e9878ce79a84e99bbee6b094e5be88e9878d0ae8b7afe8bee79a84e88cb6e9a686";
    const SHEET: &str = "504b030414000600080000002100786c2f776f726b626f6f6b2e786d6c";
    journey(|page| {
        page.visit("#/text")?;
        page.wait_for(60, "the sentences cut", SETTLED)?;
        give_file(page, "story.txt", DAMAGED)?;
        page.wait("the encoding", "document.querySelector('[data-panel=encodings][data-charset=utf-8]')")?;
        page.wait("the first bad place", "document.querySelector('.lab-file').innerText.includes('路')")?;
        let rows = "document.querySelectorAll('[data-table=encodings] tr').length >= 10";
        page.wait("the file in each encoding, for it has a bad place", rows)?;
        page.click("[data-field=charset] option[value=gb18030]")?;
        page.wait("the choice", "document.querySelector('[data-panel=encodings][data-charset=gb18030]')")?;
        page.click("[data-field=charset] option[value=utf-8]")?;
        let begins = "document.querySelector('[data-field=text]').value.startsWith('山里的雾气很重')";
        page.wait("the text again", begins)?;
        give_file(page, "book.xlsx", SHEET)?;
        page.wait("its name", "document.querySelector('[data-lab-error=\"error.binary_spreadsheet\"]')")
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn vectors_are_learnt_and_looked_up() -> Result<()> {
    journey(|page| {
        page.visit("#/text?tokenizer=blanks&vector_size=8&word_epochs=300&sample=0")?;
        page.wait_for(60, "the sentences cut", SETTLED)?;
        let lines = "我 吃 面条\n我 吃 饺子\n你 坐 火车\n你 坐 轮船\n".repeat(60);
        page.eval_with::<Value>(
            "(() => { const field = document.querySelector('[data-field=text]'); field.value = arg; \
             field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
            lines,
        )?;
        page.wait("the text", "document.querySelector('[data-count=types]').dataset.value === '8'")?;
        page.control("learn")?;
        page.wait_for(60, "the end", "document.querySelector('[data-vectors=\"done 8\"]')")?;
        page.wait("the map", "document.querySelectorAll('[data-figure=words] circle').length === 8")?;
        page.type_into("[data-field=find]", "面条\u{e007}")?;
        page.wait(
            "its neighbour",
            "document.querySelector('[data-figure=near] button')?.innerText === '饺子'",
        )?;
        page.wait("the word on the map", "document.querySelector('[data-figure=words] .sought')")?;
        page.set("min_count", "1000")?;
        page.control("learn")?;
        page.wait("no word often enough", "document.querySelector('[data-vectors=\"done 0\"]')")?;
        page.wait("the end of it", "document.querySelector('[data-learning=false]')")
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn lines_of_a_dictionary_that_can_not_be_read_are_named() -> Result<()> {
    journey(|page| {
        page.visit("#/text")?;
        page.wait_for(60, "the sentences cut", SETTLED)?;
        page.click(".lab-words summary")?;
        page.eval_with::<Value>(
            "(() => { const field = document.querySelector('[data-field=user-words]'); field.value = arg; \
             field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
            "直肠 -5\n石墨烯 10 n\nnr 5\n太贵 0\n",
        )?;
        let rows = "[...document.querySelectorAll('[data-list=doubtful-words] li')].map(row => row.dataset.row).join()";
        page.wait("both lines", &format!("{rows} === '1,3'"))
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_word_of_the_readers_own_stays_together() -> Result<()> {
    journey(|page| {
        page.visit("#/text?hmm=off&drop_last=0")?;
        page.wait_for(60, "the sentences cut", SETTLED)?;
        let words = "[...document.querySelectorAll('[data-figure=tokens] .chip')].map((chip) => chip.innerText.trim())";
        let type_into = |field: &str, text: &str| {
            page.eval_with::<Value>(
                "(() => { const field = document.querySelector(`[data-field=${arg.field}]`); field.value = arg.text; \
                 field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
                serde_json::json!({ "field": field, "text": text }),
            )
        };
        type_into("text", "程小满去青石镇")?;
        page.wait("the name in pieces", &format!("{words}.join('/').startsWith('程/小/满/去')"))?;
        type_into("user-words", "程小满 nr\n青石镇")?;
        page.wait("the name whole", &format!("{words}.join('/') === '程小满/去/青石镇'"))?;
        page.wait("the text in the address", "location.hash.includes('data=')")?;
        let link: String = page.eval("location.href")?;
        page.visit_address(&link)?;
        page.wait_for(60, "the text from the link", &format!("{words}.join('/').startsWith('程/小/满/去')"))
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn the_lab_hands_its_text_and_its_rules_on() -> Result<()> {
    journey(|page| {
        page.visit("#/text?min_freq=2&drop_last=0")?;
        page.wait_for(60, "the sentences cut", SETTLED)?;
        page.eval_with::<Value>(
            "(() => { const field = document.querySelector('[data-field=text]'); field.value = arg; \
             field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
            "我喜欢面条\n我喜欢下雨\n",
        )?;
        page.wait("two sentences", "document.querySelector('[data-count=sentences]').dataset.value === '2'")?;
        let way: String = page.eval("document.querySelector('[data-control^=carry-]').dataset.control")?;
        page.control(&way)?;
        let lesson = way.trim_start_matches("carry-");
        page.wait("the other lesson", &format!("app.dataset.lesson === '{lesson}'"))?;
        page.see_notice("notice.carried")?;
        page.wait(
            "its rules",
            "location.hash.includes('min_freq=2') && location.hash.includes('drop_last=0')",
        )?;
        let field: String = page.eval("document.querySelector('[data-field=sentences]').value")?;
        ensure!(field == "0\t我喜欢面条\n0\t我喜欢下雨\n", "{field:?}");
        page.control("use-own")?;
        page.wait_for(60, "one label only", "document.querySelector('.own-error').innerText.length > 0")
    })
}

/// Journeys that have the machine to themselves.
mod alone {
    use super::*;

    /// The frames that the page shows meanwhile are counted.
    #[test]
    #[ignore = "needs the built site and a browser: cargo xtask test runs it"]
    fn three_megabytes_are_cut_while_the_page_goes_on() -> Result<()> {
        journey(|page| {
            page.visit("#/text?drop_last=0")?;
            page.wait_for(60, "the sentences cut", SETTLED)?;
            // Every line has a name of its own, so that the vocabulary grows with the text.
            page.eval::<Value>(
                "(() => { const signs = [...'天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏']; \
                 const name = (line) => signs[line % 24] + signs[(line * 7) % 23] + signs[(line * 11) % 19]; \
                 const line = (_, index) => `${name(index)}在第${index}天早上去山里看雾，回来的时候路边的茶馆还没有开门。`; \
                 const text = Array.from({ length: 33000 }, line).join('\\n'); \
                 const bytes = new TextEncoder().encode(text); window.bytes = bytes.length; window.frames = 0; \
                 const count = () => { window.frames++; requestAnimationFrame(count); }; requestAnimationFrame(count); \
                 const files = new DataTransfer(); files.items.add(new File([bytes], 'long.txt')); \
                 const field = document.querySelector('[data-field=text-file]'); field.files = files.files; \
                 field.dispatchEvent(new Event('change', { bubbles: true })); return null; })()",
            )?;
            ensure!(page.eval::<usize>("window.bytes")? > 3_000_000);
            page.wait_for(
                120,
                "the words",
                "document.querySelector('[data-count=sentences]').dataset.value === '33000' \
                    && document.querySelector('.lab-section').dataset.settled === 'true'",
            )?;
            ensure!(count(page, "tokens")? > 400_000 && count(page, "types")? > 30_000);
            ensure!(page.eval::<usize>("window.frames")? > 5, "the page stood still");
            Ok(())
        })
    }
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_long_text_in_the_lab_comes_back_after_a_reload() -> Result<()> {
    journey(|page| {
        page.visit("#/text?tokenizer=characters")?;
        page.wait("the field", "document.querySelector('[data-field=text]')")?;
        page.eval::<Option<()>>(
            "(() => { const field = document.querySelector('[data-field=text]'); \
             field.value = Array.from({ length: 20000 }, (_, place) => String.fromCharCode(0x4e00 + place * place % 20000)).join(''); \
             field.dispatchEvent(new Event('input', { bubbles: true })); return null; })()",
        )?;
        page.wait("the mark of the text in the address", "location.hash.match(/[?&]data=-[0-9a-z]{6}/)")?;
        let text: String = page.eval("document.querySelector('[data-field=text]').value")?;
        page.reload()?;
        page.wait("the text", "document.querySelector('[data-field=text]')?.value.length === 20000")?;
        ensure!(page.eval::<String>("document.querySelector('[data-field=text]').value")? == text);
        ensure!(page.notices()?.is_empty(), "{:?}", page.notices()?);
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn a_reader_opens_on_sentences_of_their_language_and_shares_them() -> Result<()> {
    let text = "document.querySelector('[data-field=text]').value";
    journey_with(&Options { language: "en", ..Options::default() }, |page| {
        page.visit("#/text")?;
        page.see_lesson("text")?;
        ensure!(page.eval::<String>(text)?.starts_with("We go"), "{}", page.eval::<String>(text)?);
        page.control("share")?;
        page.wait(
            "the link",
            "document.querySelector('dialog[data-dialog=share][open] [data-field=link]')?.value",
        )?;
        let link: String = page.eval("document.querySelector('[data-field=link]').value")?;
        ensure!(link.contains("sentences=english"), "{link}");
        // Whoever opens it sees the same, in whatever language.
        page.visit_address(&format!("{link}&lang=zh"))?;
        page.see_lesson("text")?;
        ensure!(page.eval::<String>(text)?.starts_with("We go"), "{}", page.eval::<String>(text)?);
        Ok(())
    })?;
    journey_with(&Options { language: "zh", ..Options::default() }, |page| {
        page.visit("#/text")?;
        page.see_lesson("text")?;
        ensure!(page.eval::<String>(text)?.starts_with("明天"), "not the book's sentences");
        Ok(())
    })
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test runs it"]
fn on_a_phone_the_tokens_come_right_after_the_text() -> Result<()> {
    journey_with(&Options { window: (390, 780), ..Options::default() }, |page| {
        page.visit("#/text?lang=en")?;
        page.see_lesson("text")?;
        let below = "document.querySelector('[data-figure=tokens]').getBoundingClientRect().top \
            - document.querySelector('[data-field=text]').getBoundingClientRect().bottom";
        ensure!(page.eval::<f64>(below)? < 780.0, "{} pixels from text to tokens", page.eval::<f64>(below)?);
        let shown = "document.querySelector('[data-setting=tokenizer]').checkVisibility()";
        ensure!(!page.eval::<bool>(shown)?, "settings nobody asked for");
        page.control("lab-settings")?;
        ensure!(page.eval::<bool>(shown)?, "the settings do not open");
        Ok(())
    })
}
