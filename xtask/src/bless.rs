//! Writes anew what tests compare with: picture snapshots and goldens.

use crate::Failure;
use crate::workspace::{cargo, execute};

/// Tests that write what they compare with when `UPDATE=1` is set: package and test.
const WRITERS: [(&str, &str); 4] = [
    ("linocut-collage", "snapshots"),
    ("linocut-constraints", "corpus"),
    ("linocut-trace", "snapshots"),
    ("linocut", "snapshots"),
];

pub(crate) fn run() -> Result<(), Failure> {
    for (package, test) in WRITERS {
        execute(cargo().args(["test", "--package", package, "--test", test]).env("UPDATE", "1"))?;
    }
    println!("now look at every picture that changed, and commit them apart from the code: git status fixtures");
    Ok(())
}
