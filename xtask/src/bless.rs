//! Writes anew what tests compare with: picture snapshots, goldens, and the table of models in the documentation.

use crate::Failure;
use crate::workspace::{cargo, execute};

/// Tests that write what they compare with when `UPDATE=1` is set: package and test.
const WRITERS: [(&str, &str); 6] = [
    ("linocut-collage", "snapshots"),
    ("linocut-constraints", "corpus"),
    ("linocut-diffusion", "models_page"),
    ("linocut-trace", "quality"),
    ("linocut-trace", "snapshots"),
    ("linocut", "snapshots"),
];

pub(crate) fn run() -> Result<(), Failure> {
    for (package, test) in WRITERS {
        execute(cargo().args(["test", "--locked", "--package", package, "--test", test]).env("UPDATE", "1"))?;
    }
    println!(
        "now look at every file that changed, pictures as pictures, and commit them apart from the code: git status"
    );
    Ok(())
}
