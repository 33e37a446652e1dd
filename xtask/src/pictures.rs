//! Makes the README's pictures of the default pipeline anew, and with pictures to trace, its comparison of tracers.

use std::fs;

use crate::Failure;
use crate::workspace::{cargo, execute, root};

/// What the README shows.
const DESCRIPTION: &str = "a lighthouse overlooking the ocean";

pub(crate) fn run(traced: &[&str]) -> Result<(), Failure> {
    let images = root().join("docs/images");
    let svg = images.join("lighthouse.svg");
    let mut draw = cargo();
    draw.args(["run", "--release", "--", "draw", DESCRIPTION, "--out"]).arg(&svg);
    execute(&mut draw)?;
    fs::remove_file(&svg)?;
    if !traced.is_empty() {
        let mut compare = cargo();
        compare.args(["run", "--release", "--", "compare"]).args(traced).arg("--out").arg(images.join("compare.png"));
        execute(&mut compare)?;
    }
    println!("pictures of the gallery are made in a browser: see lab/gallery/README.md");
    Ok(())
}
