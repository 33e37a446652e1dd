//! Parity with diffusers and transformers on tiny checkpoints.
//!
//! `LINOCUT_PARITY` names a folder with `tiny/` and `manifests/`; without it the project's own fixtures are taken.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

mod bits;
mod card;
mod cogview4;
mod deep_cache;
mod flux;
mod flux_files;
mod full_size;
mod further;
mod golden;
mod janus;
mod kinds;
mod loras;
mod manifests;
mod own;
mod pipeline;
mod placed;
mod places;
mod prompts;
mod sana;
mod single_file;
mod stopping;
mod svdq;
mod threads;
mod tiny;
mod toy;
mod truncated;

use std::path::PathBuf;

/// The project's fixtures; where the tests run on another machine than they were built on, `LINOCUT_FIXTURES` names them.
fn fixtures() -> PathBuf {
    let built = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"));
    std::env::var_os("LINOCUT_FIXTURES").map_or_else(built, PathBuf::from).join("diffusion")
}

fn root() -> PathBuf {
    std::env::var_os("LINOCUT_PARITY").map_or_else(fixtures, PathBuf::from)
}
