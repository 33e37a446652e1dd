//! Packs every crate that is published as crates.io would get it, and checks that none is too large.

use std::fs;

use crate::Failure;
use crate::workspace::{Metadata, cargo, execute};

/// The largest file that crates.io takes, in bytes.
const LIMIT: u64 = 10 * 1024 * 1024;

pub(crate) fn run() -> Result<(), Failure> {
    let metadata = Metadata::read(&["--no-deps"])?;
    let (published, kept): (Vec<_>, Vec<_>) =
        metadata.members().into_iter().partition(|package| package.is_published());
    let excluded = kept.iter().flat_map(|package| ["--exclude", &package.name]);
    // Building the packages once more would find nothing that the other checks do not.
    let mut pack = cargo();
    pack.args(["package", "--workspace", "--no-verify", "--allow-dirty", "--locked", "--quiet"]);
    execute(pack.args(excluded))?;
    for package in published {
        let file = format!("{}-{}.crate", package.name, package.version);
        let bytes = fs::metadata(metadata.target_directory.join("package").join(&file))?.len();
        println!("{:8.1} kB  {file}", bytes as f64 / 1e3);
        if bytes > LIMIT {
            return Err(format!("{file} has {bytes} bytes, and crates.io takes {LIMIT}").into());
        }
    }
    Ok(())
}
