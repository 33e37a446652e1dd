//! Checks that the crates without threads, files and networks compile for the browser.

use crate::Failure;
use crate::workspace::{cargo, execute};

const TARGET: &str = "wasm32-unknown-unknown";
pub(crate) const PACKAGES: [&str; 9] = [
    "linocut-raster",
    "linocut-svg",
    "linocut-core",
    "linocut-words",
    "linocut-constraints",
    "linocut-trace",
    "linocut-refine",
    "linocut-finish",
    "linocut-collage",
];

/// Needs `rustup target add wasm32-unknown-unknown`.
pub(crate) fn run() -> Result<(), Failure> {
    let packages = PACKAGES.into_iter().flat_map(|name| ["--package", name]);
    execute(cargo().args(["check", "--locked", "--target", TARGET]).args(packages))
}
