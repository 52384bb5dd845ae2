//! Short names for what the page's module imports from its script.
//!
//! wasm-bindgen tells hundreds of imports apart by sixteen random digits each, and those stand in the module and in the
//! script. Nobody but these two reads them, and what is random does not compress.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use wasm_encoder::{EntityType, ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload, TypeRef};

/// The module that the imports of the script come from, as wasm-bindgen names it.
const FROM_SCRIPT: &str = "./unroll-web_bg.js";

/// Shortens the names in a module's file and its script's.
///
/// # Errors
/// If the two don't name the same.
pub fn shorten(module: &Path, script: &Path) -> Result<()> {
    let text = std::fs::read_to_string(script).with_context(|| script.display().to_string())?;
    let bytes = std::fs::read(module).with_context(|| module.display().to_string())?;
    let (bytes, text) = shortened(&bytes, text)?;
    std::fs::write(module, bytes)?;
    Ok(std::fs::write(script, text)?)
}

fn shortened(module: &[u8], mut script: String) -> Result<(Vec<u8>, String)> {
    let mut short = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let Some((id, range)) = payload.as_section() else { continue };
        let Payload::ImportSection(section) = payload else {
            short.section(&RawSection { id, data: &module[range] });
            continue;
        };
        let mut imports = ImportSection::new();
        for (index, import) in section.into_imports().enumerate() {
            let import = import?;
            let TypeRef::Func(function) = import.ty else {
                anyhow::bail!("the module imports {}, which is no function", import.name);
            };
            let mut name = import.name.to_owned();
            if import.module == FROM_SCRIPT {
                let long = format!(" {name}: ");
                ensure!(script.matches(&long).count() == 1, "the script does not give {name} once");
                name = format!("i{index}");
                script = script.replace(&long, &format!(" {name}: "));
            }
            imports.import(import.module, &name, EntityType::Function(function));
        }
        short.section(&imports);
    }
    Ok((short.finish(), script))
}

#[cfg(test)]
mod tests {
    use wasm_encoder::TypeSection;

    use super::*;

    fn module(imports: [(&str, &str); 2]) -> Vec<u8> {
        let (mut types, mut section) = (TypeSection::new(), ImportSection::new());
        types.ty().function([], []);
        for (module, name) in imports {
            section.import(module, name, EntityType::Function(0));
        }
        Module::new().section(&types).section(&section).clone().finish()
    }

    #[test]
    fn both_sides_call_an_import_by_its_short_name() {
        let long = module([("./parts.js", "load"), (FROM_SCRIPT, "__wbg_now_0123")]);
        let (short, script) = shortened(&long, "{\n __wbg_now_0123: function() {},\n}".to_owned()).unwrap();
        assert_eq!(short, module([("./parts.js", "load"), (FROM_SCRIPT, "i1")]));
        assert_eq!(script, "{\n i1: function() {},\n}");
        let error = shortened(&long, "{}".to_owned()).unwrap_err().to_string();
        assert!(error.contains("__wbg_now_0123"), "{error}");
    }
}
