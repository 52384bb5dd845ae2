//! What the page's module is made of, so that a change of its weight can be argued with numbers.
//!
//! A module compresses as a whole, so what a piece of it weighs compressed is attributed: the pieces are compressed
//! each by itself, and these sizes are scaled so that they sum to the compressed size of what the pieces make up.
//! Sections are the pieces of the module, functions by their owner (`owner`) those of the code. A row is a share of
//! the download, then. Without it the download would shrink by about as much; by less if it repeats what stands
//! elsewhere too.
//!
//! Functions' names do not count: they are taken out before the page is served. A section's header counts for the
//! module only.

mod owner;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::bundle::{brotli_size, without_names};
use crate::root;

/// How many rows say what the module is made of.
const ROWS: usize = 28;
/// What is less than one in so many bytes of the module has no row of its own, if it is a section.
const LIGHT: usize = 200;
/// How the name of the page's module begins and ends in Trunk's output.
const PAGE: (&str, &str) = ("unroll-web", "_bg.wasm");
/// How the name of a lesson's or a dialog's own part begins; the others are shared.
const LESSON: &str = "split_";
/// The crates of which the functions without a row are summed apart from all others.
const OWN: [&str; 2] = ["unroll", "unroll_web"];

/// Pieces of a module that go by the same name, one after the other.
type Pieces = BTreeMap<String, Vec<u8>>;

/// Something in the module, its bytes, and its share of the compressed ones.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    what: String,
    plain: usize,
    packed: usize,
}

/// Keeps the page's module as it is before its names are taken out.
///
/// # Errors
/// If `dist` has no such module.
pub fn keep(dist: &Path) -> Result<()> {
    let module = entries(dist)?
        .into_iter()
        .find(|(name, _)| name.starts_with(PAGE.0) && name.ends_with(PAGE.1))
        .context("Trunk made no module for the page")?;
    std::fs::copy(module.1, kept())?;
    Ok(())
}

fn kept() -> PathBuf {
    root().join("target/page-with-names.wasm")
}

/// What the page that was built last is made of: the module that [`keep`] has kept, and the parts in `dist`.
///
/// # Errors
/// If the site is not built.
pub fn of_page(dist: &Path) -> Result<String> {
    let module = std::fs::read(kept()).context("the page's module")?;
    let mut parts = Vec::new();
    for (folder, path) in entries(dist)? {
        if folder.starts_with("parts-") {
            for (name, path) in entries(&path)?.into_iter().filter(|(name, _)| name.ends_with(".wasm")) {
                parts.push((name, std::fs::read(path)?));
            }
        }
    }
    report(&module, &parts)
}

/// What a folder holds, by name.
fn entries(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut entries = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        entries.insert(entry.file_name().to_string_lossy().into_owned(), entry.path());
    }
    Ok(entries)
}

/// Two tables: what `module` is made of, and what `parts`, by their files' names, weigh.
///
/// # Errors
/// If a module can't be read, and if the first does not say what its functions are called.
pub fn report(module: &[u8], parts: &[(String, Vec<u8>)]) -> Result<String> {
    let tables = [
        ("what the page's module is made of", composition(module)?),
        ("what is fetched when it is used", weigh(parts)?),
    ];
    let mut report = String::new();
    for (heading, rows) in tables {
        writeln!(report, "\n{heading:<45} {:>12} {:>12}", "bytes", "brotli")?;
        for Row { what, plain, packed } in rows {
            writeln!(report, "{what:<45} {plain:>12} {packed:>12}")?;
        }
    }
    Ok(report)
}

/// The module, its sections, and under the code whose it is.
fn composition(module: &[u8]) -> Result<Vec<Row>> {
    let bare = without_names(module)?;
    let whole = Row { what: "module".to_owned(), plain: bare.len(), packed: brotli_size(&bare)? };
    let sections = attribute(sections(&bare)?, whole.packed)?;
    let is_light = |section: &Row| section.plain * LIGHT < whole.plain;
    let (light, heavy): (Vec<_>, Vec<_>) = sections.into_iter().partition(is_light);
    // The code has what the others leave.
    let others = 2 + heavy.len();
    let mut rows = vec![whole];
    for section in heavy {
        let pieces = match section.what.as_str() {
            "code" => shortened(attribute(functions(module)?, section.packed)?, ROWS.saturating_sub(others)),
            _ => Vec::new(),
        };
        rows.push(section);
        rows.extend(pieces.into_iter().map(|row| Row { what: format!("  {}", row.what), ..row }));
    }
    rows.push(sum("other sections", &light));
    Ok(rows)
}

/// At most `room` rows: the first as they are, the others summed.
fn shortened(mut rows: Vec<Row>, room: usize) -> Vec<Row> {
    if rows.len() <= room {
        return rows;
    }
    let mut rest = rows.split_off(room.saturating_sub(OWN.len() + 1));
    for own in OWN {
        let (of_own, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|row| row.what.split("::").next() == Some(own));
        rows.push(sum(&format!("{own}: {} other modules", of_own.len()), &of_own));
        rest = others;
    }
    rows.push(sum(&format!("{} other crates", rest.len()), &rest));
    rows
}

/// Every part, and in one line what several share.
fn weigh(parts: &[(String, Vec<u8>)]) -> Result<Vec<Row>> {
    let (mut own, mut shared) = (Vec::new(), Vec::new());
    for (name, module) in parts {
        let bare = without_names(module)?;
        let name = name.trim_end_matches(".wasm");
        let lesson = name.strip_prefix(LESSON);
        let row =
            Row { what: lesson.unwrap_or(name).to_owned(), plain: bare.len(), packed: brotli_size(&bare)? };
        if lesson.is_some() { &mut own } else { &mut shared }.push(row);
    }
    own.push(sum(&format!("shared by several ({} files)", shared.len()), &shared));
    Ok(own)
}

fn sum(what: &str, rows: &[Row]) -> Row {
    let total = |size: fn(&Row) -> usize| rows.iter().map(size).sum();
    Row { what: what.to_owned(), plain: total(|row| row.plain), packed: total(|row| row.packed) }
}

/// A row for each of the pieces, the heaviest first, whose compressed sizes sum to `packed`.
fn attribute(pieces: Pieces, packed: usize) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (what, bytes) in pieces {
        rows.push(Row { packed: weight(&bytes)?, plain: bytes.len(), what });
    }
    let own: usize = rows.iter().map(|row| row.packed).sum();
    let (mut before, mut given) = (0, 0);
    for row in &mut rows {
        before += row.packed;
        // What is rounded off one row comes back in the next.
        row.packed = before * packed / own.max(1) - given;
        given += row.packed;
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.packed, row.plain)));
    Ok(rows)
}

/// What a piece weighs beside others, compressed. A level of Brotli that is ten times faster than the one that
/// hosts use: the shares are the same to a few hundredths of each.
fn weight(bytes: &[u8]) -> Result<usize> {
    if bytes.is_empty() {
        // Brotli makes a byte of it.
        return Ok(0);
    }
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 9, 22);
    writer.write_all(bytes)?;
    Ok(writer.into_inner().len())
}

/// What is in the sections.
fn sections(module: &[u8]) -> Result<Pieces> {
    let mut sections = Pieces::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let name = match &payload {
            Payload::TypeSection(_) => "types",
            Payload::ImportSection(_) => "imports",
            Payload::FunctionSection(_) => "functions' types",
            Payload::ExportSection(_) => "exports",
            Payload::ElementSection(_) => "elements",
            Payload::CodeSectionStart { .. } => "code",
            Payload::DataSection(_) => "data",
            Payload::CustomSection(_) => "custom",
            _ => "tables, memories, globals",
        };
        if let Some((_, range)) = payload.as_section() {
            sections.entry(name.to_owned()).or_default().extend(&module[range]);
        }
    }
    Ok(sections)
}

/// The bodies of the functions, by owner.
fn functions(module: &[u8]) -> Result<Pieces> {
    let (mut imported, mut bodies, mut names) = (0, Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(functions) = subsection? else { continue };
                    for function in functions {
                        let function = function?;
                        names.insert(function.index, function.name);
                    }
                }
            }
            _ => {}
        }
    }
    ensure!(!names.is_empty(), "the page's module has lost its functions' names");
    let mut owners = Pieces::new();
    for (index, body) in (imported..).zip(bodies) {
        let owner = names.get(&index).map_or_else(|| owner::NONE.to_owned(), |name| owner::of(name));
        owners.entry(owner).or_default().extend(body);
    }
    Ok(owners)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, DataSection, EntityType, Function, FunctionSection, ImportSection, MemorySection,
        MemoryType, Module, NameMap, NameSection, TypeSection,
    };

    use super::*;

    /// Functions of these names, of which each is ten bytes longer than the one before, and this in memory.
    fn module(names: &[&str], data: &[u8]) -> Vec<u8> {
        let (mut types, mut imports, mut functions) =
            (TypeSection::new(), ImportSection::new(), FunctionSection::new());
        types.ty().function([], []);
        imports.import("page", "draw", EntityType::Function(0));
        let (mut memories, mut code, mut memory) =
            (MemorySection::new(), CodeSection::new(), DataSection::new());
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut named = NameMap::new();
        named.append(0, "imported::draw");
        for (index, name) in (1..).zip(names) {
            functions.function(0);
            let mut function = Function::new([]);
            for _ in 0..index * 10 {
                function.instructions().nop();
            }
            function.instructions().end();
            code.function(&function);
            named.append(index, name);
        }
        memory.passive(data.iter().copied());
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&memories);
        module.section(&code).section(&memory);
        if !names.is_empty() {
            let mut section = NameSection::new();
            section.functions(&named);
            module.section(&section);
        }
        module.finish()
    }

    fn row<'a>(rows: &'a [Row], what: &str) -> &'a Row {
        rows.iter().find(|row| row.what == what).unwrap_or_else(|| panic!("no {what} in {rows:?}"))
    }

    #[test]
    fn a_module_is_its_sections_and_these_are_what_is_in_them() {
        let names = [
            "_ZN6tachys4view5build17h3edf7160cd987791E",
            "_RNvNtCs123_10unroll_web4i18n2tr",
            "_RNvNtCs123_10unroll_web4i18n7message",
        ];
        let whole = module(&names, b"first and last");
        let rows = composition(&whole).unwrap();
        // A body has its instructions, a byte for its locals and one for its end.
        assert_eq!(row(&rows, "  tachys").plain, 12);
        assert_eq!(row(&rows, "  unroll_web::i18n").plain, 22 + 32);
        // Names do not count, and the compressed sizes sum to those that are measured.
        let served = without_names(&whole).unwrap();
        assert!(served.len() < whole.len());
        let all = row(&rows, "module");
        assert_eq!((all.plain, all.packed), (served.len(), brotli_size(&served).unwrap()));
        let packed = |is_inner: bool| {
            let rows = rows[1..].iter().filter(move |row| row.what.starts_with(' ') == is_inner);
            rows.map(|row| row.packed).sum::<usize>()
        };
        assert_eq!(packed(false), all.packed);
        assert_eq!(packed(true), row(&rows, "code").packed);
    }

    #[test]
    fn a_module_without_names_is_refused() {
        let error = composition(&module(&[], b"data")).unwrap_err().to_string();
        assert!(error.contains("names"), "{error}");
    }

    #[test]
    fn the_lightest_owners_are_summed() {
        let names: Vec<String> = (0..30).map(|index| format!("crate_{index}::view")).collect();
        let own = ["unroll::data::read", "unroll_web::app::run"];
        // The later, the longer.
        let names: Vec<&str> = own.into_iter().chain(names.iter().map(String::as_str)).collect();
        let rows = composition(&module(&names, b"data")).unwrap();
        assert_eq!(rows.len(), ROWS, "{rows:?}");
        assert_eq!(row(&rows, "  unroll: 1 other modules").plain, 12);
        assert_eq!(row(&rows, "  unroll_web: 1 other modules").plain, 22);
        let inner = rows.iter().filter(|row| row.what.starts_with(' '));
        let bodies: usize = (1..=names.len()).map(|index| index * 10 + 2).sum();
        assert_eq!(inner.map(|row| row.plain).sum::<usize>(), bodies);
    }

    #[test]
    fn a_lesson_has_a_line_and_what_is_shared_another() {
        let part = module(&["tachys::view"], b"data");
        let served = without_names(&part).unwrap();
        let parts =
            ["chunk_1.wasm", "chunk_2.wasm", "split_cell.wasm"].map(|name| (name.to_owned(), part.clone()));
        let rows = weigh(&parts).unwrap();
        let packed = brotli_size(&served).unwrap();
        let line = |what: &str, count| Row {
            what: what.to_owned(),
            plain: served.len() * count,
            packed: packed * count,
        };
        assert_eq!(rows, [line("cell", 1), line("shared by several (2 files)", 2)]);
    }
}
