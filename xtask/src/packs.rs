//! What several parts of the page share, in a few files instead of dozens.
//!
//! The tool that takes the page apart makes a module of whatever the same parts share, and a part fetches each of those
//! that it needs: up to twenty requests for a lesson. Here the small ones are put together into one file of what lessons share
//! with each other, and one of what a dialog or an export needs as well. A large one stays a file, so that only those
//! fetch it who need it. Such a file is a WebAssembly module without code:
//! each small one lies in a custom section under its name, so that hosts send it, and browsers read it, as any other.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use unroll::lessons::LESSONS;

use crate::bundle::without_names;

/// How the name of a small module begins.
const CHUNK: &str = "chunk_";
/// Bytes of a module that is packed at most.
const SMALL: usize = 16 * 1024;
/// What lessons share with each other only, and what others need too.
const PACKS: [&str; 2] = ["shared_by_lessons", "shared"];
/// How the script fetches a small module from a file of its own, around the module's name.
const FETCHES: (&str, &str) = ("fetch(new URL(\"./", ".wasm\", import.meta.url))");
/// How it then makes an instance of what it has fetched, of bytes that are all there, and of what a host may call anything.
const STREAMED: &str = "WebAssembly.instantiateStreaming(src, imports)";
const WHOLE: &str = "WebAssembly.instantiate(await src, imports)";
const TYPED: &str = "instance(src, imports)";
/// Makes an instance while it arrives, where the host says that it is a module: browsers want to be told. Fetches a pack once,
/// or again after a failure, and takes a module out.
const UNPACK: &str = r#"
async function arrived(src) {
    const response = await src;
    if (!response.ok) throw new Error(`${response.status} ${response.url}`);
    const isTyped = response.headers.get("Content-Type") === "application/wasm";
    return isTyped ? { streams: response } : { bytes: await response.arrayBuffer() };
}
async function instance(src, imports) {
    const { streams, bytes } = await arrived(src);
    return streams ? WebAssembly.instantiateStreaming(streams, imports) : WebAssembly.instantiate(bytes, imports);
}
async function module(src) {
    const { streams, bytes } = await arrived(src);
    return streams ? WebAssembly.compileStreaming(streams) : WebAssembly.compile(bytes);
}
const packs = new Map();
async function unpack(pack, name) {
    if (!packs.has(pack)) {
        const packed = module(fetch(new URL(`./${pack}.wasm`, import.meta.url)));
        packed.catch(() => packs.delete(pack));
        packs.set(pack, packed);
    }
    return WebAssembly.Module.customSections(await packs.get(pack), name)[0];
}
"#;

/// Packs the small modules in `folder`, where `script` fetches them.
///
/// # Errors
/// If the script says something else than expected, or names a module that is not there.
pub fn pack(folder: &Path, script: &str) -> Result<()> {
    let file = folder.join(script);
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let mut packs = PACKS.map(|_| wasm_encoder::Module::new());
    // A comment before each says which parts share it.
    let mut pieces = text.split("/* ");
    let mut packed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (users, rest) = piece.split_once(" */").context("a comment has no end")?;
        let chunk = rest.split_once(FETCHES.0).and_then(|(_, rest)| rest.split_once(FETCHES.1));
        let name = chunk.map(|(name, _)| name).filter(|name| name.starts_with(CHUNK));
        let name = name.with_context(|| format!("{script} fetches nothing for {users}"))?;
        ensure!(rest.contains(STREAMED), "{script} makes no instance of {name}");
        let module = folder.join(format!("{name}.wasm"));
        let bare = without_names(&std::fs::read(&module).with_context(|| module.display().to_string())?)?;
        if bare.len() > SMALL {
            packed += rest;
            continue;
        }
        let is_of_lessons = users.split(", ").all(|user| LESSONS.iter().any(|lesson| lesson.id == user));
        let pack = usize::from(!is_of_lessons);
        packs[pack].section(&wasm_encoder::CustomSection { name: name.into(), data: bare.into() });
        std::fs::remove_file(module)?;
        let fetches = format!("{}{name}{}", FETCHES.0, FETCHES.1);
        let unpacks = format!("unpack(\"{}\", \"{name}\")", PACKS[pack]);
        packed += &rest.replacen(&fetches, &unpacks, 1).replacen(STREAMED, WHOLE, 1);
    }
    for (name, pack) in PACKS.into_iter().zip(packs) {
        std::fs::write(folder.join(format!("{name}.wasm")), pack.finish())?;
    }
    Ok(std::fs::write(file, packed.replace(STREAMED, TYPED) + UNPACK)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetches(name: &str) -> String {
        format!("const src = {}{name}{};\nreturn {STREAMED};\n", FETCHES.0, FETCHES.1)
    }

    #[test]
    fn what_is_shared_and_small_lies_in_packs_under_its_name() {
        let folder = std::env::temp_dir().join(format!("unroll-packs-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let module = wasm_encoder::Module::new().finish();
        for name in ["chunk_1", "chunk_2"] {
            std::fs::write(folder.join(format!("{name}.wasm")), &module).unwrap();
        }
        let mut large = wasm_encoder::Module::new();
        large.section(&wasm_encoder::CustomSection { name: "large".into(), data: vec![0; SMALL].into() });
        std::fs::write(folder.join("chunk_3.wasm"), large.finish()).unwrap();
        let script = format!(
            "runtime();\n/* cell, novel */\n{}/* cell, share */\n{}/* novel, share */\n{}{}",
            fetches("chunk_1"),
            fetches("chunk_2"),
            fetches("chunk_3"),
            fetches("split_cell")
        );
        std::fs::write(folder.join("parts.js"), script).unwrap();
        pack(&folder, "parts.js").unwrap();
        let script = std::fs::read_to_string(folder.join("parts.js")).unwrap();
        for (pack, name) in [("shared_by_lessons", "chunk_1"), ("shared", "chunk_2")] {
            assert!(script.contains(&format!("const src = unpack(\"{pack}\", \"{name}\");")), "{script}");
            let packed = std::fs::read(folder.join(format!("{pack}.wasm"))).unwrap();
            let sections: Vec<_> = wasmparser::Parser::new(0)
                .parse_all(&packed)
                .filter_map(|payload| match payload.unwrap() {
                    wasmparser::Payload::CustomSection(section) => {
                        Some((section.name().to_owned(), section.data().to_vec()))
                    }
                    _ => None,
                })
                .collect();
            assert_eq!(sections, [(name.to_owned(), module.clone())]);
            assert!(!folder.join(format!("{name}.wasm")).exists());
        }
        let typed = |name| fetches(name).replace(STREAMED, TYPED);
        assert!(script.contains(&typed("split_cell")), "a part's own module has its own file: {script}");
        assert!(script.contains(&typed("chunk_3")), "a large module stays a file: {script}");
        assert!(!script.contains(STREAMED), "a host may call a module anything: {script}");
        assert!(folder.join("chunk_3.wasm").exists());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
