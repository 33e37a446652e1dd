//! Parity with diffusers and transformers on tiny checkpoints.
//!
//! `LINOCUT_PARITY` names a folder with `tiny/` and `manifests/`; without it the project's own fixtures are taken.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

mod bits;
mod card;
mod deep_cache;
mod further;
mod golden;
mod loras;
mod manifests;
mod own;
mod pipeline;
mod placed;
mod places;
mod prompts;
mod stopping;
mod threads;
mod tiny;
mod toy;
mod truncated;

use std::path::PathBuf;

fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/diffusion"))
}

fn root() -> PathBuf {
    std::env::var_os("LINOCUT_PARITY").map_or_else(fixtures, PathBuf::from)
}
