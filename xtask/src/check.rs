//! Runs what decides whether a change lands.

use crate::Failure;
use crate::workspace::{execute, program};

pub(crate) fn run() -> Result<(), Failure> {
    execute(program("bash").arg(".ci/run"))
}
