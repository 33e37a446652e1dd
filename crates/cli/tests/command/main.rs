//! The command as its users run it: what each subcommand prints and writes, and the codes it ends with.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod arguments;
mod folder;
mod generate;
#[cfg(unix)]
mod interrupted;
mod lists;
#[cfg(feature = "diffusion")]
mod model;
mod pictures;
#[cfg(feature = "serve")]
mod serve;
mod svgs;
#[cfg(feature = "language")]
mod writer;
