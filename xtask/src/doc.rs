//! Builds the documentation of all crates; a broken link is an error.

use crate::Failure;
use crate::workspace::{cargo, execute};

pub(crate) fn run() -> Result<(), Failure> {
    let mut doc = cargo();
    execute(doc.args(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"))
}
