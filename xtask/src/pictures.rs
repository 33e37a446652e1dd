//! Makes the README's pictures anew: the lighthouse with the sheet of its candidates, and the comparison of the tracers.

use std::fs;

use crate::Failure;
use crate::workspace::{cargo, execute, root};

const DESCRIPTION: &str = "a lighthouse overlooking the ocean";
/// The pictures of which the README shows traces.
const TRACED: [&str; 2] = ["fixtures/pictures/astronaut.png", "fixtures/pictures/fallscene.png"];

pub(crate) fn run() -> Result<(), Failure> {
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
    execute(linocut().arg("compare").args(TRACED).arg("--out").arg(images.join("compare.png")))?;
    println!("the pictures of the gallery are made in a browser: see lab/gallery/README.md");
    Ok(())
}
