//! A folder that tests and times the GPU's kernels on a machine that has a card, but neither Rust nor a network.
//!
//! The program can't be linked statically, for then it could load no driver. So that it starts anywhere it must need
//! nothing but the C library, and no new one; that is checked here, where it can still be mended.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::elf::Needs;
use crate::modules::artifact;
use crate::part::Clock;
use crate::program::Show;
use crate::root;

/// The folder has to be carried to where it runs.
const MOST_BYTES: u64 = 60_000_000;
/// The newest C library that may be needed: Ubuntu 22.04's.
const GLIBC: [u32; 2] = [2, 35];
/// What comes with the C library and the compiler's.
const LIBRARIES: [&str; 7] = [
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libm.so.6",
    "libgcc_s.so.1",
    "libdl.so.2",
    "libpthread.so.0",
    "librt.so.1",
];
/// What finds Vulkan's drivers. Machines for computing alone often have the driver and lack this.
const LOADER: &str = "libvulkan.so.1";

/// Makes the folder anew in `target/gpu-kit`.
///
/// # Errors
/// If the program can't be built, needs more than the C library, or the folder is too large.
pub fn build(clock: Clock) -> Result<()> {
    let is_here = cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"));
    ensure!(is_here, "the kit is for Linux on x86-64 with glibc, and is built there");
    clock.heading("the benchmark for the GPU");
    let mut cargo = Command::new("cargo");
    // It alone is stripped: as a setting of the profile that would compile everything below it anew.
    cargo
        .args(["build", "--release", "--package", "unroll-bench", "--bin", "unroll-bench"])
        .args(["--no-default-features", "--features", "webgpu"])
        .args(["--config", "profile.release.package.unroll-bench.strip='symbols'"]);
    let program = artifact("compiling the benchmark for the GPU", Show::All, &mut cargo, "unroll-bench")?;
    let kit = root().join("target/gpu-kit");
    if kit.exists() {
        std::fs::remove_dir_all(&kit).with_context(|| kit.display().to_string())?;
    }
    std::fs::create_dir_all(kit.join("lib"))?;

    let mut bytes = 0;
    for script in ["bench/gpu_kit/run.sh", "bench/peers/torch_gpu.py"] {
        let script = root().join(script);
        bytes += copy(&script, &kit.join(script.file_name().context("a script has a name")?))?;
    }
    let mut programs = vec![(program, kit.join("unroll-bench"))];
    match loader() {
        Some(loader) => programs.push((loader, kit.join("lib").join(LOADER))),
        None => println!("there is no {LOADER} here that could go with it: there must be one where it runs"),
    }
    for (from, to) in &programs {
        bytes += copy(from, to)?;
        let needs = Needs::of(&std::fs::read(to)?)?;
        check(&needs).with_context(|| format!("{} would not start everywhere", to.display()))?;
    }
    ensure!(bytes < MOST_BYTES, "the folder has {bytes} bytes, and may have {MOST_BYTES}");
    println!("{}: {:.1} MB; ./run.sh there does all", kit.display(), bytes as f64 / 1e6);
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<u64> {
    std::fs::copy(from, to).with_context(|| from.display().to_string())
}

/// This machine's, if it has one.
fn loader() -> Option<PathBuf> {
    // By its path: it is an administrator's program, which others need not have on theirs.
    let output = Command::new("/sbin/ldconfig").arg("-p").output().ok()?;
    let listed = String::from_utf8(output.stdout).ok()?;
    let line = listed.lines().find(|line| line.trim().starts_with(LOADER) && line.contains("x86-64"))?;
    line.split_once(" => ").map(|(_, path)| path.into())
}

fn check(needs: &Needs) -> Result<()> {
    for library in &needs.libraries {
        ensure!(LIBRARIES.contains(&library.as_str()), "it needs {library}");
    }
    for version in needs.versions.iter().filter_map(|version| version.strip_prefix("GLIBC_")) {
        let numbers: Option<Vec<u32>> = version.split('.').map(|number| number.parse().ok()).collect();
        // Those that are no number mark what came with a version that is too new.
        ensure!(numbers.is_some_and(|numbers| numbers[..] <= GLIBC[..]), "it needs glibc {version}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_c_library_of_some_years_ago_may_be_needed() {
        let needs = |library: &str, version: &str| {
            let (libraries, versions) = (vec![library.to_owned()], vec![version.to_owned()]);
            check(&Needs { libraries, versions }).map_err(|error| error.to_string())
        };
        for version in ["GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.35", "GCC_4.2.0"] {
            assert_eq!(needs("libc.so.6", version), Ok(()));
        }
        assert_eq!(needs("libc.so.6", "GLIBC_2.36"), Err("it needs glibc 2.36".into()));
        assert_eq!(needs("libc.so.6", "GLIBC_3.0"), Err("it needs glibc 3.0".into()));
        assert_eq!(needs("libc.so.6", "GLIBC_ABI_DT_RELR"), Err("it needs glibc ABI_DT_RELR".into()));
        assert_eq!(needs("libstdc++.so.6", "GLIBC_2.34"), Err("it needs libstdc++.so.6".into()));
    }
}
