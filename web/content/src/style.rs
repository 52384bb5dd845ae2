//! Stylesheets: several files as one, without what only their readers need.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// These files one after the other, in the order of their names.
///
/// # Errors
/// If one can't be read.
pub fn joined(files: &[PathBuf]) -> Result<String> {
    let mut sheet = String::new();
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        sheet += &stripped(&text);
    }
    Ok(sheet)
}

/// A stylesheet without comments and indentation.
fn stripped(sheet: &str) -> String {
    let mut rest = sheet;
    let mut bare = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        bare += before;
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare += rest;
    bare.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go() {
        let sheet = "/* Wide\n   screens. */\n@media (min-width: 60rem) {\n  .a,\n  .b { gap: 1px; } /* thin */\n\n}\n";
        assert_eq!(stripped(sheet), "@media (min-width: 60rem) {\n.a,\n.b { gap: 1px; }\n}\n");
    }
}
