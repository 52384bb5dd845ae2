//! What a program for Linux needs of the machine that it is started on.

use anyhow::{Context, Result};

/// What the loader of programs looks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Needs {
    /// Shared libraries, as `libc.so.6`.
    pub libraries: Vec<String>,
    /// Versions of their symbols, as `GLIBC_2.34`.
    pub versions: Vec<String>,
}

/// Types of sections, and the mark of a library's name in the dynamic one; all from the ELF specification.
const SECTION_DYNAMIC: usize = 6;
const SECTION_VERSIONS: usize = 0x6fff_fffe;
const NEEDED: usize = 1;

impl Needs {
    /// Of a program or a shared library of 64 bits, the least significant byte first.
    ///
    /// # Errors
    /// If the file is nothing of the kind.
    pub fn of(file: &[u8]) -> Result<Self> {
        Elf(file).needs().context("no ELF file of 64 bits, or a damaged one")
    }
}

struct Elf<'f>(&'f [u8]);

/// A section's header.
struct Section {
    kind: usize,
    offset: usize,
    size: usize,
    /// The section with its names.
    link: usize,
    /// Of versions: libraries.
    entries: usize,
}

impl Elf<'_> {
    fn needs(&self) -> Option<Needs> {
        if !self.0.starts_with(b"\x7fELF\x02\x01") {
            return None;
        }
        let (first, size, count) = (self.number(0x28, 8)?, self.number(0x3a, 2)?, self.number(0x3c, 2)?);
        let sections: Vec<Section> =
            (0..count).map(|index| self.section(first + index * size)).collect::<Option<_>>()?;
        let mut needs = Needs { libraries: Vec::new(), versions: Vec::new() };
        for section in &sections {
            match section.kind {
                SECTION_DYNAMIC => {
                    let names = sections.get(section.link)?.offset;
                    for entry in (section.offset..section.offset + section.size).step_by(16) {
                        if self.number(entry, 8)? == NEEDED {
                            needs.libraries.push(self.text(names + self.number(entry + 8, 8)?)?);
                        }
                    }
                }
                SECTION_VERSIONS => {
                    self.versions(section, sections.get(section.link)?, &mut needs.versions)?
                }
                _ => (),
            }
        }
        Some(needs)
    }

    fn section(&self, at: usize) -> Option<Section> {
        Some(Section {
            kind: self.number(at + 0x04, 4)?,
            offset: self.number(at + 0x18, 8)?,
            size: self.number(at + 0x20, 8)?,
            link: self.number(at + 0x28, 4)?,
            entries: self.number(at + 0x2c, 4)?,
        })
    }

    /// Goes through the libraries, which say how far away the next one is, and through the versions of each.
    fn versions(&self, section: &Section, names: &Section, found: &mut Vec<String>) -> Option<()> {
        let mut library = section.offset;
        for _ in 0..section.entries {
            let mut version = library + self.number(library + 8, 4)?;
            for _ in 0..self.number(library + 2, 2)? {
                found.push(self.text(names.offset + self.number(version + 8, 4)?)?);
                version += self.number(version + 12, 4)?;
            }
            library += self.number(library + 12, 4)?;
        }
        Some(())
    }

    fn number(&self, at: usize, size: usize) -> Option<usize> {
        let bytes = self.0.get(at..at.checked_add(size)?)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    /// A name, which ends with a zero.
    fn text(&self, at: usize) -> Option<String> {
        let bytes = self.0.get(at..)?.split(|byte| *byte == 0).next()?;
        String::from_utf8(bytes.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
    #[test]
    fn this_program_needs_the_c_library() {
        let file = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let needs = Needs::of(&file).unwrap();
        assert!(needs.libraries.contains(&"libc.so.6".into()), "{needs:?}");
        assert!(needs.versions.iter().any(|version| version.starts_with("GLIBC_2.")), "{needs:?}");
        assert!(
            needs.libraries.iter().all(|library| library.starts_with("lib") || library.starts_with("ld"))
        );
    }

    #[test]
    fn what_is_no_program_is_refused() {
        for file in [&b""[..], b"#!/bin/sh\n", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"] {
            assert!(Needs::of(file).is_err());
        }
    }
}
