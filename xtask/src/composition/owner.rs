//! Whose function it is, by its name.
//!
//! A function belongs to the crate of its own path, whatever types it is an instance for:
//! `leptos::view<unroll_web::Page>` is Leptos's. A method of a trait's implementation, `<T as Trait>::method`, belongs
//! to the first crate named in `T` or `Trait` that is not the standard library:
//! `<Vec<unroll_web::Row> as Clone>::clone` is the page's, and `<T as tachys::Render>::build` is tachys's. Crates of
//! our own are told apart by module.
//!
//! Two kinds of functions in the standard library have rows of their own, because others cause them: the code that
//! drops a value, and the code that calls a closure through a table, which often holds that closure.

/// What nothing says anything of.
pub const NONE: &str = "without a crate";

/// The standard library, and what it is linked with.
const STANDARD: [&str; 5] = ["core", "alloc", "std", "compiler_builtins", "dlmalloc"];
/// What stands between Rust and JavaScript.
const BINDINGS: [&str; 4] = ["wasm_bindgen", "wasm_bindgen_futures", "js_sys", "web_sys"];

/// The row that a function of this name, mangled or not, belongs to.
pub fn of(symbol: &str) -> String {
    // What the splitting adds: a call through the table of functions that all parts share.
    if symbol.ends_with("local_shim") || symbol.ends_with("indirect_call_shim") {
        return "calls between parts".to_owned();
    }
    if symbol.starts_with("__wb") || symbol.starts_with("__externref") || symbol.ends_with("externref shim") {
        return "wasm-bindgen".to_owned();
    }
    let name = readable(symbol);
    if name.starts_with("core::ptr::drop_in_place") {
        return "core: dropping of values".to_owned();
    }
    if name.starts_with("core::ops::function::") {
        return "core: calls of closures".to_owned();
    }
    let Some(path) = own_path(&name) else { return NONE.to_owned() };
    match first(path) {
        name if STANDARD.contains(&name) => "core, alloc, std".to_owned(),
        name if BINDINGS.contains(&name) => "wasm-bindgen".to_owned(),
        name if name.starts_with("serde") => "serde…".to_owned(),
        name if name.starts_with("wasm_split") => "calls between parts".to_owned(),
        "unroll" => module(path, 1),
        // One module a lesson.
        "unroll_web" => module(path, if path.starts_with("unroll_web::lessons::") { 2 } else { 1 }),
        name => name.to_owned(),
    }
}

/// A name without what makes it unique: mangling, hashes.
fn readable(symbol: &str) -> String {
    let name = rustc_demangle::demangle(symbol);
    // wasm-bindgen leaves them demangled, hashes included.
    let mut name = format!("{name:#}");
    while let Some((start, end)) = bracketed_hash(&name) {
        name.replace_range(start..end, "");
    }
    if let Some((rest, hash)) = name.rsplit_once("::h")
        && hash.len() == 16
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        name.truncate(rest.len());
    }
    name
}

/// Where a crate's hash stands behind its name, as in `core[c5930c85a12de822]::str`, or a number that tells names
/// apart.
fn bracketed_hash(name: &str) -> Option<(usize, usize)> {
    name.match_indices('[').find_map(|(start, _)| {
        let length = name[start..].find(']')?;
        let hash = &name[start + 1..start + length];
        let follows = name[..start].ends_with(is_word);
        (follows && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some((start, start + length + 1))
    })
}

/// The path that says whose function it is.
fn own_path(name: &str) -> Option<&str> {
    let mut paths = paths(name);
    match qualified(name) {
        Some(length) => {
            let all: Vec<&str> = paths.take_while(|path| name.len() - path.len() < length).collect();
            let is_foreign = |path: &&&str| !STANDARD.contains(&first(path));
            all.iter().find(is_foreign).or(all.first()).copied()
        }
        None => paths.next(),
    }
}

/// How long the `<T as Trait>` is with which a name begins.
fn qualified(name: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut of_trait = false;
    for (index, character) in name.char_indices() {
        match character {
            '<' => depth += 1,
            '>' if name[..index].ends_with('-') => {}
            '>' => depth = depth.saturating_sub(1),
            ' ' if depth == 1 && name[index..].starts_with(" as ") => of_trait = true,
            _ => {}
        }
        if depth == 0 {
            return of_trait.then_some(index);
        }
    }
    None
}

/// The rest of a name from each place where a path begins with a crate.
fn paths(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices("::").filter_map(|(colons, _)| {
        let start = name[..colons].rfind(|character| !is_word(character)).map_or(0, |before| before + 1);
        let begins = start < colons && !name[..start].ends_with(':');
        begins.then_some(&name[start..])
    })
}

/// The first name of a path.
fn first(path: &str) -> &str {
    path.find("::").map_or(path, |end| &path[..end])
}

/// A path's crate and at most `depth` of its modules.
fn module(path: &str, depth: usize) -> String {
    let mut end = first(path).len();
    for _ in 0..depth {
        let Some(rest) = path[end..].strip_prefix("::") else { break };
        let length = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
        // What has something inside that is neither an argument nor a closure; types begin with a capital.
        let inside = rest[length..].strip_prefix("::").unwrap_or_default();
        let is_module = rest.starts_with(|first: char| first.is_ascii_lowercase())
            && (inside.starts_with(is_word) || inside.starts_with("<impl "));
        if !is_module {
            break;
        }
        end += "::".len() + length;
    }
    path[..end].to_owned()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_crate_of_its_path() {
        for (symbol, owner) in [
            // As the compiler mangles, in both ways.
            ("_ZN6tachys4view5build17h3edf7160cd987791E", "tachys"),
            ("_RINvNtCs123_6tachys4view5buildNtNtCs456_10unroll_web5state3RowE", "tachys"),
            ("_RNvMNtCs5cOc02OMXlo_5alloc5allocNtB2_6Global19shrink_impl_runtime", "core, alloc, std"),
            // As wasm-bindgen leaves it.
            ("leptos::mount::mount::h3edf7160cd987791", "leptos"),
            ("core[c5930c85a12de822]::str::from_utf8[1]", "core, alloc, std"),
            ("serde_json::de::from_str::h3edf7160cd987791", "serde…"),
            ("web_sys::features::gen_Node::Node::set_text::h3edf7160cd987791", "wasm-bindgen"),
            (
                "core::ptr::drop_in_place<unroll_web::state::Row>::h3edf7160cd987791",
                "core: dropping of values",
            ),
            (
                "core::ops::function::FnOnce::call_once{{vtable.shim}}::h3edf7160cd987791",
                "core: calls of closures",
            ),
            ("_ZN6tachys4view5build17h3edf7160cd987791E local_shim", "calls between parts"),
            ("__wbindgen_malloc", "wasm-bindgen"),
            ("<unknown> externref shim", "wasm-bindgen"),
            ("memcpy", NONE),
        ] {
            assert_eq!(of(symbol), owner, "{symbol}");
        }
    }

    #[test]
    fn a_method_of_a_trait_belongs_to_the_first_crate_that_is_not_the_standard_library() {
        for (symbol, owner) in [
            (
                "_ZN53_$LT$T$u20$as$u20$tachys..view..any_view..IntoAny$GT$8into_any17hacc3071a7c2bcd77E",
                "tachys",
            ),
            (
                "_RNvXCs123_10unroll_webNtNtB2_5state3RowNtNtCsabc_4core5clone5Clone5clone",
                "unroll_web::state",
            ),
            ("<alloc::vec::Vec<leptos::Page> as core::clone::Clone>::clone", "leptos"),
            ("<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop", "core, alloc, std"),
            ("<F as core::ops::Fn<fn(u8) -> u8>>::call::<tachys::View>", "core, alloc, std"),
            (
                "<unroll::protocol::_::<impl serde_core::de::Deserialize for unroll::Job>::deserialize::V as \
                 serde_core::de::Visitor>::visit_map",
                "unroll::protocol",
            ),
            // An inherent method's path is that of its type.
            ("<alloc::vec::Vec<unroll_web::state::Row>>::push", "core, alloc, std"),
        ] {
            assert_eq!(of(symbol), owner, "{symbol}");
        }
    }

    #[test]
    fn crates_of_our_own_are_told_apart_by_module() {
        for (symbol, owner) in [
            (
                "unroll_web::lessons::airline::state::update::h3edf7160cd987791",
                "unroll_web::lessons::airline",
            ),
            ("unroll_web::lessons::open::{{closure}}::h3edf7160cd987791", "unroll_web::lessons"),
            ("unroll_web::i18n::<impl core::fmt::Debug for unroll::Unit>::fmt", "unroll_web::i18n"),
            ("unroll_web::main::h3edf7160cd987791", "unroll_web"),
            ("unroll_web::open::<unroll::lessons::Lesson>", "unroll_web"),
            ("unroll_web::Page::new", "unroll_web"),
            ("unroll::lessons::airline::config::is_on", "unroll::lessons"),
        ] {
            assert_eq!(of(symbol), owner, "{symbol}");
        }
    }
}
