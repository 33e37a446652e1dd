//! Schedules and steps against diffusers.
//!
//! `fixtures/diffusion/samplers` holds schedules of every sampler for 1 to 100 steps, and steps of every kind with recorded model
//! outputs. `fixtures/diffusion/tiny` (or `tiny` in `$LINOCUT_PARITY`) holds runs of whole pipelines.

#![expect(clippy::unwrap_used, reason = "a golden that cannot be read fails the test")]

mod entries;
mod golden;
mod pipelines;
mod schedules;
mod steps;
