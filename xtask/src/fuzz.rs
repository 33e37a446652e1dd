//! Compiles the fuzz targets, or runs one of them for a while.

use std::fs;

use crate::Failure;
use crate::workspace::{cargo, execute, root};

/// Compiles all targets without linking them. That needs neither a C++ compiler nor nightly Rust: libFuzzer itself is not built where
/// the name of a finished library is given, and nothing looks for that library before linking.
pub(crate) fn check() -> Result<(), Failure> {
    let mut check = cargo();
    check.args(["check", "--locked", "--manifest-path", "fuzz/Cargo.toml"]);
    execute(check.env("CUSTOM_LIBFUZZER_PATH", "not-linked/libfuzzer.a"))
}

/// Files that a target starts from.
fn seeds(target: &str) -> &'static str {
    match target {
        "decode" => "fixtures/raster/jpeg_grid",
        "lora" => "fixtures/diffusion/tiny",
        _ => "fixtures/constraints/corpus",
    }
}

/// Runs a target for this many seconds, starting from files of the fixtures. Needs cargo-fuzz and a C++ compiler.
pub(crate) fn run(target: &str, seconds: &str) -> Result<(), Failure> {
    let seconds: u32 = seconds.parse().map_err(|_| format!("`{seconds}` is not a number of seconds"))?;
    let corpus = format!("fuzz/corpus/{target}");
    fs::create_dir_all(root().join(&corpus))?;
    let mut fuzz = cargo();
    fuzz.args(["fuzz", "run", target, &corpus, seeds(target), "--"]);
    fuzz.args(["-dict=fuzz/svg.dict", "-max_len=12000", "-timeout=10", "-rss_limit_mb=2048"]);
    // cargo-fuzz passes unstable flags to the compiler.
    execute(fuzz.arg(format!("-max_total_time={seconds}")).env("RUSTC_BOOTSTRAP", "1"))
}
