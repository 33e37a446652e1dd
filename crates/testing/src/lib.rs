//! What tests of several crates share. Not published; a dev-dependency by path.

mod snapshot;

pub use snapshot::{Tolerance, assert_picture};
