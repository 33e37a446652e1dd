//! Suites: descriptions that ask for one ability at a time, with what tells whether it is there.

mod objects;
mod words;

pub use objects::{Item, Kind, objects};
