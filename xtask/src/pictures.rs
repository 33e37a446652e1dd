//! Makes the README's pictures anew: the lighthouse with the sheet of its candidates and, of pictures to trace, the comparison of the
//! tracers.

use std::fs;

use crate::Failure;
use crate::workspace::{cargo, execute, root};

const DESCRIPTION: &str = "a lighthouse overlooking the ocean";

/// The README compares tracers on a photograph by NASA and a picture of Open Clip Art Library, which are not part of this repository.
pub(crate) fn run(traced: &[&str]) -> Result<(), Failure> {
    let images = root().join("docs/images");
    let svg = images.join("lighthouse.svg");
    let linocut = || {
        let mut linocut = cargo();
        linocut.args(["run", "--release", "--locked", "--package", "linocut-cli", "--"]);
        linocut
    };
    // Writes lighthouse.png and lighthouse.candidates.png beside the SVG, which the README does not show.
    execute(linocut().args(["draw", DESCRIPTION, "--out"]).arg(&svg))?;
    fs::remove_file(&svg)?;
    if !traced.is_empty() {
        execute(linocut().arg("compare").args(traced).arg("--out").arg(images.join("compare.png")))?;
    }
    println!("the pictures of the gallery are made in a browser: see lab/gallery/README.md");
    Ok(())
}
