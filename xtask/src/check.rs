//! Runs everything that a change must pass.

use crate::Failure;
use crate::workspace::{execute, program};

pub(crate) fn run() -> Result<(), Failure> {
    execute(program("bash").arg(".ci/run"))
}
