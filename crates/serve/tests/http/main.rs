//! The server as a program sees it that speaks HTTP over a socket, friendly or not.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod client;
mod hostile;
mod jobs;
mod page;
mod svgs;
mod who;
