//! What a batch promises, with pictures that are made at once.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod killed;
mod resume;
mod rows;
mod shards;
mod squares;
mod time;
